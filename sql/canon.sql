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
DROP SCHEMA canon CASCADE;
DROP EXTENSION schema_guard;
