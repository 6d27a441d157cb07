-- Migration rules: how long a table is locked, and what runs meanwhile.
CREATE EXTENSION schema_guard;
SET lock_timeout = '10s';
CREATE SCHEMA mine;
CREATE TABLE mine.big WITH (autovacuum_enabled = off) AS SELECT n AS id, repeat('y', 200) AS t FROM generate_series(1, 1000) n;
CREATE TABLE mine.small AS SELECT 1 AS id;
SET schema_guard.migration_rules_size = '64kB';

-- not before it, not of small tables, not once it is given up
CREATE FUNCTION mine.found(test text) RETURNS TABLE (rule text, object text, longest text) LANGUAGE sql AS $$
	SELECT f.rule, f.object_identity, substring(f.message FROM 'longest \((.*)\)')
	  FROM schema_guard.migration_findings f JOIN schema_guard.journal j USING (journal_id)
	 WHERE f.rule IN ('lock_held_long', 'statements_under_lock') AND array_to_string(j.statements, ';') LIKE '%' || test || '%' ORDER BY 1, 2$$;
SET client_min_messages = error;
SET schema_guard.migration_rules_time = '700ms';
BEGIN;
SELECT pg_sleep(0.8);
ALTER TABLE mine.small ADD held_before int;
ALTER TABLE mine.big ADD held_before int;
COMMIT;
SELECT * FROM mine.found('held_before');
BEGIN;
ALTER TABLE mine.big ADD held_after int;
ALTER TABLE mine.small ADD held_after int;
SELECT pg_sleep(0.8);
COMMIT;
SELECT * FROM mine.found('held_after');
DO $$
BEGIN
	ALTER TABLE mine.big ADD held_do int;
	UPDATE mine.small SET id = id WHERE pg_sleep(0.8) IS NOT NULL;
END $$;
SELECT * FROM mine.found('inside DO');
BEGIN;
LOCK TABLE mine.big;
SELECT pg_sleep(0.8);
ALTER TABLE mine.big ADD held_lock int;
COMMIT;
SELECT * FROM mine.found('held_lock');
BEGIN;
SAVEPOINT s;
ALTER TABLE mine.big ADD held_not int;
SELECT pg_sleep(0.8);
ROLLBACK TO s;
ALTER TABLE mine.big ADD held_again int;
COMMIT;
SELECT * FROM mine.found('held_again');
BEGIN;
ALTER TABLE mine.big ADD held_rolled_back int;
ROLLBACK\; BEGIN\; DO 'BEGIN PERFORM pg_sleep(0.8); END'\; ALTER TABLE mine.big ADD held_anew int\; COMMIT;
SELECT * FROM mine.found('held_anew');
-- what the command itself does is not another statement
BEGIN;
ALTER TABLE mine.big ADD held_long int, ADD CONSTRAINT slow CHECK (id > 1 OR pg_sleep(0.8) IS NOT NULL);
COMMIT;
SELECT rule, object FROM mine.found('held_long');
SELECT attribute, change, object_identity FROM schema_guard.preview($$
	ALTER TABLE mine.big DROP CONSTRAINT slow;
	UPDATE mine.small SET id = id WHERE pg_sleep(0.8) IS NOT NULL$$) WHERE kind = 'rule';
SELECT attribute FROM schema_guard.preview('ALTER TABLE mine.big ADD held_not int') WHERE kind = 'rule';
SET schema_guard.migration_rules = error;
BEGIN;
ALTER TABLE mine.big ADD held_refused int;
SELECT pg_sleep(0.8);
\set VERBOSITY sqlstate
COMMIT;
\set VERBOSITY default
RESET schema_guard.migration_rules;
ALTER TABLE mine.big DROP CONSTRAINT slow;

SET client_min_messages = warning;
DROP SCHEMA mine CASCADE;
DROP EXTENSION schema_guard;
