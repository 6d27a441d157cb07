-- Triggers.
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/seen.sql

CREATE SCHEMA tr;
SET search_path = tr, public;

CREATE FUNCTION "f un"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TABLE other (id int PRIMARY KEY);
CREATE TABLE t (gone int, id int, "a b" varchar, total numeric, json int, r int REFERENCES other DEFERRABLE);
ALTER TABLE t DROP COLUMN gone;
CREATE VIEW v AS SELECT id, total FROM t;

CREATE TRIGGER "every ""event""" BEFORE INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION "f un"();
CREATE TRIGGER columns BEFORE UPDATE OF json, "a b" ON t FOR EACH ROW EXECUTE FUNCTION "f un"('arg', 'it''s', 'back\slash', '');
CREATE TRIGGER conditional AFTER UPDATE ON t FOR EACH ROW
	WHEN (old.* IS DISTINCT FROM new.* AND new."a b" IN ('a', 'b') AND old.total > 1) EXECUTE FUNCTION audit();
CREATE TRIGGER statement AFTER TRUNCATE ON t EXECUTE FUNCTION audit();
CREATE TRIGGER transition AFTER UPDATE ON t REFERENCING OLD TABLE AS "o ld" NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION audit();
CREATE CONSTRAINT TRIGGER checked AFTER INSERT OR UPDATE ON t FROM other DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION audit();
CREATE TRIGGER instead INSTEAD OF DELETE ON v FOR EACH ROW EXECUTE FUNCTION "f un"();
CREATE TRIGGER off BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION "f un"();
ALTER TABLE t DISABLE TRIGGER off;
CREATE TRIGGER replica BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION "f un"();
ALTER TABLE t ENABLE REPLICA TRIGGER replica;
CREATE TRIGGER always BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION "f un"();
ALTER TABLE t ENABLE ALWAYS TRIGGER always;

SELECT object_identity, attribute, definition FROM schema_guard.describe() WHERE attribute LIKE '%trigger "%';

SELECT pg_temp.seen('ALTER TABLE t DISABLE TRIGGER always', 'ALTER TABLE t ENABLE ALWAYS TRIGGER always');
SELECT pg_temp.seen('ALTER TRIGGER always ON t RENAME TO never', 'ALTER TRIGGER never ON t RENAME TO always');
SELECT pg_temp.seen('DROP TRIGGER always ON t',
	'CREATE TRIGGER always BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION "f un"(); ALTER TABLE t ENABLE ALWAYS TRIGGER always');
SELECT pg_temp.seen('ALTER TABLE t RENAME "a b" TO ab', 'ALTER TABLE t RENAME ab TO "a b"');
SELECT pg_temp.seen('ALTER FUNCTION audit() RENAME TO auditing', 'ALTER FUNCTION auditing() RENAME TO audit');

-- a partition says how its copy of a trigger deviates, and nothing else
CREATE TABLE p (id int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE TRIGGER cloned AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION audit();
CREATE TRIGGER own BEFORE INSERT ON p2 FOR EACH ROW EXECUTE FUNCTION "f un"();
ALTER TABLE p1 DISABLE TRIGGER cloned;
SELECT object_identity, attribute, definition FROM schema_guard.describe() WHERE attribute LIKE '%trigger "%' AND object_identity LIKE 'tr.p%';

-- those of constraints, which only a superuser can stop: "settings", since a dump does not bring it
CREATE TABLE referenced (id int PRIMARY KEY);
CREATE TABLE referencing (id int CONSTRAINT "f k" REFERENCES referenced, CONSTRAINT late UNIQUE (id) DEFERRABLE);
CREATE TABLE referencing_too (id int REFERENCES referenced);
SELECT schema_guard.fingerprint() AS before \gset
ALTER TABLE referencing DISABLE TRIGGER ALL;
ALTER TABLE referenced DISABLE TRIGGER ALL;
DO $$ BEGIN
	EXECUTE (SELECT format('ALTER TABLE referenced ENABLE ALWAYS TRIGGER %I', min(tgname))
			   FROM pg_trigger WHERE tgrelid = 'referenced'::regclass AND tgfoid = '"RI_FKey_noaction_del"'::regproc);
END $$;
ALTER TABLE referencing RENAME CONSTRAINT "f k" TO fk;
ALTER TABLE referencing RENAME TO referencing_renamed;
SELECT object_identity, attribute, definition FROM schema_guard.describe(NULL, '{settings}') WHERE attribute LIKE 'state on%';
SELECT * FROM schema_guard.verify();
ALTER TABLE referencing_renamed RENAME TO referencing;
ALTER TABLE referencing RENAME CONSTRAINT fk TO "f k";
SELECT schema_guard.fingerprint() = :'before' AS default_facets_are_the_same;
DROP SCHEMA tr CASCADE;
DROP EXTENSION schema_guard;
