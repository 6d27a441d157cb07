-- members of extensions: the script's are the extension's, what is done to them by hand is described
SET client_min_messages = warning;
CREATE EXTENSION pg_trgm VERSION '1.3';
CREATE EXTENSION schema_guard;
CREATE EXTENSION hstore;
RESET client_min_messages;
-- CREATE EXTENSION, before the guard and under it, UPDATE, SET SCHEMA, a schema renamed
SELECT object_type, object_identity, attribute, definition FROM schema_guard.describe() WHERE object_type = 'extension' OR object_identity ~ 'hstore|trgm|similarity';
SELECT schema_guard.fingerprint() AS before \gset
ALTER EXTENSION pg_trgm UPDATE;
CREATE SCHEMA member_a;
ALTER EXTENSION hstore SET SCHEMA member_a;
ALTER SCHEMA member_a RENAME TO member_b;
SELECT object_type, object_identity FROM schema_guard.describe() WHERE object_identity ~ 'hstore|trgm|similarity' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT * FROM schema_guard.verify();
ALTER EXTENSION hstore SET SCHEMA public;
DROP SCHEMA member_b;
SELECT schema_guard.fingerprint() = :'before' AS same;
SELECT schema_guard.capture('members') IS NOT NULL AND schema_guard.approve('members') IS NOT NULL AS approved;

-- by hand: refused
SET schema_guard.mode = enforce;
BEGIN;
CREATE TABLE member_table (a int);
ALTER EXTENSION hstore ADD TABLE member_table;
COMMIT;
BEGIN;
CREATE FUNCTION member_function() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW member_view AS SELECT 1 AS one;
CREATE TYPE member_type AS ENUM ('a');
CREATE SEQUENCE member_sequence;
CREATE SCHEMA member_schema;
CREATE AGGREGATE member_aggregate(int) (SFUNC = int4pl, STYPE = int);
CREATE OPERATOR ### (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);
CREATE CAST (member_type AS int) WITH INOUT;
ALTER EXTENSION hstore ADD FUNCTION member_function();
ALTER EXTENSION hstore ADD VIEW member_view;
ALTER EXTENSION hstore ADD TYPE member_type;
ALTER EXTENSION hstore ADD SEQUENCE member_sequence;
ALTER EXTENSION hstore ADD AGGREGATE member_aggregate(int);
ALTER EXTENSION hstore ADD OPERATOR ### (int, int);
ALTER EXTENSION hstore ADD CAST (member_type AS int);
ALTER EXTENSION pg_trgm ADD SCHEMA member_schema;
COMMIT;
CREATE OR REPLACE FUNCTION hstore_to_json(hstore) RETURNS json LANGUAGE sql AS 'SELECT NULL::json';
ALTER FUNCTION akeys(hstore) COST 7;
ALTER EXTENSION hstore DROP FUNCTION akeys(hstore);
RESET schema_guard.mode;

-- by hand: journaled, and seen from then on
BEGIN;
CREATE TABLE member_table (a int);
ALTER EXTENSION hstore ADD TABLE member_table;
COMMIT;
ALTER TABLE member_table ADD b int;
CREATE OR REPLACE FUNCTION hstore_to_json(hstore) RETURNS json LANGUAGE sql AS 'SELECT NULL::json';
SELECT j.changes -> 0 ->> 'object_identity' AS object, j.changes -> 0 ->> 'attribute' AS attribute FROM schema_guard.journal j ORDER BY journal_id DESC LIMIT 3;
SELECT object_identity, after FROM schema_guard.drift() ORDER BY 1;
SELECT * FROM schema_guard.verify();
SELECT object_identity FROM schema_guard.describe() WHERE attribute = 'member of extension' ORDER BY 1;
-- where the guard is not asked, verify() finds it
SET schema_guard.mode = off;
CREATE TABLE member_unseen (a int);
ALTER EXTENSION pg_trgm ADD TABLE member_unseen;
RESET schema_guard.mode;
SELECT object_identity, after FROM schema_guard.verify();
-- and it is as it was without them
ALTER EXTENSION pg_trgm DROP TABLE member_unseen;
ALTER EXTENSION hstore DROP TABLE member_table;
DROP TABLE member_unseen, member_table;
CREATE OR REPLACE FUNCTION hstore_to_json(hstore) RETURNS json LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS '$libdir/hstore', 'hstore_to_json';
SELECT * FROM schema_guard.drift();
SELECT * FROM schema_guard.verify();
DROP EXTENSION schema_guard, hstore, pg_trgm;
