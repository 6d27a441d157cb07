-- The gate: DDL is judged by its outcome when the transaction commits.
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT never
-- the fingerprints below depend on the tables of this test alone
SET client_min_messages = error;
SELECT schema_guard.exclude(o, 'not of this test') FROM unnest('{public,plpgsql,shop}'::text[]) o;
RESET client_min_messages;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	customer_id bigint NOT NULL,
	total numeric(12,2) NOT NULL CONSTRAINT orders_total_check CHECK (total >= 0)
);
CREATE TABLE shop.items (order_id bigint REFERENCES shop.orders, n int);

-- nothing is approved yet
SET schema_guard.mode = enforce;
ALTER TABLE shop.orders ADD note text;
\echo :SQLSTATE
BEGIN; DROP TABLE shop.items, shop.orders;
CREATE TABLE shop.orders (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	customer_id bigint NOT NULL,
	total numeric(12,2) NOT NULL CONSTRAINT orders_total_check CHECK (total >= 0)
);
CREATE TABLE shop.items (order_id bigint REFERENCES shop.orders, n int);
COMMIT;
SELECT schema_guard.capture('2024-08-10') = schema_guard.fingerprint() AS captured;
SELECT schema_guard.approve('2024-08-10') = schema_guard.fingerprint() AS approved;

-- the error is the diagnosis
BEGIN;
ALTER TABLE shop.orders RENAME COLUMN customer_id TO client_id;
ALTER TABLE shop.orders DROP CONSTRAINT orders_total_check;
COMMIT;
\echo :SQLSTATE
SELECT attname FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass AND attnum > 0 ORDER BY attnum;
SELECT * FROM schema_guard.drift();

-- an autocommit statement, a string of several, a DO block, a function, a procedure that commits
DROP TABLE shop.items;
CREATE TABLE shop.a () \; CREATE TABLE shop.b ();
DO $$ BEGIN EXECUTE 'CREATE TABLE shop.c ()'; END $$;
CREATE FUNCTION pg_temp.f() RETURNS void LANGUAGE sql AS 'CREATE TABLE shop.d ()';
SELECT pg_temp.f();
CREATE PROCEDURE pg_temp.p() LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMP TABLE scratch (a int);
	COMMIT;
	CREATE TABLE shop.e ();
	COMMIT;
END $$;
CALL pg_temp.p();
SELECT 'scratch'::regclass;
-- a command that fires no event trigger
DO $$ BEGIN EXECUTE 'EXPLAIN ANALYZE CREATE TABLE shop.g AS SELECT 1 AS a'; END $$;
EXPLAIN (COSTS OFF) CREATE TABLE shop.h AS SELECT 1 AS a;
SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace AND relkind = 'r' ORDER BY 1;

-- more than 20 items
DO $$ BEGIN FOR i IN 1..25 LOOP EXECUTE format('CREATE TABLE shop.many%s ()', to_char(i, 'FM00')); END LOOP; END $$;

-- other names than one expects: quotes, dots, line breaks, 63 bytes of two-byte characters
SET client_encoding = 'UTF8';
CREATE TABLE shop."a ""b"".
c" ("ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄ" int);

-- what is undone within the transaction does not count
BEGIN;
ALTER TABLE shop.orders ADD note text;
ALTER TABLE shop.orders DROP note;
COMMIT;
BEGIN;
SAVEPOINT s;
DROP TABLE shop.items;
ROLLBACK TO s;
COMMIT;
SELECT count(*) FROM shop.items;
-- dropped and made again, the same but for its OIDs
BEGIN;
DROP TABLE shop.items;
CREATE TABLE shop.items (order_id bigint REFERENCES shop.orders, n int);
COMMIT;
SELECT * FROM schema_guard.verify();
-- with another column in the place of the old one: not a rename
BEGIN;
DROP TABLE shop.items;
CREATE TABLE shop.items (order_id bigint REFERENCES shop.orders, m int);
COMMIT;
-- a rename of the table, of a constraint, of two columns crosswise
ALTER TABLE shop.items RENAME TO lines;
ALTER TABLE shop.orders RENAME CONSTRAINT orders_total_check TO positive;
BEGIN;
ALTER TABLE shop.orders RENAME customer_id TO tmp;
ALTER TABLE shop.orders RENAME total TO customer_id;
ALTER TABLE shop.orders RENAME tmp TO total;
COMMIT;

-- temporary objects are nobody's business
CREATE TEMP TABLE t1 (a int);
CREATE TABLE pg_temp.t2 (a int);
CREATE TEMP TABLE t3 AS SELECT 1 AS a;
CREATE TEMP SEQUENCE t4;
CREATE TEMP VIEW t5 AS SELECT 1 AS a;
SELECT a INTO TEMP t6 FROM t1;
ALTER TABLE t1 ADD b int;
CREATE INDEX ON t1 (a);
DROP TABLE t1, t2, t3, t6;

-- in every isolation level, and read-only at the last moment
BEGIN ISOLATION LEVEL SERIALIZABLE;
ALTER TABLE shop.orders ADD note text;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
ALTER TABLE shop.orders ADD note text;
SET TRANSACTION READ ONLY;
COMMIT;
\echo :SQLSTATE

-- warn: the same text, and it is done
SET schema_guard.mode = warn;
ALTER TABLE shop.items RENAME n TO amount;
\echo :SQLSTATE
-- back to the approved schema: no warning
ALTER TABLE shop.items RENAME amount TO n;
SELECT approved, approved_snapshot, stale, refused_attempts FROM schema_guard.status;

-- revoked approvals do not count
SELECT schema_guard.revoke('2024-08-10', 'test') IS NOT NULL AS revoked;
SET schema_guard.mode = enforce;
ALTER TABLE shop.items RENAME n TO amount;

-- too few approvals: say how many
SET schema_guard.required_approvals = 2;
CREATE ROLE regress_sg_proposer SUPERUSER;
CREATE ROLE regress_sg_approver SUPERUSER;
BEGIN;
SAVEPOINT s;
ALTER TABLE shop.items RENAME n TO amount;
SELECT schema_guard.export() AS file \gset
ROLLBACK TO s;
SET SESSION AUTHORIZATION regress_sg_proposer;
SELECT schema_guard.import(:'file', 'with amount') IS NOT NULL AS imported;
COMMIT;
SET SESSION AUTHORIZATION regress_sg_approver;
SELECT schema_guard.approve('with amount') IS NOT NULL AS approved;
RESET SESSION AUTHORIZATION;
ALTER TABLE shop.items RENAME n TO amount;
RESET schema_guard.required_approvals;
ALTER TABLE shop.items RENAME n TO amount;
DROP ROLE regress_sg_proposer, regress_sg_approver;

-- a release that is live: SG003 names it
SELECT schema_guard.register('api', '1.4.2',
	'{"relations": {"shop.orders": {"select": {"customer_id": "bigint", "total": "numeric(12,2)"}, "insert": ["customer_id", "total"]}}}');
BEGIN;
ALTER TABLE shop.orders RENAME customer_id TO client_id;
ALTER TABLE shop.orders ALTER total TYPE numeric(14,2);
COMMIT;
\echo :SQLSTATE
SELECT schema_guard.register('api', '1.4.3',
	'{"relations": {"shop.orders": {"select": {"id": "bigint", "total": "numeric(12,2)"}}}}');
DROP TABLE shop.orders CASCADE;
SELECT schema_guard.retire('api', '1.4.2'), schema_guard.retire('api', '1.4.3');
DROP TABLE shop.orders CASCADE;

-- one that names a function by a type that gets another name; what it names is known with what it fits
SET schema_guard.bypass = 'to have a function';
CREATE TYPE shop.colour AS ENUM ('red');
CREATE FUNCTION shop.paint(shop.colour) RETURNS integer LANGUAGE sql AS 'SELECT 1';
RESET schema_guard.bypass;
SELECT schema_guard.register('painter', '1', '{"functions": {"shop.paint(shop.\"colour\")": "integer"}}');
SET schema_guard.bypass = 'something else';
CREATE TABLE shop.else ();
RESET schema_guard.bypass;
SELECT fits_fingerprint = (SELECT fingerprint FROM schema_guard.live_state) AS fits, fits_objects FROM schema_guard.release WHERE application = 'painter';
\set VERBOSITY terse
ALTER TYPE shop.colour RENAME TO color;
\set VERBOSITY default
SELECT schema_guard.retire('painter', '1');
SET schema_guard.bypass = 'undone';
DROP TABLE shop.else;
DROP FUNCTION shop.paint;
DROP TYPE shop.colour;
RESET schema_guard.bypass;

-- off: nothing is looked at, only remembered to be unknown
SET schema_guard.mode = off;
ALTER TABLE shop.orders ADD behind_the_back int;
SELECT stale FROM schema_guard.status;
SET schema_guard.mode = observe;
CREATE TABLE shop.innocent ();
SELECT verdict, objects, statements FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 2;
SELECT stale FROM schema_guard.status;

-- only a superuser switches it
CREATE ROLE regress_sg_plain;
GRANT CREATE, USAGE ON SCHEMA shop TO regress_sg_plain;
SET schema_guard.mode = enforce;
SET ROLE regress_sg_plain;
SET schema_guard.mode = off;
SET schema_guard.bypass = 'because';
-- the gate works as the extension's owner, whoever the user is; the hint names that one
\set VERBOSITY terse
CREATE TABLE shop.plain ();
\set VERBOSITY default
RESET ROLE;

-- hijacking: objects in the user's search_path instead of pg_catalog's
SET schema_guard.mode = observe;
CREATE SCHEMA evil;
CREATE FUNCTION evil.jsonb_build_object(VARIADIC "any") RETURNS jsonb LANGUAGE internal AS 'jsonb_build_object';
CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE 'hijacked'; END $$;
CREATE TABLE evil.pg_class (a int);
SET search_path = evil, pg_catalog, shop;
SET schema_guard.mode = enforce;
CREATE TABLE shop.hijack ();
SET schema_guard.mode = observe;
CREATE TABLE shop.hijack ();
RESET search_path;
SELECT * FROM schema_guard.verify();

DROP SCHEMA evil CASCADE;
DROP SCHEMA shop CASCADE;
DROP ROLE regress_sg_plain;
DROP EXTENSION schema_guard;
