-- The journal: who, when, through what, which statements, what changed.
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT never
CREATE ROLE regress_sg_deploy;
GRANT CREATE ON SCHEMA public TO regress_sg_deploy;
CREATE FUNCTION pg_temp.last() RETURNS TABLE (verdict text, statements text[]) LANGUAGE sql AS
'SELECT verdict, statements FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1';

-- who and through what
SET application_name = 'migrate';
SET schema_guard.on_unknown_release = log;
SET schema_guard.application = 'api/1.4.2';
SET ROLE regress_sg_deploy;
CREATE TABLE journaled (a int, b text);
RESET ROLE;
SELECT changed_by, session_role = session_user AS logged_in, application_name, client_address IS NULL AS local,
	   backend_pid = pg_backend_pid() AS me, release, mode, verdict,
	   changed_at > now() - interval '1 minute' AS recently, fingerprint_after = schema_guard.fingerprint() AS current
  FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
RESET schema_guard.application;
-- the role that ran it, though it is reset before the commit
BEGIN;
SET ROLE regress_sg_deploy;
ALTER TABLE journaled ADD c int;
RESET ROLE;
COMMIT;
SELECT changed_by FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;

-- one row for a transaction; nothing for what is rolled back or changes nothing
SELECT count(*) AS entries FROM schema_guard.journal \gset
BEGIN;
ALTER TABLE journaled ADD d int;
SAVEPOINT a;
ALTER TABLE journaled ADD forgotten int;
ROLLBACK TO a;
ALTER TABLE journaled ADD e int;
SAVEPOINT b;
ALTER TABLE journaled ADD f int;
SAVEPOINT c;
ALTER TABLE journaled ADD forgotten2 int;
ROLLBACK TO c;
RELEASE b;
COMMIT;
BEGIN; CREATE TABLE rolled_back (); ROLLBACK;
CREATE TEMP TABLE temporary ();
COMMENT ON TABLE journaled IS 'not guarded';
SELECT count(*) - :entries AS new FROM schema_guard.journal;
SELECT * FROM pg_temp.last();
SELECT c ->> 'change' AS change, c ->> 'object_type' AS type, c ->> 'object_identity' AS identity, c ->> 'facet' AS facet,
	   c ->> 'attribute' AS attribute, c ->> 'before' AS before, c ->> 'after' AS after
  FROM (SELECT changes FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1) j, jsonb_array_elements(changes) c;

-- the text: its own statement out of a string of several, without the space around it
-- as psql does before 15
\set SHOW_ALL_RESULTS off
/* before */ SELECT 1 AS one \; ALTER TABLE journaled ADD g1 int \; ALTER TABLE journaled ADD g2 int /* within */ \; SELECT 2 AS two;
SELECT * FROM pg_temp.last();
-- two equal ones, and a string whose reading depends on a setting made in it
ALTER TABLE journaled ALTER g1 SET NOT NULL \; ALTER TABLE journaled ALTER g1 DROP NOT NULL \; ALTER TABLE journaled ALTER g1 SET NOT NULL;
SELECT * FROM pg_temp.last();
-- CREATE TABLE AS, SELECT INTO
CREATE TABLE journaled_as AS SELECT 1 AS a;
SELECT * FROM pg_temp.last();
SELECT 1 AS b INTO journaled_into;
SELECT * FROM pg_temp.last();
-- nested
DO $$ BEGIN CREATE TABLE journaled_do (secret text DEFAULT 'in a literal'); END $$;
SELECT * FROM pg_temp.last();
CREATE FUNCTION pg_temp.nested() RETURNS int LANGUAGE sql AS 'DROP TABLE journaled_do; SELECT 1';
SELECT pg_temp.nested();
SELECT * FROM pg_temp.last();
SELECT 1 AS one \; SELECT pg_temp.nested() \; SELECT 2;
-- through the extended protocol and EXECUTE
PREPARE make AS SELECT 1;
ALTER TABLE journaled ADD h int \g
SELECT * FROM pg_temp.last();
-- a long one is cut at a character
SET client_encoding = 'UTF8';
SELECT 'ALTER TABLE journaled ADD i text DEFAULT ''' || repeat('ä', 6000) || '''' AS long \gset
:long;
SELECT verdict, octet_length(statements[1]) AS bytes, right(statements[1], 5) AS the_end FROM pg_temp.last();
-- many
DO $$ BEGIN FOR i IN 1..1005 LOOP EXECUTE 'ALTER TABLE journaled ALTER h SET DEFAULT ' || i; END LOOP; END $$;
SELECT cardinality(statements), statements[1], statements[1001] FROM pg_temp.last();

-- no secrets
CREATE FOREIGN DATA WRAPPER journal_fdw OPTIONS (password 'hush1');
CREATE SERVER journal_server FOREIGN DATA WRAPPER journal_fdw OPTIONS (password 'hush2');
CREATE USER MAPPING FOR CURRENT_USER SERVER journal_server OPTIONS (user 'u', password 'hush3');
CREATE FOREIGN TABLE journal_foreign (a int) SERVER journal_server OPTIONS (password 'hush4');
ALTER TABLE journal_foreign ADD b int, OPTIONS (ADD key 'hush5');
ALTER FOREIGN TABLE journal_foreign ADD c int, ALTER a OPTIONS (key 'hush6');
CREATE ROLE regress_sg_secret PASSWORD 'hush7' \; CREATE TABLE journal_role () \; DROP ROLE regress_sg_secret;
CREATE TABLE journal_ctas AS SELECT 'host=x PASSWORD=hush8'::text AS t;
SELECT statements FROM schema_guard.journal WHERE statements::text ~ 'FOREIGN|SERVER|MAPPING|ctas|journal_role' ORDER BY journal_id;
SELECT count(*) AS leaks FROM schema_guard.journal_entry j WHERE j::text LIKE '%hush%';
DROP FOREIGN DATA WRAPPER journal_fdw CASCADE;

-- extensions: the statement, not the script
CREATE EXTENSION IF NOT EXISTS plpgsql;

-- past states: the journal leads back to each of them
CREATE TABLE path (a int);
SELECT schema_guard.fingerprint() AS state1 \gset
ALTER TABLE path RENAME a TO b;
ALTER TABLE path RENAME TO path2;
SELECT schema_guard.fingerprint() AS state2 \gset
BEGIN;
DROP TABLE path2;
CREATE TABLE path2 (b int);
CREATE TABLE path3 (c int);
COMMIT;
DROP TABLE path2, path3;
SELECT count(*) AS states,
	   count(*) FILTER (WHERE schema_guard.export(fingerprint_after) LIKE '%' || chr(10) || 'fingerprint: ' || fingerprint_after || '%') AS exported
  FROM schema_guard.journal;
SELECT schema_guard.export(:'state1') ~ 'table public.path\n  column "a": integer(\n|$)' AS as_it_was;
SELECT schema_guard.import(schema_guard.export(:'state2'), 'state 2') = :'state2' AS imported;
-- one that is missing is noticed
BEGIN;
DELETE FROM schema_guard.journal_object WHERE journal_id = (SELECT max(journal_id) FROM schema_guard.journal_entry);
SELECT schema_guard.export(:'state1');
ROLLBACK;

-- what event triggers do not see is found by verify() and journaled as nobody's
UPDATE pg_attribute SET attnotnull = true WHERE attrelid = 'journaled'::regclass AND attname = 'b';
SELECT change, object_identity, attribute, before, after FROM schema_guard.verify();
SELECT verdict, statements, changed_by, session_role, application_name, backend_pid FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
SELECT * FROM schema_guard.verify();
BEGIN;
ALTER TABLE journaled ADD z int;
SELECT * FROM schema_guard.verify();
ROLLBACK;

DROP TABLE journaled, journaled_as, journaled_into, journal_role, journal_ctas;
DROP OWNED BY regress_sg_deploy;
DROP ROLE regress_sg_deploy;
DROP EXTENSION schema_guard;
