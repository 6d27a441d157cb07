-- Windows: permission to make unapproved changes, for a while.
CREATE EXTENSION schema_guard;
CREATE ROLE regress_sg_opener;
\set VERBOSITY terse

SELECT schema_guard.capture('as it is') = schema_guard.approve('as it is') AS approved;
-- bad input
SELECT schema_guard.open_window(NULL, '1 hour');
SELECT schema_guard.open_window('a reason', NULL);
SELECT schema_guard.open_window('', '1 hour');
SELECT schema_guard.open_window(E' \n', '1 hour');
SELECT schema_guard.open_window(repeat('x', 1001), '1 hour');
SELECT schema_guard.open_window('a reason', '0');
SELECT schema_guard.open_window('a reason', '-1 hour');
SELECT schema_guard.open_window('a reason', '400000 years');
SELECT schema_guard.open_window('a reason', '10000 years');
SELECT schema_guard.open_window('a reason', '30 days 1 second');
SELECT schema_guard.open_window('a reason', '1 month -31 days');
SELECT schema_guard.open_window('a reason', '-178000000 years');
SELECT schema_guard.close_window();
SELECT * FROM schema_guard.windows;

-- not for everybody
SET ROLE regress_sg_opener;
SELECT schema_guard.open_window('I want to', '1 hour');
RESET ROLE;
SELECT schema_guard.grant_role('regress_sg_opener', 'approver');

-- opened by the role that SET ROLE names; in force for everybody
SET ROLE regress_sg_opener;
SELECT schema_guard.open_window('the index is missing', '1 hour') AS window_id;
RESET ROLE;
SET schema_guard.mode = enforce;
CREATE TABLE in_window (a int);
ALTER TABLE in_window ADD b int;
SELECT reason, opened_by, closed_by, open, changes, expires_at > now() + '59 minutes' AS an_hour
  FROM schema_guard.windows;
SELECT open_window FROM schema_guard.status;
SELECT verdict, reason, window_id, objects FROM schema_guard.journal WHERE window_id IS NOT NULL ORDER BY journal_id;

-- two at a time: changes are the newest one's; closing closes both
SELECT schema_guard.open_window('and another', '2 hours') AS window_id;
ALTER TABLE in_window ADD c int;
SELECT schema_guard.close_window();
ALTER TABLE in_window ADD d int;
SELECT window_id, reason, closed_by IS NOT NULL AS closed, open, changes FROM schema_guard.windows;

-- one that expires
SELECT schema_guard.open_window('short', '0.2 seconds') AS window_id;
SELECT pg_sleep(0.3);
ALTER TABLE in_window ADD d int;
SELECT schema_guard.close_window();

-- one that is rolled back was never open
BEGIN;
SELECT schema_guard.open_window('never', '1 hour') AS window_id;
ROLLBACK;
ALTER TABLE in_window ADD d int;
-- one that is opened in the same transaction counts
BEGIN;
SELECT schema_guard.open_window('now', '1 hour') AS window_id;
ALTER TABLE in_window ADD d int;
SELECT schema_guard.close_window();
ALTER TABLE in_window ADD e int;
COMMIT;
BEGIN;
SELECT schema_guard.open_window('now', '1 hour') AS window_id;
ALTER TABLE in_window ADD d int;
COMMIT;
SELECT schema_guard.close_window();

-- what was changed in a window is drift, and drift() says so, until it is approved or undone
RESET schema_guard.mode;
SET client_min_messages = error;
SELECT schema_guard.capture('before') IS NOT NULL AS captured;
SELECT schema_guard.approve('before') IS NOT NULL AS approved;
RESET client_min_messages;
CREATE TABLE beside (a int);
SELECT schema_guard.open_window('the report', '1 hour') AS window_id;
SET ROLE regress_sg_opener;
CREATE TABLE pg_temp.nothing ();
RESET ROLE;
ALTER TABLE in_window RENAME TO renamed_in_window;
BEGIN;
ALTER TABLE renamed_in_window RENAME a TO a1;
ALTER TABLE renamed_in_window ALTER a1 TYPE bigint;
COMMIT;
ALTER TABLE renamed_in_window DROP b;
CREATE VIEW viewed AS SELECT a1 FROM renamed_in_window;
SELECT schema_guard.close_window();
-- not the window's: a change after it, and one that nobody saw
ALTER TABLE renamed_in_window ALTER d SET NOT NULL;
SET schema_guard.mode = off;
ALTER TABLE renamed_in_window ADD e int;
SET schema_guard.mode = observe;
SELECT change, object_type, object_identity, attribute, verdict, journal_id - (SELECT min(journal_id) FROM schema_guard.journal WHERE reason = 'the report') AS entry,
	   window_id, changed_by = current_user AS mine, changed_at IS NOT NULL AS timed FROM schema_guard.drift();
SELECT count(*) AS missed FROM schema_guard.verify();
SELECT attribute, verdict, changed_by, changed_at IS NOT NULL AS noticed FROM schema_guard.drift() WHERE attribute = 'column "e"';
-- the window's drift, undone
BEGIN;
DROP VIEW viewed;
ALTER TABLE renamed_in_window ADD b int, ALTER a1 TYPE int;
ALTER TABLE renamed_in_window RENAME a1 TO a;
ALTER TABLE renamed_in_window RENAME TO in_window;
COMMIT;
SELECT change, object_identity, attribute, verdict, window_id FROM schema_guard.drift();
SELECT reason, open, changes FROM schema_guard.windows ORDER BY window_id DESC LIMIT 1;
-- dropped, renamed and made anew
ALTER TABLE beside RENAME TO in_between;
CREATE TABLE beside (a int);
DROP TABLE in_between;
SELECT change, object_type, object_identity, verdict IS NOT NULL AS known FROM schema_guard.drift() WHERE attribute IS NULL;
SELECT schema_guard.capture('after') IS NOT NULL AS captured;
SELECT schema_guard.approve('after') IS NOT NULL AS approved;
SELECT count(*) AS drift FROM schema_guard.drift();
DROP TABLE beside;

DROP TABLE in_window;
DROP OWNED BY regress_sg_opener;
DROP EXTENSION schema_guard;
DROP ROLE regress_sg_opener;
