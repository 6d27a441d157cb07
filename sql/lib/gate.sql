-- pg_temp.gate(contract, change): what the gate says in mode enforce to a change, while a release with the contract, an expression, is live and known to fit
CREATE EXTENSION dblink SCHEMA public;
SELECT schema_guard.capture('gate') IS NOT NULL AS captured, schema_guard.approve('gate') IS NOT NULL AS approved;
SELECT public.dblink_connect('gate', format('dbname=%L host=%L port=%s user=%L', current_database(), :'HOST', :'PORT', current_user));
SELECT public.dblink_exec('gate', format('SET client_min_messages = error; SET search_path = %s; SET schema_guard.mode = enforce', current_setting('search_path')));
CREATE FUNCTION pg_temp.gate(contract text, change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	known boolean;
	told text := 'committed';
BEGIN
	PERFORM * FROM public.dblink('gate', 'SELECT count(*) FROM schema_guard.live_state CROSS JOIN LATERAL schema_guard.verify() WHERE stale') AS r(n bigint);
	PERFORM * FROM public.dblink('gate', format('SELECT schema_guard.register(%L, %L, %s)', 'gate', '1', contract)) AS r(v text);
	SELECT * INTO known FROM public.dblink('gate', 'SELECT fits_fingerprint IS NOT NULL FROM schema_guard.release WHERE application = ''gate''') AS r(v boolean);
	BEGIN
		PERFORM public.dblink_exec('gate', format('BEGIN; CREATE TABLE public.never_approved (); %s; COMMIT', change));
	EXCEPTION WHEN OTHERS THEN
		told := SQLSTATE;
		PERFORM public.dblink_exec('gate', 'ROLLBACK');
	END;
	PERFORM * FROM public.dblink('gate', 'SELECT schema_guard.retire(''gate'', ''1'')') AS r(v text);
	RETURN told || CASE WHEN known THEN '' ELSE ', not known to fit' END;
END $$;
