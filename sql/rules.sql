-- Migration rules: what a change does to a database that is at work.
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT never
SET lock_timeout = '10s';
CREATE SCHEMA mine;
CREATE TABLE mine.big (id int PRIMARY KEY, v int, note text, other text) WITH (autovacuum_enabled = off);
INSERT INTO mine.big SELECT n, n, 'x', repeat('y', 190) || n FROM generate_series(1, 1000) n;
CREATE TABLE mine.small (id int PRIMARY KEY, v int);
INSERT INTO mine.small VALUES (1, 1);
ANALYZE mine.big, mine.small;
SET schema_guard.migration_rules_size = '64kB';
SET schema_guard.migration_rules_time = '1h';

-- each rule: of a large table, not of a small one, not of one that the transaction has made
ALTER TABLE mine.big ALTER v TYPE bigint;
ALTER TABLE mine.small ALTER v TYPE bigint;
BEGIN;
CREATE TABLE mine.new AS SELECT * FROM mine.big;
ALTER TABLE mine.new ALTER v TYPE int;
CREATE INDEX ON mine.new (v);
ALTER TABLE mine.new ALTER v SET NOT NULL;
DROP TABLE mine.new;
COMMIT;

CREATE INDEX by_v ON mine.big (v);
CREATE INDEX ON mine.small (v);
CREATE INDEX CONCURRENTLY by_v2 ON mine.big (v);

ALTER TABLE mine.big ALTER v SET NOT NULL;
ALTER TABLE mine.small ALTER v SET NOT NULL;
ALTER TABLE mine.big ADD CONSTRAINT positive CHECK (id > 0);
ALTER TABLE mine.big ADD CONSTRAINT not_yet CHECK (id > -1) NOT VALID;
-- others can write meanwhile
ALTER TABLE mine.big VALIDATE CONSTRAINT not_yet;
-- nothing to read: the check says so
ALTER TABLE mine.big ADD CONSTRAINT present CHECK (other IS NOT NULL) NOT VALID;
ALTER TABLE mine.big VALIDATE CONSTRAINT present;
ALTER TABLE mine.big ALTER other SET NOT NULL;

ALTER TABLE mine.big ADD CONSTRAINT refers FOREIGN KEY (other) REFERENCES mine.texts (t) NOT VALID;
CREATE TABLE mine.texts (t text PRIMARY KEY, id int UNIQUE);
ALTER TABLE mine.big ADD CONSTRAINT refers FOREIGN KEY (other) REFERENCES mine.texts (t) NOT VALID;
ALTER TABLE mine.big ADD CONSTRAINT refers2 FOREIGN KEY (id) REFERENCES mine.texts (id) NOT VALID;
ALTER TABLE mine.small ADD FOREIGN KEY (v) REFERENCES mine.texts (id) NOT VALID;

ALTER TABLE mine.big DROP note;
ALTER TABLE mine.big RENAME other TO another;
ALTER TABLE mine.small DROP v;

SET lock_timeout = 0;
ALTER TABLE mine.big ADD added int;
ALTER TABLE mine.small ADD added int;
SET lock_timeout = '10s';
ALTER TABLE mine.big ADD added2 int;

UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'mine.by_v'::regclass;
ALTER TABLE mine.big ADD added3 int;
REINDEX INDEX mine.by_v;
ALTER TABLE mine.big ADD added4 int;

-- partitions
CREATE TABLE mine.parted (a int, b text) PARTITION BY LIST (a);
CREATE TABLE mine.part PARTITION OF mine.parted FOR VALUES IN (1);
INSERT INTO mine.parted SELECT 1, repeat('x', 100) FROM generate_series(1, 1000);
CREATE INDEX ON mine.parted (a);

-- preview says the same, and nothing of it stays
SELECT change, object_type, object_identity, attribute, after FROM schema_guard.preview($$
	ALTER TABLE mine.big ALTER v TYPE int, DROP added;
	CREATE INDEX by_id ON mine.big (id);
	DROP TABLE mine.parted$$) WHERE kind = 'rule';
SELECT object_identity, attribute FROM schema_guard.preview('ALTER TABLE mine.small ALTER added TYPE bigint') WHERE kind = 'rule';
SELECT f ->> 'rule' AS rule, f ->> 'level' AS level, f ->> 'object' AS object
  FROM json_array_elements(schema_guard.report('preview', 'json', 'ALTER TABLE mine.big DROP added')::json -> 'findings') f;

-- kept with the journal's entry
SELECT rule, object_identity, count(*) FROM schema_guard.migration_findings GROUP BY 1, 2 ORDER BY 1, 2;

-- error
SET schema_guard.migration_rules = error;
ALTER TABLE mine.big ALTER v TYPE int;
\echo :SQLSTATE
ALTER TABLE mine.small ALTER added TYPE bigint;
SET lock_timeout = 0;
ALTER TABLE mine.big ADD added5 int;
SET schema_guard.bypass = 'an emergency';
ALTER TABLE mine.big ALTER v TYPE int;
RESET schema_guard.bypass;
CREATE INDEX CONCURRENTLY by_v3 ON mine.big (v);
DROP TABLE mine.big;
SELECT message FROM schema_guard.refusals ORDER BY 1;

-- off, and by default only of large tables
SET schema_guard.migration_rules = off;
ALTER TABLE mine.big ALTER v TYPE bigint;
RESET schema_guard.migration_rules;
RESET schema_guard.migration_rules_size;
RESET schema_guard.migration_rules_time;
SHOW schema_guard.migration_rules;
SHOW schema_guard.migration_rules_size;
SHOW schema_guard.migration_rules_time;
ALTER TABLE mine.big ALTER v TYPE int;
CREATE ROLE regress_sg_rules;
SET ROLE regress_sg_rules;
SET schema_guard.migration_rules = off;
RESET ROLE;
DROP ROLE regress_sg_rules;

SELECT * FROM schema_guard.verify();
SET client_min_messages = warning;
DROP SCHEMA mine CASCADE;
DROP EXTENSION schema_guard;
