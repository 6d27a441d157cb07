-- The facet storage: what is kept otherwise than by default.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE SCHEMA sto;
CREATE TABLE sto.t (id integer PRIMARY KEY, a text, b text, c integer NOT NULL);
CREATE INDEX i ON sto.t (lower(a));
CREATE UNIQUE INDEX u ON sto.t (c);
CREATE TABLE sto.p (a integer) PARTITION BY LIST (a);
CREATE TABLE sto.p1 PARTITION OF sto.p FOR VALUES IN (1);
CREATE VIEW sto.v AS SELECT id FROM sto.t;
SELECT schema_guard.fingerprint() AS guarded \gset
SELECT count(*) FROM schema_guard.describe('sto.%', '{storage}');

ALTER TABLE sto.t SET (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off);
ALTER INDEX sto.i SET (fillfactor = 50);
ALTER INDEX sto.i ALTER COLUMN 1 SET STATISTICS 500;
ALTER TABLE sto.t ALTER a SET STORAGE EXTERNAL, ALTER a SET STATISTICS 0, ALTER c SET (n_distinct = -0.5);
ALTER TABLE sto.t CLUSTER ON t_pkey;
ALTER TABLE sto.p1 SET (fillfactor = 10);
SELECT object_identity, facet, attribute, definition FROM schema_guard.describe('sto.%', '{storage}');
SELECT schema_guard.fingerprint() = :'guarded' AS guarded_same;

ALTER TABLE sto.t RESET (fillfactor, autovacuum_enabled, toast.autovacuum_enabled);
ALTER INDEX sto.i RESET (fillfactor);
ALTER INDEX sto.i ALTER COLUMN 1 SET STATISTICS -1;
ALTER TABLE sto.t ALTER a SET STORAGE EXTENDED, ALTER a SET STATISTICS -1, ALTER c RESET (n_distinct);
ALTER TABLE sto.t SET WITHOUT CLUSTER;
ALTER TABLE sto.p1 RESET (fillfactor);
SELECT count(*) FROM schema_guard.describe('sto.%', '{storage}');

-- a table made anew finds the name of its NOT NULL taken by its copy (18)
CREATE TABLE sto.original (a integer NOT NULL, b integer);
CREATE TABLE sto.copy (LIKE sto.original);
SELECT schema_guard.fingerprint('{all}') AS made_first \gset
DROP TABLE sto.original;
CREATE TABLE sto.original (a integer NOT NULL, b integer);
SELECT schema_guard.fingerprint('{all}') = :'made_first' AS made_last_same;
SELECT count(*) FROM schema_guard.describe('sto.original', '{storage}');

-- the name of a tablespace, for which no event trigger fires
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_sg_space LOCATION '';
SELECT schema_guard.guard_facets('{structure,storage}');
CREATE TABLE sto.elsewhere (a integer) TABLESPACE regress_sg_space;
ALTER TABLESPACE regress_sg_space RENAME TO regress_sg_room;
SELECT definition FROM schema_guard.describe('sto.elsewhere', '{storage}');
SELECT statements, objects FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
SELECT * FROM schema_guard.verify();

DROP SCHEMA sto CASCADE;
DROP TABLESPACE regress_sg_room;
DROP EXTENSION schema_guard;
