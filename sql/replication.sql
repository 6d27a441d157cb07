-- Publications and subscriptions.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE SCHEMA rep;
CREATE TABLE rep.orders (gone integer, id integer PRIMARY KEY, total numeric, note text);
ALTER TABLE rep.orders DROP gone;
CREATE TABLE rep.part (a integer) PARTITION BY LIST (a);

SET client_min_messages = error;
CREATE PUBLICATION rep_none;
CREATE PUBLICATION rep_all FOR ALL TABLES WITH (publish = '');
CREATE PUBLICATION "rep Tables" FOR TABLE rep.orders, rep.part
	WITH (publish = 'insert, delete', publish_via_partition_root);
COMMENT ON PUBLICATION rep_none IS 'a publication';

CREATE SUBSCRIPTION rep_plain CONNECTION 'host=/nowhere password=hunter2' PUBLICATION b, "A"
	WITH (connect = false);
CREATE SUBSCRIPTION "rep Sub" CONNECTION 'dbname=x' PUBLICATION a
	WITH (connect = false, slot_name = 'other', synchronous_commit = 'remote_write');
CREATE SUBSCRIPTION rep_no_slot CONNECTION 'dbname=x' PUBLICATION a
	WITH (connect = false, slot_name = NONE);
COMMENT ON SUBSCRIPTION rep_plain IS 'a subscription';

-- streaming is parallel by default from 18 on
SELECT object_type, object_identity, facet, attribute, definition
  FROM schema_guard.describe(NULL, '{structure,settings,comment}')
 WHERE object_type IN ('publication', 'subscription') AND attribute <> 'streaming';

-- what a dump brings back disabled is no structure; the connection string shows nowhere
SELECT schema_guard.fingerprint() AS guarded, schema_guard.fingerprint('{settings}') AS settings \gset
BEGIN;
ALTER SUBSCRIPTION rep_plain ENABLE;
ALTER SUBSCRIPTION rep_plain CONNECTION 'host=/elsewhere password=hunter2';
SELECT schema_guard.fingerprint() = :'guarded' AS guarded_same,
	   schema_guard.fingerprint('{settings}') = :'settings' AS settings_same;
ROLLBACK;
SELECT count(*) FROM schema_guard.describe() WHERE definition LIKE '%hunter2%' OR attribute LIKE '%hunter2%';

-- changes
ALTER PUBLICATION "rep Tables" DROP TABLE rep.part;
ALTER PUBLICATION "rep Tables" SET (publish = 'insert', publish_via_partition_root = off);
ALTER SUBSCRIPTION "rep Sub" SET (synchronous_commit = off);
SELECT j.statements, c ->> 'object_identity' AS object, c ->> 'attribute' AS attribute,
	   c ->> 'before' AS before, c ->> 'after' AS after
  FROM schema_guard.journal j, jsonb_array_elements(j.changes) c
 WHERE j.journal_id > (SELECT max(journal_id) - 3 FROM schema_guard.journal)
 ORDER BY j.journal_id, 3;

ALTER SUBSCRIPTION rep_plain SET (slot_name = NONE);
ALTER SUBSCRIPTION "rep Sub" SET (slot_name = NONE);
DROP SUBSCRIPTION rep_plain;
DROP SUBSCRIPTION "rep Sub";
DROP SUBSCRIPTION rep_no_slot;

-- schemas, columns and row filters, from 15 on
SELECT current_setting('server_version_num')::integer >= 150000 AS has_filters \gset
\if :has_filters
CREATE PUBLICATION rep_filter FOR TABLE rep.orders (total, id) WHERE (id > 10 AND total IS NOT NULL),
	rep.part;
CREATE PUBLICATION rep_schemas FOR TABLES IN SCHEMA rep, public;
\endif
SELECT object_identity, attribute, definition FROM schema_guard.describe('rep_%', '{structure}')
 WHERE object_type = 'publication';

SELECT * FROM schema_guard.not_covered();
DROP PUBLICATION rep_none, rep_all, "rep Tables";
\if :has_filters
DROP PUBLICATION rep_filter, rep_schemas;
\endif
DROP SCHEMA rep CASCADE;
DROP EXTENSION schema_guard;
