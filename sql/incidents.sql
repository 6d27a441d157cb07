-- Which change of the schema an error comes of, in a session without shared memory: once its first failed
-- transaction is over, the board is filled.  What errors say, and what they must not be put down to.
CREATE EXTENSION schema_guard;
SET lc_messages = 'C';
\set VERBOSITY terse
CREATE SCHEMA inc;
SET search_path = inc;
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, "Weird ""Col" text, amount integer NOT NULL DEFAULT 1, note text);
CREATE TABLE other (id bigint, customer_id bigint);
CREATE TABLE dropped (a integer);
CREATE TABLE "T x" (a integer);
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TYPE pair AS (a integer, b integer);
CREATE DOMAIN positive AS integer;
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
CREATE SEQUENCE seq;
CREATE VIEW v AS SELECT id, note AS v_note FROM orders;
CREATE TABLE plan AS SELECT 1 AS a;
CREATE SCHEMA inc_gone;
PREPARE plan_star AS SELECT * FROM plan;
EXECUTE plan_star;

SET application_name = 'a test';
BEGIN;
ALTER TABLE orders RENAME customer_id TO client_id;
ALTER TABLE orders DROP "Weird ""Col";
ALTER TABLE orders ALTER amount DROP DEFAULT;
ALTER TABLE orders ADD CONSTRAINT paid CHECK (amount > 0), ALTER note SET NOT NULL;
DROP TABLE dropped;
ALTER TABLE "T x" RENAME TO tx;
ALTER TYPE mood RENAME VALUE 'sad' TO 'bad';
ALTER TYPE pair RENAME ATTRIBUTE b TO c;
ROLLBACK;
BEGIN;
ALTER TABLE orders RENAME customer_id TO client_id;
ALTER TABLE orders DROP "Weird ""Col";
ALTER TABLE orders ALTER amount DROP DEFAULT;
ALTER TABLE orders ADD CONSTRAINT paid CHECK (amount > 0), ALTER note SET NOT NULL;
DROP TABLE dropped;
ALTER TABLE "T x" RENAME TO tx;
ALTER TYPE mood RENAME VALUE 'sad' TO 'bad';
ALTER TYPE pair RENAME ATTRIBUTE b TO c;
ALTER DOMAIN positive ADD CONSTRAINT is_positive CHECK (value > 0);
ALTER DOMAIN positive SET NOT NULL;
ALTER FUNCTION f(integer) RENAME TO g;
DROP PROCEDURE p();
DROP SEQUENCE seq;
DROP VIEW v;
CREATE VIEW v AS SELECT id, note AS v_text FROM orders;
ALTER TABLE plan ADD id integer;
DROP SCHEMA inc_gone;
COMMIT;
-- a rolled back change explains nothing
BEGIN;
ALTER TABLE other DROP customer_id;
ALTER TABLE other ADD id2 integer;
SAVEPOINT s;
ALTER TABLE other DROP id;
ROLLBACK TO s;
ROLLBACK;

-- what is to be explained
SELECT customer_id FROM orders;
SELECT o.customer_id FROM inc.orders o;
UPDATE orders SET customer_id = 1;
INSERT INTO orders (customer_id) VALUES (1);
SELECT "Weird ""Col" FROM "orders";
SELECT v_note FROM v;
INSERT INTO orders (id, note) VALUES (1, '');
INSERT INTO orders (id, amount) VALUES (1, 1);
INSERT INTO orders (id, amount, note) VALUES (1, 0, '');
SELECT 1 FROM dropped;
SELECT 1 FROM inc.dropped;
SELECT NULL::dropped;
SELECT 1 FROM "T x";
SELECT 'sad'::mood;
SELECT (ROW(1, 2)::pair).b;
SELECT NULL::positive;
SELECT 0::positive;
SELECT f(1);
CALL inc.p();
SELECT nextval('seq');
SELECT id FROM orders, plan;
EXECUTE plan_star;
SELECT inc_gone.f();
DO 'BEGIN PERFORM customer_id FROM inc.orders; END';
BEGIN;
SELECT customer_id FROM orders;
ROLLBACK;
SELECT sqlstate, change, object_type, object, release, count, first <= last AS ordered, changed_by = current_user AS by_us,
	   changed_at <= first AS after
  FROM schema_guard.incidents ORDER BY change COLLATE "C", sqlstate;

-- what is not: another object, another schema, another name, a value, something that was caught, or nothing at all
CREATE TEMPORARY TABLE before AS SELECT sum(count) AS count FROM schema_guard.incidents;
SELECT customer_idd FROM orders;
SELECT id2 FROM other;
SELECT 'other'::inc.mood;
SELECT customer_id FROM plan;
SELECT 1 FROM public.dropped;
SELECT public.f(1);
SELECT 'sadder'::mood;
SELECT 'sad'::integer;
SELECT no_such_function(1);
SELECT 1 FROM orders WHERE "column" = 1;
SELECT 1/0;
INSERT INTO orders (amount, note) VALUES (1, '');
DO 'BEGIN PERFORM customer_id FROM inc.orders; EXCEPTION WHEN undefined_column THEN NULL; END';
SELECT i.count - b.count AS more FROM (SELECT sum(count) AS count FROM schema_guard.incidents) i, before b;

-- not after the horizon, nor where it is not wanted
SET schema_guard.incident_horizon = 0;
SELECT customer_id FROM orders;
SET schema_guard.incident_horizon = '1min';
SET schema_guard.explain_errors = off;
SELECT customer_id FROM orders;
SET schema_guard.explain_errors = log;
SET schema_guard.mode = off;
SELECT customer_id FROM orders;
RESET schema_guard.mode;
SELECT i.count - b.count AS more FROM (SELECT sum(count) AS count FROM schema_guard.incidents) i, before b;
RESET schema_guard.incident_horizon;

-- each release has a row of its own; in what transactions do is no matter
INSERT INTO orders (id, amount, note) VALUES (1, 1, '');
SELECT schema_guard.register('shop', '1', '{"relations": {"inc.orders": {"select": {"id": "bigint"}}}}');
SET schema_guard.application = 'shop/1';
SET default_transaction_read_only = on;
SELECT customer_id FROM orders;
SET default_transaction_isolation = serializable;
SELECT customer_id FROM orders;
RESET default_transaction_isolation;
RESET default_transaction_read_only;
SELECT release, count FROM schema_guard.incidents WHERE change LIKE '%"customer_id"%' ORDER BY release;
RESET schema_guard.application;

-- read by those who may read, written by nobody
CREATE ROLE regress_sg_incidents;
SET ROLE regress_sg_incidents;
SELECT count(*) FROM schema_guard.incidents;
SET schema_guard.explain_errors = client;
SET schema_guard.incident_horizon = 1;
RESET ROLE;
SELECT schema_guard.grant_role('regress_sg_incidents', 'reader');
SET ROLE regress_sg_incidents;
SELECT count(*) > 0 AS readable FROM schema_guard.incidents;
RESET ROLE;

-- another journal has other clues
DROP EXTENSION schema_guard;
SELECT customer_id FROM orders;
CREATE EXTENSION schema_guard;
SELECT customer_id FROM orders;
SELECT count(*) FROM schema_guard.incidents;
DROP SCHEMA inc CASCADE;
DROP EXTENSION schema_guard;
DROP ROLE regress_sg_incidents;
