-- Types and functions for the invariance tests: what restores and other orders could bring back differently.
SET client_min_messages = warning;
CREATE ROLE inv_app;
CREATE ROLE inv_reader;
CREATE SCHEMA inv;
CREATE SCHEMA inv_other;
SET search_path = inv, public;
SET check_function_bodies = off;

CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TYPE mood ADD VALUE 'happy' BEFORE 'ok';
ALTER TYPE mood ADD VALUE 'elated';
CREATE DOMAIN email AS text COLLATE "C" DEFAULT 'a@b' NOT NULL CHECK (VALUE ~ '^[^@]+@[^@]+$') CHECK (VALUE IN ('x@y', 'a@b') OR length(VALUE) < 250);
CREATE DOMAIN small AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN smaller AS small CHECK (VALUE < 10);
ALTER DOMAIN small ADD CONSTRAINT never_checked CHECK (VALUE <> 13) NOT VALID;
CREATE TYPE address AS (street text COLLATE "C", gone integer, town varchar(40), geo point[]);
ALTER TYPE address DROP ATTRIBUTE gone;
CREATE TYPE period AS RANGE (subtype = timestamptz);
CREATE TYPE text_range AS RANGE (subtype = text, collation = "C", subtype_opclass = text_pattern_ops);
CREATE TYPE shell;
CREATE TYPE pt;
CREATE FUNCTION pt_in(cstring) RETURNS pt LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
CREATE FUNCTION pt_out(pt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out';
CREATE TYPE pt (INPUT = pt_in, OUTPUT = pt_out, INTERNALLENGTH = 16, ALIGNMENT = double, DELIMITER = ';', CATEGORY = 'G', DEFAULT = '(0,0)');

CREATE FUNCTION plain(a integer, b text DEFAULT 'it''s', VARIADIC c numeric[] DEFAULT '{1.50,2}') RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 7 AS $$ SELECT $2 $$;
CREATE FUNCTION many(IN a integer, OUT b text, INOUT c mood DEFAULT 'ok') RETURNS SETOF record LANGUAGE plpgsql ROWS 42 SECURITY DEFINER
	SET search_path = inv, "$user", pg_temp SET work_mem = '1MB' SET DateStyle FROM CURRENT AS $f$
BEGIN
	-- back\slash, 'quote', $$dollar$$	tab
	RETURN QUERY SELECT 'x', c;
END $f$;
CREATE FUNCTION tabular(a integer) RETURNS TABLE (x integer, y address) LANGUAGE sql AS 'SELECT a, NULL::inv.address';
CREATE FUNCTION many_defaults(a date DEFAULT '2024-02-29', b interval DEFAULT '1 day 02:03:04.5', c timestamptz DEFAULT '2024-01-02 03:04:05+00', d float8 DEFAULT 1e-30, e bytea DEFAULT '\x00ff', f numeric DEFAULT 'NaN', g mood DEFAULT 'sad')
	RETURNS integer LANGUAGE sql IMMUTABLE LEAKPROOF AS 'SELECT 1';
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION "Event"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE proc(a integer, INOUT b text DEFAULT NULL) LANGUAGE sql AS 'SELECT b';
CREATE FUNCTION later(t inv.mood) RETURNS integer LANGUAGE sql AS 'SELECT count(*)::integer FROM inv.orders';
CREATE FUNCTION state_add(internal, integer) RETURNS internal LANGUAGE internal AS 'int4_avg_accum';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = safe, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0', SORTOP = <);
CREATE AGGREGATE middle(double precision ORDER BY double precision) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_cont_float8_final);
SELECT current_setting('server_version_num')::integer >= 140000 AS is_14, current_setting('server_version_num')::integer >= 150000 AS is_15,
	   current_setting('server_version_num')::integer >= 180000 AS is_18 \gset
\if :is_14
CREATE FUNCTION atomic(a integer, b text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT b || a::text || atomic.b; SELECT CASE WHEN a IN (1, 2) THEN b END; END;
CREATE FUNCTION returning_one(integer) RETURNS integer LANGUAGE sql RETURN $1 + 1;
\endif
GRANT USAGE ON SCHEMA inv TO inv_app WITH GRANT OPTION;
REVOKE ALL ON FUNCTION plain(integer, text, numeric[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION plain(integer, text, numeric[]) TO inv_app;
REVOKE USAGE ON TYPE mood FROM PUBLIC;
ALTER TYPE address OWNER TO inv_app;
COMMENT ON TYPE mood IS E'several\nlines\\ and a backslash';
COMMENT ON FUNCTION trg() IS 'a trigger''s';
COMMENT ON COLUMN address.town IS 'an attribute';
