\set ECHO none
-- The head of the tests of what is described: the extension, terse output, and seen().
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '

-- Does the fingerprint see a change, and that it is undone?
CREATE FUNCTION pg_temp.seen(change text, undo text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := schema_guard.fingerprint();
	changed text;
BEGIN
	EXECUTE change;
	changed := schema_guard.fingerprint();
	EXECUTE undo;
	RETURN CASE WHEN changed = before THEN 'NOT SEEN: '
		WHEN schema_guard.fingerprint() <> before THEN 'NOT UNDONE: ' ELSE 'seen: ' END || change;
END $$;
\set ECHO all
