-- One text for one meaning: what comes back from a dump is described as it was.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '
CREATE SCHEMA canon;
SET search_path = canon, public;
CREATE TABLE t (id int, v varchar, w varchar(10), c char(3), a varchar[], ts timestamptz, "json" text, d date);
CREATE VIEW array_casts AS SELECT id,
	v IN ('a', 'b') AS in_list,
	v IN ('a', NULL) AS in_null,
	v NOT IN ('it''s', 'back\slash', E'new\nline', '"quoted"', ')::text[]', 'ARRAY[') AS strings,
	w = ANY (ARRAY['a', v]) AS mixed,
	c IN ('a', 'bcd') AS bpchar,
	(ARRAY['a', 'b'])::varchar(3)[] AS modifier,
	(ARRAY[v, w])::text[] AS of_columns,
	(ARRAY[[v, w], ['x', NULL]])::text[] AS two_dimensions,
	(ARRAY[a, a])::text[] AS of_arrays,
	(ARRAY[ARRAY[v], a])::text[] AS of_both,
	(ARRAY[(ARRAY[1, 2])::bigint[], ARRAY[3]])::numeric[] AS nested_casts,
	(ARRAY[1, 2])::float8[]::text[]::varchar[] AS casts_of_casts,
	(ARRAY[]::varchar[])::text[] AS nothing,
	(SELECT array_agg(x) FROM unnest((ARRAY['a', 'b'])::name[]::text[]) x) AS in_subquery
	FROM t;
SELECT definition FROM schema_guard.describe('canon.array_casts') WHERE attribute = 'definition';

-- different meanings stay different
CREATE VIEW differs AS SELECT ARRAY[(a)::text, (a)::text] AS elements, (ARRAY[a, a])::text[] AS arrays,
	'(ARRAY[''a''::character varying])::text[]' AS a_string, v AS "?column?", upper(v) AS "?column?2" FROM t;
SELECT definition FROM schema_guard.describe('canon.differs') WHERE attribute = 'definition';

-- words that were no keywords once, and strings that look like what is left out
CREATE VIEW words AS SELECT "json", 'json'::text AS "json_value", '"json"' AS "system_user", ' NO INDENT' AS "json""table",
	'UPDATE t AS x' AS "UPDATE t AS x", xmlserialize(CONTENT ''::xml AS text) AS x, "json"::json AS cast_to_json FROM t "merge_action";
CREATE RULE targets AS ON INSERT TO t DO ALSO (
	UPDATE t AS x SET id = 1 FROM t AS y WHERE x.id = y.id; UPDATE ONLY t AS "json" SET id = 1; DELETE FROM canon.t AS x WHERE x.v = 'UPDATE t AS x');
SELECT attribute, definition FROM schema_guard.describe('canon.%') WHERE attribute LIKE 'rule%' OR object_identity = 'canon.words';

-- SQL's own syntax and plain calls of the same functions
CREATE VIEW own_syntax AS SELECT ts AT TIME ZONE 'UTC' AS a, trim(v) AS b, substring(v FROM 2) AS c, position('a' IN v) AS d,
	overlay(v PLACING 'x' FROM 1) AS e, (d, d) OVERLAPS (d, d) AS f FROM t;
CREATE VIEW plain_calls AS SELECT timezone('UTC', ts) AS a, btrim(v) AS b, "substring"(v, 2) AS c, "position"(v, 'a') AS d,
	"overlay"(v, 'x', 1) AS e, "overlaps"(d, d, d, d) AS f FROM t;
SELECT count(DISTINCT definition) FROM schema_guard.describe() WHERE object_identity ~ 'own_syntax|plain_calls' AND attribute = 'definition';
CREATE INDEX own_syntax_index ON t (timezone('UTC', ts));
CREATE INDEX plain_call_index ON t ((ts AT TIME ZONE 'UTC'));
SELECT count(DISTINCT definition) FROM schema_guard.describe('canon.t') WHERE attribute ~ '(own_syntax|plain_call)_index';

-- a view made of the server's text for it, as in a dump, and one made of the
-- description's, are described as the first one
CREATE VIEW ties AS SELECT id FROM t ORDER BY id FETCH FIRST (1 + length(')')) ROWS WITH TIES;
CREATE VIEW united AS SELECT id AS x FROM t UNION (SELECT 1 ORDER BY 1 LIMIT 1) EXCEPT SELECT id FROM t ORDER BY x;
CREATE TABLE old (id int);
CREATE VIEW old_tables AS SELECT old.id FROM old LEFT JOIN t new USING (id) WHERE EXISTS (SELECT FROM old WHERE old.id = new.id);
-- names of result columns that nobody sees
CREATE VIEW unseen_names AS SELECT id FROM t WHERE EXISTS (SELECT NULL FROM t b) AND id IN (SELECT -5) AND id > ALL (SELECT '5'::int AS five)
	AND (v, w) = (SELECT 'x', NULL) AND EXISTS (SELECT t.id AS other, count(*)) AND id IN (VALUES (1), (2))
	AND v = ANY (ARRAY(SELECT 'x' UNION SELECT NULL)) AND NULL::text IS DISTINCT FROM (SELECT NULL)
	UNION SELECT NULL AS nothing EXCEPT (SELECT 1 INTERSECT SELECT -2);
-- and those that are seen, or not, in WITH and FROM
CREATE VIEW with_names AS WITH RECURSIVE r(n, z) AS (SELECT 1 AS gone, NULL AS gone UNION ALL SELECT n + 1, 'z' FROM r WHERE n < 5),
	part(p) AS (SELECT 'q' AS gone, 'r' AS kept), bare AS (SELECT 'q' AS kept) SELECT r.n, r.z, part.*, bare.kept AS bare FROM r, part, bare;
CREATE VIEW from_names AS SELECT s.c, s2.*, row_to_json(s3) AS j, 'x' AS text
	FROM (SELECT NULL) s(c), (SELECT v AS kept, -1 AS int4 FROM t) s2, (SELECT id AS kept, id AS kept FROM t) s3, (VALUES (NULL)) s4;
SELECT object_identity, definition FROM schema_guard.describe('canon.%_names') WHERE attribute = 'definition' ORDER BY 1;
CREATE POLICY names ON t USING (EXISTS (SELECT NULL FROM t b) AND v IN (SELECT 'x' UNION SELECT NULL));
CREATE RULE names AS ON DELETE TO t DO INSTEAD (INSERT INTO old SELECT -1; UPDATE old SET (id) = (SELECT -1) WHERE id IN (SELECT -1));
SELECT attribute, definition FROM schema_guard.describe('canon.t') WHERE attribute ~ 'names';

CREATE FUNCTION pg_temp.again(source text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	name text;
	copy text;
	old_definition text;
	new_definition text;
BEGIN
	FOR name, old_definition IN SELECT object_identity, definition FROM schema_guard.describe('canon.%') WHERE attribute = 'definition'
	LOOP
		copy := CASE source WHEN 'server' THEN pg_get_viewdef(name::regclass) ELSE old_definition END;
		EXECUTE 'CREATE VIEW canon.copy AS ' || copy;
		SELECT definition INTO new_definition FROM schema_guard.describe('canon.copy') WHERE attribute = 'definition';
		DROP VIEW canon.copy;
		IF new_definition IS DISTINCT FROM old_definition THEN
			RETURN NEXT name || E' became\n' || new_definition;
		END IF;
	END LOOP;
END $$;
SELECT pg_temp.again('server');
SELECT pg_temp.again('description');

-- NULL with a length is no default either, but where it is in the place of another
CREATE DOMAIN five AS numeric(10,2) DEFAULT 5;
CREATE DOMAIN none_of_five AS five DEFAULT NULL;
CREATE DOMAIN nothing AS varchar(3) DEFAULT NULL;
CREATE TYPE valued;
CREATE FUNCTION valued_in(cstring) RETURNS valued IMMUTABLE STRICT LANGUAGE internal AS 'int4in';
CREATE FUNCTION valued_out(valued) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'int4out';
CREATE FUNCTION valued_typmod_in(cstring[]) RETURNS int IMMUTABLE STRICT LANGUAGE internal AS 'numerictypmodin';
CREATE TYPE valued (INPUT = valued_in, OUTPUT = valued_out, TYPMOD_IN = valued_typmod_in, LIKE = int4, DEFAULT = '7');
CREATE FUNCTION valued(valued, int) RETURNS valued IMMUTABLE STRICT LANGUAGE internal AS 'int4larger';
CREATE CAST (valued AS valued) WITH FUNCTION valued(valued, int) AS IMPLICIT;
CREATE TABLE no_defaults (n numeric(10,2) DEFAULT NULL, v varchar(20) DEFAULT NULL, c char(3) DEFAULT NULL, b bit(3) DEFAULT NULL,
	vb varbit(3) DEFAULT NULL, ts timestamp(3) DEFAULT NULL, tz timestamptz(0) DEFAULT NULL, ti time(2) DEFAULT NULL, tt timetz(1) DEFAULT NULL,
	i interval(2) DEFAULT NULL, iy interval year DEFAULT NULL, a numeric(4,1)[] DEFAULT NULL, cast_twice numeric(10,2) DEFAULT NULL::numeric(4,1),
	big bigint DEFAULT NULL::int, plain text DEFAULT NULL, of_nothing nothing DEFAULT NULL);
CREATE TABLE defaults (of_five five DEFAULT NULL, of_none_of_five none_of_five, valued valued(5) DEFAULT NULL, computed numeric(3,1) DEFAULT nullif(1, 1),
	generated varchar(3) GENERATED ALWAYS AS (NULL) STORED, word varchar(9) DEFAULT 'NULL');
CREATE VIEW null_in_view AS SELECT n, v FROM no_defaults;
ALTER VIEW null_in_view ALTER n SET DEFAULT NULL;
SELECT object_identity, attribute, definition FROM schema_guard.describe('canon.%')
	WHERE object_identity ~ 'defaults|five|nothing|null' AND attribute ~ 'column|default';
-- so a child without its parent's defaults comes back from a dump, which gives it DEFAULT NULL
CREATE TABLE parent (n numeric(10,2) DEFAULT 1, ts timestamp(3) DEFAULT now()) PARTITION BY LIST (n);
CREATE TABLE child PARTITION OF parent FOR VALUES IN (1);
ALTER TABLE child ALTER n DROP DEFAULT, ALTER ts DROP DEFAULT;
SELECT schema_guard.fingerprint() AS before \gset
ALTER TABLE child ALTER n SET DEFAULT NULL, ALTER ts SET DEFAULT NULL;
SELECT schema_guard.fingerprint() = :'before', count(*) FROM pg_attrdef WHERE adrelid = 'child'::regclass;
SELECT attribute, definition FROM schema_guard.describe('canon.child');
CREATE DOMAIN few AS varchar(3);
CREATE TABLE of_few (a few DEFAULT 'x', b nothing DEFAULT 'x', c few[] DEFAULT '{}');
CREATE TABLE of_few_child () INHERITS (of_few);
ALTER TABLE of_few_child ALTER a DROP DEFAULT, ALTER b DROP DEFAULT, ALTER c DROP DEFAULT;
SELECT schema_guard.fingerprint() AS before \gset
ALTER TABLE of_few_child ALTER a SET DEFAULT NULL, ALTER b SET DEFAULT NULL, ALTER c SET DEFAULT NULL;
SELECT schema_guard.fingerprint() = :'before' AS same;
ALTER DOMAIN few SET DEFAULT 'y';
SELECT attribute, definition FROM schema_guard.describe('canon.of_few_child') WHERE attribute ~ 'column';
SELECT count(*) FROM schema_guard.verify();
-- a large one: each row is cast once
CREATE FUNCTION numbers(numeric[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
BEGIN;
DO $$ BEGIN EXECUTE format('CREATE VIEW large AS SELECT numbers(ARRAY[%s])', (SELECT string_agg('[1, 2, 3]', ', ') FROM generate_series(1, 5000))); END $$;
SET LOCAL statement_timeout = '30s';
SELECT length(definition), left(definition, 70), right(definition, 60) FROM schema_guard.describe('canon.large') WHERE attribute = 'definition';
ROLLBACK;
DROP SCHEMA canon CASCADE;
DROP EXTENSION schema_guard;
