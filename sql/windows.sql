-- Windows: permission to make unapproved changes, for a while.
CREATE EXTENSION schema_guard;
CREATE ROLE regress_sg_opener;
\set VERBOSITY terse

-- bad input
SELECT schema_guard.open_window(NULL, '1 hour');
SELECT schema_guard.open_window('a reason', NULL);
SELECT schema_guard.open_window('', '1 hour');
SELECT schema_guard.open_window(E' \n', '1 hour');
SELECT schema_guard.open_window(repeat('x', 1001), '1 hour');
SELECT schema_guard.open_window('a reason', '0');
SELECT schema_guard.open_window('a reason', '-1 hour');
SELECT schema_guard.open_window('a reason', '400000 years');
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

RESET schema_guard.mode;
DROP TABLE in_window;
DROP OWNED BY regress_sg_opener;
DROP EXTENSION schema_guard;
DROP ROLE regress_sg_opener;
