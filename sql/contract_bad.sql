-- hostile contracts and queries: a clear error, or it just works
CREATE EXTENSION schema_guard;
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only
-- JSON nested 10,000 deep, where objects, arrays and anything are expected
SELECT schema_guard.assert_contract((repeat('{"relations":', 10000) || '1' || repeat('}', 10000))::jsonb);
SELECT schema_guard.assert_contract((repeat('[', 10000) || repeat(']', 10000))::jsonb);
SELECT schema_guard.assert_contract(('{"relations": {"public.t": {"uses": {"a": ' || repeat('[', 6000) || repeat(']', 6000) || '}}}}')::jsonb);
SELECT schema_guard.register('deep', '1', ('{"recorded": {"a": ' || repeat('[', 6000) || repeat(']', 6000) || '}}')::jsonb);
SELECT contract FROM schema_guard.release WHERE application = 'deep';
SELECT schema_guard.contract_diff(('{"types": {"public.t": ' || repeat('{"attributes":', 10000) || '1' || repeat('}', 10000) || '}}')::jsonb, '{}');
-- queries nested as deep as the server parses them
SELECT schema_guard.contract_of(ARRAY['SELECT 1' || repeat(' + 1', 1000)]);
SELECT schema_guard.contract_of(ARRAY['SELECT ' || repeat('coalesce(', 500) || '1' || repeat(', 1)', 500)]);
CREATE TABLE t (id int, a int);
SELECT schema_guard.contract_of(ARRAY['SELECT id FROM t UNION ALL ' || (SELECT string_agg('SELECT id FROM t', ' UNION ALL ') FROM generate_series(1, 300))]) -> 'relations';
SELECT schema_guard.contract_of(ARRAY['SELECT id FROM t ' || (SELECT string_agg('NATURAL JOIN t x' || i, ' ') FROM generate_series(1, 20) i)]) #> '{relations,public.t,select}';
-- chains of WITH each step of which uses the step before it in several ways: the uses of a column do not multiply without end
SELECT jsonb_array_length(contract #> '{relations,public.t,uses,id}') < 2000 AS few, contract #> '{relations,public.t,select}' AS columns
  FROM (VALUES ('x + y AS x, x * y AS y FROM c'), ('coalesce(x, y) AS x, CASE WHEN x > y THEN x ELSE y END AS y FROM c'),
			   ('x, a.y FROM c a JOIN c b USING (x) JOIN c d USING (x)'), ('x, y FROM c a NATURAL FULL JOIN c b')) AS v (step),
	   LATERAL (SELECT string_agg(format(', c%s AS (SELECT %s)', i, regexp_replace(step, '\mc\M', 'c' || i - 1, 'g')), '') FROM generate_series(1, 30) i) AS s (steps),
	   LATERAL schema_guard.contract_of(ARRAY['WITH c0 AS (SELECT id AS x, a AS y FROM t)' || steps || ' SELECT x, y FROM c30 WHERE x > 5']) AS contract;
-- but each label that is read counts
DO $$ BEGIN EXECUTE 'CREATE TYPE many AS ENUM (' || (SELECT string_agg(quote_literal('l' || i), ', ') FROM generate_series(1, 150) i) || ')'; END $$;
CREATE TABLE labelled (a many);
SELECT jsonb_array_length(jsonb_path_query_array(schema_guard.contract_of(ARRAY['SELECT 1 FROM (SELECT a AS b FROM labelled) s WHERE b IN (' ||
	(SELECT string_agg(quote_literal('l' || i), ', ') FROM generate_series(1, 150) i) || ')']), '$.relations.*.uses.a[*].label')) AS labels;
DROP TABLE labelled;
DROP TYPE many;
-- keys twice: the last counts, as for jsonb; an object twice is an error
SELECT schema_guard.register('twice', '1', '{"relations": {"public.t": {"select": {"a": "text"}}}, "relations": {"public.t": {"select": {"a": "integer"}}}}');
SELECT schema_guard.register('twice', '2', '{"relations": {"public.t": {}, "public.\"t\"": {}}}');
SELECT schema_guard.register('twice', '3', '{"sequence_calls": {"public.s": ["currval", "currval"]}}');
SELECT schema_guard.register('twice', '3', '{"sequence_calls": {"public.s": ["lastval"]}}');
SELECT schema_guard.register('twice', '3', '{"functions": {"public.f()": {"record": false}}}');
-- names with quotes and line breaks
CREATE TABLE "o""dd
t" ("c""ol
umn" int, "'; DROP TABLE t; --" int);
SELECT schema_guard.register('odd', '1', schema_guard.contract_of(ARRAY[E'SELECT "c""ol\numn" FROM "o""dd\nt" WHERE "\'; DROP TABLE t; --" = $1']));
ALTER TABLE "o""dd
t" RENAME "c""ol
umn" TO plain;
SELECT rule, attribute FROM schema_guard.check_release('odd', '1');
-- a function that changes search_path is not called; a function's own search_path is not ours
CREATE FUNCTION path_of() RETURNS text LANGUAGE plpgsql AS $$ BEGIN SET search_path = nowhere; RETURN 'x'; END $$;
SELECT schema_guard.contract_of('{SELECT path_of()\, a FROM t,SET search_path = nowhere,SELECT a FROM t}') - 'bare';
SHOW search_path;
CREATE FUNCTION derived() RETURNS jsonb LANGUAGE sql SET search_path = pg_catalog AS $$ SELECT schema_guard.contract_of('{SELECT a FROM t}', 'public') $$;
SELECT derived() -> 'relations';
-- nulls
SELECT schema_guard.contract_of('{SELECT 1,NULL}');
SELECT schema_guard.contract_of_tables('{t,NULL}');
DROP EXTENSION schema_guard;
DROP TABLE t, "o""dd
t";
DROP FUNCTION path_of(), derived();
