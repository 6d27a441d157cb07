-- ready(): an answer for a readiness probe, whatever is the matter
\set VERBOSITY terse
CREATE EXTENSION schema_guard;
CREATE SCHEMA ready;
CREATE TABLE ready.orders (id bigint PRIMARY KEY, note text);
SELECT schema_guard.register('api', '1', '{"relations": {"ready.orders": {"select": {"id": "bigint", "note": "text"}}}}');
SELECT schema_guard.register('old', '1', '{"relations": {"ready.orders": {"select": {"id": "bigint"}}}}');
SELECT schema_guard.retire('old', '1');
CREATE ROLE regress_sg_probe;
SET SESSION AUTHORIZATION regress_sg_probe;
SELECT * FROM schema_guard.ready('api', '1');
SELECT * FROM schema_guard.ready('api', '2');
SELECT * FROM schema_guard.ready('old', '1');
SELECT * FROM schema_guard.ready(E'a\n''"', E'1\t');
SELECT * FROM schema_guard.ready('', '');
SELECT * FROM schema_guard.ready(NULL, '1');
SELECT * FROM schema_guard.ready('api', NULL);
SELECT length(reason) > 100000 AS long FROM schema_guard.ready(repeat('a', 100000), '1');
RESET SESSION AUTHORIZATION;

-- a release that does not fit; read-only and serializable transactions, savepoints
ALTER TABLE ready.orders RENAME note TO "no
te";
ALTER TABLE ready.orders DROP id;
SET SESSION AUTHORIZATION regress_sg_probe;
SELECT * FROM schema_guard.ready('api', '1');
BEGIN READ ONLY;
SELECT * FROM schema_guard.ready('api', '1');
SELECT ready FROM schema_guard.ready('api', '2');
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY;
SAVEPOINT a;
SELECT ready FROM schema_guard.ready('api', '1');
ROLLBACK TO a;
SELECT (schema_guard.ready('api', '1')).ready;
COMMIT;
RESET SESSION AUTHORIZATION;
-- what this transaction itself has changed
BEGIN;
ALTER TABLE ready.orders RENAME "no
te" TO note;
ALTER TABLE ready.orders ADD id bigint;
SELECT * FROM schema_guard.ready('api', '1');
COMMIT;
SELECT * FROM schema_guard.ready('api', '1');

-- a stale live state: the schema itself is looked at
SET schema_guard.mode = off;
ALTER TABLE ready.orders RENAME note TO remark;
RESET schema_guard.mode;
SELECT * FROM schema_guard.ready('api', '1');
SET schema_guard.mode = off;
ALTER TABLE ready.orders RENAME remark TO note;
RESET schema_guard.mode;
SELECT * FROM schema_guard.ready('api', '1');
SELECT count(*) FROM schema_guard.verify();
SELECT * FROM schema_guard.ready('api', '1');

-- a fault of the guard's own counts in mode enforce
ALTER TABLE schema_guard.release RENAME TO lost;
SELECT * FROM schema_guard.ready('api', '1');
SET schema_guard.mode = enforce;
SELECT * FROM schema_guard.ready('api', '1');
RESET schema_guard.mode;
ALTER TABLE schema_guard.lost RENAME TO release;
BEGIN;
UPDATE pg_extension SET extversion = '1.0' WHERE extname = 'schema_guard';
SELECT * FROM schema_guard.ready('api', '1');
ROLLBACK;
SELECT * FROM schema_guard.ready('api', '1');

DROP SCHEMA ready CASCADE;
DROP ROLE regress_sg_probe;
DROP EXTENSION schema_guard;
