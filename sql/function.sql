-- Functions, procedures and aggregates.
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/seen.sql

CREATE SCHEMA fn;
SET search_path = fn, public;

CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE FUNCTION plain(integer, b text DEFAULT 'x', "C c" mood DEFAULT 'good') RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION modes(a int, INOUT b numeric, OUT "C" text[], VARIADIC d int[] DEFAULT '{1,2}') LANGUAGE plpgsql
	AS $_$BEGIN
	-- a "comment" with $$dollars$$ and a \ backslash, and ümlauts
	b := 1;

END$_$;
CREATE FUNCTION rows(integer DEFAULT 1 + 1) RETURNS TABLE (x int, "y z" mood) LANGUAGE plpgsql
	STABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 7.5 ROWS 12
	SET search_path = "$user", fn SET work_mem = '1MB' AS 'BEGIN END';
CREATE FUNCTION rows_default() RETURNS SETOF mood LANGUAGE plpgsql IMMUTABLE PARALLEL RESTRICTED AS 'BEGIN END';
-- stored as it was written; a dump makes a list of it
SET search_path = fn,public;
CREATE FUNCTION from_current() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS 'BEGIN END';
CREATE FUNCTION window_function() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION in_c(internal) RETURNS internal LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION triggering() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION supported(text, text) RETURNS boolean LANGUAGE internal STRICT IMMUTABLE SUPPORT pg_catalog.textlike_support AS 'textlike';
CREATE FUNCTION "quoted ""name""."() RETURNS "char" LANGUAGE sql AS 'SELECT ''x''::"char"';
CREATE PROCEDURE proc(a int, INOUT b text DEFAULT NULL) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN COMMIT; END';
CREATE FUNCTION overloaded(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION overloaded(int[], timestamp with time zone) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE,
	MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, SORTOP = OPERATOR(pg_catalog.<));
CREATE AGGREGATE middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
	FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE hyporank(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal,
	FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE counted(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0', SSPACE = 16, FINALFUNC = int8up, FINALFUNC_MODIFY = SHAREABLE);

SELECT object_type, object_identity, attribute, definition FROM schema_guard.describe()
 WHERE object_identity LIKE 'fn.%(%';

SELECT pg_temp.seen('ALTER FUNCTION plain(int, text, mood) ' || change, 'ALTER FUNCTION plain(int, text, mood) ' || undo)
  FROM (VALUES ('STABLE', 'VOLATILE'), ('STRICT', 'CALLED ON NULL INPUT'), ('SECURITY DEFINER', 'SECURITY INVOKER'),
		('LEAKPROOF', 'NOT LEAKPROOF'), ('PARALLEL SAFE', 'PARALLEL UNSAFE'), ('COST 5', 'COST 100'),
		('SET work_mem = ''2MB''', 'RESET work_mem')) v(change, undo);
SELECT pg_temp.seen('ALTER FUNCTION rows(int) ROWS 13', 'ALTER FUNCTION rows(int) ROWS 12');
SELECT pg_temp.seen('ALTER FUNCTION overloaded(int) RENAME TO other', 'ALTER FUNCTION other(int) RENAME TO overloaded');
SELECT pg_temp.seen('CREATE OR REPLACE FUNCTION overloaded(int) RETURNS int LANGUAGE sql AS ''SELECT 3''',
	'CREATE OR REPLACE FUNCTION overloaded(int) RETURNS int LANGUAGE sql AS ''SELECT 1''');
SELECT pg_temp.seen('CREATE OR REPLACE FUNCTION overloaded(int DEFAULT 1) RETURNS int LANGUAGE sql AS ''SELECT 1''',
	'DROP FUNCTION overloaded(int); CREATE FUNCTION overloaded(int) RETURNS int LANGUAGE sql AS ''SELECT 1''');

-- bodies in SQL's own form are known from 14 on
CREATE TABLE numbers (id int, n varchar);
CREATE FUNCTION pg_temp.sql_bodies() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('server_version_num')::int < 140000 THEN
		RETURN QUERY VALUES ('RETURN (summed.a + $2)'),
			(E'BEGIN ATOMIC\nINSERT INTO fn.numbers (id)\n  VALUES (stepped.a);\n'
			 'SELECT ( SELECT max((numbers_1.id + stepped.a))\n           FROM fn.numbers numbers_1)\n   FROM fn.numbers\n'
			 '  WHERE ((numbers.n)::text = ANY (ARRAY[(''a''::character varying)::text, (''b''::character varying)::text]));\nEND');
	ELSE
		EXECUTE 'CREATE FUNCTION summed(a int, int) RETURNS int LANGUAGE sql RETURN a + $2';
		EXECUTE 'CREATE FUNCTION stepped(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC
			INSERT INTO numbers (id) VALUES (a);
			SELECT (SELECT max(id + a) FROM numbers) FROM numbers WHERE n IN (''a'', ''b''); END';
		RETURN QUERY SELECT definition FROM schema_guard.describe() WHERE attribute = 'sql body' ORDER BY object_identity DESC;
		DROP FUNCTION summed(int, int), stepped(int);
	END IF;
END $$;
SELECT pg_temp.sql_bodies();
DROP SCHEMA fn CASCADE;
DROP EXTENSION schema_guard;
