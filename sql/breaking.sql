-- approve(…, breaking => …): a change that breaks a live release passes if its approvals name that release
CREATE EXTENSION schema_guard;
SET client_min_messages = warning;
\pset null -
\set VERBOSITY terse
CREATE FUNCTION pg_temp.try(ddl text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL schema_guard.mode = enforce;
	EXECUTE ddl;
	RAISE EXCEPTION USING ERRCODE = 'UU000';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
-- the snapshot of what the change leads to: made and undone
CREATE FUNCTION pg_temp.capture_after(name text, ddl text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	file text;
BEGIN
	BEGIN
		EXECUTE ddl;
		file := schema_guard.export();
		RAISE EXCEPTION USING ERRCODE = 'UU000';
	EXCEPTION WHEN SQLSTATE 'UU000' THEN
	END;
	PERFORM schema_guard.import(file, name);
END $$;
CREATE TABLE public.orders (id bigint PRIMARY KEY, customer_id bigint, note text);
SELECT schema_guard.register('api', '1.4.2', '{"relations": {"public.orders": {"select": {"customer_id": "bigint"}}}}');
SELECT schema_guard.register('api', '1.5.0', '{"relations": {"public.orders": {"select": {"id": "bigint", "note": "text"}}}}');
SELECT schema_guard.register('team/report', '1', '{"relations": {"public.orders": {"select": {"customer_id": "bigint"}}}}');
SELECT schema_guard.register('old', '1', '{"relations": {"public.orders": {}}}'), schema_guard.retire('old', '1');
SELECT pg_temp.capture_after('renamed', 'ALTER TABLE public.orders RENAME customer_id TO client_id');
SELECT schema_guard.capture('now') IS NOT NULL, schema_guard.approve('now') IS NOT NULL;

-- what breaking may not name
SELECT schema_guard.approve('renamed', breaking => '{api/9}');
SELECT schema_guard.approve('renamed', breaking => '{api}');
SELECT schema_guard.approve('renamed', breaking => '{api/}');
SELECT schema_guard.approve('renamed', breaking => '{/1}');
SELECT schema_guard.approve('renamed', breaking => ARRAY['api/1.4.2', NULL]);
SET client_min_messages = notice;
SELECT schema_guard.approve('now', breaking => '{old/1}') IS NOT NULL;
SET client_min_messages = warning;

-- an approval alone is not enough, nor is one that names but one of two
SET schema_guard.mode = enforce;
SELECT schema_guard.approve('renamed', 'a plan') IS NOT NULL;
\set VERBOSITY default
ALTER TABLE public.orders RENAME customer_id TO client_id;
SELECT schema_guard.approve('renamed', 'a plan', breaking => '{api/1.4.2,api/1.4.2}') IS NOT NULL;
ALTER TABLE public.orders RENAME customer_id TO client_id;
SELECT change, object_identity, attribute, before, approved_in FROM schema_guard.preview('ALTER TABLE public.orders RENAME customer_id TO client_id') WHERE kind IN ('release', 'verdict');
-- the same again is the same approval; another one that says more is another
SET client_min_messages = notice;
SELECT schema_guard.approve('renamed', breaking => '{api/1.4.2}') IS NOT NULL;
SELECT schema_guard.approve('renamed', breaking => '{}') IS NOT NULL;
SET client_min_messages = warning;
SELECT schema_guard.approve('renamed', breaking => '{team/report/1}') IS NOT NULL;
SELECT change, object_identity, attribute, before, approved_in FROM schema_guard.preview('ALTER TABLE public.orders RENAME customer_id TO client_id') WHERE kind IN ('release', 'verdict');
SELECT snapshot_name, note, valid, breaking FROM schema_guard.approvals;

-- a release that is registered anew, with another contract, is another one
SELECT schema_guard.retire('api', '1.4.2');
SELECT schema_guard.register('api', '1.4.2', '{"relations": {"public.orders": {"select": {"customer_id": "bigint", "id": "bigint"}}}}');
\set VERBOSITY terse
ALTER TABLE public.orders RENAME customer_id TO client_id;
SELECT schema_guard.approve('renamed', breaking => '{api/1.4.2}') IS NOT NULL;
-- a revoked or an expired approval lets nothing pass
SELECT schema_guard.revoke('renamed', 'not today') IS NOT NULL;
ALTER TABLE public.orders RENAME customer_id TO client_id;
SELECT schema_guard.approve('renamed', breaking => '{api/1.4.2,team/report/1}', expires => '1 ms') IS NOT NULL, pg_sleep(0.01);
ALTER TABLE public.orders RENAME customer_id TO client_id;
-- what names more than breaks: the other one is not broken by it
SELECT schema_guard.approve('renamed', breaking => '{api/1.4.2,api/1.5.0,team/report/1}') IS NOT NULL;
ALTER TABLE public.orders RENAME customer_id TO client_id;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
SELECT severity, rule FROM schema_guard.check_release('api', '1.4.2');

-- the way back breaks nothing; a window lets nothing pass that breaks
ALTER TABLE public.orders RENAME client_id TO customer_id;
SELECT schema_guard.open_window('for a moment', '1 hour') IS NOT NULL;
ALTER TABLE public.orders DROP note;
ALTER TABLE public.orders ADD more text;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
ALTER TABLE public.orders DROP more;
SELECT schema_guard.close_window() IS NOT NULL;

-- a path: the approval names the release for all of its steps
SET schema_guard.mode = observe;
SELECT schema_guard.revoke('renamed', 'the path instead') IS NOT NULL;
CREATE TEMP TABLE file AS SELECT ''::text AS path;
ALTER TABLE public.orders ADD step1 text;
ALTER TABLE public.orders RENAME customer_id TO client_id;
ALTER TABLE public.orders ADD step3 text;
UPDATE file SET path = schema_guard.export_path('now');
ALTER TABLE public.orders DROP step3;
ALTER TABLE public.orders RENAME client_id TO customer_id;
ALTER TABLE public.orders DROP step1;
SELECT schema_guard.import_path(path, 'sprint') IS NOT NULL FROM file;
SET schema_guard.mode = enforce;
SELECT schema_guard.approve('sprint', breaking => '{api/1.4.2}') IS NOT NULL;
ALTER TABLE public.orders ADD step1 text;
ALTER TABLE public.orders RENAME customer_id TO client_id;
SELECT schema_guard.approve('sprint', breaking => '{api/1.4.2,team/report/1}') IS NOT NULL;
ALTER TABLE public.orders RENAME customer_id TO client_id;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
ALTER TABLE public.orders ADD step3 text;
SET schema_guard.mode = observe;
ALTER TABLE public.orders DROP step3;
ALTER TABLE public.orders RENAME client_id TO customer_id;
ALTER TABLE public.orders DROP step1;
SELECT schema_guard.revoke('sprint', 'done') IS NOT NULL;
SELECT schema_guard.approve('renamed', breaking => '{api/1.4.2,team/report/1}') IS NOT NULL;

-- several approvals required: each has to name the release
SET schema_guard.mode = observe;
CREATE ROLE regress_guard_ann SUPERUSER LOGIN;
CREATE ROLE regress_guard_bob SUPERUSER LOGIN;
SELECT schema_guard.revoke('renamed', 'anew') IS NOT NULL;
SET schema_guard.required_approvals = 2;
SET schema_guard.mode = enforce;
SELECT current_user AS me \gset
SET SESSION AUTHORIZATION regress_guard_ann;
SELECT schema_guard.approve('renamed', breaking => '{api/1.4.2,team/report/1}') IS NOT NULL;
SET SESSION AUTHORIZATION regress_guard_bob;
SELECT schema_guard.approve('renamed', breaking => '{api/1.4.2}') IS NOT NULL;
ALTER TABLE public.orders RENAME customer_id TO client_id;
SELECT schema_guard.approve('renamed', breaking => '{team/report/1}') IS NOT NULL;
ALTER TABLE public.orders RENAME customer_id TO client_id;
RESET SESSION AUTHORIZATION;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
-- other modes say it too
SET schema_guard.mode = observe;
ALTER TABLE public.orders DROP note;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
SELECT * FROM schema_guard.verify_journal() WHERE false;
RESET schema_guard.mode;
RESET schema_guard.required_approvals;

-- how many sessions declare a release: this one, as long as it does; DISCARD ALL and the like do not change that
SELECT schema_guard.release_sessions('api', '1.5.0');
SET schema_guard.on_mismatch = log;
SET schema_guard.application = 'api/1.5.0';
SELECT schema_guard.release_sessions('api', '1.5.0'), schema_guard.release_sessions('api', '1.4.2');
SELECT pg_advisory_unlock_all();
SELECT schema_guard.release_sessions('api', '1.5.0');
SELECT 1/0;
SELECT schema_guard.release_sessions('api', '1.5.0');
BEGIN;
SAVEPOINT a;
SET LOCAL schema_guard.application = 'api/1.4.2';
SELECT schema_guard.release_sessions('api', '1.5.0'), schema_guard.release_sessions('api', '1.4.2');
ROLLBACK;
SELECT application, version, sessions FROM schema_guard.releases ORDER BY 1, 2;
SELECT before FROM schema_guard.preview('ALTER TABLE public.orders DROP id') WHERE kind = 'release';
RESET schema_guard.application;
SELECT schema_guard.release_sessions('api', '1.5.0');
SELECT schema_guard.release_sessions('api', NULL);
SET schema_guard.application = 'api/1.5.0';
SELECT 1;
DISCARD ALL;
SELECT schema_guard.release_sessions('api', '1.5.0');
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory';

-- whatever lets the change pass, the journal names what breaks
SET schema_guard.mode = observe;
SET search_path = public;
CREATE TABLE public.stock (a int, b int, c int, d int);
SELECT schema_guard.register(application, '1', '{"relations": {"public.stock": {"select": {"a": "integer"}}}}')
  FROM (VALUES ('shop, "west"'), ('team/it''s')) v(application);
SELECT schema_guard.register('all', '1', '{"relations": {"public.stock": {"select": {"a": "integer", "b": "integer", "c": "integer"}}}}');
SET schema_guard.mode = enforce;
\set VERBOSITY default
ALTER TABLE public.stock DROP a;
\set VERBOSITY terse
SET schema_guard.mode = warn;
ALTER TABLE public.stock DROP a;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
SET schema_guard.mode = enforce;
SET schema_guard.bypass = 'at once';
ALTER TABLE public.stock DROP b;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
-- what was broken already is not blamed on it
ALTER TABLE public.stock DROP d;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
RESET schema_guard.bypass;
RESET schema_guard.mode;
DROP TABLE public.stock;

-- of many releases, the HINT and the journal name the first: the command works, and the next refusal names the others
CREATE TABLE public.many (a int);
SELECT count(schema_guard.register('many', to_char(i, 'FM00'), '{"relations": {"public.many": {"select": {"a": "integer"}}}}')) FROM generate_series(1, 22) i;
BEGIN;
ALTER TABLE public.many DROP a;
SELECT schema_guard.export() AS without_a \gset
ROLLBACK;
SELECT schema_guard.import(:'without_a', 'no_a') IS NOT NULL, schema_guard.approve('no_a') IS NOT NULL;
SET schema_guard.mode = enforce;
\set VERBOSITY default
ALTER TABLE public.many DROP a;
SELECT schema_guard.approve('no_a', breaking => '{many/01,many/02,many/03,many/04,many/05,many/06,many/07,many/08,many/09,many/10,many/11,many/12,many/13,many/14,many/15,many/16,many/17,many/18,many/19,many/20}') IS NOT NULL;
ALTER TABLE public.many DROP a;
SELECT schema_guard.revoke('no_a', 'test') IS NOT NULL;
ALTER TABLE public.many DROP a;
\set VERBOSITY terse
SET schema_guard.mode = observe;
ALTER TABLE public.many DROP a;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
RESET schema_guard.mode;
DROP TABLE public.many;

-- what an extension takes with it, although no description has its members
CREATE EXTENSION pg_trgm SCHEMA public;
CREATE SCHEMA apart;
CREATE TABLE public.texts (note text);
SELECT schema_guard.register('search', '1', schema_guard.contract_of('{"SELECT similarity(note, ''x'') FROM texts", "SELECT note FROM texts WHERE note % ''x''"}', 'public'));
SELECT schema_guard.register('search', '2', '{"functions": {"public.show_limit()": "real"}}');
SELECT schema_guard.register('list', '1', schema_guard.contract_of('{SELECT note FROM texts}', 'public'));
SELECT application, version, fits_fingerprint IS NOT NULL AS known, fitted_fingerprint IS NOT NULL AS fitted
  FROM schema_guard.release WHERE application IN ('list', 'search') ORDER BY 1, 2;
BEGIN;
DROP EXTENSION pg_trgm;
SELECT schema_guard.export() AS without_trgm \gset
ROLLBACK;
SELECT schema_guard.import(:'without_trgm', 'no trgm') IS NOT NULL, schema_guard.approve('no trgm') IS NOT NULL;
SET schema_guard.mode = enforce;
ALTER EXTENSION pg_trgm SET SCHEMA apart;
DROP EXTENSION pg_trgm;
SELECT schema_guard.approve('no trgm', breaking => '{search/1,search/2}') IS NOT NULL;
DROP EXTENSION pg_trgm;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
-- what is broken already is not broken again
SET schema_guard.mode = observe;
CREATE EXTENSION pg_trgm SCHEMA public;
ALTER EXTENSION pg_trgm DROP FUNCTION public.show_limit();
DROP FUNCTION public.show_limit();
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
ALTER EXTENSION pg_trgm SET SCHEMA apart;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
DROP EXTENSION pg_trgm;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
RESET schema_guard.mode;
DROP SCHEMA apart;
DROP TABLE public.texts;

DROP TABLE public.orders;
DROP EXTENSION schema_guard;
DROP ROLE regress_guard_ann, regress_guard_bob;
