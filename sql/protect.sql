-- Ways around the gate: what is refused, what is found afterwards.
-- docs/security.md has a line for each.
CREATE EXTENSION schema_guard;
\set VERBOSITY terse
CREATE ROLE regress_sg_intruder;
GRANT CREATE ON SCHEMA public TO regress_sg_intruder;
CREATE TABLE protected (a int);
SELECT schema_guard.capture('p') IS NOT NULL AND schema_guard.approve('p') IS NOT NULL AS approved;
SET schema_guard.mode = enforce;

-- an ordinary role has no hold on the guard
SET ROLE regress_sg_intruder;
SET schema_guard.mode = observe;
SET schema_guard.bypass = 'x';
SET schema_guard.required_approvals = 100;
SET session_replication_role = replica;
DROP EVENT TRIGGER schema_guard_ddl_start;
ALTER EVENT TRIGGER schema_guard_ddl_start DISABLE;
DROP FUNCTION schema_guard.on_ddl() CASCADE;
ALTER FUNCTION schema_guard.on_ddl() SET search_path = public;
DROP SCHEMA schema_guard CASCADE;
DROP EXTENSION schema_guard;
CREATE TABLE schema_guard.mine ();
UPDATE schema_guard.live_state SET stale = false;
DELETE FROM schema_guard.live_object;
INSERT INTO schema_guard.approval (fingerprint, snapshot_name, approved_by, session_role) VALUES ('sg1:', 'x', 'x', 'x');
SELECT schema_guard.verify();
SELECT schema_guard.capture('x');
SELECT schema_guard.approve('p');
SELECT schema_guard.exclude('%', 'x');
SELECT schema_guard.guard_facets('{comment}');
SELECT schema_guard.on_ddl();
SELECT * FROM schema_guard.journal;
SELECT nextval('schema_guard.refused_attempts');
RESET ROLE;

-- nor has anybody by dropping parts of it
DROP EVENT TRIGGER schema_guard_ddl_start;
DROP FUNCTION schema_guard.on_ddl() CASCADE;
DROP SCHEMA schema_guard CASCADE;
DROP TABLE schema_guard.live_state;
-- and nothing of it depends on what somebody else owns and could drop with CASCADE
WITH member AS (SELECT classid, objid FROM pg_depend d
				 WHERE deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'schema_guard'))
SELECT pg_describe_object(d.refclassid, d.refobjid, 0) AS depends_on
  FROM pg_depend d JOIN member m ON (d.classid, d.objid) = (m.classid, m.objid)
 WHERE d.deptype <> 'e' AND d.refobjid >= 16384
   AND NOT EXISTS (SELECT FROM member r WHERE (r.classid, r.objid) = (d.refclassid, d.refobjid));
-- what fires while the transaction commits is judged too
CREATE FUNCTION pg_temp.at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE at_commit (); RETURN NULL; END $$;
CREATE TEMP TABLE carrier (a int);
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON carrier DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.at_commit();
INSERT INTO carrier VALUES (1);
BEGIN; INSERT INTO carrier VALUES (1); COMMIT;
CREATE FUNCTION pg_temp.make() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE made (); RETURN 1; END $$;
BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT pg_temp.make(); COMMIT;
-- within something temporary, or something that was called on the way
CREATE TEMP TABLE disguise AS SELECT pg_temp.make();
SELECT * FROM schema_guard.preview('SELECT pg_temp.make(); SELECT schema_guard.verify()');
DO $$ BEGIN PERFORM pg_temp.make(); PERFORM schema_guard.verify(); END $$;
DO $$ BEGIN PERFORM pg_temp.make(); PERFORM schema_guard.exclude('public.made', 'x'); END $$;
-- nothing of it is there
SELECT relname FROM pg_class WHERE relname IN ('made', 'at_commit', 'disguise');

-- a superuser can: it is found by verify()
ALTER EVENT TRIGGER schema_guard_ddl_start DISABLE;
ALTER EVENT TRIGGER schema_guard_ddl_end DISABLE;
CREATE TABLE unseen (a int);
ALTER EVENT TRIGGER schema_guard_ddl_start ENABLE ALWAYS;
ALTER EVENT TRIGGER schema_guard_ddl_end ENABLE ALWAYS;
SELECT change, object_identity FROM schema_guard.verify();
SELECT verdict, objects, changed_by FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
UPDATE pg_class SET relrowsecurity = true WHERE oid = 'protected'::regclass;
SELECT change, object_identity, attribute FROM schema_guard.verify();
-- the live state itself, altered: verify() puts it right
UPDATE schema_guard.live_object SET digest = '\x00' WHERE objid = 'protected'::regclass;
UPDATE schema_guard.live_state SET fingerprint = 'sg1:00';
SELECT count(*) FROM schema_guard.verify();
SELECT fingerprint = schema_guard.fingerprint() AS current FROM schema_guard.live_state;
DELETE FROM schema_guard.live_state;
DELETE FROM schema_guard.live_object;
SELECT count(*) FROM schema_guard.verify();
SELECT fingerprint = schema_guard.fingerprint() AS current FROM schema_guard.live_state;
SELECT verdict FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;

-- what the fingerprint is made of does not belong to the objects: verify() mends it, a commit describes everything
UPDATE schema_guard.live_bucket SET members = '';
SELECT count(*) FROM schema_guard.verify();
SELECT DISTINCT (digest = '\x0000000000000000000000000000000000000000000000000000000000000000') = (members = '') AS whole FROM schema_guard.live_bucket;
SET schema_guard.mode = observe;
UPDATE schema_guard.live_bucket SET members = members || members;
SELECT recomputed FROM schema_guard.status;
ALTER TABLE protected ADD COLUMN added_here int;
SELECT recomputed FROM schema_guard.status;
SELECT fingerprint = schema_guard.fingerprint() AS current FROM schema_guard.live_state;
ALTER TABLE protected DROP COLUMN added_here;
RESET schema_guard.mode;

-- event triggers switched off as a whole (17 and later; before, one by one)
DO $$ BEGIN
	IF current_setting('server_version_num')::int >= 170000 THEN
		SET event_triggers = off;
	ELSE
		ALTER EVENT TRIGGER schema_guard_ddl_start DISABLE;
		ALTER EVENT TRIGGER schema_guard_ddl_end DISABLE;
	END IF;
END $$;
CREATE TABLE behind_the_back (a int);
SELECT count(*) >= 1 AS shown FROM schema_guard.problems
 WHERE (object_identity, found) IN (('event_triggers', 'off'), ('schema_guard_ddl_end', 'on ddl_command_end, disabled'));
DO $$ BEGIN
	IF current_setting('server_version_num')::int >= 170000 THEN
		RESET event_triggers;
	ELSE
		ALTER EVENT TRIGGER schema_guard_ddl_start ENABLE ALWAYS;
		ALTER EVENT TRIGGER schema_guard_ddl_end ENABLE ALWAYS;
	END IF;
END $$;
SELECT change, object_identity, attribute FROM schema_guard.verify();

-- what is altered of the guard itself shows until it is put right
SET schema_guard.mode = off;
ALTER EXTENSION schema_guard DROP EVENT TRIGGER schema_guard_ddl_end;
DROP EVENT TRIGGER schema_guard_ddl_end;
SELECT change, object_identity, attribute FROM schema_guard.verify();
SELECT problems FROM schema_guard.status;
CREATE EVENT TRIGGER schema_guard_ddl_end ON ddl_command_end EXECUTE FUNCTION schema_guard.on_ddl();
SELECT * FROM schema_guard.problems;
ALTER EVENT TRIGGER schema_guard_ddl_end ENABLE ALWAYS;
ALTER EXTENSION schema_guard ADD EVENT TRIGGER schema_guard_ddl_end;
SELECT count(*) FROM schema_guard.verify();
SELECT * FROM schema_guard.problems;
SELECT problems FROM schema_guard.status;
-- and so does what is missing, or was given away
BEGIN;
CREATE SCHEMA elsewhere;
ALTER TABLE schema_guard.journal_entry SET SCHEMA elsewhere;
ALTER VIEW schema_guard.snapshots RENAME TO "Odd ""snapshots";
ALTER FUNCTION schema_guard.revoke(text, text) RENAME TO revoked;
ALTER EXTENSION schema_guard DROP FUNCTION schema_guard.ready(text, text);
DROP FUNCTION schema_guard.ready(text, text);
CREATE ROLE regress_sg_keeper;
ALTER TABLE schema_guard.approval OWNER TO regress_sg_keeper;
ALTER FUNCTION schema_guard.approve(text, text, interval, text[]) SECURITY INVOKER;
ALTER FUNCTION schema_guard.capture(text, text) RESET ALL;
ALTER FUNCTION schema_guard.verify() SET lock_timeout = '5s';
SELECT * FROM schema_guard.altered ORDER BY object_type, object_identity COLLATE "C", attribute;
ROLLBACK;
SELECT * FROM schema_guard.altered;
-- somebody's own event trigger may call our function
CREATE EVENT TRIGGER regress_sg_own ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION schema_guard.on_ddl();
SELECT change, object_type, object_identity, attribute FROM schema_guard.verify();
SELECT count(*) FROM schema_guard.verify();
DROP EVENT TRIGGER regress_sg_own;
SELECT count(*) FROM schema_guard.verify() WHERE object_identity <> 'regress_sg_own';
RESET schema_guard.mode;
BEGIN;
ALTER EVENT TRIGGER schema_guard_ddl_start ENABLE REPLICA;
ALTER EXTENSION schema_guard DROP FUNCTION schema_guard.on_ddl();
CREATE OR REPLACE FUNCTION schema_guard.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
ALTER EXTENSION schema_guard DROP SCHEMA schema_guard;
ALTER EXTENSION schema_guard DROP TABLE schema_guard.live_state;
CREATE FUNCTION schema_guard.forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION pg_temp.forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER forget BEFORE INSERT ON schema_guard.approval FOR EACH ROW EXECUTE FUNCTION pg_temp.forget();
CREATE RULE forget AS ON INSERT TO schema_guard.journal_entry DO INSTEAD NOTHING;
ALTER TABLE schema_guard.release ENABLE ROW LEVEL SECURITY;
SELECT object_type, regexp_replace(object_identity, 'pg_temp_\d+', 'pg_temp') AS identity, attribute, expected,
	   regexp_replace(found, 'pg_temp_\d+', 'pg_temp') AS found
  FROM schema_guard.problems ORDER BY object_type, object_identity COLLATE "C", problems.attribute;
ROLLBACK;
-- what is as somebody wants it is in problems, and no missed change
SET client_min_messages = error;
CREATE PUBLICATION everything FOR ALL TABLES;
RESET client_min_messages;
SELECT * FROM schema_guard.problems;
SELECT * FROM schema_guard.verify();
DROP PUBLICATION everything;
-- in enforce an event trigger cannot leave the extension
SET schema_guard.mode = enforce;
SELECT schema_guard.capture('whole') IS NOT NULL AND schema_guard.approve('whole') IS NOT NULL AS approved;
ALTER EXTENSION schema_guard DROP EVENT TRIGGER schema_guard_ddl_end;

RESET schema_guard.mode;
DROP TABLE protected, unseen, behind_the_back;
DROP OWNED BY regress_sg_intruder;
DROP ROLE regress_sg_intruder;
DROP EXTENSION schema_guard;
