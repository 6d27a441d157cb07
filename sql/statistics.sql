-- Extended statistics.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE SCHEMA sts;
CREATE TABLE sts.t (gone integer, b integer, a integer, c text);
ALTER TABLE sts.t DROP gone;
SELECT schema_guard.fingerprint('{structure}') AS structure \gset
CREATE STATISTICS sts.most ON a, b FROM sts.t;
CREATE STATISTICS sts."Some" (ndistinct, dependencies) ON c, a FROM sts.t;
CREATE STATISTICS sts.one (mcv) ON a, c FROM sts.t;
COMMENT ON STATISTICS sts.one IS 'a statistics object';
SELECT schema_guard.fingerprint() AS guarded \gset
ALTER STATISTICS sts.one SET STATISTICS 50;
SELECT object_type, object_identity, facet, attribute, definition
  FROM schema_guard.describe('sts.%', '{index,storage,comment}');
SELECT schema_guard.fingerprint() = :'guarded' AS guarded_same,
	   schema_guard.fingerprint('{structure}') = :'structure' AS structure_same;

ALTER TABLE sts.t RENAME a TO aa;
SELECT object_identity, attribute FROM schema_guard.describe('sts.one', '{index}');
ALTER TABLE sts.t RENAME aa TO a;
SELECT schema_guard.fingerprint() = :'guarded' AS guarded_same;

-- a schema alone
SELECT schema_guard.fingerprint('{all}', 'sts') AS before \gset
ALTER SCHEMA sts RENAME TO sts2;
SELECT schema_guard.fingerprint('{all}', 'sts2') = :'before' AS same;
ALTER SCHEMA sts2 RENAME TO sts;

-- expressions, from 14 on
SELECT current_setting('server_version_num')::integer >= 140000 AS has_expressions \gset
\if :has_expressions
CREATE STATISTICS sts.expr ON lower(c), (a + b) FROM sts.t;
CREATE STATISTICS sts.single ON lower(c) FROM sts.t;
\endif
SELECT object_identity, attribute, definition FROM schema_guard.describe('sts.%', '{index}')
 WHERE object_identity IN ('sts.expr', 'sts.single');

SELECT * FROM schema_guard.not_covered();
DROP SCHEMA sts CASCADE;
DROP EXTENSION schema_guard;
