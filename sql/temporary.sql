-- what is temporary is no part of the schema; what depends on it and is in a permanent schema is
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE TABLE kept (a int, b int);
SELECT schema_guard.capture('kept') IS NOT NULL AND schema_guard.approve('kept') IS NOT NULL AS approved;
CREATE VIEW stale AS SELECT s.stale FROM schema_guard.status s;
SELECT schema_guard.capture('kept 2') IS NOT NULL AND schema_guard.approve('kept 2') IS NOT NULL AS approved;

-- refused
\set SHOW_CONTEXT never
SET schema_guard.mode = enforce;
CREATE TEMP TABLE t (a serial PRIMARY KEY, b text DEFAULT 'x' CHECK (b <> ''));
CREATE INDEX ON t (b);
CREATE FUNCTION pg_temp.d() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION pg_temp.neg(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION pg_temp.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER own BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.fire();
CREATE FUNCTION hidden(a int, b int DEFAULT pg_temp.d()) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION of_row(t) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OPERATOR ### (FUNCTION = pg_temp.neg, RIGHTARG = int);
CREATE AGGREGATE summed(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = pg_temp.neg);
CREATE DOMAIN checked AS int CHECK (VALUE > pg_temp.d());
CREATE TABLE of_type (x t);
CREATE RULE writes AS ON INSERT TO kept DO ALSO SELECT count(*) FROM t;
CREATE POLICY hides ON kept USING (pg_temp.d() = 1);
CREATE TRIGGER fires BEFORE INSERT ON kept FOR EACH ROW EXECUTE FUNCTION pg_temp.fire();
ALTER TABLE kept ALTER a SET DEFAULT pg_temp.d();
ALTER TABLE kept ADD CHECK (a > pg_temp.d());
RESET schema_guard.mode;
SELECT * FROM schema_guard.drift();
-- from 19 on, such a view is itself temporary
CREATE VIEW seen AS SELECT pg_temp.d();
SELECT EXISTS (SELECT FROM schema_guard.drift() WHERE object_identity = 'public.seen') =
	   EXISTS (SELECT FROM pg_class WHERE oid = 'seen'::regclass AND relpersistence = 'p') AS guarded_if_permanent;
DROP VIEW seen;

-- judged and journaled; the text tells nothing of the session
CREATE FUNCTION hidden(a int, b int DEFAULT pg_temp.d()) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION of_row(t) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE CAST (t AS int) WITH FUNCTION of_row(t);
CREATE TABLE of_type (x t, y t[]);
CREATE RULE writes AS ON INSERT TO kept DO ALSO SELECT count(*) FROM t;
CREATE POLICY hides ON kept USING (pg_temp.d() = 1);
CREATE TRIGGER fires BEFORE INSERT ON kept FOR EACH ROW EXECUTE FUNCTION pg_temp.fire();
ALTER TABLE kept ALTER a SET DEFAULT pg_temp.d();
COMMENT ON FUNCTION hidden(int, int) IS 'not pg_temp_3.d()';
SELECT object_type, object_identity, attribute, after FROM schema_guard.drift() ORDER BY 1, 2, 3;
ALTER TABLE t RENAME TO t2;
ALTER FUNCTION pg_temp.d() RENAME TO d2;
SELECT * FROM schema_guard.verify();
SELECT object_identity, attribute, after FROM schema_guard.drift() WHERE after ~ 'd2|t2' ORDER BY 1, 2;

-- with the session goes what depends on it: nobody is to blame, and the state says that it is behind
CREATE TABLE old AS SELECT pg_backend_pid() AS pid;
\c
DO $$ BEGIN FOR i IN 1..500 LOOP
	EXIT WHEN NOT EXISTS (SELECT FROM old JOIN pg_stat_activity USING (pid));
	PERFORM pg_sleep(0.02), pg_stat_clear_snapshot();
END LOOP; END $$;
SELECT * FROM stale;
DROP TABLE old;
SELECT verdict, change->>'change' AS change, change->>'object_identity' AS object, change->>'attribute' AS attribute
  FROM (SELECT * FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 2) j, jsonb_array_elements(changes) change ORDER BY journal_id, 3, 4;
SELECT * FROM schema_guard.verify();
SELECT change, object_identity, after FROM schema_guard.drift();
-- DISCARD, in enforce and read-only too
CREATE FUNCTION pg_temp.d() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER TABLE kept ALTER a SET DEFAULT pg_temp.d();
SET schema_guard.mode = enforce;
SET default_transaction_read_only = on;
DISCARD TEMP;
RESET default_transaction_read_only;
SELECT * FROM stale;
SELECT change, object_identity, attribute, before, after FROM schema_guard.verify();
-- ON COMMIT DROP comes after the judgement
RESET schema_guard.mode;
SET client_min_messages = warning;
BEGIN;
CREATE TEMP TABLE t (a int) ON COMMIT DROP;
CREATE FUNCTION of_row(t) RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMIT;
SELECT * FROM stale;
SELECT change, object_identity, attribute FROM schema_guard.verify();
-- DROP is DDL like any other
CREATE TEMP TABLE t (a int);
ALTER TABLE of_type ADD x t;
SELECT schema_guard.capture('of type') IS NOT NULL AND schema_guard.approve('of type') IS NOT NULL AS approved;
SET schema_guard.mode = enforce;
DROP TABLE t CASCADE;
RESET schema_guard.mode;
DROP TABLE of_type;
-- what is only temporary, or the server's own to drop, changes nothing
SELECT max(journal_id) AS last FROM schema_guard.journal \gset
DISCARD TEMP;
BEGIN;
CREATE TEMP TABLE t (a serial PRIMARY KEY, b text DEFAULT 'x') ON COMMIT DROP;
COMMIT;
CREATE TEMP TABLE t (a serial PRIMARY KEY, b text DEFAULT 'x');
DISCARD ALL;
VACUUM FULL kept;
VACUUM FULL pg_class;
SELECT s.stale, max(journal_id) = :last AS nothing FROM stale s, schema_guard.journal GROUP BY 1;
SELECT * FROM schema_guard.verify();
DROP VIEW stale;
DROP TABLE kept;
DROP EXTENSION schema_guard;
