-- What is written into a ledger, tied to what happened to the schema.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '
\pset null -
CREATE ROLE ledger_migrator SUPERUSER;
SET ROLE ledger_migrator;
-- entries(): those of the journal since the last call, with their rows of ledgers
CREATE SEQUENCE pg_temp.seen;
SELECT setval('pg_temp.seen', (SELECT max(journal_id) FROM schema_guard.journal));
CREATE FUNCTION pg_temp.entries() RETURNS TABLE (id bigint, verdict text, role text, objects text, same_state boolean, migrations text)
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT j.journal_id - 1, j.verdict, j.changed_by, array_to_string(j.objects, ', '), j.fingerprint_before = j.fingerprint_after,
      (SELECT string_agg(format('%s %s %s [%s] %s', m ->> 'change', m ->> 'tool', m ->> 'version', m ->> 'checksum', m ->> 'state'), '; ')
         FROM jsonb_array_elements(j.migrations) m)
    FROM schema_guard.journal j WHERE j.journal_id > (SELECT last_value FROM pg_temp.seen) ORDER BY j.journal_id;
  PERFORM setval('pg_temp.seen', (SELECT max(journal_id) FROM schema_guard.journal));
END $$;

-- sqlx: the change and the row in one transaction, the time that it took in another.
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,
  installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL,
  execution_time bigint NOT NULL);
CREATE TABLE orders (id bigint, note text);
SELECT * FROM pg_temp.entries();
BEGIN;
ALTER TABLE orders RENAME note TO remark;
INSERT INTO _sqlx_migrations VALUES (5, 'order notes', now(), true, '\x05', -1);
COMMIT;
UPDATE _sqlx_migrations SET execution_time = 1500000 WHERE version = 5;
SELECT * FROM pg_temp.entries();
-- The cause says which migration it was.
SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"note": "text"}}}}');
\set VERBOSITY default
DO $$
DECLARE
	hint text;
BEGIN
	PERFORM schema_guard.assert_release('api', '1');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RAISE WARNING '%', regexp_replace(regexp_replace(hint, '\d{4}-\S+ \S+', 'THEN'), '\(session.*\)', '(...)');
END $$;
-- Rolled back with the transaction, and with a savepoint.
BEGIN;
INSERT INTO _sqlx_migrations VALUES (6, 'x', now(), true, '\x06', -1);
ALTER TABLE orders ADD six int;
ROLLBACK;
BEGIN;
SAVEPOINT a;
INSERT INTO _sqlx_migrations VALUES (6, 'x', now(), true, '\x06', -1);
ROLLBACK TO a;
COMMIT;
SELECT * FROM pg_temp.entries();
-- Rows without a change of the schema.
INSERT INTO _sqlx_migrations VALUES (6, 'stamp', now(), true, '\x06', -1);
UPDATE _sqlx_migrations SET checksum = '\x66' WHERE version = 6;
DELETE FROM _sqlx_migrations WHERE version = 6;
COPY _sqlx_migrations FROM stdin;
7	copied	2024-01-01	true	\\x07	1
\.
SELECT * FROM pg_temp.entries();
TRUNCATE _sqlx_migrations;
SELECT * FROM pg_temp.entries();

-- golang-migrate: marks the version, changes the schema, and takes the mark away, each in a transaction of its own.
CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
SELECT * FROM pg_temp.entries();
BEGIN; TRUNCATE schema_migrations; INSERT INTO schema_migrations VALUES (1, true); COMMIT;
CREATE TABLE one (id int);
ALTER TABLE one ADD more int;
BEGIN; TRUNCATE schema_migrations; INSERT INTO schema_migrations VALUES (1, false); COMMIT;
SELECT * FROM pg_temp.entries();
BEGIN; TRUNCATE schema_migrations; INSERT INTO schema_migrations VALUES (2, true); COMMIT;
BEGIN; TRUNCATE schema_migrations; INSERT INTO schema_migrations VALUES (2, false); COMMIT;
SELECT * FROM pg_temp.entries();

-- What nobody noticed is found: the library does not see what is written while the triggers' tables are bypassed.
SET schema_guard.mode = off;
INSERT INTO schema_migrations VALUES (3, false);
RESET schema_guard.mode;
SELECT count(*) FROM schema_guard.verify();
SELECT * FROM pg_temp.entries();
-- A change that comes to nothing, with a row.
BEGIN;
CREATE TABLE none_left (id int);
DROP TABLE none_left;
DELETE FROM schema_migrations WHERE version = 2;
COMMIT;
SELECT * FROM pg_temp.entries();

-- Which state a migration led to, and whether it is still part of the history.
BEGIN;
ALTER TABLE one ADD seven int;
INSERT INTO _sqlx_migrations VALUES (7, 'seven', now(), true, '\x07', 2000000);
COMMIT;
BEGIN;
ALTER TABLE one DROP seven;
INSERT INTO _sqlx_migrations VALUES (8, 'not seven', now(), true, '\x08', 3000000);
COMMIT;
BEGIN;
ALTER TABLE one ADD nine int;
INSERT INTO _sqlx_migrations VALUES (9, 'nine', now(), true, '\x09', 4000000);
COMMIT;
SELECT version, migration, state, fingerprint = schema_guard.fingerprint() AS is_live, changed_by, took, verdict, in_history
  FROM schema_guard.migrations WHERE tool = 'sqlx' ORDER BY version;
ALTER TABLE one DROP nine;
SELECT version, fingerprint = schema_guard.fingerprint() AS is_live, in_history, undone_by IS NOT NULL AS undone
  FROM schema_guard.migrations WHERE tool = 'sqlx' ORDER BY version;

-- A release that has migration 9 in its list is told; whoever asks on connect only where that is a reason to refuse.
SELECT schema_guard.register('nine', '1', '{"migrations": {"tool": "sqlx", "applied": [{"version": 7}, {"version": 8}, {"version": 9}]}}');
SELECT severity, rule, attribute, regexp_replace(found, '\d+', 'N') FROM schema_guard.check_release('nine', '1');
SELECT schema_guard.assert_release('nine', '1');
SET schema_guard.ledger_mismatch = error;
\set VERBOSITY terse
SELECT schema_guard.assert_migrations('{"tool": "sqlx", "applied": [{"version": 7}, {"version": 8}]}');
DO $$ BEGIN PERFORM schema_guard.assert_release('nine', '1'); EXCEPTION WHEN OTHERS THEN RAISE WARNING '%', regexp_replace(SQLERRM, '\d+$', 'N'); END $$;
RESET schema_guard.ledger_mismatch;

-- The chain covers the rows.
SELECT * FROM schema_guard.verify_journal();
SET schema_guard.bypass = 'test';
UPDATE schema_guard.journal_migration SET checksum = '00' WHERE version = '9';
SELECT journal_id - (SELECT max(journal_id) FROM schema_guard.journal), problem FROM schema_guard.verify_journal();
RESET schema_guard.bypass;

-- Times that nothing can take are not taken from a ledger.
CREATE TABLE flyway_schema_history (installed_rank int NOT NULL PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL,
  type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum integer, installed_by varchar(100) NOT NULL,
  installed_on timestamp NOT NULL DEFAULT now(), execution_time bigint NOT NULL, success boolean NOT NULL);
CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL,
  finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
INSERT INTO flyway_schema_history SELECT n, n, 'a', 'SQL', 'a.sql', 1, 'ann', now(), took, true
  FROM (VALUES (1, 1500), (2, 9223372036854775807), (3, 9223372036854775)) v (n, took);
INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at) VALUES
  ('a', 'x', '1_second', '2024-01-01 00:00:00Z', '2024-01-01 00:00:01Z'), ('b', 'x', '2_for_ever', '2000-01-01 00:00:00Z', 'infinity'),
  ('c', 'x', '3_backwards', '2024-01-01 00:00:00Z', '-infinity'), ('d', 'x', '4_never', '-infinity', 'infinity'),
  ('e', 'x', '5_ages', '4713-01-01 00:00:00Z BC', '294276-01-01 00:00:00Z');
SELECT tool, version, CASE WHEN took = '1 s' OR took = '1.5 s' THEN took END AS took, took > '1 hour' AS long FROM schema_guard.migrations WHERE tool IN ('flyway', 'prisma') ORDER BY tool, version;
SELECT count(*) FROM pg_temp.entries();

-- A ledger that cannot be read stops nothing.
CREATE TABLE alembic_version (version_num varchar);
INSERT INTO alembic_version VALUES (repeat('x', 20000));
SELECT verdict FROM pg_temp.entries();

-- enforce: the row goes with the refused transaction.
SELECT schema_guard.capture('base') IS NOT NULL;
SELECT schema_guard.approve('base') IS NOT NULL;
SET schema_guard.mode = enforce;
\set VERBOSITY terse
BEGIN;
ALTER TABLE one ADD ten int;
INSERT INTO _sqlx_migrations VALUES (10, 'ten', now(), true, '\x10', 1);
COMMIT;
SELECT count(*) FROM _sqlx_migrations WHERE version = 10;
RESET schema_guard.mode;

-- what the guard has journaled, and then fails: the entry is rolled back, and the next one with its number is not this session's
CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'stop'; END$$;
INSERT INTO _sqlx_migrations VALUES (11, 'eleven', now(), true, '\x11', 1);
SELECT schema_guard.register('stopped', '1', '{"relations": {"public.one": {}}}');
CREATE TRIGGER stop BEFORE UPDATE ON schema_guard.release FOR EACH ROW EXECUTE FUNCTION stop();
ALTER TABLE one ADD eleven int;
DROP TRIGGER stop ON schema_guard.release;
INSERT INTO _sqlx_migrations VALUES (12, 'twelve', now(), true, '\x12', 1);
SELECT version, led_by FROM schema_guard.journal_migration WHERE version = '12';
DROP FUNCTION stop();

DROP EXTENSION schema_guard;
RESET ROLE;
DROP OWNED BY ledger_migrator CASCADE;
DROP TABLE IF EXISTS _sqlx_migrations, orders, schema_migrations, one, alembic_version, flyway_schema_history, _prisma_migrations;
DROP ROLE ledger_migrator;
