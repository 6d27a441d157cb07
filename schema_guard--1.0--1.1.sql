/* schema_guard--1.0--1.1.sql */

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION schema_guard UPDATE TO '1.1'" to load this file. \quit

-- analyses queries as the caller's session would: so it is no definer's and
-- has the caller's search_path
CREATE FUNCTION schema_guard.contract_of(queries text[], search_path text DEFAULT NULL)
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_contract_of';
COMMENT ON FUNCTION schema_guard.contract_of(text[], text) IS
'derives a contract from queries by parse analysis: what they need of the schema as it is now';

-- The state that the first change is compared with: 1.0's script leaves it to the last one. An update is DDL that
-- is judged, and leaves one behind when it commits.
DO $$ BEGIN
	IF pg_catalog.current_setting('schema_guard.mode') OPERATOR(pg_catalog.<>) 'off'
		AND schema_guard.library_version() OPERATOR(pg_catalog.=) '1.1'
		AND NOT EXISTS (SELECT FROM schema_guard.live_state) THEN
		PERFORM schema_guard.verify();
	END IF;
EXCEPTION WHEN active_sql_transaction THEN
	NULL;
END $$;
