-- who writes into the guard's own tables: nobody but the guard
CREATE EXTENSION schema_guard;
SELECT schema_guard.capture('written') IS NOT NULL AND schema_guard.approve('written') IS NOT NULL AS armed;
CREATE ROLE regress_sg_writer;
GRANT USAGE ON SCHEMA schema_guard TO regress_sg_writer;
-- as pg_write_all_data has it
GRANT ALL ON ALL TABLES IN SCHEMA schema_guard TO regress_sg_writer;
CREATE FUNCTION pg_temp.says(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows bigint;
BEGIN
	EXECUTE statement;
	GET DIAGNOSTICS rows = ROW_COUNT;
	RETURN rows || ' rows';
EXCEPTION WHEN insufficient_privilege THEN
	RETURN SQLERRM;
END $$;
CREATE FUNCTION pg_temp.says_of(statement text) RETURNS SETOF text LANGUAGE sql AS $$
SELECT DISTINCT pg_temp.says(format(statement, c.oid::regclass)) FROM pg_class c
 WHERE relnamespace = 'schema_guard'::regnamespace AND relkind = 'r' ORDER BY 1 $$;

-- whoever has been granted it
SET SESSION AUTHORIZATION regress_sg_writer;
SELECT s.statement, count(*) = (SELECT count(*) FROM pg_class WHERE relnamespace = 'schema_guard'::regnamespace AND relkind = 'r') AS always_refused FROM (VALUES ('INSERT INTO %s SELECT'), ('DELETE FROM %s WHERE false'), ('TRUNCATE %s')) s (statement),
	   pg_temp.says_of(s.statement) said
 WHERE said LIKE 'table schema_guard.% is written by schema_guard alone' GROUP BY 1 ORDER BY 1;
INSERT INTO schema_guard.approval (fingerprint, snapshot_name, approved_by, session_role) VALUES ('sg1:', 'x', 'x', 'x');
UPDATE schema_guard.release SET fits_fingerprint = NULL;
UPDATE schema_guard.live_state SET stale = false;
COPY schema_guard.exclusion FROM stdin;
\.
RESET SESSION AUTHORIZATION;

-- a superuser: another database's rows do not come into a guard that is armed
INSERT INTO schema_guard.approval (fingerprint, snapshot_name, approved_by, session_role) VALUES ('sg1:', 'x', 'x', 'x');
COPY schema_guard.change_window (reason, opened_by, expires_at) FROM stdin;
\.
INSERT INTO schema_guard.live_state SELECT * FROM schema_guard.live_state;
SET session_replication_role = replica;
INSERT INTO schema_guard.release (application, version, contract, registered_by) VALUES ('a', '1', '{}', 'x');
RESET session_replication_role;
SET schema_guard.mode = off;
INSERT INTO schema_guard.guarded_facet VALUES ('comment');
RESET schema_guard.mode;
-- but to repair: that is logged
BEGIN;
SET LOCAL schema_guard.bypass = 'repair';
INSERT INTO schema_guard.guarded_facet VALUES ('comment') RETURNING facet;
UPDATE schema_guard.guarded_facet SET facet = 'storage' RETURNING facet;
DELETE FROM schema_guard.guarded_facet RETURNING facet;
TRUNCATE schema_guard.guarded_facet;
ROLLBACK;

-- what keeps it so is seen to be there
BEGIN;
ALTER TABLE schema_guard.approval DISABLE TRIGGER ALL;
ALTER TABLE schema_guard.snapshot ENABLE TRIGGER ALL;
DROP TRIGGER write ON schema_guard.release;
SELECT object_identity, expected, found FROM schema_guard.problems ORDER BY object_identity COLLATE "C";
ROLLBACK;

-- so is a sequence that was set, for which no trigger fires; the counters go on
GRANT UPDATE ON ALL SEQUENCES IN SCHEMA schema_guard TO regress_sg_writer;
SET ROLE regress_sg_writer;
SELECT setval('schema_guard.snapshot_snapshot_id_seq', 1, false), setval('schema_guard.approval_approval_id_seq', 9223372036854775807),
	setval('schema_guard.migration_path_path_id_seq', 5000000), setval('schema_guard.change_window_window_id_seq', 1000001),
	setval('schema_guard.refused_attempts', 9223372036854775807);
RESET ROLE;
SELECT * FROM schema_guard.problems ORDER BY object_identity COLLATE "C";
SET schema_guard.mode = enforce;
CREATE TABLE never_made (a int);
RESET schema_guard.mode;
SELECT refused_attempts FROM schema_guard.status;
SELECT count(setval(object_identity, coalesce(expected::bigint, 1))) FROM schema_guard.problems;
SELECT * FROM schema_guard.problems;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA schema_guard FROM regress_sg_writer;

-- published: a subscriber would get the rows
SET client_min_messages = error;
CREATE PUBLICATION regress_sg_all FOR ALL TABLES;
CREATE PUBLICATION regress_sg_one FOR TABLE schema_guard.approval;
CREATE PUBLICATION regress_sg_none;
SELECT * FROM schema_guard.problems ORDER BY object_identity COLLATE "C";
DROP PUBLICATION regress_sg_all, regress_sg_one, regress_sg_none;
RESET client_min_messages;
SELECT count(*) AS problems FROM schema_guard.problems;
DROP OWNED BY regress_sg_writer;
DROP ROLE regress_sg_writer;
DROP EXTENSION schema_guard;
