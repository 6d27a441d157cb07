-- Migration rules: what a command has read, and what is gone, of partitions too.
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT never
SET lock_timeout = '10s';
SET schema_guard.migration_rules_size = '64kB';
SET schema_guard.migration_rules_time = '1h';
CREATE SCHEMA mine;
CREATE TABLE mine.big (id int PRIMARY KEY, t text, u int, w int) WITH (autovacuum_enabled = off);
INSERT INTO mine.big SELECT n, repeat('x', 100), n, n FROM generate_series(1, 2000) n;
ANALYZE mine.big;

-- a query has read it, the command has not
ALTER TABLE mine.big ADD CONSTRAINT twofold CHECK (u IS NOT NULL AND id > 0) NOT VALID;
ALTER TABLE mine.big VALIDATE CONSTRAINT twofold;
BEGIN;
SELECT count(*) FROM mine.big;
ALTER TABLE mine.big ALTER u SET NOT NULL;
ALTER TABLE mine.big ADD CONSTRAINT later CHECK (w > -1) NOT VALID;
SELECT count(*) FROM mine.big;
COMMIT;
ALTER TABLE mine.big ALTER w SET NOT NULL;

-- partitions: what has a matching CHECK is not read
CREATE TABLE mine.parted (id int, t text, u int, w int) PARTITION BY RANGE (id);
CREATE TABLE mine.rest PARTITION OF mine.parted DEFAULT WITH (autovacuum_enabled = off);
INSERT INTO mine.parted SELECT n, repeat('x', 100), n, n FROM generate_series(100000, 102000) n;
ANALYZE mine.rest;
ALTER TABLE mine.parted ATTACH PARTITION mine.big FOR VALUES FROM (0) TO (5000);
ALTER TABLE mine.parted DETACH PARTITION mine.big;
ALTER TABLE mine.big ADD CONSTRAINT bound CHECK (id >= 0 AND id < 5000 AND id IS NOT NULL) NOT VALID;
ALTER TABLE mine.big VALIDATE CONSTRAINT bound;
ALTER TABLE mine.rest ADD CONSTRAINT bound CHECK (id >= 10000 AND id IS NOT NULL) NOT VALID;
ALTER TABLE mine.rest VALIDATE CONSTRAINT bound;
ALTER TABLE mine.parted ATTACH PARTITION mine.big FOR VALUES FROM (0) TO (5000);
CREATE TABLE mine.proven PARTITION OF mine.parted FOR VALUES FROM (6000) TO (7000);
ALTER TABLE mine.rest DROP CONSTRAINT bound;
CREATE TABLE mine.unproven PARTITION OF mine.parted FOR VALUES FROM (7000) TO (8000);

-- what is gone: of partitions; not what came and went, nor what is the parent's now
ALTER TABLE mine.parted DROP w;
BEGIN;
ALTER TABLE mine.parted ADD x int;
ALTER TABLE mine.parted DROP x;
COMMIT;
-- by the name that it had last
ALTER TABLE mine.parted ADD y int;
ALTER TABLE mine.parted RENAME y TO z;
ALTER TABLE mine.parted DROP z;
ALTER TABLE mine.parted DETACH PARTITION mine.rest;
-- whatever partition comes last
CREATE FOREIGN DATA WRAPPER none;
CREATE SERVER none FOREIGN DATA WRAPPER none;
CREATE FOREIGN TABLE mine.far PARTITION OF mine.parted FOR VALUES FROM (90000) TO (90001) SERVER none;
DROP TABLE mine.parted;
DROP FOREIGN DATA WRAPPER none CASCADE;

-- foreign keys: not one that was a partition's
CREATE TABLE mine.small (id int PRIMARY KEY);
INSERT INTO mine.small SELECT generate_series(100000, 102000);
CREATE TABLE mine.refers (id int REFERENCES mine.small, t text) PARTITION BY RANGE (id);
CREATE TABLE mine.refers1 PARTITION OF mine.refers FOR VALUES FROM (0) TO (200000);
INSERT INTO mine.refers SELECT n, repeat('x', 100) FROM generate_series(100000, 102000) n;
ALTER TABLE mine.refers DETACH PARTITION mine.refers1;
ALTER TABLE mine.refers1 ADD CONSTRAINT again FOREIGN KEY (id) REFERENCES mine.small NOT VALID;

SELECT * FROM schema_guard.verify();
SET client_min_messages = warning;
SET schema_guard.migration_rules = off;
DROP SCHEMA mine CASCADE;
DROP EXTENSION schema_guard;
