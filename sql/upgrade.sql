-- From 1.0 to this version, with something in every table: what the update makes is what a new installation is, and
-- nothing is lost. t/027_upgrade.pl has more of it, on a server of its own; this runs on every PostgreSQL.
SET client_min_messages = warning;
\set lib `echo "$PG_ABS_SRCDIR"/t/lib`
\set catalog :lib/extension_catalog.sql
\set every_table :lib/every_table.sql
\set quietly 1

-- What the guard's tables have in them, beside it. Made first, for it is part of the schema.
CREATE SCHEMA kept;
CREATE TABLE kept.fresh (line text);
CREATE TABLE kept.content (what text, relation text, content jsonb);
CREATE TABLE kept.enabled (trigger oid, tgenabled "char");
CREATE VIEW kept.tables AS
SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'schema_guard') AND c.relkind = 'r';
-- "dumped": only what pg_dump takes along
CREATE PROCEDURE kept.keep(called text, dumped boolean DEFAULT false) LANGUAGE plpgsql AS $$
DECLARE
	t record;
BEGIN
	FOR t IN SELECT v.*, e.condition FROM kept.tables v LEFT JOIN (SELECT * FROM pg_extension, unnest(extconfig, extcondition) AS u(config, condition) WHERE extname = 'schema_guard') e ON e.config = v.oid
			  WHERE e.config IS NOT NULL OR NOT dumped
	LOOP
		EXECUTE format('INSERT INTO kept.content SELECT %L, %L, to_jsonb(t) FROM schema_guard.%I AS t %s', called, t.relname, t.relname, CASE WHEN dumped THEN t.condition ELSE '' END);
	END LOOP;
	INSERT INTO kept.content SELECT called || ': sequences', sequencename, to_jsonb(last_value) FROM pg_sequences WHERE schemaname = 'schema_guard' AND last_value IS NOT NULL;
END $$;
-- into those of the columns that there are
CREATE PROCEDURE kept.give_back(called text, empty_first boolean) LANGUAGE plpgsql AS $$
DECLARE
	t record;
BEGIN
	IF empty_first THEN
		FOR t IN SELECT relname FROM kept.tables LOOP
			EXECUTE format('DELETE FROM schema_guard.%I', t.relname);
		END LOOP;
	END IF;
	FOR t IN SELECT v.relname, string_agg(quote_ident(a.attname), ', ') AS columns FROM kept.tables v JOIN pg_attribute a ON a.attrelid = v.oid
			  WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
				AND EXISTS (SELECT FROM kept.content WHERE what = called AND relation = v.relname AND content ? a.attname) GROUP BY 1
	LOOP
		EXECUTE format('INSERT INTO schema_guard.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM kept.content c, jsonb_populate_record(NULL::schema_guard.%1$I, c.content) WHERE c.what = %3$L AND c.relation = %1$L',
			t.relname, t.columns, called);
	END LOOP;
	PERFORM setval(format('schema_guard.%I', relation)::regclass, (content #>> '{}')::bigint) FROM kept.content WHERE what = called || ': sequences';
END $$;
-- the rows that are not there any more, and how many others are; the live state is compared by verify()
CREATE FUNCTION kept.lost(called text) RETURNS TABLE (relation text, kept_rows bigint, same_rows bigint, rows_now bigint) LANGUAGE plpgsql AS $$
DECLARE
	t record;
BEGIN
	FOR t IN SELECT DISTINCT c.relation FROM kept.content c WHERE c.what = called AND c.relation NOT LIKE 'live\_%' ORDER BY 1
	LOOP
		RETURN QUERY EXECUTE format('WITH was AS (SELECT content FROM kept.content WHERE what = %L AND relation = %L),
			now AS (SELECT (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(t)) WHERE key IN (SELECT jsonb_object_keys(content) FROM was)) AS content FROM schema_guard.%I AS t)
			SELECT %L::text, (SELECT count(*) FROM was), (SELECT count(*) FROM (TABLE was INTERSECT ALL TABLE now) s), (SELECT count(*) FROM now)', called, t.relation, t.relation, t.relation);
	END LOOP;
END $$;

CREATE EXTENSION schema_guard;
\set ECHO none
\i :catalog
\set ON_ERROR_STOP off
RESET search_path;
\set ECHO all
INSERT INTO kept.fresh SELECT line FROM pg_temp.extension_catalog;
SELECT count(*) > 1000 AS many_rows FROM kept.fresh;

-- something in every table
\o /dev/null
\set ECHO none
\i :every_table
\set ECHO all
\o
\set VERBOSITY terse
SET schema_guard.mode = enforce;
CREATE TABLE refused ();
RESET schema_guard.mode;
SELECT note FROM orders a, orders b;
\set VERBOSITY default
CALL kept.keep('all');

-- The library of 1.0 is not at hand to write that: the rows are put into its tables, without their triggers.
SET schema_guard.mode = off;
DROP EXTENSION schema_guard;
CREATE EXTENSION schema_guard VERSION '1.0';
INSERT INTO kept.enabled SELECT oid, tgenabled FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM kept.tables) AND NOT tgisinternal;
UPDATE pg_trigger SET tgenabled = 'D' WHERE oid IN (SELECT trigger FROM kept.enabled);
\c -
SET client_min_messages = warning;
-- no version before 1.1 has written an entry about a ledger, which is the last one here
DELETE FROM kept.content WHERE relation = 'journal_entry' AND content ->> 'verdict' = 'recorded';
CALL kept.give_back('all', true);
UPDATE pg_trigger t SET tgenabled = e.tgenabled FROM kept.enabled e WHERE t.oid = e.trigger;
\c -
SET client_min_messages = warning;
CALL kept.keep('1.0');
CALL kept.keep('dump', true);
-- the tables without rows
SELECT relname FROM kept.tables EXCEPT SELECT relation FROM kept.content WHERE what = '1.0' ORDER BY 1;

SET schema_guard.mode = enforce;
\set VERBOSITY terse
SELECT * FROM schema_guard.verify();
\set VERBOSITY default
ALTER EXTENSION schema_guard UPDATE;
SELECT library_version = extension_version AS updated, phase, stale, approved, approved_snapshot, live_releases, problems FROM schema_guard.status;
SELECT * FROM kept.lost('1.0') WHERE kept_rows <> same_rows OR rows_now <> same_rows;
SELECT count(*) > 10 AS tables_compared FROM kept.lost('1.0');
SELECT * FROM schema_guard.verify();
SELECT * FROM schema_guard.verify_journal();
-- what a new installation is, in every row of the catalogs
\c -
SET client_min_messages = warning;
\set ECHO none
\i :catalog
\set ON_ERROR_STOP off
RESET search_path;
\set ECHO all
(SELECT '-' AS "-", line FROM kept.fresh EXCEPT ALL SELECT '-', line FROM pg_temp.extension_catalog)
UNION ALL (SELECT '+', line FROM pg_temp.extension_catalog EXCEPT ALL SELECT '+', line FROM kept.fresh) ORDER BY 1, 2;

-- and it goes on
SET schema_guard.mode = enforce;
SELECT schema_guard.assert_release('api', '1');
\set VERBOSITY terse
CREATE TABLE refused ();
ALTER TABLE orders DROP id;
\set VERBOSITY default
SET schema_guard.required_approvals = 1;
BEGIN;
ALTER TABLE orders ADD more int;
SELECT schema_guard.capture('wednesday') IS NOT NULL AS captured, schema_guard.approve('wednesday') IS NOT NULL AS approved;
COMMIT;
SELECT schema_guard.revoke('tuesday', 'past') IS NOT NULL AS revoked, schema_guard.retire('api', '1') IS NOT NULL AS retired;
\set VERBOSITY terse
ALTER TABLE orders DROP more;
\set VERBOSITY default
SELECT verdict, count(*) FROM schema_guard.journal GROUP BY 1 ORDER BY 1;
SELECT * FROM schema_guard.verify();
SELECT * FROM schema_guard.verify_journal();

-- A dump of 1.0, restored to this version: the extension is made, then its tables are filled, as by pg_restore.
-- The schema is as it was when the dump was made.
SET schema_guard.mode = off;
DROP EXTENSION schema_guard;
ALTER TABLE orders DROP more;
\c -
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
\c -
SET client_min_messages = warning;
CALL kept.give_back('dump', false);
SELECT phase, stale, approved_snapshot, live_releases FROM schema_guard.status;
SELECT * FROM schema_guard.verify();
SELECT phase, stale, approved, approved_snapshot, live_releases, problems FROM schema_guard.status;
-- which members of an extension somebody has made by hand is in no dump
SELECT change, object_type, object_identity, attribute FROM schema_guard.drift();
SELECT * FROM kept.lost('dump') WHERE kept_rows <> same_rows;
SELECT relation FROM kept.lost('1.0') EXCEPT SELECT relation FROM kept.lost('dump') ORDER BY 1;
SELECT * FROM schema_guard.verify_journal();
SET schema_guard.mode = enforce;
\set VERBOSITY terse
CREATE TABLE refused ();
ALTER TABLE orders DROP id;
\set VERBOSITY default
SET schema_guard.mode = off;
DROP EXTENSION schema_guard;
DROP EXTENSION hstore;
DROP SCHEMA kept CASCADE;
DROP OPERATOR FAMILY whole USING btree CASCADE;
DROP FUNCTION compare(int, int);
DROP TABLE orders, _sqlx_migrations;
