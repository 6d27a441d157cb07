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
SELECT changed_by, session_role = session_user AS logged_in, application_name, client_address IS NOT DISTINCT FROM inet_client_addr() AS address,
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
CREATE USER MAPPING FOR regress_sg_deploy SERVER journal_server OPTIONS (user 'u', password 'hush3');
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

-- The chain: every entry is fixed by the digests that follow.
SELECT count(*) > 10 AS entries, bool_and(stored = computed) AS chained FROM schema_guard.journal_chain;
SELECT * FROM schema_guard.verify_journal();
SELECT journal_head ~ '^\d+:[0-9a-f]{64}$' AS head, journal_head FROM schema_guard.status \gset
SELECT * FROM schema_guard.verify_journal(:'journal_head');
-- whatever the session sets
SET DateStyle = 'SQL, DMY'; SET TimeZone = 'America/St_Johns'; SET IntervalStyle = sql_standard; SET bytea_output = escape;
SET extra_float_digits = 0; SET search_path = nowhere;
DO $$ BEGIN IF current_setting('server_version_num')::int < 190000 THEN SET standard_conforming_strings = off; END IF; END $$;
SELECT * FROM schema_guard.verify_journal();
RESET DateStyle; RESET TimeZone; RESET IntervalStyle; RESET bytea_output; RESET extra_float_digits; RESET search_path; RESET standard_conforming_strings;
-- with nulls, line breaks, quotes, multibyte characters, nothing but a tag, many objects
SET application_name = 'a "b'' c:d';
CREATE TABLE "k:1
-" (a int DEFAULT 1);
SET schema_guard.bypass = E'ä:\n-\n''x''';
SET client_encoding = 'UTF8';
CREATE TABLE journal_bypassed (a text DEFAULT 'ä€', b text DEFAULT E'\t\\');
RESET schema_guard.bypass;
DROP TABLE "k:1
-", journal_bypassed;
DO $$ BEGIN FOR i IN 1..50 LOOP EXECUTE format('CREATE TABLE journal_many%s (a int)', i); END LOOP; END $$;
DO $$ BEGIN FOR i IN 1..50 LOOP EXECUTE format('DROP TABLE journal_many%s', i); END LOOP; END $$;
RESET application_name;
-- a function whose identity is longer than what an index on it could take
CREATE SCHEMA journal_a_schema_whose_name_has_as_many_bytes_as_it_can_have63;
CREATE DOMAIN journal_a_schema_whose_name_has_as_many_bytes_as_it_can_have63.d AS int;
DO $$ BEGIN EXECUTE format('CREATE FUNCTION long_identity(%s) RETURNS int LANGUAGE sql AS ''SELECT 1''',
	(SELECT string_agg('journal_a_schema_whose_name_has_as_many_bytes_as_it_can_have63.d', ', ') FROM generate_series(1, 100))); END $$;
SELECT length(object_identity) > 6000 AS long FROM schema_guard.journal_object ORDER BY journal_id DESC LIMIT 1;
SET client_min_messages = warning;
DROP SCHEMA journal_a_schema_whose_name_has_as_many_bytes_as_it_can_have63 CASCADE;
RESET client_min_messages;
SELECT * FROM schema_guard.verify_journal();
SELECT count(*) AS gaps FROM (SELECT journal_id - lag(journal_id, 1, 0::bigint) OVER (ORDER BY journal_id) AS step FROM schema_guard.journal) s WHERE step <> 1;
SELECT * FROM schema_guard.verify_journal(:'journal_head');
SELECT * FROM schema_guard.verify_journal('x');
-- each column, each object, and rows that are missing: the first one is named
CREATE FUNCTION pg_temp.tampered(alteration text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text;
BEGIN
	BEGIN
		EXECUTE 'SET LOCAL schema_guard.bypass = tampering';
		EXECUTE alteration;
		SELECT concat_ws(' ', v.journal_id, regexp_replace(v.problem, 'sg1:\w+', 'sg1:...', 'g')) INTO said FROM schema_guard.verify_journal() v;
		RAISE EXCEPTION 'undo';
	EXCEPTION WHEN raise_exception THEN
		RETURN coalesce(said, 'nothing');
	END;
END $$;
SELECT attname, pg_temp.tampered(format('UPDATE schema_guard.journal_entry SET %I = %s WHERE journal_id = 5', attname,
	CASE atttypid WHEN 'text'::regtype THEN format('coalesce(%I, '''') || ''x''', attname) WHEN 'timestamptz'::regtype THEN format('%I + interval ''1 microsecond''', attname)
		WHEN 'inet'::regtype THEN '''10.0.0.1''' WHEN 'text[]'::regtype THEN format('%I || ''x''::text', attname)
		WHEN 'jsonb'::regtype THEN format('%I || ''"x"''', attname) WHEN 'bytea'::regtype THEN format('%I || ''x''', attname)
		ELSE format('coalesce(%I, 0) + 1000', attname) END)) AS found
  FROM pg_attribute WHERE attrelid = 'schema_guard.journal_entry'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum;
SELECT a AS alteration, pg_temp.tampered(a) AS found FROM unnest(ARRAY[
	'UPDATE schema_guard.journal_object SET object_identity = ''x'' WHERE journal_id = 6',
	'UPDATE schema_guard.journal_object SET digest_after = digest_before, digest_before = digest_after WHERE journal_id = 6',
	'DELETE FROM schema_guard.journal_object WHERE journal_id = 6',
	'INSERT INTO schema_guard.journal_object SELECT * FROM schema_guard.journal_object WHERE journal_id = 6',
	'UPDATE schema_guard.journal_object SET journal_id = 7 WHERE journal_id = 6',
	'DELETE FROM schema_guard.journal_entry WHERE journal_id = 1',
	'DELETE FROM schema_guard.journal_entry WHERE journal_id IN (4, 8)',
	'DELETE FROM schema_guard.journal_entry WHERE journal_id BETWEEN 4 AND 8',
	'UPDATE schema_guard.journal_entry SET journal_id = CASE journal_id WHEN 4 THEN 5 ELSE 4 END + 100000 WHERE journal_id IN (4, 5);
	 UPDATE schema_guard.journal_entry SET journal_id = journal_id - 100000 WHERE journal_id > 100000',
	'DELETE FROM schema_guard.journal_entry WHERE journal_id > 10',
	'DELETE FROM schema_guard.journal_entry',
	'UPDATE schema_guard.journal_entry e SET mode = ''off'', chain = decode(repeat(''00'', 32), ''hex'') WHERE journal_id = 9']) a;
-- all of it, written anew: the head that was noted tells
CREATE FUNCTION pg_temp.write_anew() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 3 .. (SELECT max(journal_id) FROM schema_guard.journal_entry) LOOP
		UPDATE schema_guard.journal_entry e SET chain = decode(c.computed, 'hex')
		  FROM schema_guard.journal_chain c WHERE c.journal_id = e.journal_id AND e.journal_id = i;
	END LOOP;
END $$;
BEGIN;
UPDATE schema_guard.journal_entry SET changed_by = 'somebody else' WHERE journal_id = 3;
SELECT journal_id, left(problem, 11) AS problem FROM schema_guard.verify_journal();
SELECT pg_temp.write_anew();
SELECT * FROM schema_guard.verify_journal();
SELECT journal_id = split_part(:'journal_head', ':', 1)::int AS noted, problem FROM schema_guard.verify_journal(:'journal_head');
ROLLBACK;
-- the last ones are missing, and the journal has gone on
DELETE FROM schema_guard.journal_object WHERE journal_id > 10;
DELETE FROM schema_guard.journal_entry WHERE journal_id > 10;
CREATE TABLE goes_on ();
SELECT journal_id, regexp_replace(problem, 'sg1:\w+', 'sg1:...', 'g') AS problem FROM schema_guard.verify_journal();
DROP TABLE goes_on;
-- of a very long definition an entry says the beginning; the state before is not lost
CREATE FUNCTION pg_temp.long_body(word text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE OR REPLACE FUNCTION long_body() RETURNS text LANGUAGE sql AS %L', repeat(word, 700000));
END $$;
SET check_function_bodies = off;
SELECT pg_temp.long_body('ab');
SELECT pg_temp.long_body('cde');
RESET check_function_bodies;
SELECT length(c ->> 'before') AS before, length(c ->> 'after') AS after, right(c ->> 'after', 5) AS ends_with, h.stored = h.computed AS chained
  FROM schema_guard.journal j JOIN schema_guard.journal_chain h USING (journal_id), jsonb_array_elements(j.changes) c
 WHERE c ->> 'object_identity' = 'public.long_body()' ORDER BY j.journal_id;
SELECT length(before) AS before, length(after) AS after FROM schema_guard.diff((SELECT fingerprint_before FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1));
DROP FUNCTION long_body();

-- what reads the whole journal: not a look at its newest entries, nor one at the windows
SET enable_seqscan = off;
DO $$ DECLARE
	query text;
	line text;
BEGIN
	FOREACH query IN ARRAY '{"* FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 10","last_change_at FROM schema_guard.status","open FROM schema_guard.windows"}'::text[] LOOP
		RAISE NOTICE '%', query;
		FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT ' || query LOOP
			IF line ~ '(Seq Scan|Scan using journal_entry_pkey) on journal_entry' THEN
				RAISE NOTICE '%', trim(line);
			END IF;
		END LOOP;
	END LOOP;
END $$;
RESET enable_seqscan;

DROP TABLE journaled, journaled_as, journaled_into, journal_role, journal_ctas;
DROP OWNED BY regress_sg_deploy;
DROP ROLE regress_sg_deploy;
DROP EXTENSION schema_guard;
