-- What a transaction touches, and what can name it: after each of these the
-- live state, which was brought up to date by what was touched alone, is the
-- schema as a whole description finds it.
CREATE EXTENSION schema_guard;
SET client_min_messages = warning;
CREATE SCHEMA tou;
CREATE FUNCTION tou.check(OUT recomputed bigint, OUT missed bigint, OUT touched text) LANGUAGE sql AS $$
	SELECT (SELECT s.recomputed FROM schema_guard.status s),
		   (SELECT count(*) FROM schema_guard.verify()),
		   (SELECT j.objects::text FROM schema_guard.journal j ORDER BY journal_id DESC LIMIT 1)
$$;
CREATE TYPE tou.mood AS ENUM ('calm', 'cross');
CREATE DOMAIN tou.positive AS integer CONSTRAINT positive CHECK (VALUE > 0);
CREATE TABLE tou.a (id integer PRIMARY KEY, n tou.positive DEFAULT 1, m tou.mood DEFAULT 'calm');
CREATE TABLE tou.b (a_id integer REFERENCES tou.a, x integer, UNIQUE (x));
CREATE FUNCTION tou.f(v integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT v';
CREATE VIEW tou.v AS SELECT a.id, tou.f(b.x) AS fx FROM tou.a JOIN tou.b ON b.a_id = a.id WHERE a.m = 'cross';
CREATE VIEW tou.w AS SELECT fx FROM tou.v;
CREATE INDEX b_f ON tou.b (tou.f(x));
CREATE TABLE tou.part (d date, k integer) PARTITION BY RANGE (d);
CREATE TABLE tou.part_1 PARTITION OF tou.part FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW tou.pv AS SELECT k FROM tou.part_1;
CREATE RULE upsert AS ON INSERT TO tou.w DO INSTEAD
	INSERT INTO tou.b (x) VALUES (NEW.fx) ON CONFLICT ON CONSTRAINT b_x_key DO NOTHING;
SELECT * FROM tou.check();

-- names in the texts of others
ALTER TABLE tou.a RENAME COLUMN id TO key;
SELECT * FROM tou.check();
ALTER FUNCTION tou.f(integer) RENAME TO "F g";
SELECT * FROM tou.check();
ALTER TYPE tou.mood RENAME VALUE 'cross' TO 'angry';
SELECT * FROM tou.check();
ALTER DOMAIN tou.positive RENAME TO above_zero;
SELECT * FROM tou.check();
ALTER TABLE tou.b RENAME CONSTRAINT b_x_key TO one_x;
SELECT * FROM tou.check();
ALTER TABLE tou.part RENAME COLUMN k TO kk;
SELECT * FROM tou.check();
ALTER SCHEMA tou RENAME TO tou2;
SELECT * FROM tou2.check();
ALTER SCHEMA tou2 RENAME TO tou;
-- only what inherits is looked at
ALTER TABLE ONLY tou.part ALTER COLUMN kk SET DEFAULT 7;
SELECT * FROM tou.check();

-- without a command of its own
ALTER DOMAIN tou.above_zero DROP CONSTRAINT positive;
SELECT * FROM tou.check();
DROP FUNCTION tou."F g"(integer) CASCADE;
SELECT * FROM tou.check();

-- out of scope and into it
SELECT schema_guard.exclude('tou', 'for a while'), schema_guard.exclude('tou.%', 'for a while');
ALTER SCHEMA tou RENAME TO tou3;
SELECT * FROM tou3.check();
SELECT schema_guard.include('tou'), schema_guard.include('tou.%');
ALTER SCHEMA tou3 RENAME TO tou;

-- keys are kept current where the text stays the same: renames are recognised
CREATE TABLE tou.p (id bigint PRIMARY KEY);
CREATE TABLE tou.c (x bigint CONSTRAINT fk REFERENCES tou.p);
ALTER TABLE tou.p ALTER id TYPE numeric;
ALTER TABLE tou.c RENAME CONSTRAINT fk TO foreign_key;
SELECT changes FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;

-- parts that are named by themselves, and move or get another name with the whole or alone
CREATE SCHEMA tou4;
CREATE TABLE tou.named (id integer CONSTRAINT named_key PRIMARY KEY, note text);
CREATE INDEX by_note ON tou.named (note);
CREATE TYPE tou.fields AS (x integer, m tou.mood);
CREATE TABLE tou.rows (f tou.fields);
CREATE VIEW tou.parts AS SELECT 'tou.by_note'::regclass AS r, 'tou.named_key'::regclass AS k, (f).x FROM tou.rows;
ALTER INDEX tou.by_note RENAME TO on_note;
SELECT * FROM tou.check();
ALTER TABLE tou.named SET SCHEMA tou4;
SELECT * FROM tou.check();
ALTER SCHEMA tou4 RENAME TO tou5;
SELECT * FROM tou.check();
ALTER TYPE tou.fields RENAME ATTRIBUTE x TO xx;
SELECT * FROM tou.check();
-- functions and operators of operator classes, and an operator that nobody has defined yet
CREATE FUNCTION tou.cmp(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE OPERATOR tou.<< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4lt, COMMUTATOR = OPERATOR(tou.>>));
CREATE OPERATOR CLASS tou.oc FOR TYPE integer USING btree AS OPERATOR 1 tou.<<, FUNCTION 1 tou.cmp(integer, integer);
SELECT * FROM tou.check();
ALTER FUNCTION tou.cmp(integer, integer) RENAME TO compare;
SELECT * FROM tou.check();
ALTER FUNCTION tou.compare(integer, integer) SET SCHEMA tou5;
SELECT * FROM tou.check();
ALTER OPERATOR tou.<< (integer, integer) SET SCHEMA tou5;
SELECT * FROM tou.check();
ALTER OPERATOR tou.>> (integer, integer) SET SCHEMA tou5;
SELECT * FROM tou.check();
ALTER SCHEMA tou5 RENAME TO tou4;
SELECT * FROM tou.check();
-- within constants, and in partitions' bounds
CREATE DOMAIN tou.names AS regclass[];
CREATE TABLE tou.constants (a regclass[] DEFAULT '{tou4.named}', f tou.fields DEFAULT '(1,calm)', n tou.names DEFAULT '{tou4.on_note}');
CREATE VIEW tou.in_row AS SELECT '(1,calm)'::tou.fields AS f;
CREATE TABLE tou.by_name (r regclass) PARTITION BY LIST (r);
CREATE TABLE tou.by_name_1 PARTITION OF tou.by_name FOR VALUES IN ('tou4.named');
SELECT schema_guard.guard_facets('{structure,index,partitions}');
ALTER TABLE tou4.named RENAME TO renamed;
SELECT * FROM tou.check();
ALTER INDEX tou4.on_note RENAME TO by_note;
SELECT * FROM tou.check();
ALTER TYPE tou.mood RENAME VALUE 'calm' TO 'serene';
SELECT * FROM tou.check();
-- a number now
DROP VIEW tou.parts;
DROP TABLE tou4.renamed;
SELECT recomputed, missed FROM tou.check();
SELECT schema_guard.guard_facets('{structure,index}');
DROP SCHEMA tou4 CASCADE;
-- what comes with the server can have another name, too: everything is described
CREATE VIEW tou.of_server AS SELECT dcbrt(27 + random()) AS root;
ALTER FUNCTION pg_catalog.dcbrt(double precision) RENAME TO cube_root;
SELECT * FROM tou.check();
ALTER FUNCTION pg_catalog.cube_root(double precision) RENAME TO dcbrt;
SELECT * FROM tou.check();

-- a new partition does not have the others described, however many there are
CREATE TABLE tou.many (a integer) PARTITION BY LIST (a);
CREATE INDEX ON tou.many (a);
DO $$
BEGIN
	FOR i IN 1..1001 LOOP
		EXECUTE format('CREATE TABLE tou.many_%s PARTITION OF tou.many FOR VALUES IN (%1$s)', i);
	END LOOP;
END $$;
SELECT recomputed, missed FROM tou.check();
CREATE TABLE tou.one_more PARTITION OF tou.many DEFAULT;
SELECT recomputed, missed FROM tou.check();
DROP TABLE tou.many;

-- from 18 on a child's own NOT NULL beside an inherited one: the server reports nothing
CREATE TABLE tou.mother (a int NOT NULL);
CREATE TABLE tou.daughter () INHERITS (tou.mother);
CREATE TABLE tou.son (b int) INHERITS (tou.mother);
ALTER TABLE tou.daughter ALTER a SET NOT NULL;
SET search_path = tou;
DO $$ BEGIN ALTER TABLE son ALTER a SET NOT NULL; END $$;
RESET search_path;
SELECT * FROM tou.check();
DROP TABLE tou.mother CASCADE;
SELECT * FROM tou.check();

-- whose reach is not known: everything is described, and counted
CREATE TYPE tou.pair AS (a integer, b integer);
CREATE FUNCTION tou.to_int(tou.pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.a';
CREATE CAST (tou.pair AS integer) WITH FUNCTION tou.to_int(tou.pair);
SELECT * FROM tou.check();

-- commands without event triggers
CREATE ROLE regress_sg_tou;
CREATE ROLE regress_sg_tou2;
SELECT schema_guard.guard_facets('{structure,index,access,storage,comment}');
ALTER TABLE tou.p OWNER TO regress_sg_tou;
REASSIGN OWNED BY regress_sg_tou TO regress_sg_tou2;
SELECT * FROM tou.check();
CLUSTER tou.b USING one_x;
SELECT * FROM tou.check();
COMMENT ON COLUMN tou.b.x IS 'commented';
SELECT * FROM tou.check();
GRANT SELECT (x) ON tou.b TO regress_sg_tou;
SELECT * FROM tou.check();
GRANT USAGE ON TYPE tou.mood TO regress_sg_tou;
SELECT * FROM tou.check();
DROP OWNED BY regress_sg_tou, regress_sg_tou2 CASCADE;
SELECT * FROM tou.check();

-- Nothing, in a session that has not touched anything before.
\c -
SET client_min_messages = warning;
DROP TABLE IF EXISTS tou.not_there;

DROP SCHEMA tou CASCADE;
DROP ROLE regress_sg_tou, regress_sg_tou2;
DROP EXTENSION schema_guard;
