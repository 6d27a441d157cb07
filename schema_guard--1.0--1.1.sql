/* schema_guard--1.0--1.1.sql */

-- complain if script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION schema_guard UPDATE TO '1.1'" to load this file. \quit

------------------------------------------------------------------------------
-- Contracts
------------------------------------------------------------------------------

-- analyses queries as the caller's session would: so it is no definer's and
-- has the caller's search_path
CREATE FUNCTION schema_guard.contract_of(queries text[], search_path text DEFAULT NULL)
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_contract_of';
COMMENT ON FUNCTION schema_guard.contract_of(text[], text) IS
'derives a contract from queries by parse analysis: what they need of the schema as it is now';

CREATE FUNCTION schema_guard.contract_diff(
	a jsonb, b jsonb,
	OUT change text, OUT key text, OUT object text, OUT attribute text, OUT before text, OUT after text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_contract_diff';
COMMENT ON FUNCTION schema_guard.contract_diff(jsonb, jsonb) IS
'what contract b needs that contract a does not, and what it no longer needs';

CREATE FUNCTION schema_guard.contract_of_sqlx(files jsonb, search_path text DEFAULT NULL)
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_contract_of_sqlx';
COMMENT ON FUNCTION schema_guard.contract_of_sqlx(jsonb, text) IS
'derives a contract from the files that "cargo sqlx prepare" writes: an array of them';

-- finds the tables as the caller's session would
CREATE FUNCTION schema_guard.contract_of_tables(
	tables text[], access text[] DEFAULT '{select,insert,update,delete}', search_path text DEFAULT NULL)
RETURNS jsonb
LANGUAGE c STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_contract_of_tables';
COMMENT ON FUNCTION schema_guard.contract_of_tables(text[], text[], text) IS
'derives the contract of an ORM that maps these tables and views as a whole';

CREATE FUNCTION schema_guard.contract_of_relations(
	snapshot text, relations text[] DEFAULT NULL, access text[] DEFAULT '{select,insert,update,delete}')
RETURNS jsonb
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_contract_of_relations';
REVOKE ALL ON FUNCTION schema_guard.contract_of_relations(text, text[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.contract_of_relations(text, text[], text[]) IS
'derives the contract of an ORM from a stored schema, that of its scratch database: of all relations or those named';

------------------------------------------------------------------------------
-- Sessions
------------------------------------------------------------------------------

-- Which entries of the journal name an object, the newest first: what a refused
-- session is told begins there.  Under a hash, since an identity can be longer than
-- what btree takes.  Not dumped: it is made of the entries as they come, see
-- journal/journal_identity.c.
CREATE TABLE schema_guard.journal_identity (
	identity_hash bigint NOT NULL,
	journal_id bigint NOT NULL
);
INSERT INTO schema_guard.journal_identity (identity_hash, journal_id)
SELECT DISTINCT pg_catalog.hashtextextended(n.name, 0), j.journal_id
  FROM schema_guard.journal_entry j
 CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(
		CASE pg_catalog.jsonb_typeof(j.changes) WHEN 'array' THEN j.changes END) c (change)
 CROSS JOIN LATERAL
	   (VALUES (c.change OPERATOR(pg_catalog.->>) 'object_identity'),
			   (CASE WHEN c.change OPERATOR(pg_catalog.->>) 'change' OPERATOR(pg_catalog.=) 'renamed'
					  AND c.change OPERATOR(pg_catalog.->>) 'attribute' IS NULL
					 THEN c.change OPERATOR(pg_catalog.->>) 'before' END)) n (name)
 WHERE n.name IS NOT NULL;
CREATE INDEX journal_identity_newest ON schema_guard.journal_identity (identity_hash, journal_id);

-- The release that a session declares is checked as it logs in, without preloading,
-- from PostgreSQL 17 on.  Neither SECURITY DEFINER nor SET: see on_ddl().
CREATE FUNCTION schema_guard.on_login()
RETURNS event_trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_on_login';
REVOKE ALL ON FUNCTION schema_guard.on_login() FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.on_login() IS
'event trigger: checks the release that a session declares as it logs in';
DO $$ BEGIN
	IF pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.>=) 170000 THEN
		CREATE EVENT TRIGGER schema_guard_login ON login EXECUTE FUNCTION schema_guard.on_login();
		ALTER EVENT TRIGGER schema_guard_login ENABLE ALWAYS;
	END IF;
END $$;

-- what needs somebody, now also the login event trigger
CREATE OR REPLACE VIEW schema_guard.problems AS
SELECT a.object_type, a.object_identity, a.attribute, a.expected, a.found FROM schema_guard.altered a
UNION ALL
SELECT 'restore', 'schema_guard', 'state', 'done', 'not done: verify() ends it'
  FROM schema_guard.live_state s WHERE s.phase OPERATOR(pg_catalog.=) 'restoring'
UNION ALL
SELECT 'publication', pg_catalog.quote_ident(p.pubname), 'tables of schema_guard', NULL, 'published'
  FROM pg_catalog.pg_publication p
 WHERE p.puballtables
	OR EXISTS (SELECT FROM pg_catalog.pg_get_publication_tables(p.pubname::text) t
				 JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.relid
				WHERE c.relnamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace)
UNION ALL
SELECT 'setting', n.name, n.place, NULL, n.found FROM schema_guard.settings_not_in_force() n
UNION ALL
-- objects of the live schema that cannot be described.  No other line begins so.
SELECT t.object_type, t.object_identity, 'description', NULL, 'cannot be described: ' OPERATOR(pg_catalog.||) d.reason[1]
  FROM schema_guard.live_object o
  JOIN schema_guard.object_text t ON t.digest OPERATOR(pg_catalog.=) o.digest
 CROSS JOIN LATERAL pg_catalog.regexp_matches(t.block, '\n  (?:\[\w+\] )?cannot be described: ([^\n]*)', 'g') d (reason)
 WHERE pg_catalog.strpos(t.block, 'cannot be described: ') OPERATOR(pg_catalog.>) 0
UNION ALL
-- pg_upgrade from a version that has none brings none along
SELECT 'event trigger', 'schema_guard_login', 'definition', 'on login, enabled always',
	   CASE WHEN t.oid IS NULL THEN 'missing: CREATE EVENT TRIGGER schema_guard_login ON login EXECUTE FUNCTION schema_guard.on_login(); '
									'ALTER EVENT TRIGGER schema_guard_login ENABLE ALWAYS; '
									'ALTER EXTENSION schema_guard ADD EVENT TRIGGER schema_guard_login'
			ELSE pg_catalog.format('on %s, %s, calls %s', t.evtevent,
								   CASE t.evtenabled WHEN 'A' THEN 'enabled always' WHEN 'O' THEN 'enabled'
										WHEN 'R' THEN 'enabled for replicas' ELSE 'disabled' END,
								   t.evtfoid::pg_catalog.regproc) END
  FROM (VALUES ('schema_guard_login'::pg_catalog.name)) e (name)
  LEFT JOIN pg_catalog.pg_event_trigger t ON t.evtname OPERATOR(pg_catalog.=) e.name
 WHERE pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.>=) 170000
   AND (t.oid IS NULL OR t.evtevent OPERATOR(pg_catalog.<>) 'login'::pg_catalog.name
		OR t.evtenabled OPERATOR(pg_catalog.<>) 'A'::pg_catalog."char"
		OR t.evtfoid OPERATOR(pg_catalog.<>) 'schema_guard.on_login'::pg_catalog.regproc);

-- unsafe: what is wrong is caught in a subtransaction
CREATE FUNCTION schema_guard.ready(application text, version text, OUT ready boolean, OUT reason text)
RETURNS record
LANGUAGE c STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_ready';
COMMENT ON FUNCTION schema_guard.ready(text, text) IS
'does the schema as it is now fit a release, and if not, why? Whatever is the matter is no error';

------------------------------------------------------------------------------
-- Reports
------------------------------------------------------------------------------

-- previews run as the caller: so it is no definer's and has the caller's
-- search_path. Named notation reaches no VARIADIC function without the word, so
-- there is one without arguments as well.
CREATE FUNCTION schema_guard.report(what text, format text)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_report';
COMMENT ON FUNCTION schema_guard.report(text, text) IS
'what a function says that takes no arguments, such as drift, as json, junit, sarif, gitlab, markdown or html';
REVOKE ALL ON FUNCTION schema_guard.report(text, text) FROM PUBLIC;

CREATE FUNCTION schema_guard.report(what text, format text, VARIADIC arguments text[])
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_report';
COMMENT ON FUNCTION schema_guard.report(text, text, text[]) IS
'what diff, preview, check_release or can_deploy say of their arguments, as json, junit, sarif, gitlab, markdown or html';
REVOKE ALL ON FUNCTION schema_guard.report(text, text, text[]) FROM PUBLIC;

------------------------------------------------------------------------------
-- Ledgers of migration tools
------------------------------------------------------------------------------

-- runs as the caller, and tells of each ledger what the caller may SELECT
CREATE FUNCTION schema_guard.ledgers(OUT tool text, OUT "table" text, OUT newest_version text,
	OUT count bigint, OUT failed bigint, OUT problem text)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_ledgers';
COMMENT ON FUNCTION schema_guard.ledgers() IS
'the ledgers of migration tools in this database; the view migration_ledgers shows them';

-- what releases declare of their migrations: the key "migrations" of their contracts
CREATE TABLE schema_guard.release_migrations (
	application text NOT NULL,
	version text NOT NULL,
	declared jsonb NOT NULL,
	PRIMARY KEY (application, version)
);
SELECT pg_catalog.pg_extension_config_dump('schema_guard.release_migrations', '');

CREATE FUNCTION schema_guard.assert_migrations(migrations jsonb)
RETURNS void
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_assert_migrations';
COMMENT ON FUNCTION schema_guard.assert_migrations(jsonb) IS
'raises SG001 if the ledger of a migration tool does not have the migrations that the application was built with';

CREATE VIEW schema_guard.migration_ledgers AS
SELECT l.tool, l."table", l.newest_version, l.count, l.failed, l.problem
  FROM schema_guard.ledgers() l;
COMMENT ON VIEW schema_guard.migration_ledgers IS
'the tables in which migration tools note what they have applied: of which tool, the newest version, how many, how many failed';

CREATE FUNCTION schema_guard.report_and_verdict(what text, format text, arguments text[],
	OUT report text, OUT passed boolean)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_report_and_verdict';
COMMENT ON FUNCTION schema_guard.report_and_verdict(text, text, text[]) IS
'the same, and whether the report passes: for programs whose exit status says so';
REVOKE ALL ON FUNCTION schema_guard.report_and_verdict(text, text, text[]) FROM PUBLIC;

------------------------------------------------------------------------------
-- Incidents
------------------------------------------------------------------------------

-- the newest 1000: see incidents/incident.c.  No foreign key: an entry of the
-- journal may be gone, and a restore fills tables in any order.
CREATE TABLE schema_guard.incident (
	journal_id bigint NOT NULL,
	sqlstate text NOT NULL,
	change text NOT NULL,				-- in words, as the server's log has it
	release text NOT NULL,				-- as the session declared it; empty: none
	object_type text NOT NULL,
	object_identity text NOT NULL,
	first_at timestamptz NOT NULL,
	last_at timestamptz NOT NULL,
	count bigint NOT NULL,
	PRIMARY KEY (journal_id, sqlstate, change, release)
);
SELECT pg_catalog.pg_extension_config_dump('schema_guard.incident', '');

CREATE VIEW schema_guard.incidents AS
SELECT i.journal_id, i.change, j.changed_at, j.changed_by, i.sqlstate, i.object_type, i.object_identity AS object,
	   nullif(i.release, '') AS release, i.first_at AS first, i.last_at AS last, i.count
  FROM schema_guard.incident i LEFT JOIN schema_guard.journal_entry j
	   ON j.journal_id OPERATOR(pg_catalog.=) i.journal_id
 ORDER BY i.last_at;
COMMENT ON VIEW schema_guard.incidents IS
'which errors came of which change of the schema: since when, until when, how many, of which release';
-- Approvals that name the releases which may break
------------------------------------------------------------------------------

ALTER TABLE schema_guard.approval ADD COLUMN breaking text[];	-- application/version; null: none

CREATE OR REPLACE VIEW schema_guard.valid_approval AS
SELECT a.approval_id, a.fingerprint, a.session_role, a.approved_at, a.expires_at, a.path_id,
	   r.required OPERATOR(pg_catalog.=) 1 OR a.session_role OPERATOR(pg_catalog.<>)
	   (SELECT s.created_by FROM schema_guard.snapshot s
		 WHERE s.fingerprint OPERATOR(pg_catalog.=) a.fingerprint
		 ORDER BY s.snapshot_id LIMIT 1) AS counts,
	   a.path_id IS NOT NULL AND
	   (r.required OPERATOR(pg_catalog.=) 1 OR a.session_role OPERATOR(pg_catalog.<>)
		(SELECT p.proposer FROM schema_guard.path_proposer p
		  WHERE p.path_id OPERATOR(pg_catalog.=) a.path_id)) AS counts_for_path,
	   a.breaking
  FROM schema_guard.approval a CROSS JOIN schema_guard.required_approvals r
 WHERE a.revoked_at IS NULL
   AND (a.expires_at IS NULL OR a.expires_at OPERATOR(pg_catalog.>) pg_catalog.clock_timestamp());

CREATE OR REPLACE VIEW schema_guard.approvals AS
SELECT a.fingerprint, a.snapshot_name, p.name AS path,
	   a.approved_at, a.approved_by, a.session_role, a.note,
	   v.approval_id IS NOT NULL AS valid, a.expires_at,
	   a.revoked_at, a.revoked_by, a.revoke_reason, a.breaking
  FROM schema_guard.approval a
  LEFT JOIN schema_guard.valid_approval v ON v.approval_id OPERATOR(pg_catalog.=) a.approval_id
  LEFT JOIN schema_guard.migration_path p ON p.path_id OPERATOR(pg_catalog.=) a.path_id
 ORDER BY a.approval_id;

CREATE FUNCTION schema_guard.approve(
	snapshot text, note text DEFAULT NULL, expires interval DEFAULT NULL, breaking text[] DEFAULT NULL)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_approve';
REVOKE ALL ON FUNCTION schema_guard.approve(text, text, interval, text[]) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.approve(text, text, interval, text[]) IS
'gives the caller''s word that a snapshot, or each state of a path, is allowed, for a while or for good, and which live releases may break; returns the (last) fingerprint';

-- whoever may call the function of 1.0 may call this one
DO $$
DECLARE
	grantee record;
BEGIN
	FOR grantee IN
		SELECT a.grantee::pg_catalog.regrole AS name, a.is_grantable
		  FROM pg_catalog.pg_proc p CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) a
		 WHERE p.oid OPERATOR(pg_catalog.=) 'schema_guard.approve(text,text,interval)'::pg_catalog.regprocedure
		   AND a.grantee OPERATOR(pg_catalog.<>) 0 AND a.grantee OPERATOR(pg_catalog.<>) p.proowner
	LOOP
		EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION schema_guard.approve(text, text, interval, text[]) TO %s%s',
			grantee.name, CASE WHEN grantee.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
	END LOOP;
END $$;
DROP FUNCTION schema_guard.approve(text, text, interval);

CREATE FUNCTION schema_guard.release_sessions(application text, version text)
RETURNS integer
LANGUAGE c VOLATILE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_release_sessions';
COMMENT ON FUNCTION schema_guard.release_sessions(text, text) IS
'how many sessions that are connected to this database now declare a release';

------------------------------------------------------------------------------
-- Privileges that a release needs
------------------------------------------------------------------------------

-- the role that its contract names, whose privileges no fingerprint tells of
ALTER TABLE schema_guard.release ADD COLUMN role text GENERATED ALWAYS AS (contract OPERATOR(pg_catalog.->>) 'role') STORED;

CREATE OR REPLACE VIEW schema_guard.releases AS
SELECT r.application, r.version,
	   CASE WHEN r.retired_at IS NULL THEN 'live' ELSE 'retired' END AS state,
	   -- null: it is retired
	   CASE WHEN r.retired_at IS NULL AND r.fits_fingerprint OPERATOR(pg_catalog.=) s.fingerprint
			 AND r.role IS NULL AND NOT schema_guard.live_state_is_stale() THEN true
			ELSE schema_guard.release_fits(r.application, r.version) END AS fits,
	   r.registered_at, r.registered_by, r.retired_at, r.retired_by, r.contract,
	   schema_guard.release_sessions(r.application, r.version) AS sessions
  FROM schema_guard.release r LEFT JOIN schema_guard.live_state s ON true;

CREATE FUNCTION schema_guard.check_release(
	application text, version text, role name DEFAULT NULL,
	OUT severity text, OUT rule text, OUT object text, OUT attribute text, OUT needed text, OUT found text,
	OUT changed_at timestamptz, OUT changed_by text, OUT journal_id bigint)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_check_release';
COMMENT ON FUNCTION schema_guard.check_release(text, text, name) IS
'what of the schema, and of a role''s privileges, does not fit a release, since when and by whom; no rows: it fits';

CREATE FUNCTION schema_guard.can_deploy(
	application text, version text, snapshot text DEFAULT NULL, role name DEFAULT NULL,
	OUT severity text, OUT rule text, OUT object text, OUT attribute text, OUT needed text, OUT found text,
	OUT changed_at timestamptz, OUT changed_by text, OUT journal_id bigint, OUT state text, OUT sessions integer)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_can_deploy';
COMMENT ON FUNCTION schema_guard.can_deploy(text, text, text, name) IS
'what of a snapshot, or of the states of a path, would not fit a release; NULL is the schema as it is now';
REVOKE ALL ON FUNCTION schema_guard.can_deploy(text, text, text, name) FROM PUBLIC;

CREATE FUNCTION schema_guard.assert_release(application text, version text, role name DEFAULT NULL)
RETURNS void
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_assert_release';
COMMENT ON FUNCTION schema_guard.assert_release(text, text, name) IS
'raises SG001 unless the schema as it is now, and a role''s privileges, fit a release';

-- whoever may call the functions of 1.0 may call these, and nobody else
DO $$
DECLARE
	same record;
	grantee record;
BEGIN
	FOR same IN
		SELECT o.oid AS old_one, n.oid::pg_catalog.regprocedure AS new_one, o.proacl, o.proowner
		  FROM (VALUES ('check_release(text,text)', 'check_release(text,text,name)'),
					   ('can_deploy(text,text,text)', 'can_deploy(text,text,text,name)'),
					   ('assert_release(text,text)', 'assert_release(text,text,name)')) AS v (before, after)
		  JOIN pg_catalog.pg_proc o ON o.oid OPERATOR(pg_catalog.=)
			   ('schema_guard.' OPERATOR(pg_catalog.||) v.before)::pg_catalog.regprocedure
		  JOIN pg_catalog.pg_proc n ON n.oid OPERATOR(pg_catalog.=)
			   ('schema_guard.' OPERATOR(pg_catalog.||) v.after)::pg_catalog.regprocedure
		 WHERE o.proacl IS NOT NULL
	LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', same.new_one);
		FOR grantee IN
			SELECT CASE WHEN a.grantee OPERATOR(pg_catalog.=) 0 THEN 'PUBLIC' ELSE a.grantee::pg_catalog.regrole::text END AS name,
				   a.is_grantable
			  FROM pg_catalog.aclexplode(same.proacl) a
			 WHERE a.grantee OPERATOR(pg_catalog.<>) same.proowner
		LOOP
			EXECUTE pg_catalog.format('GRANT EXECUTE ON FUNCTION %s TO %s%s', same.new_one,
				grantee.name, CASE WHEN grantee.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
		END LOOP;
	END LOOP;
END $$;
DROP FUNCTION schema_guard.check_release(text, text);
DROP FUNCTION schema_guard.can_deploy(text, text, text);
DROP FUNCTION schema_guard.assert_release(text, text);

------------------------------------------------------------------------------
-- What the guard alone writes into: the triggers of 1.0, for the tables that are
-- new here
------------------------------------------------------------------------------

DO $$
DECLARE
	own_table text;
BEGIN
	FOR own_table IN
		SELECT c.relname FROM pg_catalog.pg_class c
		 WHERE c.relnamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace
		   AND c.relkind OPERATOR(pg_catalog.=) 'r'::pg_catalog."char"
		   AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
							WHERE t.tgrelid OPERATOR(pg_catalog.=) c.oid AND t.tgname OPERATOR(pg_catalog.=) 'write')
	LOOP
		EXECUTE pg_catalog.format(
			'CREATE TRIGGER write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON schema_guard.%1$I
				FOR EACH STATEMENT EXECUTE FUNCTION schema_guard.on_write();
			 CREATE TRIGGER write_row BEFORE INSERT OR UPDATE OR DELETE ON schema_guard.%1$I
				FOR EACH ROW EXECUTE FUNCTION schema_guard.on_write();
			 CREATE TRIGGER written AFTER INSERT ON schema_guard.%1$I
				FOR EACH STATEMENT EXECUTE FUNCTION schema_guard.on_write();
			 ALTER TABLE schema_guard.%1$I ENABLE ALWAYS TRIGGER write,
				ENABLE ALWAYS TRIGGER write_row, ENABLE ALWAYS TRIGGER written', own_table);
	END LOOP;
END $$;

------------------------------------------------------------------------------
-- The state
------------------------------------------------------------------------------

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
