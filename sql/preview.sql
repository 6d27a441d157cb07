-- preview(): what DDL would change, without a trace.
CREATE EXTENSION schema_guard;
\set SHOW_CONTEXT never
CREATE SCHEMA mine;
CREATE TABLE mine.t (a int, b text);
SELECT count(*) AS entries FROM schema_guard.journal \gset

SELECT * FROM schema_guard.preview('ALTER TABLE mine.t RENAME b TO c');
-- in the caller's search_path
SET search_path = mine;
SELECT change, object_identity, attribute FROM schema_guard.preview('CREATE INDEX i ON t (a); ALTER TABLE t ADD d int');
RESET search_path;
SELECT * FROM schema_guard.preview('SELECT 1');
-- several statements that undo each other
SELECT * FROM schema_guard.preview('ALTER TABLE mine.t ADD x int; ALTER TABLE mine.t DROP x');
-- within a transaction that has changed the schema already: only what the DDL adds
BEGIN;
ALTER TABLE mine.t ADD e int;
SELECT change, object_identity, attribute FROM schema_guard.preview('ALTER TABLE mine.t ADD f int');
COMMIT;
-- an error of the DDL is passed on as it is
SELECT * FROM schema_guard.preview('ALTER TABLE mine.nonexistent ADD f int');
\echo :SQLSTATE
SELECT * FROM schema_guard.preview('ALTER TABLE');
-- what cannot be previewed says so
SELECT * FROM schema_guard.preview(NULL);
SELECT * FROM schema_guard.preview('');
SELECT * FROM schema_guard.preview(' ; -- nothing');
SELECT * FROM schema_guard.preview('ALTER TABLE mine.t ADD g int; COMMIT');
SELECT * FROM schema_guard.preview('SAVEPOINT a');
SELECT * FROM schema_guard.preview('COPY mine.t FROM STDIN');
SELECT * FROM schema_guard.preview('CREATE INDEX CONCURRENTLY ON mine.t (a)');
SELECT * FROM schema_guard.preview('VACUUM');
-- judged by nobody, also in enforce; and no way around the gate
SELECT schema_guard.capture('before') = schema_guard.approve('before') AS approved;
SET schema_guard.mode = enforce;
SELECT change, attribute FROM schema_guard.preview('ALTER TABLE mine.t ADD h int');
\set VERBOSITY terse
ALTER TABLE mine.t ADD h int;
\set VERBOSITY default
RESET schema_guard.mode;

-- the caller's rights, not the owner's
CREATE ROLE regress_sg_previewer;
SET ROLE regress_sg_previewer;
SELECT * FROM schema_guard.preview('DROP TABLE mine.t');
RESET ROLE;
SELECT schema_guard.grant_role('regress_sg_previewer', 'reader');
SET ROLE regress_sg_previewer;
SELECT * FROM schema_guard.preview('DROP TABLE mine.t');
SELECT current_user;
RESET ROLE;

-- no trace: one entry, for the column e
SELECT count(*) - :entries AS new FROM schema_guard.journal;
SELECT * FROM schema_guard.verify();
DROP SCHEMA mine CASCADE;
DROP OWNED BY regress_sg_previewer;
DROP ROLE regress_sg_previewer;

-- sets of privileges
SELECT schema_guard.grant_role('nobody_of_that_name', 'reader');
SELECT schema_guard.grant_role(NULL, 'reader');
SELECT schema_guard.grant_role('regress_sg_reader', NULL);
CREATE ROLE "regress ""sg"" reader";
SELECT schema_guard.grant_role('regress "sg" reader', 'god');
SELECT schema_guard.grant_role('regress "sg" reader', 'release_manager');
SELECT p.oid::regprocedure::text AS granted FROM pg_proc p
 WHERE pronamespace = 'schema_guard'::regnamespace
   AND has_function_privilege('regress "sg" reader', p.oid, 'EXECUTE')
   AND NOT has_function_privilege('public', p.oid, 'EXECUTE')
 ORDER BY p.oid::regprocedure::text COLLATE "C";
SET ROLE "regress ""sg"" reader";
SELECT mode, stale FROM schema_guard.status;
SELECT count(*) >= 0 AS readable FROM schema_guard.journal;
SELECT count(*) FROM schema_guard.journal_entry;
SELECT schema_guard.approve('x');
SELECT schema_guard.grant_role('regress "sg" reader', 'approver');
RESET ROLE;
DROP OWNED BY "regress ""sg"" reader";
DROP ROLE "regress ""sg"" reader";
DROP EXTENSION schema_guard;
