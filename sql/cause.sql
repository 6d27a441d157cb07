-- What changed an object is looked up, however long the journal: the same answer
-- as from reading all of it.
\set VERBOSITY terse
CREATE EXTENSION schema_guard;
CREATE SCHEMA cause;
SET search_path = cause;
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total numeric(12,2), note text);
CREATE TABLE "Or""ders" (id bigint, label text);
CREATE TABLE gone (id bigint);
CREATE TABLE twice (id bigint, old text);
CREATE TYPE status AS ENUM ('new', 'paid');
SELECT schema_guard.register('api', '1', '{"relations": {
	"cause.orders": {"select": {"id": "bigint", "customer_id": "bigint", "total": "numeric(12,2)"}, "conflict_targets": [["id"]]},
	"cause.\"Or\"\"ders\"": {"select": {"label": "text"}},
	"cause.gone": {"select": {"id": "bigint"}},
	"cause.twice": {"select": {"old": "text"}}},
	"enums": {"cause.status": ["paid"]}}');
SELECT schema_guard.capture('cause') IS NOT NULL AS captured, schema_guard.approve('cause') IS NOT NULL AS approved;

ALTER TABLE orders RENAME customer_id TO client_id;
ALTER TABLE orders ALTER total TYPE numeric(14,2);
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
ALTER TABLE "Or""ders" RENAME label TO "la""bel";
DROP TABLE gone;
ALTER TABLE twice RENAME TO thrice;
ALTER TABLE thrice DROP old;
ALTER TYPE status RENAME VALUE 'paid' TO 'settled';
-- and since then much else, also to one of these
CREATE PROCEDURE work(times integer) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. times LOOP
		EXECUTE format('CREATE TABLE cause.t%s (a int)', i);
		EXECUTE format('COMMENT ON TABLE cause.orders IS %L', i);
		EXECUTE format('ALTER TABLE cause.orders ALTER note SET DEFAULT %L', i);
		COMMIT;
		EXECUTE format('DROP TABLE cause.t%s', i);
		COMMIT;
	END LOOP;
END $$;
CALL work(200);
DROP PROCEDURE work;

-- the entries by what they did: their numbers depend on what ran before
CREATE VIEW entry AS
SELECT journal_id, statements[1] AS statement FROM schema_guard.journal_entry;
CREATE VIEW drifted AS
SELECT d.change, d.object_type, d.object_identity, d.attribute, e.statement
  FROM schema_guard.drift() d LEFT JOIN entry e USING (journal_id)
 WHERE d.object_identity NOT IN ('cause.entry', 'cause.drifted', 'cause.problem');
CREATE VIEW problem AS
SELECT c.rule, c.object, c.attribute, e.statement
  FROM schema_guard.check_release('api', '1') c LEFT JOIN entry e USING (journal_id);
CREATE TEMP TABLE drifted_by_index AS SELECT * FROM drifted;
CREATE TEMP TABLE problem_by_index AS SELECT * FROM problem;
SELECT * FROM drifted_by_index ORDER BY object_identity COLLATE "C", attribute COLLATE "C" NULLS FIRST, change;
SELECT * FROM problem_by_index ORDER BY object COLLATE "C", attribute COLLATE "C";

-- 1.0 has no such table: all of the journal is read
ALTER TABLE schema_guard.journal_identity RENAME TO away;
(SELECT * FROM drifted EXCEPT ALL SELECT * FROM drifted_by_index) UNION ALL (SELECT * FROM drifted_by_index EXCEPT ALL SELECT * FROM drifted);
(SELECT * FROM problem EXCEPT ALL SELECT * FROM problem_by_index) UNION ALL (SELECT * FROM problem_by_index EXCEPT ALL SELECT * FROM problem);
ALTER TABLE schema_guard.away RENAME TO journal_identity;

-- the table has what an update makes of the journal; and of entries that somebody
-- else writes what they name
CREATE TABLE noted AS SELECT * FROM schema_guard.journal_identity;
SELECT count(*) > 600 AS noted FROM noted;
SET schema_guard.bypass = 'entries are written anew';
TRUNCATE schema_guard.journal_identity;
BEGIN;
CREATE TEMP TABLE kept AS SELECT * FROM schema_guard.journal_entry;
DELETE FROM schema_guard.journal_entry;
INSERT INTO schema_guard.journal_entry SELECT * FROM kept;
COMMIT;
SELECT count(*) FROM (SELECT * FROM noted EXCEPT ALL SELECT * FROM schema_guard.journal_identity) missing;
(SELECT * FROM problem EXCEPT ALL SELECT * FROM problem_by_index) UNION ALL (SELECT * FROM problem_by_index EXCEPT ALL SELECT * FROM problem);
-- twice is as good as once, and what is no entry's form is no error
UPDATE schema_guard.journal_entry SET changes = changes;
(SELECT * FROM problem EXCEPT ALL SELECT * FROM problem_by_index) UNION ALL (SELECT * FROM problem_by_index EXCEPT ALL SELECT * FROM problem);
BEGIN;
UPDATE schema_guard.journal_entry SET changes = '[1, null, [], {"object_identity": 5}, {"change": "renamed", "before": {}}]';
UPDATE schema_guard.journal_entry SET changes = '{"object_identity": "cause.orders"}';
UPDATE schema_guard.journal_entry SET changes = '"cause.orders"';
SELECT count(*) FROM problem WHERE statement IS NOT NULL;
ROLLBACK;
RESET schema_guard.bypass;

DROP SCHEMA cause CASCADE;
DROP EXTENSION schema_guard;
