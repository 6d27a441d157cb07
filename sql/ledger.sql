-- Which tables are ledgers of migration tools: each as its tool makes it.
SET client_min_messages = warning;
-- all of it is rolled back
BEGIN;
CREATE EXTENSION schema_guard;
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '
\pset null -
SELECT count(*) FROM schema_guard.migration_ledgers;

CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,
  installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL,
  execution_time bigint NOT NULL);
INSERT INTO _sqlx_migrations VALUES (20240810, 'order notes', now(), true, '\x9f86d0', 1200000),
  (20240811, 'broken', now(), false, '\x00', -1);

CREATE SCHEMA fw;
CREATE TABLE fw.flyway_schema_history (installed_rank integer NOT NULL PRIMARY KEY, version varchar(50),
  description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum integer,
  installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time integer NOT NULL,
  success boolean NOT NULL);
INSERT INTO fw.flyway_schema_history VALUES
  (1, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', '"fw"', NULL, 'me', now(), 0, true),
  (2, '1', 'base', 'BASELINE', 'base', NULL, 'me', now(), 0, true),
  (3, '1.9', 'nine', 'SQL', 'V1_9__nine.sql', -1039259818, 'me', now(), 3, true),
  (4, '1.10', 'ten', 'SQL', 'V1_10__ten.sql', 7, 'me', now(), 3, true),
  (5, '1.11', 'eleven', 'SQL', 'V1_11__eleven.sql', 7, 'me', now(), 3, true),
  (6, '1.11', 'eleven', 'UNDO_SQL', 'U1_11__eleven.sql', 8, 'me', now(), 3, true),
  (7, NULL, 'my view', 'SQL', 'R__my_view.sql', 9, 'me', now(), 3, true),
  (8, NULL, 'my view', 'SQL', 'R__my_view.sql', 10, 'me', now(), 3, true),
  (9, '1.8', 'gone', 'SQL', 'V1_8__gone.sql', 11, 'me', now(), 3, true),
  (10, '1.8', 'gone', 'DELETE', 'V1_8__gone.sql', 11, 'me', now(), 0, true);

CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT NULL,
  dateexecuted timestamp NOT NULL, orderexecuted int NOT NULL, exectype varchar(10) NOT NULL, md5sum varchar(35),
  description varchar(255), comments varchar(255), tag varchar(255), liquibase varchar(20), contexts varchar(255),
  labels varchar(255), deployment_id varchar(10));
INSERT INTO databasechangelog VALUES ('1', 'ann', 'db/a.xml', now(), 1, 'EXECUTED', '9:abc'),
  ('2', 'ann', 'db/a.xml', now(), 2, 'MARK_RAN', '9:abd');

CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL,
  finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
INSERT INTO _prisma_migrations VALUES
  ('a', 'x', '2024-01-01 00:00:01Z', '20240101_init', NULL, NULL, '2024-01-01 00:00:00Z', 1),
  ('b', 'x', NULL, '20240102_more', 'no', '2024-01-02 00:00:09Z', '2024-01-02 00:00:00Z', 0),
  ('c', 'x', '2024-01-02 00:01:01Z', '20240102_more', NULL, NULL, '2024-01-02 00:01:00Z', 1),
  ('d', 'x', NULL, '20240103_fails', 'no', NULL, '2024-01-03 00:00:00Z', 0);

CREATE SCHEMA prisma_contract;
CREATE TABLE prisma_contract.marker (space text PRIMARY KEY, core_hash text NOT NULL, profile_hash text NOT NULL,
  contract_json jsonb, canonical_version int, updated_at timestamptz NOT NULL DEFAULT now(), app_tag text,
  meta jsonb NOT NULL DEFAULT '{}', invariants text[] NOT NULL DEFAULT '{}');
INSERT INTO prisma_contract.marker VALUES ('app', 'sha256:aa', 'sha256:bb');

-- schema_migrations is five tools' name
CREATE SCHEMA gm; CREATE TABLE gm.schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
INSERT INTO gm.schema_migrations VALUES (5, true);
CREATE SCHEMA dm; CREATE TABLE dm.schema_migrations (version varchar(128) PRIMARY KEY);
INSERT INTO dm.schema_migrations VALUES ('20240101'), ('20230101');
CREATE SCHEMA rb; CREATE TABLE rb.schema_migrations (version varchar NOT NULL PRIMARY KEY);
INSERT INTO rb.schema_migrations VALUES ('20240101'), ('20250101');
CREATE SCHEMA ec; CREATE TABLE ec.schema_migrations (version bigint NOT NULL PRIMARY KEY, inserted_at timestamp(0));
INSERT INTO ec.schema_migrations VALUES (20240101, now());
CREATE SCHEMA supabase_migrations;
CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY, statements text[], name text);
INSERT INTO supabase_migrations.schema_migrations VALUES ('20240101', '{"select 1"}', 'init');
-- what columns do not tell, a table beside it does; where nothing does, it is either's
CREATE SCHEMA r4; CREATE TABLE r4.schema_migrations (version varchar(255) NOT NULL);
CREATE TABLE r4.ar_internal_metadata (key varchar PRIMARY KEY, value varchar);
CREATE SCHEMA ox; CREATE TABLE ox.schema_migrations (version varchar(255) NOT NULL);

CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL,
  tstamp timestamp DEFAULT now());
INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (2, false), (3, true), (3, false), (3, true);
CREATE TABLE django_migrations (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, app varchar(255) NOT NULL,
  name varchar(255) NOT NULL, applied timestamptz NOT NULL);
INSERT INTO django_migrations (app, name, applied) VALUES ('shop', '0001_initial', now()), ('auth', '0001_initial', now());
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('1975ea83b712'), ('27c6a30d7c24');
CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL, run_on timestamp NOT NULL DEFAULT now());
INSERT INTO __diesel_schema_migrations VALUES ('20240810120000');
CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255));
INSERT INTO refinery_schema_history VALUES (2, 'add_cars_table', '2024-08-10T12:00:00Z', '8238603820526370208');
CREATE TABLE knex_migrations (id serial PRIMARY KEY, name varchar(255), batch integer, migration_time timestamptz);
INSERT INTO knex_migrations (name, batch, migration_time) VALUES ('20240810_a.js', 1, now());
CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
INSERT INTO pgmigrations (name, run_on) VALUES ('1723286400000_a', now());
CREATE SCHEMA drizzle;
CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('aa', 1723286400000);
CREATE SCHEMA drizzle_beta;
CREATE TABLE drizzle_beta.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint, name text,
  applied_at timestamptz DEFAULT now());
INSERT INTO drizzle_beta.__drizzle_migrations (hash, created_at, name) VALUES ('aa', 1723286400000, '20240810_a');
CREATE SCHEMA atlas_schema_revisions;
CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version varchar NOT NULL PRIMARY KEY, description varchar NOT NULL,
  type bigint NOT NULL DEFAULT 2, applied bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0,
  executed_at timestamptz NOT NULL, execution_time bigint NOT NULL, error text, error_stmt text, hash varchar NOT NULL,
  partial_hashes jsonb, operator_version varchar NOT NULL);
INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES
  ('.atlas_cloud_identifier', 'x', 2, 0, 0, now(), 0, NULL, NULL, '', NULL, 'v1'),
  ('20230727105553', 'init', 2, 1, 1, now(), 5000, NULL, NULL, 'jxgvnWO6tZD3lSPpH1ao5E/6VjapP7iwvBCUJ6aez58=', NULL, 'v1'),
  ('20230727105554', 'more', 2, 2, 5, now(), 5000, 'no', 'x', 'y', NULL, 'v1');
CREATE SCHEMA sqitch;
CREATE TABLE sqitch.changes (change_id text PRIMARY KEY, script_hash text UNIQUE, change text NOT NULL, project text NOT NULL,
  note text NOT NULL DEFAULT '', committed_at timestamptz NOT NULL DEFAULT clock_timestamp(), committer_name text NOT NULL,
  committer_email text NOT NULL, planned_at timestamptz NOT NULL, planner_name text NOT NULL, planner_email text NOT NULL);
INSERT INTO sqitch.changes VALUES ('c7981df861183412b01be706889e508a63d445ca', 'f00', 'appschema', 'flipr', '', now(),
  'a', 'b', now(), 'c', 'd');
CREATE TABLE migrations (id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name varchar NOT NULL);
INSERT INTO migrations ("timestamp", name) VALUES (1723286400001, 'Later1723286400001'), (1723286400000, 'Sooner1723286400000');
CREATE TABLE "SequelizeMeta" (name varchar(255) NOT NULL UNIQUE PRIMARY KEY);
INSERT INTO "SequelizeMeta" VALUES ('20240810-a.js');
CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) NOT NULL PRIMARY KEY, "ProductVersion" varchar(32) NOT NULL);
INSERT INTO "__EFMigrationsHistory" VALUES ('20240810120000_Init', '8.0.0');
CREATE SCHEMA graphile_migrate;
CREATE TABLE graphile_migrate.migrations (hash text PRIMARY KEY, previous_hash text REFERENCES graphile_migrate.migrations,
  filename text NOT NULL, date timestamptz NOT NULL DEFAULT now());
INSERT INTO graphile_migrate.migrations VALUES ('sha1:aa', NULL, '000001.sql');
CREATE SCHEMA pgroll;
CREATE TABLE pgroll.migrations (schema name NOT NULL, name text NOT NULL, migration jsonb NOT NULL,
  created_at timestamp NOT NULL DEFAULT now(), updated_at timestamp NOT NULL DEFAULT now(), parent text,
  done boolean NOT NULL DEFAULT false, resulting_schema jsonb NOT NULL DEFAULT '{}', migration_type varchar(32) DEFAULT 'pgroll',
  PRIMARY KEY (schema, name));
INSERT INTO pgroll.migrations (schema, name, migration) VALUES ('public', '01_init', '{}');
INSERT INTO pgroll.migrations (schema, name, migration, migration_type, created_at)
  VALUES ('public', 'sql_123', '{}', 'inferred', '2099-01-01');

SELECT * FROM schema_guard.migration_ledgers ORDER BY tool, "table";

-- Another name is as good, and so are a column of a later version, a domain and what a dropped column leaves.
CREATE DOMAIN number AS bigint;
CREATE TABLE "My ""own"" ledger" (gone int, version number PRIMARY KEY, description text, installed_on timestamptz,
  success boolean, checksum bytea, execution_time bigint, later_column text);
ALTER TABLE "My ""own"" ledger" DROP COLUMN gone;
INSERT INTO "My ""own"" ledger" VALUES (1, 'x', now(), true, '\x01', 2);
-- A column more says nothing where the name is the usual one.
CREATE SCHEMA own;
CREATE TABLE own.alembic_version (version_num varchar(32) PRIMARY KEY, note text);
CREATE TABLE own.schema_migrations (version bigint, dirty boolean, extra text);
-- These are none: a type, a column too many, a name that says nothing.
CREATE SCHEMA other;
CREATE TABLE other.alembic_version (version_num integer);
CREATE TABLE other.migrations (version bigint, dirty boolean, extra text);
CREATE TABLE other.schema_migrations (version varchar(255), extra text);
CREATE TABLE other.settings (version varchar);
CREATE TABLE other.people (name varchar(255) PRIMARY KEY);
CREATE TABLE other.goose (id int, version_id bigint, is_applied boolean, tstamp date);
CREATE TEMP TABLE knex_migrations_temp (id serial PRIMARY KEY, name varchar(255), batch integer, migration_time timestamptz);
CREATE TABLE other.partitioned (version_num varchar(32)) PARTITION BY LIST (version_num);
SELECT * FROM schema_guard.migration_ledgers WHERE "table" ~ 'own|other|temp';

-- Nothing of the owner's runs when a ledger is read: no view, rule, policy or generated column.
CREATE FUNCTION other.bang() RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''ran as %'', current_user; END';
CREATE FUNCTION other.bang(text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''ran as %'', current_user; END';
CREATE VIEW other.alembic_view AS SELECT other.bang()::varchar(32) AS version_num;
CREATE TABLE other.ruled (version_num varchar(32));
INSERT INTO other.ruled VALUES ('abc');
ALTER TABLE other.ruled ENABLE ROW LEVEL SECURITY;
ALTER TABLE other.ruled FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON other.ruled USING (other.bang(version_num));
CREATE TABLE other.generated (v text, version_num varchar(32) GENERATED ALWAYS AS (upper(v)) STORED);
SELECT * FROM schema_guard.migration_ledgers WHERE "table" LIKE 'other.%';

-- Who may not read a ledger is told so, and of the others nevertheless.
CREATE ROLE ledger_reader;
SELECT schema_guard.grant_role('ledger_reader', 'reader');
GRANT USAGE ON SCHEMA other, dm, gm TO ledger_reader;
GRANT SELECT ON other.ruled, dm.schema_migrations, fw.flyway_schema_history TO ledger_reader;
SET ROLE ledger_reader;
SELECT * FROM schema_guard.migration_ledgers WHERE "table" ~ '^(other|dm|gm|fw)';
RESET ROLE;
-- What no ledger can be is said, and does not stop the rest.
INSERT INTO "SequelizeMeta" VALUES ('x');
CREATE TABLE long_alembic (version_num varchar);
INSERT INTO long_alembic VALUES (repeat('x', 20000));
SELECT * FROM schema_guard.migration_ledgers WHERE "table" ~ 'long|Seq';
ROLLBACK;
