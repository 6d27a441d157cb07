-- what people ask for first: status, drift, preview
CREATE EXTENSION schema_guard;
CREATE SCHEMA asked;
CREATE TABLE asked.t (a int);
SELECT schema_guard.capture('one') = schema_guard.approve('one') AS approved;
-- a newer schema is approved that has yet to be deployed: no drift
ALTER TABLE asked.t ADD b int;
SELECT schema_guard.capture('two') = schema_guard.approve('two') AS approved;
ALTER TABLE asked.t DROP b;
SELECT approved, approved_snapshot FROM schema_guard.status;
SELECT * FROM schema_guard.drift();
-- once it is not approved any more, it is measured from the newest one
ALTER TABLE asked.t ADD c int;
SELECT approved, approved_snapshot FROM schema_guard.status;
SELECT change, object_identity, attribute FROM schema_guard.drift() ORDER BY attribute;
-- SQL that changes no schema has a verdict, too
SELECT kind, change, attribute, before = after AS same FROM schema_guard.preview('SELECT 1') WHERE kind = 'verdict';
SELECT kind, change, attribute, before = after AS same FROM schema_guard.preview('DELETE FROM asked.t; ALTER TABLE asked.t ADD d int, DROP c; ALTER TABLE asked.t DROP d, ADD c int') WHERE kind = 'verdict';
-- the last verify(): who watches the guard may run it, and approve nothing
SELECT last_verify_at <= now() AS installed, last_verify_rows FROM schema_guard.status;
BEGIN;
CREATE ROLE regress_sg_watcher;
SELECT schema_guard.grant_role('regress_sg_watcher', 'monitor');
UPDATE pg_event_trigger SET evtenabled = 'D' WHERE evtname = 'schema_guard_ddl_start';
COMMIT;
CREATE TABLE asked.unseen (a int, b int);
SET ROLE regress_sg_watcher;
SELECT change, object_type, object_identity FROM schema_guard.verify();
SELECT last_verify_at > last_change_at AS later, last_verify_rows FROM schema_guard.status;
SELECT schema_guard.approve('one');
RESET ROLE;
UPDATE pg_event_trigger SET evtenabled = 'A' WHERE evtname = 'schema_guard_ddl_start';
DROP TABLE asked.unseen;
-- what the schema becomes later does not alter what verify() found
SELECT last_verify_rows FROM schema_guard.status;
SELECT count(*) AS found FROM schema_guard.verify();
SELECT last_verify_rows FROM schema_guard.status;
DROP OWNED BY regress_sg_watcher;
DROP ROLE regress_sg_watcher;
-- what the caller may not do: who may
CREATE ROLE regress_sg_asker;
SELECT schema_guard.grant_role('regress_sg_asker', 'approver');
GRANT USAGE ON SCHEMA asked TO regress_sg_asker;
SET ROLE regress_sg_asker;
SELECT * FROM schema_guard.preview('ALTER TABLE asked.t DROP c');
RESET ROLE;
-- settings: what is in force, not what somebody has asked for
CREATE ROLE regress_sg_setter LOGIN;
SELECT schema_guard.grant_role('regress_sg_setter', 'reader');
SELECT current_database() AS db, current_user AS me \gset
\connect postgres
ALTER DATABASE :db SET schema_guard.mode = 'enforced';
ALTER DATABASE :db SET schema_guard.strict_path = 'strictly';
ALTER DATABASE :db SET schema_guard.on_mismatch = 'ignore';
ALTER DATABASE :db SET schema_guard.mod = 'enforce';
ALTER ROLE regress_sg_setter SET schema_guard.mode = 'warn';
ALTER ROLE regress_sg_setter IN DATABASE :db SET schema_guard.mode = 'Strict';
ALTER ROLE regress_sg_setter SET schema_guard.required_approvals = '0';
ALTER ROLE regress_sg_setter SET schema_guard.require_application = 'maybe';
SET client_min_messages = error;
\connect :db
SET client_min_messages = error;
SELECT mode, strict_path FROM schema_guard.status;
SELECT object_type, object_identity, replace(attribute, :'db', 'db') AS attribute, found FROM schema_guard.problems
 ORDER BY object_identity, attribute;
-- what is understood is in force, in the order of PostgreSQL
\connect - regress_sg_setter
SET client_min_messages = error;
SELECT mode, strict_path FROM schema_guard.status;
SELECT required FROM schema_guard.required_approvals;
-- nor what a client has no right to
\set spoilt 'dbname=' :db ' user=regress_sg_setter options=''-c schema_guard.mode=off -c schema_guard.required_approvals=many'''
\connect :spoilt
SET client_min_messages = error;
SELECT s.mode, r.required FROM schema_guard.status s, schema_guard.required_approvals r;
SELECT * FROM schema_guard.settings_not_in_force() WHERE place = 'this session';
\set unspoilt 'dbname=' :db ' user=' :me
\connect :unspoilt
SET client_min_messages = error;
ALTER DATABASE :db RESET schema_guard.mode;
ALTER DATABASE :db RESET schema_guard.strict_path;
ALTER DATABASE :db RESET schema_guard.on_mismatch;
ALTER DATABASE :db RESET schema_guard.mod;
ALTER ROLE regress_sg_setter RESET ALL;
ALTER ROLE regress_sg_setter IN DATABASE :db RESET ALL;
SELECT * FROM schema_guard.settings_not_in_force();
RESET client_min_messages;
SELECT schema_guard.setting_in_force('work_mem');
SELECT schema_guard.setting_in_force('schema_guard.mod');
-- references that lead nowhere
SELECT schema_guard.export_path('sg1:0123456789ab', NULL);
SELECT schema_guard.export_path('nobody', NULL);
SELECT * FROM schema_guard.diff('sg1:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
-- the extension is newer than the library, or older
UPDATE pg_extension SET extversion = '1.10' WHERE extname = 'schema_guard';
SELECT schema_guard.assert_release('a', '1');
UPDATE pg_extension SET extversion = '1.1.1' WHERE extname = 'schema_guard';
SELECT schema_guard.assert_release('a', '1');
UPDATE pg_extension SET extversion = '0.9' WHERE extname = 'schema_guard';
SELECT schema_guard.assert_release('a', '1');
UPDATE pg_extension SET extversion = schema_guard.library_version() WHERE extname = 'schema_guard';
\set VERBOSITY terse
DROP SCHEMA asked CASCADE;
DROP OWNED BY regress_sg_asker, regress_sg_setter;
DROP ROLE regress_sg_asker, regress_sg_setter;
DROP EXTENSION schema_guard;
