-- Approvals: until when, by how many, and what becomes of the schema when they end.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE ROLE regress_sg_pipeline SUPERUSER;
CREATE ROLE regress_sg_alice SUPERUSER;
CREATE ROLE regress_sg_bob SUPERUSER;
RESET client_min_messages;
CREATE TABLE approved (a int);

-- one that expires
SELECT schema_guard.capture('a') AS fingerprint \gset
SELECT schema_guard.approve('a', 'for now', '0');
SELECT schema_guard.approve('a', 'for now', '-1 day');
SELECT schema_guard.approve('a', 'for now', '400000 years');
SELECT schema_guard.approve('a', 'for now', '0.4 seconds') = :'fingerprint' AS approved;
SELECT approved, approved_until > now() AS for_a_while FROM schema_guard.snapshots;
SELECT approved, approved_until > now() AS for_a_while, approval_ended FROM schema_guard.status;
SELECT count(*) AS drift FROM schema_guard.drift();
SELECT pg_sleep(0.5);
-- then nobody vouches for the schema any more: drift, though nothing has changed
SELECT change, object_type, object_identity, before = :'fingerprint' AS fingerprint, after, changed_at < now() AS over, changed_by
  FROM schema_guard.drift();
SELECT name, approved, approvals, approved_until FROM schema_guard.snapshots;
SELECT approved, approved_until, approval_ended LIKE 'expired at %' AS ended, approved_snapshot FROM schema_guard.status;
SELECT snapshot_name, note, valid, expires_at < now() AS over, revoked_at FROM schema_guard.approvals;
SELECT schema_guard.revoke('a', 'too late');
-- it does not count at the gate either
CREATE TABLE more (a int);
SET schema_guard.mode = enforce;
DROP TABLE more;
-- approved anew, shorter makes no difference, longer does
SELECT schema_guard.approve('a', NULL, '1 day') = :'fingerprint' AS approved;
SELECT schema_guard.approve('a', NULL, '1 hour') = :'fingerprint' AS approved;
SELECT approved_until > now() + '23 hours' AS for_a_day FROM schema_guard.snapshots;
SELECT schema_guard.approve('a') = :'fingerprint' AS approved;
SELECT approved, approvals, approved_until FROM schema_guard.snapshots;
SELECT schema_guard.approve('a', NULL, '1 year') = :'fingerprint' AS approved;
DROP TABLE more;
SET schema_guard.mode = observe;
SELECT count(*) AS drift FROM schema_guard.drift();

-- revoking the approval in force: drift at once, from what is approved still
ALTER TABLE approved ADD b int;
SELECT schema_guard.capture('b') IS NOT NULL AS captured;
SELECT schema_guard.approve('b') IS NOT NULL AS approved;
SELECT count(*) AS drift FROM schema_guard.drift();
SELECT schema_guard.revoke('b', 'wrong type') IS NOT NULL AS revoked;
SELECT change, object_type, object_identity, attribute, after, verdict, journal_id IS NOT NULL AS known, changed_by = session_user AS mine
  FROM schema_guard.drift();
SELECT approved, approval_ended LIKE 'revoked at % by %: wrong type' AS ended, approved_snapshot FROM schema_guard.status;
-- undone, it is none any more
ALTER TABLE approved DROP b;
SELECT count(*) AS drift FROM schema_guard.drift();
SELECT approved, approval_ended FROM schema_guard.status;
-- nothing is approved any more, and the schema is another one: from what was approved last
SELECT schema_guard.revoke('a', 'all of it') IS NOT NULL AS revoked;
ALTER TABLE approved ADD c int;
SELECT change, object_type, object_identity, attribute, after FROM schema_guard.drift();
ALTER TABLE approved DROP c;

-- two are required: what is approved ends when the first of the two does
SET schema_guard.required_approvals = 2;
\set VERBOSITY terse
SET SESSION AUTHORIZATION regress_sg_pipeline;
ALTER TABLE approved ADD d int;
SELECT schema_guard.export() AS file \gset
SELECT schema_guard.import(:'file', 'd') AS fingerprint \gset
SELECT schema_guard.approve('d') = :'fingerprint' AS by_the_proposer;
SET ROLE regress_sg_alice;
SELECT schema_guard.approve('d', 'as somebody else') = :'fingerprint' AS by_the_proposer_as_another;
SET SESSION AUTHORIZATION regress_sg_alice;
SELECT schema_guard.approve('d', NULL, '2 days') = :'fingerprint' AS by_alice;
SELECT schema_guard.approve('d', NULL, '1 day') = :'fingerprint' AS by_alice_again;
SET ROLE regress_sg_bob;
SELECT schema_guard.approve('d', NULL, '2 days') = :'fingerprint' AS by_alice_as_bob;
-- who captures what was imported by somebody else is no proposer
SET SESSION AUTHORIZATION regress_sg_bob;
SELECT schema_guard.capture('d of bob') = :'fingerprint' AS captured;
SELECT name, approvals, approved, approved_until FROM schema_guard.snapshots WHERE fingerprint = :'fingerprint';
SELECT schema_guard.approve('d of bob', NULL, '1 day') = :'fingerprint' AS by_bob;
RESET SESSION AUTHORIZATION;
SELECT name, approvals, approved, approved_until > now() + '23 hours' AND approved_until < now() + '25 hours' AS for_a_day
  FROM schema_guard.snapshots WHERE fingerprint = :'fingerprint';
SELECT snapshot_name, approved_by, session_role, note, valid FROM schema_guard.approvals WHERE fingerprint = :'fingerprint';
-- a reader sees them by the views, and can read what pg_dump does
SELECT schema_guard.grant_role('regress_sg_bob', 'reader');
ALTER ROLE regress_sg_bob NOSUPERUSER;
SET SESSION AUTHORIZATION regress_sg_bob;
SELECT name, approved FROM schema_guard.snapshots WHERE fingerprint = :'fingerprint';
SELECT count(*) AS paths FROM schema_guard.paths;
SELECT count(*) AS drift FROM schema_guard.drift();
SELECT count(*) FROM schema_guard.valid_approval;
RESET SESSION AUTHORIZATION;
RESET schema_guard.required_approvals;

DROP TABLE approved;
DROP OWNED BY regress_sg_bob;
DROP EXTENSION schema_guard;
DROP ROLE regress_sg_pipeline, regress_sg_alice, regress_sg_bob;
