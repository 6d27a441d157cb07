-- Queries are deparsed without opening their relations, and give the server's text.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '
CREATE SCHEMA de;
CREATE SCHEMA "DE 2";
SET search_path = de, public;
CREATE TABLE a (id int, n int, gone int, v text, w int);
CREATE TABLE b (id int, n int, x int);
CREATE TABLE c (id int, "Mixed" text, "qu""ote" int);
CREATE TABLE "DE 2".a (id int, "select" int);
CREATE TABLE parent (id int);
CREATE TABLE child (z int) INHERITS (parent);
CREATE TABLE p (id int, id_1 int);
CREATE TABLE "t_1" (id int);
CREATE TABLE t (id int);
CREATE TYPE pair AS (l int, r int);
CREATE TABLE pairs (id int, one pair, whole b);
CREATE TABLE system_1 (id int);
CREATE TABLE opened_1 (id int, n int);
CREATE TABLE opened_2 (id int);
CREATE TABLE opened_3 (id int);
CREATE TABLE opened_4 (id int, n int);
CREATE TABLE opened_5 (id int, n int);
CREATE TABLE opened_6 (id int);
CREATE TABLE opened_7 (id int, id_1 int);

CREATE VIEW plain AS SELECT a.id, b.x FROM a, b;
CREATE VIEW joined AS SELECT a.id, b.x FROM a LEFT JOIN b ON a.id = b.id LEFT JOIN c ON c.id = b.id;
CREATE VIEW twice AS SELECT a.id, a2.n FROM a, a a2, "DE 2".a a3 WHERE EXISTS (SELECT FROM a WHERE a.id = a2.id AND EXISTS (SELECT FROM a, t, t_1));
CREATE VIEW swapped AS SELECT a.id, b.v FROM b a JOIN a b ON a.id = b.id JOIN t x(i) ON x.i = a.id;
CREATE VIEW same_names AS SELECT x.id, y.i FROM a x(id, n), b y(i, n);
CREATE VIEW back_to_own_name AS SELECT 1 AS one FROM opened_7 AS x(id, id), opened_7 b;
CREATE VIEW changed_back AS SELECT j.id FROM (opened_1 x(i) JOIN opened_1 y(i) USING (i)) AS j(id);
CREATE VIEW merged AS SELECT a.v, b.x, c."Mixed" FROM a JOIN b USING (id) JOIN c USING (id);
CREATE VIEW merged_apart AS SELECT p.id_1, b.x FROM p FULL JOIN b USING (id), parent LEFT JOIN t USING (id);
CREATE VIEW merged_both AS SELECT x.w FROM a x FULL JOIN b USING (id, n);
CREATE VIEW renamed_join AS SELECT j.i, j.x FROM (p JOIN b ON p.id = b.id) AS j(i, p1, bi, bn, x);
CREATE VIEW named_join AS SELECT j.x FROM (p JOIN (b CROSS JOIN parent) ON true) AS j(id, n, bi, bn, x, ci), t;
CREATE VIEW natural_join AS SELECT id, x FROM a NATURAL JOIN b;
CREATE VIEW under_with AS WITH a AS (SELECT 1 AS one), z AS (SELECT de.a.id FROM de.a, b) SELECT a.one, z.id, (SELECT max(id) FROM de.a) FROM a, z, "DE 2".a a4;
CREATE VIEW recursive AS WITH RECURSIVE r(i) AS (SELECT id FROM a UNION ALL SELECT i + 1 FROM r, b WHERE i < b.x) SELECT r.i FROM r, a;
CREATE VIEW only_one AS SELECT parent.id, q.id AS q FROM ONLY parent, ONLY child q, parent r;
CREATE VIEW locking AS SELECT a.id FROM a, b bb FOR UPDATE OF a NOWAIT FOR SHARE OF bb;
CREATE VIEW whole AS SELECT a AS whole, b.*::b AS cast, row_to_json(b) FROM a, b;
CREATE VIEW fields AS SELECT (p.one).l, (p.whole).x FROM pairs p, b;
CREATE VIEW united AS SELECT a.id FROM a, b UNION ALL (SELECT "Mixed"::int FROM c, t EXCEPT SELECT 1) ORDER BY 1;
CREATE VIEW sideways AS SELECT a.id, l.x FROM a, LATERAL (SELECT b.x FROM b, t WHERE b.id = a.id) l;
CREATE VIEW quoted AS SELECT c."qu""ote", "C".id, k."select" FROM c, c "C", "DE 2".a k;
CREATE VIEW grouped AS SELECT a.id + 1 AS i, count(*) FROM a, b GROUP BY a.id + 1 HAVING max(a.n) > (SELECT min(x) FROM b, t);
CREATE VIEW system_tables AS WITH pg_type AS (SELECT 1 AS one) SELECT c.relname, y.typname FROM pg_class c, pg_catalog.pg_type y, pg_type;
CREATE VIEW placeholders AS SELECT '"================================================================0" a' AS x,
	'it''s "================================================================1' AS y,
	a.id AS "===============================================================", b.id AS """==============================================0"" b" FROM a, b;
CREATE VIEW samples AS SELECT a.id FROM opened_2 a TABLESAMPLE SYSTEM (10), opened_2 b;
CREATE VIEW system_columns AS SELECT a.ctid, b.tableoid::regclass, a.xmin FROM system_1 a, system_1 b WHERE EXISTS (SELECT FROM c WHERE a.ctid <> b.ctid AND c.ctid = a.ctid);
CREATE VIEW joined_system_columns AS SELECT a.ctid FROM opened_3 a JOIN opened_3 b ON a.id = b.id;
CREATE VIEW added_column AS SELECT j.i FROM (opened_4 x JOIN opened_4 y ON x.id = y.id) AS j(i, n, i2);
CREATE VIEW added_and_renamed AS SELECT x.i FROM opened_5 x(i) JOIN opened_5 a ON a.id = x.i;
CREATE VIEW added_and_merged AS SELECT x.id FROM opened_6 x JOIN opened_6 y USING (id), LATERAL (SELECT x.id) z;
CREATE MATERIALIZED VIEW kept AS SELECT a.id, b.x FROM a JOIN b USING (id) WITH NO DATA;

ALTER TABLE a DROP COLUMN gone;
ALTER TABLE a ADD COLUMN added int;
ALTER TABLE c ADD COLUMN added text;
ALTER TABLE p RENAME COLUMN id_1 TO id_2;
ALTER TABLE opened_4 ADD COLUMN i int;
ALTER TABLE opened_5 ADD COLUMN n2 int;
ALTER TABLE opened_6 ADD COLUMN n2 int;
ALTER TABLE t RENAME TO "T";
CREATE VIEW after AS SELECT a.*, b.x FROM a JOIN b ON a.id = b.id;
CREATE TABLE own_policy (id int, v text);
CREATE POLICY with_queries ON own_policy USING (EXISTS (SELECT FROM a, b WHERE a.id = own_policy.id AND a.v = b.x::text))
	WITH CHECK (id IN (WITH a AS (SELECT 1) SELECT de.a.id FROM a x, de.a));
CREATE POLICY with_system_column ON own_policy USING (EXISTS (SELECT FROM a WHERE own_policy.ctid IS NOT NULL));
ALTER TABLE own_policy ADD CHECK (tableoid > 0 AND id > 0);
CREATE RULE rule_select AS ON INSERT TO b WHERE EXISTS (SELECT FROM ONLY parent WHERE id = new.id) DO ALSO SELECT a.id FROM a JOIN "T" USING (id) WHERE a.id = new.id;
CREATE RULE rule_change AS ON UPDATE TO b DO ALSO (
	INSERT INTO c ("Mixed", id) SELECT a.v, new.id FROM a, "T" x WHERE a.id = old.id;
	INSERT INTO c (id, "Mixed") SELECT * FROM (VALUES (new.id, 'a'::text), (2, 'b')) v(i, t);
	UPDATE ONLY parent SET id = a.id FROM a, a a2 WHERE a.id = parent.id AND new.x = 1;
	DELETE FROM "T" d USING a WHERE a.id = d.id AND d.id = old.id);

-- the text of every view is the server's, but for names of result columns, which nobody may see
CREATE FUNCTION pg_temp.without_names(definition text) RETURNS text IMMUTABLE LANGUAGE sql AS
	$$SELECT regexp_replace(definition, ' AS ("[^"]+"|\w+)', '', 'g')$$;
SELECT d.object_identity, d.definition, v.text
	FROM schema_guard.describe('de.%') d,
	LATERAL (SELECT set_config('search_path', 'pg_catalog', true), pg_get_viewdef(d.object_identity::regclass) AS text) v
	WHERE d.attribute = 'definition' AND pg_temp.without_names(d.definition) <> pg_temp.without_names(btrim(v.text, E' \n;'));
SELECT count(*) FROM schema_guard.describe('de.%') WHERE attribute = 'definition';
SELECT definition FROM schema_guard.describe('de.placeholders') WHERE attribute = 'definition';
SELECT attribute, definition FROM schema_guard.describe('de.%') WHERE attribute ~ '^(rule|policy|constraint)';

-- expressions that are stored alike, but for what shows: names of columns and of sequences
CREATE SCHEMA "ex 1";
CREATE SEQUENCE "ex 1"."it's";
CREATE SEQUENCE "ex 1".plain;
CREATE TABLE "ex 1".a (a int DEFAULT nextval('"ex 1"."it''s"'), b int DEFAULT nextval('"ex 1".plain'), c int DEFAULT nextval('"ex 1".plain'),
	d text DEFAULT '-'::text || nextval('"ex 1".plain'), e text DEFAULT '-'::text || nextval('"ex 1"."it''s"'), f text DEFAULT '-', g text DEFAULT ('-'),
	h regclass DEFAULT '"ex 1".plain', i regclass DEFAULT NULL::regclass, j regclass DEFAULT 0, k regclass[] DEFAULT ARRAY['"ex 1"."it''s"'::regclass, '"ex 1".plain'],
	CHECK (a > 0), CHECK (b > 0), CHECK (c > 0 AND a > 0), CHECK (c > 0 AND b > 0));
CREATE TABLE "ex 1".b (f text, "a b" int, a int, CHECK ("a b" > 0), CHECK (a > 0), CHECK (f <> '-'), CHECK (b IS NOT NULL));
-- a null of type regclass, before other constants
CREATE TABLE "ex 1".c (r regclass, n bigint, s text, CHECK (coalesce(NULL::regclass, r) = r AND n <> 5 AND s <> '-'));
CREATE TABLE "ex 1".d (r regclass, n bigint, s text, CHECK (coalesce(NULL::regclass, r) = r AND n <> 7 AND s <> '-'));
SELECT object_identity, attribute, definition FROM schema_guard.describe('"ex 1".%') WHERE attribute ~ '^(column|constraint)';
DROP SCHEMA "ex 1" CASCADE;
-- of all these, what is opened all the same, and so stays locked; in a session that has opened nothing before
DROP RULE rule_change ON b;
\c -
BEGIN;
SELECT count(*) > 0 FROM schema_guard.describe('de.%');
SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
	WHERE l.pid = pg_backend_pid() AND c.relnamespace = 'de'::regnamespace AND c.relkind NOT IN ('v', 'm') ORDER BY 1;
COMMIT;
SET client_min_messages = warning;
DROP SCHEMA de, "DE 2" CASCADE;
DROP EXTENSION schema_guard;
