-- preview(): what DDL would change, without a trace.
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT never
CREATE SCHEMA mine;
CREATE TABLE mine.t (a int, b text);

-- what is the same each time but the fingerprints
CREATE FUNCTION pg_temp.preview(ddl text, OUT kind text, OUT change text, OUT type text, OUT identity text, OUT facet text,
	OUT attribute text, OUT before text, OUT after text, OUT approved_in text, OUT bytes bigint)
RETURNS SETOF record LANGUAGE sql AS $$
	SELECT kind, change, object_type, object_identity, facet, attribute,
		   CASE WHEN kind = 'verdict' THEN left(before, 4) ELSE before END,
		   CASE WHEN kind = 'verdict' THEN left(after, 4) ELSE after END, approved_in, bytes
	  FROM schema_guard.preview(ddl) $$;
SELECT * FROM pg_temp.preview('ALTER TABLE mine.t RENAME b TO c');
-- in the caller's search_path
SET search_path = mine;
SELECT kind, change, object_identity, attribute FROM schema_guard.preview('CREATE INDEX i ON t (a); ALTER TABLE t ADD d int');
RESET search_path;
SELECT kind, change, attribute FROM schema_guard.preview('SELECT 1');
-- several statements that undo each other
SELECT * FROM pg_temp.preview('ALTER TABLE mine.t ADD x int; ALTER TABLE mine.t DROP x');
-- within a transaction that has changed the schema already: only what the DDL adds
BEGIN;
ALTER TABLE mine.t ADD e int;
SELECT kind, change, object_identity, attribute FROM schema_guard.preview('ALTER TABLE mine.t ADD f int');
COMMIT;
-- an error of the DDL is passed on as it is
SELECT * FROM schema_guard.preview('ALTER TABLE mine.nonexistent ADD f int');
\echo :SQLSTATE
SELECT * FROM schema_guard.preview('ALTER TABLE');

-- locks: of what was there before, and nothing of the catalogs, of toast, of new tables
CREATE TABLE mine."a ""big"" one" (id int PRIMARY KEY, v int, txt text);
INSERT INTO mine."a ""big"" one" SELECT n, n, n FROM generate_series(1, 1000) n;
CREATE INDEX by_v ON mine."a ""big"" one" (v);
CREATE VIEW mine.seen AS SELECT id FROM mine."a ""big"" one";
CREATE MATERIALIZED VIEW mine.kept AS SELECT 1 AS id;
CREATE TABLE mine.referring (id int REFERENCES mine."a ""big"" one");
CREATE TABLE mine.parted (a int) PARTITION BY LIST (a);
CREATE TABLE mine.part PARTITION OF mine.parted FOR VALUES IN (1);
CREATE SEQUENCE mine.s;
SELECT type, identity, after AS mode FROM pg_temp.preview('CREATE VIEW mine.v AS SELECT * FROM mine.seen; CREATE TABLE mine.n (a int REFERENCES mine."a ""big"" one")') WHERE kind = 'lock' AND type <> 'index';
SELECT type, identity, after AS mode FROM pg_temp.preview('CREATE INDEX ON mine.parted (a); ALTER SEQUENCE mine.s INCREMENT 2; LOCK TABLE mine.t IN SHARE MODE') WHERE kind = 'lock';
SELECT type, identity, after AS mode FROM pg_temp.preview('DROP MATERIALIZED VIEW mine.kept; DROP TABLE mine.referring') WHERE kind = 'lock';
BEGIN;
LOCK TABLE mine.t IN ACCESS EXCLUSIVE MODE;
SELECT kind, identity FROM pg_temp.preview('ALTER TABLE mine.t ADD f int; ALTER TABLE mine.part ADD CHECK (a > 0)') WHERE kind = 'lock';
COMMIT;
-- rewritten: tables, with their indexes; indexes alone; not what only looks like it
SELECT kind, change, type, identity, bytes = pg_total_relation_size('mine."a ""big"" one"') AS all_of_it, after = pg_size_pretty(bytes) AS pretty
  FROM pg_temp.preview('DROP VIEW mine.seen; ALTER TABLE mine."a ""big"" one" ALTER v TYPE bigint') WHERE kind = 'rewrite';
SELECT change, type, identity FROM pg_temp.preview('ALTER TABLE mine."a ""big"" one" ADD f int DEFAULT 1, ALTER v SET NOT NULL, ALTER txt TYPE varchar') WHERE kind = 'rewrite';
SELECT change, type, identity, bytes > 0 AS size FROM pg_temp.preview('REINDEX INDEX mine.by_v; REFRESH MATERIALIZED VIEW mine.kept; TRUNCATE mine.referring') WHERE kind = 'rewrite';
SELECT change, type, identity FROM pg_temp.preview('CLUSTER mine."a ""big"" one" USING by_v') WHERE kind = 'rewrite';
SELECT change, type, identity FROM pg_temp.preview('TRUNCATE mine."a ""big"" one" CASCADE') WHERE kind = 'rewrite';
SELECT change, type, identity FROM pg_temp.preview('DROP TABLE mine.referring; CREATE TABLE mine.referring (id int)') WHERE kind = 'rewrite';

-- releases that would break
SELECT schema_guard.register('api', '1.4.2', '{"relations": {"mine.t": {"select": {"a": "integer", "b": "text"}, "insert": ["a"]}}}');
SELECT schema_guard.register('web', '2', '{"relations": {"mine.t": {"select": {"b": "text"}}}}');
SELECT kind, change, type, identity, attribute, after, approved_in FROM pg_temp.preview('ALTER TABLE mine.t DROP b, ADD must int NOT NULL') WHERE kind IN ('release', 'verdict');
SELECT schema_guard.retire('api', '1.4.2'), schema_guard.retire('web', '2');

-- what of it is approved already, and where
BEGIN;
ALTER TABLE mine.t ADD f int, DROP e;
ALTER TABLE mine.t RENAME b TO c;
DROP TABLE mine.referring;
CREATE TABLE mine.more (a int);
ALTER VIEW mine.seen RENAME TO viewed;
SELECT schema_guard.export() AS file \gset
ROLLBACK;
SELECT schema_guard.capture('now') IS NOT NULL AS captured;
SELECT schema_guard.approve('now') IS NOT NULL AS approved;
SELECT schema_guard.import(:'file', 'next') IS NOT NULL AS imported;
SELECT schema_guard.approve('next') IS NOT NULL AS approved;
SELECT change, type, identity, attribute, approved_in FROM pg_temp.preview($$
	ALTER TABLE mine.t ADD f int, ADD g int, DROP e;
	ALTER TABLE mine.t RENAME b TO c;
	DROP TABLE mine.referring;
	DROP SEQUENCE mine.s;
	CREATE TABLE mine.more (a int);
	CREATE TABLE mine.even_more (a int);
	ALTER VIEW mine.seen RENAME TO viewed$$) WHERE kind <> 'lock';
-- altered after the approval
SELECT change, type, identity, attribute, approved_in FROM pg_temp.preview($$
	ALTER TABLE mine.t ADD f text, DROP e;
	ALTER TABLE mine.t RENAME b TO c2;
	CREATE TABLE mine.more (a bigint)$$) WHERE kind <> 'lock';
SELECT change, type, identity, attribute, approved_in FROM pg_temp.preview($$
	ALTER TABLE mine.t ADD f int, DROP e;
	ALTER TABLE mine.t RENAME b TO c;
	DROP TABLE mine.referring;
	CREATE TABLE mine.more (a int);
	ALTER VIEW mine.seen RENAME TO viewed$$) WHERE kind <> 'lock';
SET schema_guard.strict_path = on;
SELECT change, attribute, approved_in FROM pg_temp.preview($$
	ALTER TABLE mine.t ADD f int, DROP e;
	ALTER TABLE mine.t RENAME b TO c;
	DROP TABLE mine.referring;
	CREATE TABLE mine.more (a int);
	ALTER VIEW mine.seen RENAME TO viewed$$) WHERE kind = 'verdict';
RESET schema_guard.strict_path;
SELECT schema_guard.open_window('a window', '1 hour') > 0 AS opened;
SELECT change, attribute, approved_in FROM pg_temp.preview('DROP SEQUENCE mine.s') WHERE kind = 'verdict';
SELECT schema_guard.close_window();
SELECT schema_guard.revoke('next', 'test') IS NOT NULL AS revoked;
SELECT identity, approved_in FROM pg_temp.preview('CREATE TABLE mine.more (a int)') WHERE kind = 'item';
-- an approval whose snapshot somebody has deleted
BEGIN;
SET LOCAL client_min_messages = error;
ALTER TABLE mine.t ADD f int;
DELETE FROM schema_guard.snapshot WHERE name = 'now';
SELECT change, attribute, approved_in FROM pg_temp.preview('ALTER TABLE mine.t DROP f') WHERE kind = 'verdict';
ROLLBACK;
SELECT schema_guard.revoke('now', 'test') IS NOT NULL AS revoked;

-- what cannot be previewed says so
SELECT * FROM schema_guard.preview(NULL);
SELECT * FROM schema_guard.preview('');
SELECT * FROM schema_guard.preview(' ; -- nothing');
SELECT * FROM schema_guard.preview('ALTER TABLE mine.t ADD g int; COMMIT');
SELECT * FROM schema_guard.preview('SAVEPOINT a');
\echo :SQLSTATE
-- it would not run inside a transaction
SELECT * FROM schema_guard.preview('CREATE INDEX CONCURRENTLY ON mine.t (a)');
\echo :SQLSTATE
\set VERBOSITY terse
SELECT * FROM schema_guard.preview('REINDEX TABLE CONCURRENTLY mine.t');
SELECT * FROM schema_guard.preview('VACUUM');
\echo :SQLSTATE
SELECT * FROM schema_guard.preview('CREATE DATABASE regress_sg_other');
SELECT * FROM schema_guard.preview('DROP DATABASE regress_sg_other');
SELECT * FROM schema_guard.preview('ALTER SYSTEM SET work_mem = ''1MB''');
SELECT * FROM schema_guard.preview('CREATE TABLESPACE regress_sg_space LOCATION ''/nowhere''');
SELECT * FROM schema_guard.preview('DO $$ BEGIN CREATE TABLE mine.in_do (); COMMIT; END $$');
\echo :SQLSTATE
CREATE PROCEDURE mine.commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
CREATE PROCEDURE mine.rolls_back() LANGUAGE plpgsql AS $$ BEGIN ROLLBACK; END $$;
SELECT * FROM schema_guard.preview('CALL mine.commits()');
SELECT * FROM schema_guard.preview('CALL mine.rolls_back()');
-- or would leave something behind, also from within
SELECT * FROM schema_guard.preview('COPY mine.t FROM STDIN');
SELECT * FROM schema_guard.preview('COPY mine.t TO STDOUT');
SELECT * FROM schema_guard.preview('COPY mine.t TO ''/tmp/regress_sg_preview''');
SELECT * FROM schema_guard.preview('COPY mine.t FROM PROGRAM ''true''');
SELECT * FROM schema_guard.preview('PREPARE regress_sg AS SELECT 1');
SELECT * FROM schema_guard.preview('DEALLOCATE ALL');
SELECT * FROM schema_guard.preview('DISCARD PLANS');
SELECT * FROM schema_guard.preview('LOAD ''plpgsql''');
SELECT * FROM schema_guard.preview('CLOSE ALL');
SELECT * FROM schema_guard.preview('CHECKPOINT');
\echo :SQLSTATE
SELECT * FROM schema_guard.preview('DO $$ BEGIN EXECUTE ''PREPARE regress_sg AS SELECT 1''; END $$');
SELECT * FROM schema_guard.preview('SELECT pg_advisory_lock(4711)');
SELECT * FROM schema_guard.preview('DO $$ BEGIN PERFORM pg_try_advisory_lock_shared(4711); END $$');
SELECT * FROM schema_guard.preview('SELECT setval(''mine.s'', 100)');
SELECT * FROM schema_guard.preview('SELECT pg_stat_reset_slru(''Notify'')');
SELECT * FROM schema_guard.preview('CREATE TABLE mine.set AS SELECT setval(''mine.s'', 100)');
SELECT * FROM schema_guard.preview('SELECT schema_guard.capture(''from a preview'')');
SELECT * FROM schema_guard.preview('SELECT schema_guard.preview(''DROP TABLE mine.t'')');
\echo :SQLSTATE
-- a cursor of the session's, not one of the preview's own
BEGIN;
DECLARE session_s CURSOR FOR SELECT generate_series(1, 3);
SAVEPOINT s;
SELECT * FROM schema_guard.preview('FETCH session_s');
ROLLBACK TO s;
SELECT * FROM schema_guard.preview('DO $$ BEGIN EXECUTE ''CLOSE session_s''; END $$');
ROLLBACK TO s;
-- each for itself: SPI asserts that no statement of a list leaves a cursor open for the next
SELECT kind FROM schema_guard.preview($$ DO $do$ BEGIN
	EXECUTE 'DECLARE own CURSOR FOR SELECT 1'; EXECUTE 'FETCH own'; EXECUTE 'CLOSE own';
END $do$ $$);
FETCH session_s;
COMMIT;
-- only while it lasts, also when it has failed
SELECT pg_advisory_lock(4711), pg_advisory_unlock(4711);
SELECT setval('mine.s', 7);
PREPARE regress_sg AS SELECT 1;
DEALLOCATE regress_sg;
\set VERBOSITY default

-- no trace: not in the session, not in the guard
SELECT schema_guard.fingerprint() AS fingerprint \gset
CREATE FUNCTION pg_temp.traces(OUT what text, OUT n text) RETURNS SETOF record LANGUAGE sql AS $$
	VALUES ('locks', (SELECT count(*)::text FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation
						WHERE pid = pg_backend_pid() AND (locktype = 'advisory' OR relnamespace = 'mine'::regnamespace))),
		   ('temporary objects', (SELECT count(*)::text FROM pg_class WHERE relname LIKE 'scratch%')),
		   ('channels', (SELECT count(*)::text FROM pg_listening_channels())),
		   ('cursors', (SELECT count(*)::text FROM pg_cursors WHERE name LIKE 'scratch%')),
		   ('prepared statements', (SELECT count(*)::text FROM pg_prepared_statements)),
		   ('work_mem', current_setting('work_mem')), ('search_path', current_setting('search_path')),
		   ('role', current_user::text), ('journal', (SELECT count(*)::text FROM schema_guard.journal_entry)),
		   ('snapshots', (SELECT count(*)::text FROM schema_guard.snapshot)),
		   ('live state', (SELECT fingerprint || stale FROM schema_guard.live_state)) $$;
CREATE TEMP TABLE counters AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'schema_guard';
CREATE TEMP TABLE traces_before AS SELECT * FROM pg_temp.traces();
BEGIN;
SELECT kind, change, type, identity, attribute, after FROM pg_temp.preview($$
	SET work_mem = '1MB';
	SET search_path = mine;
	SET ROLE pg_monitor;
	RESET ROLE;
	CREATE TEMP TABLE scratch (a int);
	LISTEN scratch;
	NOTIFY scratch, 'preview';
	DECLARE scratch CURSOR WITH HOLD FOR SELECT 1;
	SELECT pg_advisory_xact_lock(4711);
	ALTER TABLE t ADD h int;
	INSERT INTO t (a) VALUES (1)$$) WHERE kind <> 'verdict';
SELECT * FROM pg_temp.traces() EXCEPT SELECT * FROM traces_before;
COMMIT;
SELECT * FROM pg_temp.traces() EXCEPT SELECT * FROM traces_before;
SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'schema_guard' EXCEPT SELECT * FROM counters;
SELECT count(*) AS rows FROM mine.t;
SELECT schema_guard.fingerprint() = :'fingerprint' AS same;
-- and the same when it fails
SELECT * FROM schema_guard.preview('CREATE TEMP TABLE scratch (a int); SELECT pg_advisory_xact_lock(4711); LISTEN scratch; ALTER TABLE mine.t ADD h int; SELECT 1/0');
SELECT * FROM pg_temp.traces() EXCEPT SELECT * FROM traces_before;
SET statement_timeout = '300ms';
SELECT * FROM schema_guard.preview('ALTER TABLE mine.t ADD h int; SELECT pg_sleep(10)');
RESET statement_timeout;
SELECT * FROM pg_temp.traces() EXCEPT SELECT * FROM traces_before;

-- judged by nobody, also in enforce; and no way around the gate
SELECT schema_guard.capture('before') = schema_guard.approve('before') AS approved;
SET schema_guard.mode = enforce;
SELECT kind, change, attribute FROM schema_guard.preview('ALTER TABLE mine.t ADD h int');
\set VERBOSITY terse
ALTER TABLE mine.t ADD h int;
BEGIN;
SELECT count(*) FROM schema_guard.preview('ALTER TABLE mine.t ADD h int');
COMMIT;
\set VERBOSITY default
RESET schema_guard.mode;

-- the caller's rights, not the owner's
CREATE ROLE regress_sg_previewer;
SET ROLE regress_sg_previewer;
SELECT * FROM schema_guard.preview('DROP TABLE mine.t');
RESET ROLE;
SELECT schema_guard.grant_role('regress_sg_previewer', 'reader');
SET ROLE regress_sg_previewer;
SELECT * FROM schema_guard.preview('DROP TABLE mine.t');
SELECT current_user;
RESET ROLE;

SELECT * FROM schema_guard.verify();
SET client_min_messages = warning;
DROP SCHEMA mine CASCADE;
RESET client_min_messages;
DROP OWNED BY regress_sg_previewer;
DROP ROLE regress_sg_previewer;

-- sets of privileges
SELECT schema_guard.grant_role('nobody_of_that_name', 'reader');
SELECT schema_guard.grant_role(NULL, 'reader');
SELECT schema_guard.grant_role('regress_sg_reader', NULL);
CREATE ROLE "regress ""sg"" reader";
SELECT schema_guard.grant_role('regress "sg" reader', 'god');
SELECT schema_guard.grant_role('regress "sg" reader', 'release_manager');
SELECT p.oid::regprocedure::text AS granted FROM pg_proc p
 WHERE pronamespace = 'schema_guard'::regnamespace
   AND has_function_privilege('regress "sg" reader', p.oid, 'EXECUTE')
   AND NOT has_function_privilege('public', p.oid, 'EXECUTE')
 ORDER BY p.oid::regprocedure::text COLLATE "C";
SET ROLE "regress ""sg"" reader";
SELECT mode, stale FROM schema_guard.status;
SELECT count(*) >= 0 AS readable FROM schema_guard.journal;
SELECT count(*) FROM schema_guard.journal_entry;
SELECT schema_guard.approve('x');
SELECT schema_guard.grant_role('regress "sg" reader', 'approver');
RESET ROLE;
DROP OWNED BY "regress ""sg"" reader";
DROP ROLE "regress ""sg"" reader";
DROP EXTENSION schema_guard;
