-- Installing and removing: what is there, what is left.
CREATE EXTENSION schema_guard;
SELECT nspname FROM pg_namespace n, pg_depend d, pg_extension e
 WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid
   AND d.refobjid = e.oid AND e.extname = 'schema_guard' AND d.deptype = 'e';
-- 17 has one on login as well: t/029_sessions.pl
SELECT evtname, evtevent, evtenabled FROM pg_event_trigger WHERE evtevent <> 'login' ORDER BY 1;

-- every function pins search_path, but those whose queries or DDL see the caller's, and those that pin it in C: assert_release, on_ddl, on_login
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE pronamespace = 'schema_guard'::regnamespace
   AND NOT coalesce(proconfig::text LIKE '%search_path=pg_catalog, pg_temp%', false)
 ORDER BY oid::regprocedure::text COLLATE "C";

-- what everybody may call
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE pronamespace = 'schema_guard'::regnamespace
   AND has_function_privilege('public', p.oid, 'EXECUTE')
 ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT relname FROM pg_class
 WHERE relnamespace = 'schema_guard'::regnamespace AND relkind IN ('r', 'v', 'S')
   AND has_table_privilege('public', oid, 'SELECT, INSERT, UPDATE, DELETE')
 ORDER BY relname;

-- the live state is there from the start
SELECT verdict, statements, changes, fingerprint_before IS NULL AS first FROM schema_guard.journal;
SELECT fingerprint = schema_guard.fingerprint() AS current, stale FROM schema_guard.live_state;
SELECT * FROM schema_guard.verify();

-- the library says its version, and the extension in the database agrees
SELECT library_version = extension_version AS agree, mode, stale, approved, approved_snapshot,
	   live_releases, open_window, refused_attempts, journal_entries
  FROM schema_guard.status;
UPDATE pg_extension SET extversion = '0.9' WHERE extname = 'schema_guard';
SELECT schema_guard.verify();
\echo :SQLSTATE
-- outside enforce this stops nothing
CREATE TABLE with_a_wrong_version ();
SET schema_guard.mode = enforce;
DROP TABLE with_a_wrong_version;
\echo :SQLSTATE
-- the ways out
SET schema_guard.bypass = 'the library is broken';
DROP TABLE with_a_wrong_version;
RESET schema_guard.bypass;
SET schema_guard.mode = off;
CREATE TABLE with_a_wrong_version ();
RESET schema_guard.mode;
UPDATE pg_extension SET extversion = schema_guard.library_version() WHERE extname = 'schema_guard';
SELECT change, object_identity FROM schema_guard.verify();
DROP TABLE with_a_wrong_version;

-- removing is possible in every mode and leaves nothing
SET schema_guard.mode = enforce;
DROP EXTENSION schema_guard;
RESET schema_guard.mode;
SELECT evtname FROM pg_event_trigger;
SELECT nspname FROM pg_namespace WHERE nspname LIKE 'schema%guard';
SELECT count(*) FROM pg_proc WHERE probin LIKE '%schema_guard%';
-- and the session goes on
CREATE TABLE afterwards ();
DROP TABLE afterwards;

-- nobody prepares a schema for us
-- (18 adds where in the script)
\set SHOW_CONTEXT never
CREATE SCHEMA schema_guard;
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT errors
DROP SCHEMA schema_guard;

-- in and out again in one session, and in one transaction
BEGIN;
CREATE EXTENSION schema_guard;
CREATE TABLE in_one_transaction ();
DROP EXTENSION schema_guard;
COMMIT;
CREATE EXTENSION schema_guard;
DROP TABLE in_one_transaction;
SELECT verdict FROM schema_guard.journal;
DROP EXTENSION schema_guard;

-- with the guard off there is no state; the row that a change leaves is not shown as one
SET schema_guard.mode = off;
CREATE EXTENSION schema_guard;
CREATE TABLE unguarded ();
SELECT fingerprint IS NULL AS none, computed_at IS NULL AS never, stale, phase FROM schema_guard.status;
SELECT count(*) FROM schema_guard.verify();
SELECT fingerprint = schema_guard.fingerprint() AS current, computed_at IS NOT NULL AS computed, stale FROM schema_guard.status;
DROP TABLE unguarded;
DROP EXTENSION schema_guard;
RESET schema_guard.mode;
