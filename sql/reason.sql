-- the reason of an error is in its message: one line, of a bounded length
CREATE EXTENSION schema_guard;
\set VERBOSITY terse
CREATE TABLE reason (a int, note text);
SELECT schema_guard.capture('reason') IS NOT NULL AS captured;
-- approvals that are too few
SELECT count(*) FROM schema_guard.drift();
SET schema_guard.required_approvals = 2;
SELECT count(*) FROM schema_guard.drift();
RESET schema_guard.required_approvals;
SELECT schema_guard.approve('reason') IS NOT NULL AS approved;
SET schema_guard.mode = enforce;

-- names of characters of three bytes: cut between two of them
SELECT 'CREATE TYPE "' || repeat('€', 20) || '" AS (a int)' AS make,
	   'CREATE FUNCTION long_signature(' || string_agg('"' || repeat('€', 20) || '"', ', ') || ') RETURNS int LANGUAGE sql AS ''SELECT 1''' AS function
  FROM generate_series(1, 90) \gset
BEGIN;
:make;
:function;
COMMIT;
-- definitions of many lines, and long ones
CREATE VIEW lines AS SELECT a,

	note || E'\n\t\x01' AS note FROM reason;
ALTER TABLE reason ADD CONSTRAINT long_check CHECK (note <> repeat('x', 10) || 'a long text that begins here and goes on for longer than what is shown of it, a long text that begins here and goes on for longer than what is shown of it, a long text that begins here and goes on');
-- what is broken comes before what may be
RESET schema_guard.mode;
SELECT schema_guard.register('reason', '1', '{"relations": {"public.reason": {"select": {"a": "int", "note": "text", "gone": "text"}}}}');
SELECT schema_guard.assert_contract(jsonb_build_object('relations', jsonb_build_object('public.reason',
	jsonb_build_object('select', jsonb_build_object(repeat(E'long\n', 1000), 'text')))));
-- a fingerprint says what differs, or at least what there is
ALTER TABLE reason ADD b int;
DO $$
BEGIN
	PERFORM schema_guard.assert_fingerprint((SELECT fingerprint FROM schema_guard.snapshots WHERE name = 'reason'));
EXCEPTION WHEN SQLSTATE 'SG001' THEN
	RAISE NOTICE '%', regexp_replace(SQLERRM, 'sg1:[0-9a-f]{64}', 'FINGERPRINT', 'g');
END $$;
-- a declaration that is none
SET schema_guard.application = 'api';
SELECT schema_guard.retire('reason', '1');
DROP TABLE reason;
DROP EXTENSION schema_guard;
