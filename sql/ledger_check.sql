-- What a release declares of its migrations, checked against the ledger.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '
\pset null -
\set VERBOSITY default
-- check(...): the problems of a declaration, by way of a release that is registered for it
CREATE FUNCTION pg_temp.check(declared jsonb) RETURNS TABLE (severity text, rule text, object text, attribute text,
  needed text, found text) LANGUAGE plpgsql AS $$
BEGIN
  SET LOCAL client_min_messages = error;
  PERFORM schema_guard.register('check', '1', jsonb_build_object('migrations', declared));
  RETURN QUERY SELECT r.severity, r.rule, r.object, r.attribute, r.needed, r.found
                 FROM schema_guard.check_release('check', '1') r;
  PERFORM schema_guard.retire('check', '1');
END $$;
-- list(tool, version, ...): a declaration without checksums
CREATE FUNCTION pg_temp.list(tool text, VARIADIC versions text[]) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_object('tool', tool, 'applied', coalesce(jsonb_agg(jsonb_build_object('version', v) ORDER BY n), '[]'))
    FROM unnest(versions) WITH ORDINALITY u (v, n)
$$;

-- There is no ledger, or more than one.
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '1'));
SELECT schema_guard.assert_migrations('{"tool": "sqlx", "applied": []}');
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,
  installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL,
  execution_time bigint NOT NULL);
INSERT INTO _sqlx_migrations VALUES (1, 'one', now(), true, '\x01', 1), (2, 'two', now(), true, '\x02', 1),
  (4, 'four', now(), true, '\x04', 1);
CREATE SCHEMA tenant;
CREATE TABLE tenant._sqlx_migrations (LIKE _sqlx_migrations);
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '1'));
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '1') || '{"table": "tenant._sqlx_migrations"}');
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '1') || '{"table": "public.other"}');
DROP TABLE tenant._sqlx_migrations;

-- It fits; a later one is no problem; leading zeros mean nothing.
SELECT schema_guard.assert_migrations('{"tool": "sqlx", "applied": [{"version": "0001", "checksum": "01"},
  {"version": 2, "checksum": ["00", "\\x02"]}, {"version": "4", "checksum": null}]}');
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '1', '2'));
-- Missing, skipped.
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '1', '2', '3', '4', '5'));
SELECT schema_guard.assert_migrations(pg_temp.list('sqlx', '1', '2', '3', '4', '5'));
-- Unexpected, unless its file was trimmed; 1 and 2 are older than what is declared.
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '2', '4'));
SELECT schema_guard.assert_migrations(pg_temp.list('sqlx', '2', '4'));
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '2', '4') || '{"pruned_below": "2"}');
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '4') || '{"pruned_below": 2}');
-- Edited: a warning, unless the setting says otherwise.
SELECT * FROM pg_temp.check('{"tool": "sqlx", "applied": [{"version": "1", "checksum": "ff"}, {"version": 2}, {"version": 4}]}');
SELECT schema_guard.assert_migrations('{"tool": "sqlx", "applied": [{"version": "1", "checksum": ["ff", "fe"]}, {"version": 2}, {"version": 4}]}');
SET schema_guard.ledger_mismatch = error;
SELECT schema_guard.assert_migrations('{"tool": "sqlx", "applied": [{"version": "1", "checksum": "ff"}, {"version": 2}, {"version": 4}]}');
SELECT schema_guard.assert_migrations(pg_temp.list('sqlx', '1', '2'));
SET schema_guard.ledger_mismatch = log;
SELECT schema_guard.assert_migrations('{"tool": "sqlx", "applied": [{"version": "1", "checksum": "ff"}, {"version": 2}, {"version": 4}]}');
RESET schema_guard.ledger_mismatch;
-- Failed.
UPDATE _sqlx_migrations SET success = false WHERE version = 4;
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '1', '2', '4'));
SELECT * FROM pg_temp.check(pg_temp.list('sqlx', '1', '2'));
UPDATE _sqlx_migrations SET success = true WHERE version = 4;

-- Flyway: dotted versions, baseline, undone, deleted, repeatables.
CREATE TABLE flyway_schema_history (installed_rank integer NOT NULL PRIMARY KEY, version varchar(50),
  description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum integer,
  installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time integer NOT NULL,
  success boolean NOT NULL);
INSERT INTO flyway_schema_history VALUES
  (2, '1', 'base', 'SCRIPT_BASELINE', 'base', NULL, 'me', now(), 0, true),
  (3, '1.9', 'nine', 'SQL', 'V1_9__nine.sql', -1039259818, 'me', now(), 3, true),
  (4, '1.10', 'ten', 'SQL', 'V1_10__ten.sql', 7, 'me', now(), 3, true),
  (5, '1.11', 'eleven', 'SQL', 'V1_11__eleven.sql', 7, 'me', now(), 3, true),
  (6, '1.11', 'eleven', 'UNDO_SQL', 'U1_11__eleven.sql', 8, 'me', now(), 3, true),
  (7, NULL, 'my view', 'SQL', 'R__my_view.sql', 9, 'me', now(), 3, true),
  (8, NULL, 'my view', 'SQL', 'R__my_view.sql', 10, 'me', now(), 3, true),
  (9, '1.8', 'gone', 'SQL', 'V1_8__gone.sql', 11, 'me', now(), 3, true),
  (10, '1.8', 'gone', 'DELETE', 'V1_8__gone.sql', 11, 'me', now(), 0, true);
SELECT * FROM pg_temp.check('{"tool": "flyway", "applied": [{"version": "0.5", "checksum": 1}, {"version": "1.0", "checksum": 2},
  {"version": "1_9", "checksum": -1039259818}, {"version": "1.10", "checksum": "7"}, {"version": "R__my_view", "checksum": 10}]}');
SELECT * FROM pg_temp.check('{"tool": "flyway", "applied": [{"version": "1.9"}, {"version": "1.11"},
  {"version": "1.9.1"}, {"version": "R__my_view", "checksum": 9}, {"version": "R__new"}]}');

-- Only the newest version is stored.
CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
SELECT * FROM pg_temp.check(pg_temp.list('golang-migrate', '1', '2'));
INSERT INTO schema_migrations VALUES (2, false);
SELECT * FROM pg_temp.check(pg_temp.list('golang_migrate', '1', '2'));
SELECT * FROM pg_temp.check(pg_temp.list('golang-migrate', '1', '2', '3'));
SELECT * FROM pg_temp.check(pg_temp.list('golang-migrate', '1'));
SELECT * FROM pg_temp.check(pg_temp.list('golang-migrate', '1', '3'));
UPDATE schema_migrations SET dirty = true;
SELECT * FROM pg_temp.check(pg_temp.list('golang-migrate', '1', '2'));
SELECT * FROM pg_temp.check(pg_temp.list('golang-migrate', '1'));

-- Only heads are stored: membership, in the order of the declaration.
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('bbb');
SELECT * FROM pg_temp.check(pg_temp.list('alembic', 'aaa', 'bbb'));
SELECT * FROM pg_temp.check(pg_temp.list('alembic', 'aaa', 'bbb', 'ccc'));
SELECT * FROM pg_temp.check(pg_temp.list('alembic', 'aaa'));
UPDATE alembic_version SET version_num = 'zzz';
SELECT * FROM pg_temp.check(pg_temp.list('alembic', 'aaa', 'bbb'));
DELETE FROM alembic_version;
SELECT * FROM pg_temp.check(pg_temp.list('alembic', 'aaa'));

-- Drizzle leaves out what is older than the newest row, without a word.
CREATE SCHEMA drizzle;
CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('aa', 100), ('cc', 300);
SELECT * FROM pg_temp.check('{"tool": "drizzle", "applied": [{"version": 100, "checksum": "AA"}, {"version": 200, "checksum": "bb"}, {"version": 300, "checksum": "cc"}]}');

-- Django: each app has an order of its own; a squashed migration stands for what it replaces.
CREATE TABLE django_migrations (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, app varchar(255) NOT NULL,
  name varchar(255) NOT NULL, applied timestamptz NOT NULL);
INSERT INTO django_migrations (app, name, applied) VALUES ('shop', '0001_initial', now()), ('shop', '0002_more', now()),
  ('auth', '0009_alter', now()), ('zoo', '0001_initial', now());
SELECT * FROM pg_temp.check(pg_temp.list('django', 'shop.0001_initial', 'shop.0002_more', 'auth.0009_alter'));
SELECT * FROM pg_temp.check('{"tool": "django", "applied": [{"version": "auth.0009_alter"},
  {"version": "shop.0001_squashed_0002_more", "replaces": ["shop.0001_initial", "shop.0002_more"]}]}');
SELECT * FROM pg_temp.check(pg_temp.list('django', 'shop.0003_third', 'auth.0009_alter'));

-- Prisma: a second attempt counts; digests without leading zeros are of old.
CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL,
  finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
INSERT INTO _prisma_migrations VALUES
  ('a', '2cf24dba5fb0a3e26e83b2ac5b9e29e1b161e5c1fa7425e7343362938b9824', '2024-01-01 00:00:01Z', '20240101_init', NULL, NULL, '2024-01-01 00:00:00Z', 1),
  ('b', 'x', NULL, '20240102_more', 'no', '2024-01-02 00:00:09Z', '2024-01-02 00:00:00Z', 0),
  ('c', 'x', '2024-01-02 00:01:01Z', '20240102_more', NULL, NULL, '2024-01-02 00:01:00Z', 1),
  ('d', 'x', NULL, '20240103_fails', 'no', NULL, '2024-01-03 00:00:00Z', 0);
SELECT * FROM pg_temp.check('{"tool": "Prisma", "applied": [{"version": "20240102_more"}, {"version": "20240103_fails"},
  {"version": "20240101_init", "checksum": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}]}');
SELECT severity, rule, found ~ '^not finished, and session \d+ is still at work$'
  FROM (SELECT pg_advisory_lock(72707369) OFFSET 0) AS migrator, pg_temp.check(pg_temp.list('prisma', '20240101_init', '20240102_more', '20240103_fails'));
SELECT pg_advisory_unlock_all();

-- Atlas: applied in part; a checksum covers all files before it.
CREATE SCHEMA atlas_schema_revisions;
CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version varchar NOT NULL PRIMARY KEY, description varchar NOT NULL,
  type bigint NOT NULL DEFAULT 2, applied bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0,
  executed_at timestamptz NOT NULL, execution_time bigint NOT NULL, error text, error_stmt text, hash varchar NOT NULL,
  partial_hashes jsonb, operator_version varchar NOT NULL);
INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES
  ('1', 'base', 1, 0, 0, now(), 0, NULL, NULL, '', NULL, 'v1'),
  ('2', 'a', 2, 1, 1, now(), 5000, NULL, NULL, 'A', NULL, 'v1'),
  ('3', 'b', 2, 1, 1, now(), 5000, NULL, NULL, 'B', NULL, 'v1'),
  ('4', 'c', 2, 2, 5, now(), 5000, 'no', 'x', 'y', NULL, 'v1');
SELECT * FROM pg_temp.check('{"tool": "atlas", "applied": [{"version": "0", "checksum": "?"}, {"version": "1", "checksum": "?"},
  {"version": "2", "checksum": "a"}, {"version": "3", "checksum": "c"}, {"version": "4", "checksum": "y"}]}');

-- As part of a contract: a release that does not fit the ledger, and one of several tools.
CREATE TABLE orders (id bigint);
SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"id": "bigint"}}},
  "migrations": [{"tool": "sqlx", "applied": [{"version": 1}, {"version": 2}, {"version": 4}]}, {"tool": "alembic", "applied": []}]}');
SELECT schema_guard.assert_release('api', '1');
SELECT schema_guard.release_fits('api', '1');
DELETE FROM _sqlx_migrations WHERE version = 2;
SELECT schema_guard.assert_release('api', '1');
SELECT severity, rule, object, attribute FROM schema_guard.can_deploy('api', '1');
SELECT schema_guard.release_fits('api', '1');
SET client_min_messages = notice;
SELECT schema_guard.capture('now') IS NOT NULL;
SELECT * FROM schema_guard.can_deploy('api', '1', 'now');
SELECT schema_guard.register('api', '2', '{"migrations": {"tool": "sqlx", "applied": [{"version": 2}]}}');
SELECT schema_guard.assert_contract('{"migrations": {"tool": "sqlx", "applied": [{"version": 2}]}}');
-- What was registered without migrations, or again with others, is what counts.
SELECT schema_guard.retire('api', '1');
SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"id": "bigint"}}}}');
SELECT schema_guard.assert_release('api', '1');

-- A declaration is read strictly.
SELECT schema_guard.assert_migrations(NULL);
SELECT schema_guard.assert_migrations('1');
SELECT schema_guard.assert_migrations('{"tool": "make", "applied": []}');
SELECT schema_guard.assert_migrations('{"applied": []}');
SELECT schema_guard.assert_migrations('[{"tool": "sqlx", "applied": [{"checksum": "x"}]}]');
SELECT schema_guard.assert_migrations('{"tool": "sqlx", "applied": [{"version": "x", "checksum": [["a"]]}]}');
SELECT schema_guard.assert_migrations('{"tool": "sqlx", "list": []}');
SELECT schema_guard.assert_migrations('[]');
DROP EXTENSION schema_guard;
DROP TABLE orders, _sqlx_migrations, flyway_schema_history, schema_migrations, alembic_version, django_migrations, _prisma_migrations;
SET client_min_messages = warning;
DROP SCHEMA tenant, drizzle, atlas_schema_revisions CASCADE;
