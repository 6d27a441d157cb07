-- The facets access and comment: owners, privileges, comments.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE ROLE regress_sg_app;
CREATE ROLE "regress_sg_we""ird";
CREATE SCHEMA ann;
CREATE TABLE ann.t (id integer PRIMARY KEY, b text CHECK (b <> ''));
CREATE INDEX i ON ann.t (b);
CREATE VIEW ann.v AS SELECT id FROM ann.t;
CREATE FUNCTION ann.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TYPE ann.c AS (a integer);
CREATE MATERIALIZED VIEW ann.m AS SELECT 1 AS a;
CREATE SEQUENCE ann.s;
CREATE DOMAIN ann.d AS integer;
CREATE PROCEDURE ann.p() LANGUAGE sql AS 'SELECT 1';
SELECT schema_guard.fingerprint() AS guarded, schema_guard.fingerprint('{access}') AS access,
	   schema_guard.fingerprint('{comment}') AS comment \gset

-- an ACL that spells out the default is no difference
GRANT ALL ON ann.t TO CURRENT_USER;
GRANT EXECUTE ON FUNCTION ann.f() TO PUBLIC;
SELECT schema_guard.fingerprint('{access}') = :'access' AS same;

GRANT SELECT, INSERT ON ann.t TO regress_sg_app WITH GRANT OPTION;
GRANT UPDATE (b) ON ann.t TO "regress_sg_we""ird";
GRANT USAGE ON SCHEMA ann TO regress_sg_app;
GRANT SELECT ON ann.v, ann.m TO regress_sg_app;
-- from 17 on these are eight privileges
GRANT ALL ON ann.v TO "regress_sg_we""ird";
GRANT ALL ON ann.m TO "regress_sg_we""ird" WITH GRANT OPTION;
GRANT USAGE ON SEQUENCE ann.s TO regress_sg_app;
GRANT USAGE ON DOMAIN ann.d TO regress_sg_app;
GRANT EXECUTE ON PROCEDURE ann.p() TO regress_sg_app;
REVOKE ALL ON FUNCTION ann.f() FROM PUBLIC;
ALTER VIEW ann.v OWNER TO regress_sg_app;
SET ROLE regress_sg_app;
GRANT SELECT ON ann.t TO "regress_sg_we""ird";
RESET ROLE;
COMMENT ON TABLE ann.t IS E'of\nseveral lines';
COMMENT ON COLUMN ann.t.b IS 'a column';
COMMENT ON CONSTRAINT t_b_check ON ann.t IS 'a check';
COMMENT ON INDEX ann.i IS 'an index';
COMMENT ON FUNCTION ann.f() IS 'a function';
COMMENT ON COLUMN ann.c.a IS 'an attribute';
COMMENT ON SCHEMA ann IS 'a schema';

SELECT object_type, object_identity, facet, attribute, definition
  FROM schema_guard.describe('ann%', '{access,comment}')
 WHERE attribute <> 'owner' OR definition = '"regress_sg_app"';
SELECT schema_guard.fingerprint() = :'guarded' AS guarded_same,
	   schema_guard.fingerprint('{access}') = :'access' AS access_same,
	   schema_guard.fingerprint('{comment}') = :'comment' AS comment_same;

-- all at once, or object by object as they change: the same
SELECT schema_guard.guard_facets('{all}') \g /dev/null
GRANT SELECT (xmin), UPDATE (id) ON ann.t TO regress_sg_app;
GRANT SELECT (last_value) ON ann.s TO regress_sg_app;
COMMENT ON CONSTRAINT t_pkey ON ann.t IS 'a key';
COMMENT ON TYPE ann.c IS 'a type';
CREATE INDEX e ON ann.t ((id + 1), b) WITH (fillfactor = 50);
ALTER INDEX ann.e ALTER COLUMN 1 SET STATISTICS 7;
SELECT * FROM schema_guard.verify();
SELECT object_type, object_identity, facet, attribute, definition
  FROM schema_guard.describe('ann%', '{access,comment,storage}')
 WHERE attribute ~ 'xmin|last_value|t_pkey|^comment$|index "e"';

DROP SCHEMA ann CASCADE;
DROP ROLE regress_sg_app, "regress_sg_we""ird";
DROP EXTENSION schema_guard;
