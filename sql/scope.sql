-- The scope: exclusion rules and guarded facets, and that changing them is no drift.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE SCHEMA scp;
CREATE TABLE scp.kept (a integer);
CREATE INDEX kept_a ON scp.kept (a);
SELECT schema_guard.fingerprint() AS without \gset
CREATE TABLE scp.tmp_1 (a integer);
SELECT schema_guard.fingerprint() = :'without' AS same;

SELECT schema_guard.exclude('scp.tmp\_%', 'scratch tables of the nightly job');
SELECT schema_guard.fingerprint() = :'without' AS same;
SELECT count(*) FROM schema_guard.describe('scp.tmp%');
CREATE TABLE scp.tmp_2 (a integer);
SELECT schema_guard.fingerprint() = :'without' AS same;
SELECT fingerprint = :'without' AS same FROM schema_guard.live_state;

SELECT schema_guard.guard_facets('{structure}');
SELECT DISTINCT facet FROM schema_guard.describe();
DROP INDEX scp.kept_a;
SELECT schema_guard.guard_facets('{structure,index}');
SELECT schema_guard.include('scp.tmp\_%');
SELECT object_identity FROM schema_guard.describe('scp.%') WHERE attribute = 'column "a"';
SELECT * FROM schema_guard.verify();

-- in the journal a change of scope is what it is
SELECT verdict, reason, objects FROM schema_guard.journal WHERE verdict = 'scope' ORDER BY journal_id;

-- what depends on something temporary counts until it goes, when the session ends or before
SELECT schema_guard.fingerprint('{all}') AS without \gset
CREATE TEMP TABLE scratch (a integer);
CREATE DOMAIN scp.of_scratch AS scratch;
CREATE FUNCTION scp.takes(scratch) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION scp.returns() RETURNS SETOF scp.of_scratch[] LANGUAGE sql AS 'SELECT NULL::scp.of_scratch[]';
SELECT schema_guard.fingerprint('{all}') = :'without' AS same;
SELECT * FROM schema_guard.verify();
DISCARD TEMP;
SELECT * FROM schema_guard.verify();

-- bad input
SELECT schema_guard.exclude(NULL, 'x');
SELECT schema_guard.exclude('x', NULL);
SELECT schema_guard.exclude('', 'x');
SELECT schema_guard.exclude('x\', 'a pattern that is none');
SELECT schema_guard.include('x');
SELECT schema_guard.include(NULL);
SELECT schema_guard.exclude('twice', 'x');
SELECT schema_guard.exclude('twice', 'x');
SELECT schema_guard.guard_facets(NULL);
SELECT schema_guard.guard_facets('{}');
SELECT schema_guard.guard_facets('{structure,colour}');
BEGIN;
CREATE TABLE scp.other (a integer);
SELECT schema_guard.exclude('scp.other', 'hide what I have just done');
ROLLBACK;

-- two tenants, one schema: the name of the schema alone makes no difference
CREATE SCHEMA tenant_1;
CREATE SCHEMA "tenant ""2""";
SET search_path = tenant_1;
CREATE TYPE state AS ENUM ('on', 'off');
CREATE TABLE parent (id serial PRIMARY KEY, s state DEFAULT 'on');
CREATE TABLE child (id integer REFERENCES parent, CHECK (id > 0));
SET search_path = "tenant ""2""";
CREATE TYPE state AS ENUM ('on', 'off');
CREATE TABLE parent (id serial PRIMARY KEY, s state DEFAULT 'on');
CREATE TABLE child (id integer REFERENCES parent, CHECK (id > 0));
RESET search_path;
SELECT schema_guard.fingerprint(NULL, 'tenant_1') = schema_guard.fingerprint(NULL, 'tenant "2"') AS same;
ALTER TABLE tenant_1.child ALTER id SET NOT NULL;
SELECT schema_guard.fingerprint(NULL, 'tenant_1') = schema_guard.fingerprint(NULL, 'tenant "2"') AS same;

DROP SCHEMA scp, tenant_1, "tenant ""2""" CASCADE;
DROP EXTENSION schema_guard;
