-- A refusal on a path: in what the outcome differs from the step that was expected.
\set SHOW_CONTEXT never
CREATE EXTENSION schema_guard;
SET client_min_messages = error;
SELECT schema_guard.exclude(o, 'not of this test') FROM unnest('{public,plpgsql,public.%}'::text[]) o;
RESET client_min_messages;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY);
SELECT schema_guard.capture('start') IS NOT NULL AS captured;
-- what CI walked
CREATE TABLE shop.parcels (id bigint PRIMARY KEY, weight numeric NOT NULL, note text);
BEGIN;
ALTER TABLE shop.orders ADD paid boolean NOT NULL DEFAULT false;
ALTER TABLE shop.parcels ADD CONSTRAINT of_an_order CHECK (note <> 'a text that is long enough for the statement to be cut' AND weight < 100);
CREATE INDEX ON shop.parcels (weight);
COMMIT;
SELECT schema_guard.export_path('start') AS path_file \gset
ALTER TABLE shop.orders DROP paid;
DROP TABLE shop.parcels;
SELECT schema_guard.import_path(:'path_file', 'r2') IS NOT NULL AND schema_guard.approve('r2') IS NOT NULL AS approved;
SET schema_guard.mode = enforce;

-- a column without its NOT NULL
CREATE TABLE shop.parcels (id bigint PRIMARY KEY, weight numeric, note text);
-- without a column; of another name; too much
CREATE TABLE shop.parcels (id bigint PRIMARY KEY, weight numeric NOT NULL);
CREATE TABLE shop.parcels (id bigint PRIMARY KEY, weight numeric NOT NULL, remark text);
BEGIN;
CREATE TABLE shop.parcels (id bigint PRIMARY KEY, weight numeric NOT NULL, note text);
CREATE TABLE shop.more (id bigint);
COMMIT;
-- something else: what it lacks of the step is no news
CREATE TABLE shop.more (id bigint);
ALTER TABLE shop.orders ADD more int;
-- a step of several statements, the second altered where it is long, the third not run
CREATE TABLE shop.parcels (id bigint PRIMARY KEY, weight numeric NOT NULL, note text);
BEGIN;
ALTER TABLE shop.orders ADD paid boolean NOT NULL DEFAULT false;
ALTER TABLE shop.parcels ADD CONSTRAINT of_an_order CHECK (note <> 'a text that is long enough for the statement to be cut' AND weight < 1000);
COMMIT;
BEGIN;
ALTER TABLE shop.orders ADD paid boolean NOT NULL DEFAULT false;
ALTER TABLE shop.parcels ADD CONSTRAINT of_an_order CHECK (note <> 'a text that is long enough for the statement to be cut' AND weight < 100);
COMMIT;
-- of two paths the one that was attempted
SET schema_guard.mode = observe;
CREATE TABLE shop.returns (id bigint PRIMARY KEY, at date NOT NULL);
SELECT schema_guard.export_path((SELECT fingerprint FROM schema_guard.path_steps WHERE path = 'r2' AND step = 1)) AS path_file \gset
DROP TABLE shop.returns;
SELECT schema_guard.import_path(:'path_file', 'r3') IS NOT NULL AND schema_guard.approve('r3') IS NOT NULL AS approved;
SET schema_guard.mode = enforce;
BEGIN;
ALTER TABLE shop.orders ADD paid boolean NOT NULL DEFAULT true;
ALTER TABLE shop.parcels ADD CONSTRAINT of_an_order CHECK (note <> 'a text that is long enough for the statement to be cut' AND weight < 100);
CREATE INDEX ON shop.parcels (weight);
COMMIT;
CREATE TABLE shop.returns (id bigint PRIMARY KEY, at timestamp NOT NULL);
-- warned of; and out of order
SET schema_guard.mode = warn;
BEGIN;
CREATE TABLE shop.returns (id bigint PRIMARY KEY, at timestamp NOT NULL);
ROLLBACK;
CREATE TABLE shop.returns (id bigint PRIMARY KEY, at timestamp NOT NULL);

SET schema_guard.mode = off;
\set VERBOSITY terse
SET client_min_messages = warning;
DROP EXTENSION schema_guard;
DROP SCHEMA shop CASCADE;
