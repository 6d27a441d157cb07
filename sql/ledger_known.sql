-- The verdict about a ledger is kept with a digest of its rows, and never outlives them.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
\pset format unaligned
\pset tuples_only on
\pset null -
\set VERBOSITY terse
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,
  installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL,
  execution_time bigint NOT NULL);
INSERT INTO _sqlx_migrations VALUES (1, 'one', now(), true, '\x01', 1), (2, 'two', now(), true, '\x02', 1);
-- known(): is the verdict known, and is what was digested something else than when this was asked last?
CREATE TEMP TABLE asked AS SELECT NULL::bytea AS digest;
CREATE FUNCTION pg_temp.known(name text DEFAULT 'api') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  was bytea := (SELECT digest FROM asked);
  is_now bytea := (SELECT fits_digest FROM schema_guard.release_migrations WHERE application = name);
BEGIN
  UPDATE asked SET digest = is_now;
  RETURN CASE WHEN is_now IS NULL THEN 'not known' WHEN is_now = was THEN 'known, as before' ELSE 'known' END;
END $$;

SELECT schema_guard.register('api', '1', '{"migrations": {"tool": "sqlx", "applied": [{"version": 1, "checksum": "01"}, {"version": 2, "checksum": "02"}]}}');
SELECT schema_guard.assert_release('api', '1'), pg_temp.known();
-- A newer row, written before our eyes; how long it took says nothing.
INSERT INTO _sqlx_migrations VALUES (3, 'three', now(), true, '\x03', -1);
SELECT schema_guard.assert_release('api', '1'), pg_temp.known();
UPDATE _sqlx_migrations SET execution_time = 7 WHERE version = 3;
SELECT schema_guard.assert_release('api', '1'), pg_temp.known();
-- With a change of the schema, and rolled back.
BEGIN;
CREATE TABLE orders (id bigint);
INSERT INTO _sqlx_migrations VALUES (4, 'four', now(), true, '\x04', 1);
COMMIT;
SELECT schema_guard.assert_release('api', '1'), pg_temp.known();
BEGIN;
UPDATE _sqlx_migrations SET checksum = '\xff' WHERE version = 1;
SELECT schema_guard.assert_release('api', '1');
ROLLBACK;
SELECT schema_guard.assert_release('api', '1'), pg_temp.known();
-- What is wrong is not remembered.
UPDATE _sqlx_migrations SET checksum = '\xff' WHERE version = 1;
SELECT schema_guard.assert_release('api', '1'), pg_temp.known();
UPDATE _sqlx_migrations SET checksum = '\x01' WHERE version = 1;
SELECT schema_guard.assert_release('api', '1'), pg_temp.known();

-- Nobody notices, and still nobody is told what was right before.
SET schema_guard.mode = off;
DELETE FROM _sqlx_migrations WHERE version = 2;
SELECT schema_guard.assert_release('api', '1');
COPY _sqlx_migrations FROM stdin;
2	two	2026-01-01	f	\\x02	1
\.
SELECT schema_guard.assert_release('api', '1');
TRUNCATE _sqlx_migrations;
SELECT schema_guard.assert_release('api', '1');
INSERT INTO _sqlx_migrations VALUES (1, 'one', now(), true, '\x01', 1), (2, 'two', now(), true, '\xff', 1);
SET session_replication_role = replica;
UPDATE _sqlx_migrations SET version = 9 WHERE version = 1;
RESET session_replication_role;
SELECT schema_guard.assert_release('api', '1');
DELETE FROM _sqlx_migrations;
INSERT INTO _sqlx_migrations VALUES (1, 'one', now(), true, '\x01', 1), (2, 'two', now(), true, '\x02', 1),
  (3, 'three', now(), true, '\x03', -1);
SELECT schema_guard.assert_release('api', '1'), pg_temp.known();
RESET schema_guard.mode;
-- verify() finds it, and what it finds is known.
SELECT count(*) FROM schema_guard.verify();
SELECT schema_guard.assert_release('api', '1'), pg_temp.known();
-- What is stored otherwise is the same ledger, and is looked at again.
VACUUM FULL _sqlx_migrations;
ALTER TABLE _sqlx_migrations ALTER version TYPE integer;
SELECT schema_guard.assert_release('api', '1');

-- Another table, and no longer this one.
SET schema_guard.mode = off;
CREATE SCHEMA tenant;
CREATE TABLE tenant._sqlx_migrations (LIKE _sqlx_migrations);
SELECT schema_guard.assert_release('api', '1');
DROP TABLE tenant._sqlx_migrations;
ALTER TABLE _sqlx_migrations DROP checksum;
SELECT schema_guard.assert_release('api', '1');
ALTER TABLE _sqlx_migrations ADD checksum bytea NOT NULL DEFAULT '\x01';
SELECT schema_guard.assert_release('api', '1');
RESET schema_guard.mode;

-- Where it is an error that ledger and journal disagree, the schema must be the same as well.
SET schema_guard.ledger_mismatch = error;
BEGIN;
ALTER TABLE orders ADD note text;
INSERT INTO _sqlx_migrations VALUES (5, 'five', now(), true, 1, '\x05');
COMMIT;
SELECT schema_guard.register('web', '1', '{"migrations": {"tool": "sqlx", "applied": [{"version": 1}, {"version": 2}, {"version": 3}, {"version": 5}]}}');
SELECT schema_guard.assert_release('web', '1'), pg_temp.known('web');
ALTER TABLE orders ADD remark text;
SELECT schema_guard.assert_release('web', '1'), pg_temp.known('web');
ALTER TABLE orders DROP note;
ALTER TABLE orders DROP remark;
SELECT schema_guard.assert_release('web', '1');
RESET schema_guard.ledger_mismatch;
SELECT schema_guard.assert_release('web', '1');

-- A table that cannot be read stops neither a commit nor verify().
DELETE FROM _sqlx_migrations;
CREATE TABLE alembic_version (version_num text);
SET schema_guard.mode = off;
INSERT INTO alembic_version SELECT i FROM generate_series(1, 100001) i;
RESET schema_guard.mode;
SELECT schema_guard.register('worker', '1', '{"migrations": [{"tool": "alembic", "applied": [{"version": "1"}]}]}');
BEGIN;
CREATE TABLE invoices (id bigint);
INSERT INTO alembic_version VALUES ('2');
COMMIT;
SELECT count(*) FROM schema_guard.verify();
SELECT tool, problem FROM schema_guard.migration_ledgers ORDER BY 1;
DROP EXTENSION schema_guard;
DROP SCHEMA tenant;
DROP TABLE orders, invoices, _sqlx_migrations, alembic_version;
