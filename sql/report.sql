-- report(): what the guard found, in each format.
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA mine;
CREATE TABLE mine.orders (id int PRIMARY KEY, customer_id bigint, note text);
CREATE FUNCTION mine.f() RETURNS int LANGUAGE sql AS $$
	SELECT 1
$$;
SELECT schema_guard.capture('v1') = schema_guard.approve('v1');
SELECT schema_guard.register('api', '1.4.2', '{"relations": {"mine.orders": {"select": {"id": "integer", "note": "text"}, "insert": ["id"]}}}');

-- what is different each time
CREATE FUNCTION pg_temp.shown(report text) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace($1, 'sg1:\w+', 'sg1:...', 'g'),
		'\d{4}-\d\d-\d\dT[0-9:.]+(\+00:00)?', 'then', 'g'), '[0-9a-f]{64}', '<fingerprint>', 'g'), current_database(), 'db', 'g'),
		current_user, 'me', 'g') $$;

-- nothing found
SELECT pg_temp.shown(schema_guard.report('drift', format)) FROM unnest('{json,junit,sarif,gitlab,markdown}'::text[]) format;

ALTER TABLE mine.orders DROP note, ALTER customer_id SET NOT NULL, ADD added text;
ALTER TABLE mine.orders RENAME added TO renamed;
CREATE OR REPLACE FUNCTION mine.f() RETURNS int LANGUAGE sql AS $$
	SELECT 2
$$;
SELECT schema_guard.capture('v2') IS NOT NULL;

-- each format
SELECT pg_temp.shown(schema_guard.report('drift', 'json'));
SELECT pg_temp.shown(schema_guard.report('drift', 'junit'));
SELECT pg_temp.shown(schema_guard.report('drift', 'sarif'));
SELECT pg_temp.shown(schema_guard.report('drift', 'gitlab'));
SELECT pg_temp.shown(schema_guard.report('drift', 'markdown'));
SELECT regexp_replace(pg_temp.shown(schema_guard.report('drift', 'html')), '<style>.*</style>', '<style>...</style>');

-- each report
SELECT pg_temp.shown(schema_guard.report('diff', 'json', 'v1', 'v2'));
SELECT pg_temp.shown(schema_guard.report('diff', 'markdown', 'v2', NULL));
SELECT pg_temp.shown(schema_guard.report('check_release', 'json', 'api', '1.4.2'));
SELECT pg_temp.shown(schema_guard.report('can_deploy', 'json', 'api', '1.4.2', 'v1'));
SELECT pg_temp.shown(schema_guard.report('can_deploy', 'junit', 'api', '1.4.2', 'v2'));
SELECT pg_temp.shown(schema_guard.report('preview', 'json', 'ALTER TABLE mine.orders ALTER id TYPE bigint'));
SELECT pg_temp.shown(schema_guard.report('preview', 'junit', 'CREATE TABLE mine.new (a int)'));
SELECT pg_temp.shown(schema_guard.report('preview', 'markdown', 'SELECT 1'));
SELECT schema_guard.retire('api', '1.4.2');
-- only risky
CREATE TRIGGER before AFTER INSERT ON mine.orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT schema_guard.register('web', '1', '{"relations": {"mine.orders": {"insert": ["id", "customer_id"], "triggers": []}}}');
SELECT pg_temp.shown(schema_guard.report('check_release', 'markdown', 'web', '1'));
DROP TRIGGER before ON mine.orders;
-- an approval that has ended
SELECT schema_guard.approve('v2') = schema_guard.revoke('v2', 'a "reason"');
SELECT pg_temp.shown(schema_guard.report('drift', 'gitlab'));

-- the line is the item's in the schema file: of a diff the one that it leads to, of drift the approved one
WITH found AS (
	SELECT side, f ->> 'change' AS change, f ->> 'attribute' AS attribute,
		   (string_to_array(schema_guard.export(side), E'\n'))[(f ->> 'line')::int] AS line
	  FROM (VALUES ('v2', schema_guard.report('diff', 'json', 'v1', 'v2')), ('v1', schema_guard.report('drift', 'json'))) r (side, report),
		   json_array_elements(report::json -> 'findings') f)
SELECT * FROM found ORDER BY side, attribute;
SET schema_guard.schema_file = 'db/my schema#1.sg';
SELECT schema_guard.report('diff', 'sarif', 'v1', 'v2')::json #> '{runs,0,results,0,locations,0,physicalLocation}';
SELECT schema_guard.report('diff', 'gitlab', 'v1', 'v2')::json #> '{0,location}';
RESET schema_guard.schema_file;

-- a finding is the same as long as it is about the same thing
SELECT schema_guard.report('drift', 'json')::json #>> '{findings,0,fingerprint}' AS fingerprint \gset
CREATE OR REPLACE FUNCTION mine.f() RETURNS int LANGUAGE sql AS 'SELECT 3';
CREATE TABLE mine.a_first ();
SELECT f ->> 'attribute', f ->> 'after' FROM json_array_elements(schema_guard.report('drift', 'json')::json -> 'findings') f
 WHERE f ->> 'fingerprint' = :'fingerprint';
DROP TABLE mine.a_first;

-- names and definitions with everything in them
CREATE TABLE mine."a|b`c <b>&amp;""' *_x_* [l](http://e.x) @me #1 ]]> --> \" ();
DO $$ BEGIN
	EXECUTE format('ALTER TABLE mine.orders ADD COLUMN %I text DEFAULT %L', E'line\nbreak\x01\x1f\t\r', repeat('<&"|`', 20000));
END $$;
SELECT schema_guard.capture('--> | `v3` <b>') IS NOT NULL;
SELECT pg_temp.shown(schema_guard.report('diff', 'markdown', 'v2', '--> | `v3` <b>'));
SELECT regexp_replace(pg_temp.shown(schema_guard.report('diff', 'junit', 'v2')), '(&lt;&amp;&quot;[|]`){100,}', '[many]', 'g');
SELECT f ->> 'attribute', length(f ->> 'after') FROM json_array_elements(schema_guard.report('diff', 'json', 'v2')::json -> 'findings') f;
SELECT count(*) FROM json_array_elements(schema_guard.report('diff', 'sarif', 'v2')::json #> '{runs,0,results}');
SELECT count(*) FROM json_array_elements(schema_guard.report('diff', 'gitlab', 'v2')::json);
SELECT schema_guard.report('diff', 'html', 'v2') ~ '<(b|script)>';
SELECT schema_guard.register('-->', '<b>', '{"relations": {"mine.none": {"select": {"a": "text"}}}}');
SELECT pg_temp.shown(schema_guard.report('check_release', 'markdown', '-->', '<b>'));
SELECT schema_guard.report('check_release', 'sarif', '-->', '<b>')::json #>> '{runs,0,automationDetails,id}';
SELECT schema_guard.retire('-->', '<b>'), schema_guard.retire('web', '1');

-- a comment has no more than 65,536 characters
DO $$ BEGIN
	FOR n IN 1 .. 1000 LOOP
		EXECUTE format('CREATE TABLE mine.%I ()', 'many ||||||||||||||| ' || n);
	END LOOP;
END $$;
SELECT length(report) BETWEEN 60000 AND 65535, octet_length(report) < 65536, substring(report FROM '\n(- and \d+ more\n\n</details>\n)$')
  FROM (SELECT schema_guard.report('diff', 'markdown', 'v2') AS report) r;
SELECT count(DISTINCT f ->> 'fingerprint') = count(*) FROM json_array_elements(schema_guard.report('diff', 'gitlab', 'v2')::json) f;

-- arguments
SELECT schema_guard.report(what => 'drift', format => 'gitlab') IS NOT NULL;
SELECT schema_guard.report(what => 'diff', format => 'gitlab', VARIADIC arguments => ARRAY['v1', 'v1']);
SELECT schema_guard.report('nonsense', 'json');
\echo :SQLSTATE
SELECT schema_guard.report('drift', 'pdf');
SELECT schema_guard.report(NULL, 'json');
SELECT schema_guard.report('drift', NULL);
SELECT schema_guard.report('drift', 'json', 'v1');
SELECT schema_guard.report('diff', 'json');
SELECT schema_guard.report('diff', 'json', NULL, 'v1');
SELECT schema_guard.report('check_release', 'json', 'api');
SELECT schema_guard.report('can_deploy', 'json', 'api', '1.4.2', 'v1', 'v2');
SELECT schema_guard.report('diff', 'json', VARIADIC '{}');
SELECT schema_guard.report('diff', 'json', 'nosuch');
SELECT schema_guard.report('check_release', 'json', 'api', '9');
SELECT schema_guard.report('preview', 'json', 'ALTER TABLE mine.nosuch ADD a int');
-- an unknown format runs no DDL
SELECT schema_guard.report('preview', 'pdf', 'SELECT 1/0');

-- as the caller, and only with the set reader
CREATE ROLE regress_sg_reporter;
SET ROLE regress_sg_reporter;
SELECT schema_guard.report('drift', 'json');
RESET ROLE;
SELECT schema_guard.grant_role('regress_sg_reporter', 'reader');
SET ROLE regress_sg_reporter;
SET search_path = mine, pg_temp;
SELECT schema_guard.report('diff', 'gitlab', 'v1', 'v1');
SELECT schema_guard.report('preview', 'json', 'DROP TABLE mine.orders');
SELECT schema_guard.report('preview', 'json', 'SELECT current_user::text::int');
SHOW search_path;
SELECT current_user;
RESET search_path;
RESET ROLE;
BEGIN READ ONLY;
SELECT schema_guard.report('diff', 'gitlab', 'v1', 'v1');
COMMIT;

SET client_min_messages = warning;
DROP SCHEMA mine CASCADE;
DROP EXTENSION schema_guard;
DROP OWNED BY regress_sg_reporter;
DROP ROLE regress_sg_reporter;
