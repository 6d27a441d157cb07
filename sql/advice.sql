-- The HINT of a refusal: what the role that was refused may do, or whom it may ask.
\set SHOW_CONTEXT never
CREATE ROLE regress_sg_owner SUPERUSER;
CREATE ROLE regress_sg_deployer;
CREATE ROLE regress_sg_dba;
CREATE ROLE "regress_sg_DBA 2";
CREATE ROLE regress_sg_releases;
SET ROLE regress_sg_owner;
CREATE EXTENSION schema_guard;
RESET ROLE;
SET client_min_messages = error;
SELECT schema_guard.exclude(o, 'not of this test') FROM unnest('{public,plpgsql,public.%}'::text[]) o;
RESET client_min_messages;
CREATE SCHEMA shop AUTHORIZATION regress_sg_deployer;
-- the guard is armed, and nothing is approved any more
SELECT schema_guard.capture('empty') IS NOT NULL AND schema_guard.approve('empty') IS NOT NULL
   AND schema_guard.revoke('empty', 'test') IS NOT NULL AS revoked;
SET schema_guard.mode = enforce;

-- nobody but the owner could
SET ROLE regress_sg_deployer;
CREATE TABLE shop.orders (id bigint);
RESET ROLE;
SELECT schema_guard.grant_role('regress_sg_dba', 'approver');
SET ROLE regress_sg_deployer;
CREATE TABLE shop.orders (id bigint);
RESET ROLE;
GRANT USAGE, CREATE ON SCHEMA shop TO regress_sg_dba;
SET ROLE regress_sg_dba;
CREATE TABLE shop.orders (id bigint);
-- nothing but this is approved
SELECT schema_guard.approve('empty') IS NOT NULL AS approved;
CREATE TABLE shop.orders (id bigint);
RESET ROLE;
SELECT schema_guard.grant_role('regress_sg_DBA 2', 'approver');
SET ROLE regress_sg_deployer;
CREATE TABLE shop.orders (id bigint);
RESET ROLE;
-- a window may be the deployer's own business
GRANT EXECUTE ON FUNCTION schema_guard.open_window(text, interval) TO regress_sg_deployer;
SET ROLE regress_sg_deployer;
CREATE TABLE shop.orders (id bigint);
RESET ROLE;
REVOKE EXECUTE ON FUNCTION schema_guard.open_window(text, interval) FROM regress_sg_deployer;

-- a path, and a step too many; nobody gave its states a name
SET schema_guard.mode = observe;
CREATE TABLE shop.orders (id bigint);
CREATE TABLE shop.items (id bigint);
SELECT schema_guard.export_path('empty') AS path_file \gset
DROP TABLE shop.items, shop.orders;
SELECT schema_guard.import_path(:'path_file', 'r2') IS NOT NULL AS imported;
SELECT schema_guard.revoke('empty', 'test'), schema_guard.approve('r2') IS NOT NULL AS approved;
-- as in a database that has not been there before
DELETE FROM schema_guard.journal_object;
DELETE FROM schema_guard.journal_entry;
SET schema_guard.strict_path = on;
SET schema_guard.mode = enforce;
SET ROLE regress_sg_deployer;
CREATE TABLE shop.other (id bigint);
BEGIN;
CREATE TABLE shop.orders (id bigint);
CREATE TABLE shop.items (id bigint);
COMMIT;
RESET ROLE;
SET ROLE regress_sg_dba;
BEGIN;
CREATE TABLE shop.orders (id bigint);
CREATE TABLE shop.items (id bigint);
COMMIT;
RESET ROLE;
SET ROLE regress_sg_deployer;
CREATE TABLE shop.orders (id bigint);
CREATE TABLE shop.other (id bigint);
RESET ROLE;

-- a release in the way
SELECT schema_guard.register('shop', '1', '{"relations": {"shop.orders": {"select": {"id": "bigint"}}}}');
SET ROLE regress_sg_deployer;
ALTER TABLE shop.orders RENAME id TO no;
RESET ROLE;
SELECT schema_guard.grant_role('regress_sg_releases', 'release_manager');
SET ROLE regress_sg_deployer;
ALTER TABLE shop.orders RENAME id TO no;
RESET ROLE;
SELECT schema_guard.grant_role('regress_sg_deployer', 'release_manager');
SET ROLE regress_sg_deployer;
ALTER TABLE shop.orders RENAME id TO no;
RESET ROLE;

-- a fault: the command is for who may run it
SET schema_guard.mode = off;
ALTER TABLE schema_guard.journal_entry RENAME TO lost;
SET schema_guard.mode = observe;
SET ROLE regress_sg_deployer;
ALTER TABLE shop.orders ADD n int;
RESET ROLE;
ALTER TABLE shop.orders DROP n;
SET schema_guard.mode = off;
ALTER TABLE schema_guard.lost RENAME TO journal_entry;

\set VERBOSITY terse
SET client_min_messages = warning;
DROP EXTENSION schema_guard;
DROP SCHEMA shop CASCADE;
DROP OWNED BY regress_sg_deployer, regress_sg_dba, "regress_sg_DBA 2", regress_sg_releases;
DROP ROLE regress_sg_owner, regress_sg_deployer, regress_sg_dba, "regress_sg_DBA 2", regress_sg_releases;
