\set ECHO none
-- Every property of every class: changed, it changes the fingerprint, and diff() names it and
-- nothing else, in the right facet; changed back, the fingerprint is as before.
--
-- The rows of helper.mutation are the test.  A property that describe() shows at any time and that
-- no row changes is a failure, and so is an object type of format sg1 without a row.  Where
-- PostgreSQL lets one change show in several places, the row lists them all.
--
-- They are in sql/lib/mutation, a file for each class of objects.
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_sg_space LOCATION '';
RESET allow_in_place_tablespaces;
CREATE ROLE regress_sg_owner;
CREATE ROLE regress_sg_reader;
CREATE ROLE regress_sg_grantor;
CREATE ROLE regress_sg_super SUPERUSER;
CREATE EXTENSION schema_guard;
SELECT schema_guard.guard_facets('{all}') \gset
CREATE SCHEMA helper;
SELECT schema_guard.exclude('helper', 'tools of this test'), schema_guard.exclude('helper.%', 'tools of this test') \gset
CREATE SCHEMA mut;
GRANT USAGE ON SCHEMA mut TO regress_sg_grantor;
SET search_path = mut, pg_catalog;

\set mutation `echo "$PG_ABS_SRCDIR"/sql/lib/mutation`
\i :mutation/base.sql

CREATE TABLE helper.mutation (
	number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	expected text NOT NULL,		-- a line for each row of diff(): change, object, item as in a schema file
	alter text NOT NULL,
	reverse text NOT NULL,
	since integer NOT NULL DEFAULT 0,
	until integer NOT NULL DEFAULT 999999
);

-- a row with what differs from one to the next: {} in both statements
CREATE PROCEDURE helper.series(expected text, alter text, usual text, VARIADIC others text[]) LANGUAGE sql AS $$
	INSERT INTO helper.mutation (expected, alter, reverse)
	SELECT expected, replace(alter, '{}', other), replace(alter, '{}', usual) FROM unnest(others) AS other
$$;

\i :mutation/tables.sql
\i :mutation/views.sql
\i :mutation/sequences.sql
\i :mutation/functions.sql
\i :mutation/types.sql
\i :mutation/operators.sql
\i :mutation/foreign.sql
\i :mutation/replication.sql
\i :mutation/text_search.sql
\i :mutation/database.sql
\i :mutation/annotations.sql
\i :mutation/run.sql

------------------------------------------------------------------------------
-- What must change nothing
------------------------------------------------------------------------------

CREATE PROCEDURE helper.same(what text) LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN SELECT helper.wrong('')
	LOOP
		RAISE WARNING '% is no change, but %', what, line;
	END LOOP;
END $$;
INSERT INTO parent VALUES (1), (2);
INSERT INTO t (id, name, amount, parent_id) VALUES (1, 'a', 1, 1), (2, 'b', 2, 2);
INSERT INTO part VALUES (1, 'x'), (2, 'y');
CALL helper.same('INSERT');
UPDATE t SET name = name || 'x';
DELETE FROM parent WHERE id = 9;
TRUNCATE plain, part_1;
CALL helper.same('UPDATE, DELETE, TRUNCATE');
SELECT nextval('seq'), nextval('t_ident_seq'), setval('seq', 1000) \gset
ALTER SEQUENCE seq RESTART;
ALTER TABLE t ALTER ident RESTART WITH 100;
CALL helper.same('nextval, setval, RESTART');
VACUUM FULL;
CALL helper.same('VACUUM FULL');
VACUUM (FREEZE, ANALYZE);
ANALYZE;
CALL helper.same('VACUUM FREEZE, ANALYZE');
CLUSTER;
CALL helper.same('CLUSTER');
REINDEX SCHEMA mut;
CALL helper.same('REINDEX');
REINDEX TABLE CONCURRENTLY parent;
REINDEX INDEX CONCURRENTLY t_index;
CALL helper.same('REINDEX CONCURRENTLY');
DROP INDEX CONCURRENTLY t_index;
CREATE INDEX CONCURRENTLY t_index ON t (amount);
CALL helper.same('DROP and CREATE INDEX CONCURRENTLY');
REFRESH MATERIALIZED VIEW mv;
CALL helper.same('REFRESH MATERIALIZED VIEW');
ALTER TABLE t DROP twice;
ALTER TABLE t ADD twice integer GENERATED ALWAYS AS (id * 2) STORED;
ALTER TABLE part ADD c integer;
ALTER TABLE part DROP c;
CALL helper.same('a column dropped and added again');
DROP TABLE ordered;
CREATE TABLE ordered (x integer, a integer, y text, b integer);
ALTER TABLE ordered DROP x, DROP y;
CALL helper.same('dropped columns');
ALTER TABLE t RENAME TO t2;
ALTER TABLE t2 RENAME TO t;
ALTER TABLE t RENAME name TO name2;
ALTER TABLE t RENAME name2 TO name;
ALTER FUNCTION f RENAME TO f2;
ALTER FUNCTION f2 RENAME TO f;
ALTER SCHEMA mut RENAME TO mut2;
ALTER SCHEMA mut2 RENAME TO mut;
CALL helper.same('RENAME back and forth');
GRANT ALL ON t, parent, part_1, v, mv TO CURRENT_USER;
GRANT ALL ON SEQUENCE seq TO CURRENT_USER;
GRANT ALL ON FUNCTION f TO CURRENT_USER;
GRANT EXECUTE ON FUNCTION f TO PUBLIC;
GRANT USAGE ON TYPE state TO PUBLIC;
REVOKE ALL ON t FROM PUBLIC;
CALL helper.same('GRANT of what is the default');
GRANT UPDATE (id) ON t TO regress_sg_reader;
REVOKE UPDATE (id) ON t FROM regress_sg_reader;
CALL helper.same('GRANT and REVOKE');
COMMENT ON TABLE t IS 'said';
COMMENT ON TABLE t IS '';
CALL helper.same('COMMENT and none');
CREATE TEMP TABLE plain AS SELECT 1;
CREATE TEMP VIEW of_today AS SELECT 1;
CALL helper.same('temporary objects');
ALTER TABLE t ADD extra integer, ADD id integer;
SELECT 1 / 0;
CREATE TABLE another AS SELECT 1 / 0;
DO $$ BEGIN CREATE TABLE mut.another (); RAISE 'no'; END $$;
CALL helper.same('DDL that failed');
BEGIN;
ALTER TABLE t DROP name CASCADE;
CREATE TYPE mood AS ENUM ();
ROLLBACK;
BEGIN;
SAVEPOINT s;
DROP TABLE t CASCADE;
ROLLBACK TO s;
COMMIT;
CALL helper.same('DDL that was rolled back');
CREATE ROLE regress_sg_another;
GRANT regress_sg_owner TO regress_sg_another;
DROP ROLE regress_sg_another;
CALL helper.same('roles of no concern');

-- what a session may set
SET search_path = '';
CALL helper.same('SET search_path');
SET search_path = information_schema, mut;
CALL helper.same('SET search_path');
SET DateStyle = 'German, DMY';
SET IntervalStyle = 'iso_8601';
SET TimeZone = 'Asia/Kathmandu';
SET extra_float_digits = -5;
SET bytea_output = 'escape';
CALL helper.same('SET what values look like');
SET quote_all_identifiers = on;
CALL helper.same('SET quote_all_identifiers');
-- 19 has no other strings
DO $$ BEGIN IF current_setting('server_version_num')::int < 190000 THEN SET standard_conforming_strings = off; SET escape_string_warning = off; END IF; END $$;
SET backslash_quote = on;
CALL helper.same('SET standard_conforming_strings');
SET lc_messages = 'C';
SET lc_monetary = 'C';
SET lc_numeric = 'C';
SET xmloption = document;
SET xmlbinary = hex;
SET array_nulls = off;
SET row_security = off;
SET default_tablespace = regress_sg_space;
SET default_table_access_method = heap_too;
SET default_transaction_isolation = serializable;
SET check_function_bodies = off;
SET enable_seqscan = off;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SET max_parallel_workers_per_gather = 0;
CALL helper.same('SET this and that');
SET ROLE regress_sg_super;
CALL helper.same('SET ROLE');
RESET ROLE;
SET SESSION AUTHORIZATION regress_sg_super;
CALL helper.same('SET SESSION AUTHORIZATION');
RESET SESSION AUTHORIZATION;
SET client_encoding = 'LATIN1';
CALL helper.same('SET client_encoding');
RESET ALL;
SET client_min_messages = warning;
\c -
SET client_min_messages = warning;
CALL helper.same('another session');

-- an index that CREATE INDEX CONCURRENTLY has left behind counts as storage
INSERT INTO mut.plain VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY plain_broken ON mut.plain (a);
SELECT * FROM helper.wrong('added table mut.plain: [storage] invalid index "plain_broken"');
DROP INDEX mut.plain_broken;
CALL helper.same('the broken index dropped');

\set ECHO all
DROP EVENT TRIGGER mut_event;
ALTER SUBSCRIPTION mut_subscription SET (slot_name = NONE);
DROP SUBSCRIPTION mut_subscription;
DROP PUBLICATION mut_publication;
DROP SCHEMA mut, helper CASCADE;
DROP EXTENSION schema_guard;
DROP FOREIGN DATA WRAPPER mut_wrapper, mut_wrapper2 CASCADE;
DROP FOREIGN DATA WRAPPER IF EXISTS mut_connecting CASCADE;
DROP LANGUAGE mut_language;
DROP ACCESS METHOD heap_too;
DROP ACCESS METHOD tree;
DROP TABLESPACE regress_sg_space;
DROP ROLE regress_sg_owner, regress_sg_reader, regress_sg_grantor, regress_sg_super;
