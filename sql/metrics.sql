-- The view metrics and its text: what monitoring reads.
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT never
-- times and sizes without their values
CREATE VIEW shown AS
SELECT name, nullif(labels, '{}') AS labels,
	   CASE WHEN name LIKE '%\_seconds' THEN CASE WHEN abs(value - extract(epoch FROM now())) < 600 THEN 'now' ELSE 'another time' END
			WHEN name LIKE '%\_bytes' THEN CASE WHEN value > 0 THEN 'some' ELSE 'none' END
			ELSE value::text END AS value, type
  FROM schema_guard.metrics;
SELECT schema_guard.exclude('public.shown', 'of this test');

-- nothing is approved
SELECT name, labels - 'library_version' - 'extension_version' AS labels, value, type FROM shown;
SELECT count(DISTINCT help) = count(DISTINCT name) AS explained, bool_and(help ~ '^.+[.]$') AS in_sentences,
	   bool_and(name ~ '^schema_guard_[a-z_]+$') AS named, bool_and((type = 'counter') = (name ~ '_total$')) AS counters
  FROM schema_guard.metrics;

-- drift: what drift() counts, without describing anything
CREATE TABLE metered (a int, b text);
CREATE TABLE metered_2 (a int);
SELECT schema_guard.capture('one') = schema_guard.approve('one') AS approved;
SELECT name, value FROM shown WHERE name ~ 'approved' OR value <> '0' AND name ~ 'drift|stale';
CREATE FUNCTION pg_temp.drift() RETURNS TABLE (change text, items text, as_drift_says boolean) LANGUAGE sql AS $$
SELECT s.labels ->> 'change', s.value,
	   s.value = (SELECT count(*) FROM schema_guard.drift() AS d WHERE d.change = s.labels ->> 'change')::text
  FROM shown AS s WHERE s.name = 'schema_guard_drift_items'
$$;
ALTER TABLE metered RENAME b TO c;
ALTER TABLE metered ALTER a TYPE bigint, ADD d int, ADD e int;
DROP TABLE metered_2;
SELECT * FROM pg_temp.drift();
SELECT name, value FROM shown WHERE name ~ 'schema_approved|changes_total|entries';
-- of another scope
SET client_min_messages = error;
SELECT schema_guard.exclude('public.other%', 'not ours');
SELECT * FROM pg_temp.drift();
SELECT schema_guard.include('public.other%');
RESET client_min_messages;
-- an approval that has ended
SELECT schema_guard.capture('two') = schema_guard.approve('two') AS approved;
SELECT schema_guard.revoke('two', 'too early') IS NOT NULL AS revoked;
SELECT * FROM pg_temp.drift();
SELECT schema_guard.approve('two', expires => '1 hour') IS NOT NULL AS approved;
SELECT name, value FROM schema_guard.metrics WHERE name ~ 'approved' AND name !~ 'until' OR value <> 0 AND name ~ 'drift';
SELECT value - extract(epoch FROM now()) BETWEEN 3590 AND 3610 AS in_an_hour FROM schema_guard.metrics WHERE name ~ 'until';

-- releases, and labels that have to be escaped
SET client_min_messages = error;
SELECT schema_guard.register('api', '1.0', '{"relations": {"public.metered": {"select": {"c": "text"}}}}');
SELECT schema_guard.register('b"\', '2', '{"relations": {"public.metered": {"select": {"b": "text", "a": "integer"}}}}');
SELECT schema_guard.register('old', '1', '{"enums": {"public.gone": ["a"]}}');
SELECT schema_guard.retire('old', '1');
RESET client_min_messages;
SELECT name, labels, value FROM shown WHERE name ~ 'release';
SELECT line FROM regexp_split_to_table(schema_guard.metrics_text(), '\n') AS line WHERE line ~ 'release_';

-- windows, refusals
SELECT schema_guard.open_window('for this test', '1 hour') IS NOT NULL AS opened;
SELECT name, value FROM schema_guard.metrics WHERE name ~ 'open_windows';
SELECT schema_guard.close_window();
SET schema_guard.mode = enforce;
CREATE TABLE refused ();
RESET schema_guard.mode;
SELECT name, value FROM shown WHERE name ~ 'windows|refused';
-- stale
SET schema_guard.mode = off;
CREATE TABLE unseen ();
RESET schema_guard.mode;
SELECT name, value FROM shown WHERE name ~ 'stale|objects|verify_items';
SELECT count(*) AS missed FROM schema_guard.verify();
SELECT name, value FROM shown WHERE name ~ 'stale|objects|verify_items';

-- the text: the samples of a name follow its description, and the end is marked
SELECT regexp_replace(line, ' [0-9.e+]+$', ' ...') AS text
  FROM regexp_split_to_table(schema_guard.metrics_text(), '\n') WITH ORDINALITY AS l (line, n)
 WHERE line !~ '^# HELP|_info|part=' ORDER BY n;
SELECT count(*) = count(DISTINCT name) AS once
  FROM (SELECT (regexp_match(line, '^# TYPE (\S+)'))[1] FROM regexp_split_to_table(schema_guard.metrics_text(), '\n') AS line
		 WHERE line LIKE '# TYPE%') AS n (name);
SELECT schema_guard.metrics_text() ~ '\n# EOF\n$' AS ends;

-- one broken part: the others are there
ALTER VIEW schema_guard.problems RENAME TO problems_away;
UPDATE schema_guard.release SET contract = '[]' WHERE version = '1.0';
SELECT name, labels, value FROM shown WHERE name ~ 'problems|fits' OR value <> '0' AND name ~ 'failed';
ALTER VIEW schema_guard.problems_away RENAME TO problems;
-- for whom
CREATE ROLE regress_sg_monitor;
SET ROLE regress_sg_monitor;
SELECT FROM schema_guard.metrics;
SELECT schema_guard.metrics_text();
RESET ROLE;
GRANT pg_monitor TO regress_sg_monitor;
SET ROLE regress_sg_monitor;
SELECT count(*) > 30 AS seen FROM schema_guard.metrics;
SELECT length(schema_guard.metrics_text()) > 1000 AS text;
SELECT FROM schema_guard.release;
RESET ROLE;
-- in a transaction that only reads
BEGIN READ ONLY;
SELECT count(*) > 30 AS seen FROM schema_guard.metrics;
COMMIT;
DROP OWNED BY regress_sg_monitor;
DROP ROLE regress_sg_monitor;
-- the damage would be a fault at commit
UPDATE schema_guard.release SET retired_at = now() WHERE version = '1.0';
DROP VIEW shown;
DROP TABLE metered, unseen;
DROP EXTENSION schema_guard;
