-- Housekeeping: prune_journal() and what is left, verify_journal() from a head on.
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT never
CREATE VIEW pg_temp.left_over AS
SELECT (SELECT min(journal_id) FROM schema_guard.journal) AS oldest, (SELECT max(journal_id) FROM schema_guard.journal) AS newest,
	   (SELECT count(*) FROM schema_guard.object_text) AS blocks, (SELECT count(*) FROM schema_guard.digest_list) AS lists,
	   (SELECT entries FROM schema_guard.journal_cut) AS cut;
CREATE TABLE pruned (a int);
-- a finding of the migration rules goes with its entry
INSERT INTO pruned VALUES (1);
ANALYZE pruned;
SET schema_guard.migration_rules_size = 0;
SET client_min_messages = error;
ALTER TABLE pruned ALTER a TYPE bigint;
RESET client_min_messages;
RESET schema_guard.migration_rules_size;
SELECT count(*) > 0 AS found FROM schema_guard.migration_finding;
ALTER TABLE pruned ADD b int;
ALTER TABLE pruned ADD c int;
SELECT journal_head AS early FROM schema_guard.status \gset
ALTER TABLE pruned ADD d int;
ALTER TABLE pruned DROP d;
SELECT journal_head AS late FROM schema_guard.status \gset
ALTER TABLE pruned ADD e int;
SELECT * FROM pg_temp.left_over;

-- nothing is that old
SELECT schema_guard.prune_journal('1 day');
SELECT * FROM pg_temp.left_over;
-- all but the newest
SELECT schema_guard.prune_journal('0');
SELECT * FROM pg_temp.left_over;
SELECT entries, first_changed_at < last_changed_at AS times, fingerprint_after = (SELECT fingerprint_before FROM schema_guard.journal) AS leads_on,
	   entries || ':' || chain = :'late' AS head, cut_at > last_changed_at AS cut_later, cut_by = session_user AS by_me
  FROM schema_guard.journal_cut;
SELECT schema_guard.prune_journal('0') AS again;
SELECT count(*) AS findings_left FROM schema_guard.migration_finding;
-- the chain holds, from the anchor on, and goes on
SELECT * FROM schema_guard.verify_journal();
SELECT * FROM schema_guard.verify_journal(:'late');
SELECT * FROM schema_guard.verify_journal(left(:'late', 2) || translate(substr(:'late', 3), '0123456789abcdef', '123456789abcdef0'));
\set VERBOSITY terse
SELECT * FROM schema_guard.verify_journal(:'early');
\set VERBOSITY default
ALTER TABLE pruned ADD f int;
SELECT * FROM schema_guard.verify_journal();
SELECT count(*) = 2 AS both FROM schema_guard.journal_chain WHERE stored = computed;
-- states before it are gone; the one that it ends with is there
DO $$ BEGIN
	PERFORM schema_guard.export((SELECT fingerprint_after FROM schema_guard.journal WHERE false));
	PERFORM schema_guard.export((SELECT fingerprint_after FROM schema_guard.journal_cut));
END $$;
DO $$ BEGIN PERFORM schema_guard.export('sg1:' || repeat('ab', 32));
EXCEPTION WHEN undefined_object THEN RAISE NOTICE 'it says until when: %', SQLERRM; END $$;
SELECT count(*) FROM schema_guard.diff((SELECT fingerprint_after FROM schema_guard.journal_cut));

-- somebody alters what is left, or the anchor
SELECT journal_id AS first FROM schema_guard.journal ORDER BY 1 LIMIT 1 \gset
BEGIN;
UPDATE schema_guard.journal_entry SET changed_by = 'somebody else' WHERE journal_id = :first;
SELECT * FROM schema_guard.verify_journal();
ROLLBACK;
BEGIN;
UPDATE schema_guard.journal_anchor SET chain = sha256('x');
SELECT * FROM schema_guard.verify_journal();
ROLLBACK;
BEGIN;
UPDATE schema_guard.journal_anchor SET journal_id = journal_id - 1;
SELECT * FROM schema_guard.verify_journal();
ROLLBACK;
BEGIN;
DELETE FROM schema_guard.journal_anchor;
SELECT * FROM schema_guard.verify_journal();
ROLLBACK;

-- verify_journal() goes on from where it was
ALTER TABLE pruned ADD g int;
SELECT * FROM schema_guard.verify_journal('noted');
SELECT journal_id FROM schema_guard.journal_verified;
ALTER TABLE pruned ADD h int;
BEGIN;
UPDATE schema_guard.journal_entry SET changed_by = 'somebody else' WHERE journal_id = :first;
SELECT journal_id FROM schema_guard.verify_journal('noted') AS it_does_not_look_back;
SELECT journal_id FROM schema_guard.verify_journal() AS but_this_does;
ROLLBACK;
BEGIN;
UPDATE schema_guard.journal_entry SET changed_by = 'somebody else' WHERE journal_id = (SELECT max(journal_id) FROM schema_guard.journal_entry);
SELECT count(*) AS found FROM schema_guard.verify_journal('noted');
SELECT max(e.journal_id) - max(v.journal_id) AS not_noted FROM schema_guard.journal_entry AS e, schema_guard.journal_verified AS v;
ROLLBACK;
SELECT * FROM schema_guard.verify_journal('noted');
SELECT max(e.journal_id) - max(v.journal_id) AS noted FROM schema_guard.journal_entry AS e, schema_guard.journal_verified AS v;
SELECT schema_guard.prune_journal('0') > 0 AS cut;
SELECT * FROM schema_guard.verify_journal('noted');
SELECT * FROM schema_guard.verify_journal('now');

-- what a snapshot has is kept, and that the database was in its state
SELECT schema_guard.capture('kept') = schema_guard.approve('kept') AS approved;
ALTER TABLE pruned ADD i int;
SELECT schema_guard.capture('newer') = schema_guard.approve('newer') AS approved;
ALTER TABLE pruned ADD j int;
ALTER TABLE pruned DROP j;
SELECT schema_guard.prune_journal('0') > 0 AS cut;
SELECT attribute FROM schema_guard.diff('kept');
SELECT length(schema_guard.export('kept')) > 100 AS whole;
SELECT count(*) AS known_states FROM schema_guard.journal_state;
BEGIN;
SET LOCAL schema_guard.mode = enforce;
SET LOCAL schema_guard.strict_path = on;
ALTER TABLE pruned DROP i;
COMMIT;
SELECT attribute FROM schema_guard.diff('kept');
SELECT * FROM schema_guard.verify_journal();

-- what explains a difference is kept, and all after it
ALTER TABLE pruned ADD k int;
SELECT max(journal_id) AS explains FROM schema_guard.journal \gset
CREATE TABLE pruned_2 ();
DROP TABLE pruned_2;
SELECT attribute, journal_id = :explains AS explained FROM schema_guard.drift();
SELECT schema_guard.prune_journal('0') > 0 AS cut;
SELECT attribute, journal_id = :explains AS explained FROM schema_guard.drift();
SELECT min(journal_id) = :explains AS kept FROM schema_guard.journal;
-- likewise what is wrong with a live release
SELECT schema_guard.capture('third') = schema_guard.approve('third') AS approved;
SELECT schema_guard.register('api', '1', '{"relations": {"public.pruned": {"select": {"a": "integer", "b": "integer"}}}}');
ALTER TABLE pruned DROP b;
SELECT max(journal_id) AS explains FROM schema_guard.journal \gset
CREATE TABLE pruned_2 ();
SELECT schema_guard.capture('fourth') = schema_guard.approve('fourth') AS approved;
DROP TABLE pruned_2;
SELECT schema_guard.prune_journal('0') > 0 AS cut;
SELECT rule, journal_id = :explains AS explained FROM schema_guard.check_release('api', '1');
SELECT schema_guard.retire('api', '1');

-- how many changes used a window
SELECT schema_guard.open_window('for this test', '1 hour') AS window \gset
CREATE TABLE pruned_2 ();
DROP TABLE pruned_2;
CREATE TABLE pruned_2 ();
SELECT schema_guard.close_window();
SELECT schema_guard.capture('fifth') = schema_guard.approve('fifth') AS approved;
SELECT schema_guard.prune_journal('0') > 0 AS cut;
SELECT changes FROM schema_guard.windows WHERE window_id = :window;
-- blocks of a snapshot that is not there any more
SELECT count(*) AS blocks FROM schema_guard.object_text \gset
SELECT count(*) AS lists FROM schema_guard.digest_list \gset
DELETE FROM schema_guard.approval; DELETE FROM schema_guard.snapshot;
SELECT schema_guard.prune_journal('0');
SELECT count(*) < :blocks AS blocks_gone FROM schema_guard.object_text;
SELECT count(*) AS lists FROM schema_guard.digest_list;
SELECT count(*) AS of_the_live_state FROM schema_guard.live_object JOIN schema_guard.object_text USING (digest);
ALTER TABLE pruned RENAME a TO z;
SELECT * FROM schema_guard.verify();

-- arguments, rights
SELECT schema_guard.prune_journal(NULL);
SELECT schema_guard.prune_journal('-1 second');
SELECT schema_guard.prune_journal('300000000 days');
BEGIN READ ONLY;
SELECT schema_guard.prune_journal('0');
ROLLBACK;
CREATE ROLE regress_sg_pruner;
SELECT schema_guard.grant_role('regress_sg_pruner', 'approver');
SET ROLE regress_sg_pruner;
SELECT schema_guard.prune_journal('0');
SELECT entries > 0 AS seen FROM schema_guard.journal_cut;
SELECT * FROM schema_guard.verify_journal('noted');
RESET ROLE;
-- rolled back
SELECT count(*) AS entries FROM schema_guard.journal \gset
BEGIN;
SELECT schema_guard.prune_journal('0') > 0 AS cut;
ROLLBACK;
SELECT count(*) = :entries AS all_there FROM schema_guard.journal;
-- a table that replaced another one is the cause of a problem: both entries are needed
CREATE TABLE replaced (a integer);
DROP TABLE replaced;
CREATE TABLE replaced (a bigint);
SET client_min_messages = error;
SELECT schema_guard.register('pruned', '1', '{"relations": {"public.replaced": {"select": {"a": "integer"}}}}');
RESET client_min_messages;
SELECT rule, journal_id IS NOT NULL AS caused FROM schema_guard.check_release('pruned', '1');
SELECT schema_guard.prune_journal('0') > 0 AS cut;
SELECT rule, journal_id IS NOT NULL AS caused FROM schema_guard.check_release('pruned', '1');
SELECT schema_guard.retire('pruned', '1');
DROP TABLE replaced;
DROP OWNED BY regress_sg_pruner;
DROP ROLE regress_sg_pruner;
DROP VIEW pg_temp.left_over;
DROP TABLE pruned, pruned_2;
DROP EXTENSION schema_guard;
