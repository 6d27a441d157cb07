-- The view refusals: what was refused is kept, though its transaction is rolled back.
CREATE EXTENSION schema_guard;
CREATE ROLE regress_sg_refused;
CREATE ROLE regress_sg_reader;
SELECT schema_guard.grant_role('regress_sg_reader', 'reader');
CREATE SCHEMA kept AUTHORIZATION regress_sg_refused;
CREATE TABLE kept.t (a int);
SELECT schema_guard.capture('kept') IS NOT NULL AND schema_guard.approve('kept') IS NOT NULL AS approved;
SET schema_guard.mode = enforce;
\set VERBOSITY terse
SET application_name = 'psql of the test';
SELECT count(*) FROM schema_guard.refusals;
CREATE TABLE kept.plain (a int);
BEGIN;
SET LOCAL ROLE regress_sg_refused;
CREATE TABLE kept.in_a_block (a int);
COMMIT;
SELECT schema_guard.register('shop', '1', '{"relations": {"kept.t": {"select": {"a": "integer"}}}}');
SET schema_guard.application = 'shop/1';
ALTER TABLE kept.t DROP a;
-- whatever the session's transactions are like, and in functions
SET default_transaction_read_only = on;
BEGIN READ WRITE;
CREATE TABLE kept.read_only (a int);
COMMIT;
RESET default_transaction_read_only;
SET default_transaction_isolation = serializable;
SET default_transaction_deferrable = on;
CREATE TABLE kept.serializable (a int);
RESET default_transaction_isolation;
RESET default_transaction_deferrable;
DO $$ BEGIN CREATE TABLE kept.in_a_function (a int); COMMIT; END $$;
CREATE INDEX CONCURRENTLY ON kept.t (a);
-- a long one, cut between two characters
SELECT 'CREATE FUNCTION kept.long_signature(' || string_agg('"' || repeat('€', 20) || '"', ', ') || ') RETURNS int LANGUAGE sql AS ''SELECT 1''' AS long,
	   'CREATE TYPE "' || repeat('€', 20) || '" AS (a int)' AS make
  FROM generate_series(1, 90) \gset
SET application_name = 'ääääääääääääääääääääääääääääääää';
BEGIN;
:make;
:long;
COMMIT;
RESET application_name;
RESET schema_guard.application;
-- nothing that is not refused
BEGIN;
CREATE TABLE kept.rolled_back (a int);
ROLLBACK;
SET schema_guard.mode = warn;
CREATE TABLE kept.warned (a int);
DROP TABLE kept.warned;
SET schema_guard.mode = enforce;

SET ROLE regress_sg_refused;
SELECT count(*) FROM schema_guard.refusals;
SET ROLE regress_sg_reader;
SELECT kind, number, refused_role = 'regress_sg_refused' AS by_role, release, sqlstate, octet_length(message) AS length, left(message, 80) AS message FROM schema_guard.refusals;
SELECT max(octet_length(application_name)) BETWEEN 62 AND 63 AS clipped, bool_and(refused_at <= now() AND session_role IS NOT NULL) AS complete,
	   max(number) = (SELECT refused_attempts FROM schema_guard.status) AS agrees
  FROM schema_guard.refusals;
RESET ROLE;
-- a ring
SELECT setval('schema_guard.refused_attempts', 500);
CREATE TABLE kept.next_round (a int);
SELECT min(number), max(number), count(*) FROM schema_guard.refusals;
-- one that cannot be kept is refused all the same
SET schema_guard.mode = off;
ALTER TABLE schema_guard.refusal RENAME TO elsewhere;
SET schema_guard.mode = enforce;
SELECT setval('schema_guard.refused_attempts', 600);
CREATE TABLE kept.not_kept (a int);
SELECT 'still here' AS session;
SET schema_guard.mode = off;
ALTER TABLE schema_guard.elsewhere RENAME TO refusal;
SELECT max(number) AS kept, (SELECT refused_attempts FROM schema_guard.status) AS refused FROM schema_guard.refusals;

SET client_min_messages = warning;
DROP EXTENSION schema_guard;
DROP SCHEMA kept CASCADE;
DROP OWNED BY regress_sg_refused, regress_sg_reader;
DROP ROLE regress_sg_refused, regress_sg_reader;
