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
LANGUAGE c STABLE PARALLEL UNSAFE
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
LANGUAGE c STABLE PARALLEL UNSAFE SECURITY DEFINER
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

------------------------------------------------------------------------------
-- Housekeeping
------------------------------------------------------------------------------

-- what prune_journal() leaves of the entries that it cuts: see journal/prune.c
CREATE TABLE schema_guard.journal_anchor (
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	journal_id bigint NOT NULL,			-- the last entry that was cut,
	chain bytea NOT NULL,				-- its digest, which the next one is chained to,
	fingerprint_after text NOT NULL,	-- and the state that it led to
	first_changed_at timestamptz NOT NULL,
	last_changed_at timestamptz NOT NULL,
	cut_at timestamptz NOT NULL,
	cut_by text NOT NULL				-- who logged in
);

-- the states of snapshots that entries which were cut had led to
CREATE TABLE schema_guard.journal_state (
	fingerprint text PRIMARY KEY,
	journal_id bigint NOT NULL,			-- the last of them
	reached_at timestamptz NOT NULL		-- for the first time
);

-- how many of the entries that were cut had used a window
CREATE TABLE schema_guard.journal_window (
	window_id bigint PRIMARY KEY,
	changes bigint NOT NULL
);

-- the head up to which verify_journal('noted') has found the journal in order
CREATE TABLE schema_guard.journal_verified (
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	journal_id bigint NOT NULL,
	chain bytea NOT NULL,
	verified_at timestamptz NOT NULL
);

SELECT pg_catalog.pg_extension_config_dump('schema_guard.journal_anchor', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.journal_state', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.journal_window', '');

CREATE OR REPLACE VIEW schema_guard.expected_schema AS
SELECT coalesce(
	   -- what is approved is no drift, though something newer is approved: that has yet to be deployed
	   (SELECT l.fingerprint FROM schema_guard.live_state l
		 WHERE EXISTS (SELECT FROM schema_guard.approved_fingerprint f
						WHERE f.fingerprint OPERATOR(pg_catalog.=) l.fingerprint OFFSET 0)),
	   (SELECT j.fingerprint_after
		  FROM (SELECT e.fingerprint_after, e.journal_id FROM schema_guard.journal_entry e
				UNION ALL
				SELECT c.fingerprint, c.journal_id FROM schema_guard.journal_state c) j
		 WHERE n.path_id IS NOT NULL
		   AND EXISTS (SELECT FROM schema_guard.migration_step s
						WHERE s.fingerprint OPERATOR(pg_catalog.=) j.fingerprint_after
						  AND s.path_id OPERATOR(pg_catalog.=) n.path_id OFFSET 0)
		   AND EXISTS (SELECT FROM schema_guard.approved_fingerprint f
						WHERE f.fingerprint OPERATOR(pg_catalog.=) j.fingerprint_after OFFSET 0)
		 ORDER BY j.journal_id DESC LIMIT 1),
	   (SELECT s.fingerprint FROM schema_guard.migration_step s
		 WHERE s.path_id OPERATOR(pg_catalog.=) n.path_id
		   AND EXISTS (SELECT FROM schema_guard.approved_fingerprint f
						WHERE f.fingerprint OPERATOR(pg_catalog.=) s.fingerprint OFFSET 0)
		 ORDER BY s.step LIMIT 1),
	   n.fingerprint) AS fingerprint
  FROM (SELECT v.fingerprint, v.path_id
		  FROM schema_guard.approval a
		 CROSS JOIN LATERAL
			   (SELECT v.fingerprint, v.path_id FROM schema_guard.valid_approval v
				 WHERE v.approval_id OPERATOR(pg_catalog.=) a.approval_id
				   AND EXISTS (SELECT FROM schema_guard.approved_fingerprint f
								WHERE f.fingerprint OPERATOR(pg_catalog.=) v.fingerprint OFFSET 0)
				OFFSET 0) v
		 ORDER BY a.approval_id DESC LIMIT 1) n;

CREATE OR REPLACE VIEW schema_guard.path_steps AS
SELECT p.name AS path, s.step, s.fingerprint,
	   a.approvals OPERATOR(pg_catalog.>=) r.required AS approved,
	   a.approvals,
	   l.fingerprint IS NOT NULL AS is_live,
	   least((SELECT c.reached_at FROM schema_guard.journal_state c
			   WHERE c.fingerprint OPERATOR(pg_catalog.=) s.fingerprint),
			 (SELECT pg_catalog.min(j.changed_at) FROM schema_guard.journal_entry j
			   WHERE j.fingerprint_after OPERATOR(pg_catalog.=) s.fingerprint)) AS reached_at,
	   s.statements
  FROM schema_guard.migration_path p
  JOIN schema_guard.migration_step s ON s.path_id OPERATOR(pg_catalog.=) p.path_id
 CROSS JOIN schema_guard.required_approvals r
 CROSS JOIN LATERAL
	   (SELECT pg_catalog.count(DISTINCT v.session_role) AS approvals
		  FROM schema_guard.valid_approval v
		 WHERE v.path_id OPERATOR(pg_catalog.=) s.path_id
		   AND v.fingerprint OPERATOR(pg_catalog.=) s.fingerprint AND v.counts_for_path) a
  LEFT JOIN schema_guard.live_state l ON l.fingerprint OPERATOR(pg_catalog.=) s.fingerprint
 ORDER BY p.path_id, s.step;

CREATE OR REPLACE VIEW schema_guard.windows AS
SELECT w.window_id, w.reason, w.opened_at, w.opened_by, w.expires_at, w.closed_at, w.closed_by,
	   w.closed_at IS NULL AND w.expires_at OPERATOR(pg_catalog.>) pg_catalog.clock_timestamp() AS open,
	   coalesce(j.changes, 0) OPERATOR(pg_catalog.+) coalesce(c.changes, 0) AS changes
  FROM schema_guard.change_window w
  LEFT JOIN (SELECT e.window_id, pg_catalog.count(*) AS changes FROM schema_guard.journal_entry e
			  WHERE e.window_id IS NOT NULL GROUP BY e.window_id) j
	ON j.window_id OPERATOR(pg_catalog.=) w.window_id
  LEFT JOIN schema_guard.journal_window c ON c.window_id OPERATOR(pg_catalog.=) w.window_id
 ORDER BY w.window_id;

CREATE VIEW schema_guard.journal_cut AS
SELECT a.journal_id AS entries, a.first_changed_at, a.last_changed_at, a.fingerprint_after,
	   pg_catalog.encode(a.chain, 'hex') AS chain, a.cut_at, a.cut_by
  FROM schema_guard.journal_anchor a;
COMMENT ON VIEW schema_guard.journal_cut IS
'what prune_journal() has removed from the journal; no row if it has removed nothing';

CREATE FUNCTION schema_guard.prune_journal(keep interval)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_prune_journal';
REVOKE ALL ON FUNCTION schema_guard.prune_journal(interval) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.prune_journal(interval) IS
'removes journal entries older than the interval, except those that explain a present difference; returns how many';

-- it notes how far it has got
ALTER FUNCTION schema_guard.verify_journal(text) VOLATILE PARALLEL UNSAFE;

-- up to when, or which number, the background worker has told what happens (worker/step.c)
CREATE TABLE schema_guard.told (
	kind text PRIMARY KEY,
	until timestamptz NOT NULL,
	number bigint NOT NULL
);

------------------------------------------------------------------------------
-- Metrics
------------------------------------------------------------------------------

-- unsafe: each part is read in a subtransaction
CREATE FUNCTION schema_guard.collect_metrics(
	OUT name text, OUT labels jsonb, OUT value double precision, OUT type text, OUT help text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_collect_metrics';
REVOKE ALL ON FUNCTION schema_guard.collect_metrics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.collect_metrics() TO pg_monitor;
COMMENT ON FUNCTION schema_guard.collect_metrics() IS
'the rows of the view metrics';

CREATE VIEW schema_guard.metrics AS
SELECT m.name, m.labels, m.value, m.type, m.help FROM schema_guard.collect_metrics() m;
GRANT SELECT ON schema_guard.metrics TO pg_monitor;
COMMENT ON VIEW schema_guard.metrics IS
'figures for monitoring, cheap to read';

CREATE FUNCTION schema_guard.metrics_text()
RETURNS text
LANGUAGE c STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_metrics_text';
REVOKE ALL ON FUNCTION schema_guard.metrics_text() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION schema_guard.metrics_text() TO pg_monitor;
COMMENT ON FUNCTION schema_guard.metrics_text() IS
'the metrics as text in the OpenMetrics format';

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

-- what stands in the catalogs may be in no encoding
CREATE FUNCTION schema_guard.readable(name text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_readable';
COMMENT ON FUNCTION schema_guard.readable(text) IS
'the text, with \xHH in place of each byte that cannot be sent to every client';

-- what was altered of the guard itself: what 1.0 finds, by names that can be read
DO $$ BEGIN
	EXECUTE pg_catalog.format('CREATE OR REPLACE VIEW schema_guard.altered AS '
		'SELECT a.object_type, schema_guard.readable(a.object_identity) AS object_identity, a.attribute, '
		'schema_guard.readable(a.expected) AS expected, schema_guard.readable(a.found) AS found FROM (%s) a',
		pg_catalog.rtrim(pg_catalog.pg_get_viewdef('schema_guard.altered'::pg_catalog.regclass), ';'));
END $$;

-- Triggers do not fire for sequences, so whoever may write anything can set ours.  Counters go
-- on all the same; where numbers of rows come from is compared with the rows.
ALTER SEQUENCE schema_guard.refused_attempts CYCLE;
ALTER SEQUENCE schema_guard.refused_connections CYCLE;
ALTER SEQUENCE schema_guard.unmarked_commits CYCLE;

-- what needs somebody, now also the login event trigger, and sequences
CREATE OR REPLACE VIEW schema_guard.problems AS
SELECT a.object_type, a.object_identity, a.attribute, a.expected, a.found FROM schema_guard.altered a
UNION ALL
SELECT 'restore', 'schema_guard', 'state', 'done', 'not done: verify() ends it'
  FROM schema_guard.live_state s WHERE s.phase OPERATOR(pg_catalog.=) 'restoring'
UNION ALL
SELECT 'publication', schema_guard.readable(pg_catalog.quote_ident(p.pubname)), 'tables of schema_guard', NULL, 'published'
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
SELECT 'sequence', s.name, 'last value', s.newest::text, s.last_value::text
  FROM (SELECT q.name, CASE WHEN q.is_called THEN q.last_value ELSE q.last_value OPERATOR(pg_catalog.-) 1 END AS last_value, q.newest
		  FROM (SELECT 'schema_guard.snapshot_snapshot_id_seq' AS name, q.last_value, q.is_called,
					   (SELECT pg_catalog.max(t.snapshot_id) FROM schema_guard.snapshot t) AS newest
				  FROM schema_guard.snapshot_snapshot_id_seq q
				UNION ALL
				SELECT 'schema_guard.approval_approval_id_seq', q.last_value, q.is_called,
					   (SELECT pg_catalog.max(t.approval_id) FROM schema_guard.approval t)
				  FROM schema_guard.approval_approval_id_seq q
				UNION ALL
				SELECT 'schema_guard.migration_path_path_id_seq', q.last_value, q.is_called,
					   (SELECT pg_catalog.max(t.path_id) FROM schema_guard.migration_path t)
				  FROM schema_guard.migration_path_path_id_seq q
				UNION ALL
				SELECT 'schema_guard.change_window_window_id_seq', q.last_value, q.is_called,
					   (SELECT pg_catalog.max(t.window_id) FROM schema_guard.change_window t)
				  FROM schema_guard.change_window_window_id_seq q) q) s
 -- numbers are left out where transactions are rolled back, though not millions of them
 WHERE s.last_value OPERATOR(pg_catalog.<) s.newest
	OR s.last_value OPERATOR(pg_catalog.>) (coalesce(s.newest, 0) OPERATOR(pg_catalog.+) 1000000)
UNION ALL
-- pg_upgrade from a version that has none brings none along
SELECT 'event trigger', 'schema_guard_login', 'definition', 'on login, enabled always',
	   CASE WHEN t.oid IS NULL THEN 'missing: CREATE EVENT TRIGGER schema_guard_login ON login EXECUTE FUNCTION schema_guard.on_login(); '
									'ALTER EVENT TRIGGER schema_guard_login ENABLE ALWAYS; '
									'ALTER EXTENSION schema_guard ADD EVENT TRIGGER schema_guard_login'
			ELSE pg_catalog.format('on %s, %s, calls %s', t.evtevent,
								   CASE t.evtenabled WHEN 'A' THEN 'enabled always' WHEN 'O' THEN 'enabled'
										WHEN 'R' THEN 'enabled for replicas' ELSE 'disabled' END,
								   schema_guard.readable(t.evtfoid::pg_catalog.regproc::text)) END
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
'returns whether the schema as it is now fits a release, and if not, why, without raising an error';

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
'the result of a function without arguments, such as drift, as json, junit, sarif, gitlab, markdown or html';
REVOKE ALL ON FUNCTION schema_guard.report(text, text) FROM PUBLIC;

CREATE FUNCTION schema_guard.report(what text, format text, VARIADIC arguments text[])
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_report';
COMMENT ON FUNCTION schema_guard.report(text, text, text[]) IS
'the result of diff, preview, check_release or can_deploy, as json, junit, sarif, gitlab, markdown or html';
REVOKE ALL ON FUNCTION schema_guard.report(text, text, text[]) FROM PUBLIC;

------------------------------------------------------------------------------
-- Ledgers of migration tools
------------------------------------------------------------------------------

-- runs as the caller, and tells of each ledger what the caller may SELECT
CREATE FUNCTION schema_guard.ledgers(OUT tool text, OUT "table" text, OUT newest_version text,
	OUT count bigint, OUT failed bigint, OUT problem text)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_ledgers';
COMMENT ON FUNCTION schema_guard.ledgers() IS
'the ledgers of migration tools in this database; the view migration_ledgers shows them';

-- the ledgers that were seen, with their rows as they were seen last
CREATE TABLE schema_guard.ledger (
	ledger text PRIMARY KEY,
	tool text NOT NULL
);
CREATE TABLE schema_guard.ledger_row (
	ledger text NOT NULL,
	version text NOT NULL,
	checksum text,
	title text NOT NULL,
	state text NOT NULL,
	PRIMARY KEY (ledger, version)
);

-- the rows of ledgers that entries of the journal have changed; led_by has the
-- entries that changed the schema for them
CREATE TABLE schema_guard.journal_migration (
	journal_id bigint NOT NULL,
	n integer NOT NULL,
	change text NOT NULL,
	tool text NOT NULL,
	ledger text NOT NULL,
	version text NOT NULL,
	checksum text,
	title text NOT NULL,
	state text NOT NULL,
	led_by bigint[] NOT NULL,
	took_us bigint,
	PRIMARY KEY (journal_id, n)
);
CREATE INDEX ON schema_guard.journal_migration (ledger, version, journal_id);
CREATE INDEX ON schema_guard.journal_migration USING gin (led_by);
SELECT pg_catalog.pg_extension_config_dump('schema_guard.ledger', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.ledger_row', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.journal_migration', '');

-- what releases declare of their migrations: the key "migrations" of their contracts;
-- and a digest of the rows of ledgers that are known to have it
CREATE TABLE schema_guard.release_migrations (
	application text NOT NULL,
	version text NOT NULL,
	declared jsonb NOT NULL,
	ledgers text[] NOT NULL,
	fits_digest bytea,
	fits_fingerprint text,
	PRIMARY KEY (application, version)
);
SELECT pg_catalog.pg_extension_config_dump('schema_guard.release_migrations', '');

CREATE FUNCTION schema_guard.assert_migrations(migrations jsonb)
RETURNS void
LANGUAGE c STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_assert_migrations';
COMMENT ON FUNCTION schema_guard.assert_migrations(jsonb) IS
'raises SG001 if the ledger of a migration tool does not have the migrations that the application was built with';

-- an entry's own rows of ledgers, and those of later entries that it changed the schema for
CREATE OR REPLACE VIEW schema_guard.journal AS
SELECT j.journal_id, j.changed_at, j.changed_by, j.session_role, j.application_name, j.client_address,
	   j.backend_pid, j.release, j.mode, j.verdict, j.reason, j.window_id,
	   (SELECT pg_catalog.array_agg(DISTINCT o.object_type OPERATOR(pg_catalog.||) ' ' OPERATOR(pg_catalog.||) o.object_identity)
		  FROM schema_guard.journal_object o
		 WHERE o.journal_id OPERATOR(pg_catalog.=) j.journal_id) AS objects,
	   j.statements, j.changes, j.fingerprint_before, j.fingerprint_after, j.transaction_id,
	   (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('change', m.change, 'tool', m.tool, 'table', m.ledger,
				'version', m.version, 'checksum', m.checksum, 'migration', m.title, 'state', m.state, 'journal_id', m.journal_id)
				ORDER BY m.journal_id, m.n)
		  FROM schema_guard.journal_migration m
		 WHERE m.journal_id OPERATOR(pg_catalog.=) j.journal_id
			OR m.led_by OPERATOR(pg_catalog.@>) ARRAY[j.journal_id]) AS migrations
  FROM schema_guard.journal_entry j;

-- as in 1.0, but chained to the anchor where entries were cut, and over the rows of
-- journal_migration: an entry without any has the digest that it had
CREATE OR REPLACE VIEW schema_guard.journal_chain AS
SELECT j.journal_id, pg_catalog.encode(j.chain, 'hex') AS stored,
	   pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
		   (SELECT pg_catalog.string_agg(
				coalesce(pg_catalog.octet_length(pg_catalog.convert_to(f.value, u.encoding))::text
						 OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) f.value, '-')
				OPERATOR(pg_catalog.||) E'\n', '' ORDER BY f.n)
			  FROM pg_catalog.unnest(
				ARRAY[coalesce((SELECT pg_catalog.encode(p.chain, 'hex') FROM schema_guard.journal_entry p
								 WHERE p.journal_id OPERATOR(pg_catalog.=) (j.journal_id OPERATOR(pg_catalog.-) 1)),
							   (SELECT pg_catalog.encode(a.chain, 'hex') FROM schema_guard.journal_anchor a
								 WHERE a.journal_id OPERATOR(pg_catalog.=) (j.journal_id OPERATOR(pg_catalog.-) 1)),
							   pg_catalog.repeat('0', 64)),
					  j.journal_id::text,
					  pg_catalog.to_char(pg_catalog.timezone('UTC', j.changed_at), 'YYYY-MM-DD"T"HH24:MI:SS.US'),
					  j.transaction_id, j.session_role, j.changed_by, j.application_name, pg_catalog.host(j.client_address),
					  j.backend_pid::text, j.release, j.mode, j.verdict, j.reason, j.window_id::text,
					  pg_catalog.cardinality(j.statements)::text]
				OPERATOR(pg_catalog.||) j.statements
				OPERATOR(pg_catalog.||) ARRAY[j.fingerprint_before, j.fingerprint_after, j.changes::text]
				OPERATOR(pg_catalog.||)
				(SELECT pg_catalog.array_agg(v.value ORDER BY o.digest_before NULLS FIRST, o.digest_after NULLS FIRST, v.n)
				   FROM schema_guard.journal_object o
				  CROSS JOIN LATERAL (VALUES (1, o.object_type), (2, o.object_identity),
											 (3, pg_catalog.encode(o.digest_before, 'hex')),
											 (4, pg_catalog.encode(o.digest_after, 'hex'))) v (n, value)
				  WHERE o.journal_id OPERATOR(pg_catalog.=) j.journal_id)
				OPERATOR(pg_catalog.||)
				(SELECT pg_catalog.array_agg(v.value ORDER BY m.n, v.n)
				   FROM schema_guard.journal_migration m
				  CROSS JOIN LATERAL (VALUES (1, 'ledger'), (2, m.change), (3, m.tool), (4, m.ledger), (5, m.version),
											 (6, m.checksum), (7, m.title), (8, m.state), (9, m.led_by::text),
											 (10, m.took_us::text)) v (n, value)
				  WHERE m.journal_id OPERATOR(pg_catalog.=) j.journal_id)) WITH ORDINALITY f (value, n)),
		   u.encoding)), 'hex') AS computed
  FROM schema_guard.journal_entry j
 CROSS JOIN (SELECT CASE WHEN pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.=) 'SQL_ASCII'
						 THEN 'SQL_ASCII'::pg_catalog.name ELSE 'UTF8'::pg_catalog.name END) u (encoding);

-- runs as the caller, like ledgers()
CREATE FUNCTION schema_guard.ledger_rows(OUT tool text, OUT "table" text, OUT version text, OUT migration text,
	OUT checksum text, OUT state text)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_ledger_rows';
COMMENT ON FUNCTION schema_guard.ledger_rows() IS
'the rows of the ledgers of migration tools, as the tools mean them';

-- What the journal has about each row of a ledger. The state that a migration led to
-- is undone if the schema became a state again that it had had before, and the
-- first time not by a migration: those may take back what others did.
CREATE VIEW schema_guard.migration_state AS
SELECT n.ledger, n.version, n.journal_id, n.led_by, n.took_us, e.fingerprint_after, e.changed_by, e.changed_at, e.verdict,
	   CASE WHEN NOT u.by_migration THEN u.journal_id END AS undone_by
  FROM (SELECT DISTINCT ON (m.ledger, m.version) m.ledger, m.version, m.journal_id, m.led_by, m.took_us
		  FROM schema_guard.journal_migration m
		 ORDER BY m.ledger, m.version, m.journal_id DESC) n
  JOIN schema_guard.journal_entry e ON e.journal_id OPERATOR(pg_catalog.=) n.journal_id
  LEFT JOIN LATERAL
	   (SELECT x.journal_id,
			   EXISTS (SELECT FROM schema_guard.journal_migration o
						WHERE o.led_by OPERATOR(pg_catalog.@>) ARRAY[x.journal_id]) AS by_migration
		  FROM schema_guard.journal_entry x
		 WHERE x.journal_id OPERATOR(pg_catalog.>)
			   (SELECT pg_catalog.max(l.journal_id) FROM schema_guard.journal_entry l
				 WHERE l.fingerprint_after OPERATOR(pg_catalog.=) e.fingerprint_after)
		   AND x.fingerprint_before IS DISTINCT FROM x.fingerprint_after
		   AND EXISTS (SELECT FROM schema_guard.journal_entry p
						WHERE p.fingerprint_after OPERATOR(pg_catalog.=) x.fingerprint_after
						  AND p.journal_id OPERATOR(pg_catalog.<) n.led_by[pg_catalog.cardinality(n.led_by)])
		 ORDER BY x.journal_id LIMIT 1) u ON true;
COMMENT ON VIEW schema_guard.migration_state IS
'what the journal has about the rows of ledgers: the newest entry of each, and by which one its state was undone';

CREATE VIEW schema_guard.migrations AS
SELECT r.tool, r."table", r.version, r.migration, r.checksum, r.state, m.fingerprint_after AS fingerprint,
	   m.changed_by, m.changed_at, m.took_us OPERATOR(pg_catalog.*) interval '1 microsecond' AS took,
	   m.journal_id, m.verdict,
	   CASE WHEN pg_catalog.cardinality(m.led_by) OPERATOR(pg_catalog.>) 0 THEN m.undone_by IS NULL END AS in_history,
	   m.undone_by
  FROM schema_guard.ledger_rows() r
  LEFT JOIN schema_guard.migration_state m
	ON m.ledger OPERATOR(pg_catalog.=) r."table" AND m.version OPERATOR(pg_catalog.=) r.version;
COMMENT ON VIEW schema_guard.migrations IS
'the migrations that ledgers have: the state that each led to, who, when, how long, and whether that state is still part of the history of the live one';

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
'like report(), and whether the report passes, for programs that set their exit status by it';
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
'errors caused by schema changes: which change, when first and last, how many, and of which release';

------------------------------------------------------------------------------
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
'approves a snapshot, or each state of a path, for a while or for good, and the live releases that may break; returns the (last) fingerprint';

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
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_release_sessions';
COMMENT ON FUNCTION schema_guard.release_sessions(text, text) IS
'the number of sessions connected to this database that declare a release';

------------------------------------------------------------------------------
-- Privileges that a release needs
------------------------------------------------------------------------------

-- the role that its contract names, whose privileges no fingerprint tells of
ALTER TABLE schema_guard.release
	ADD COLUMN role text GENERATED ALWAYS AS (contract OPERATOR(pg_catalog.->>) 'role') STORED,
	ADD COLUMN declares_migrations boolean GENERATED ALWAYS AS (contract OPERATOR(pg_catalog.?) 'migrations') STORED,
	-- like fits_fingerprint, but also where the fingerprint does not cover all that the contract names
	ADD COLUMN fitted_fingerprint text;

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
LANGUAGE c STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_check_release';
COMMENT ON FUNCTION schema_guard.check_release(text, text, name) IS
'what of the schema, and of a role''s privileges, does not fit a release, since when and by whom; no rows: it fits';

CREATE FUNCTION schema_guard.can_deploy(
	application text, version text, snapshot text DEFAULT NULL, role name DEFAULT NULL,
	OUT severity text, OUT rule text, OUT object text, OUT attribute text, OUT needed text, OUT found text,
	OUT changed_at timestamptz, OUT changed_by text, OUT journal_id bigint, OUT state text, OUT sessions integer)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_can_deploy';
COMMENT ON FUNCTION schema_guard.can_deploy(text, text, text, name) IS
'what of a snapshot, or of the states of a path, would not fit a release; NULL is the schema as it is now';
REVOKE ALL ON FUNCTION schema_guard.can_deploy(text, text, text, name) FROM PUBLIC;

-- SECURITY INVOKER, because becoming another role costs as much as most calls: in C, it becomes the owner if it has to
CREATE FUNCTION schema_guard.assert_release(application text, version text, role name DEFAULT NULL)
RETURNS void
LANGUAGE c STABLE PARALLEL UNSAFE
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
-- Migration rules
------------------------------------------------------------------------------

CREATE TABLE schema_guard.migration_finding (
	journal_id bigint NOT NULL,
	rule text NOT NULL,
	object_type text NOT NULL,
	object_identity text NOT NULL,
	message text NOT NULL
);
CREATE INDEX migration_finding_journal_id ON schema_guard.migration_finding (journal_id);
SELECT pg_catalog.pg_extension_config_dump('schema_guard.migration_finding', '');

CREATE VIEW schema_guard.migration_findings AS
SELECT f.journal_id, j.changed_at, j.changed_by, f.rule, f.object_type, f.object_identity, f.message
  FROM schema_guard.migration_finding f
  JOIN schema_guard.journal_entry j USING (journal_id);
COMMENT ON VIEW schema_guard.migration_findings IS
'findings of the migration rules about committed transactions';

------------------------------------------------------------------------------
-- Recordings: what the sessions of a test run execute
------------------------------------------------------------------------------

CREATE TABLE schema_guard.recorded_release (
	application text NOT NULL,
	version text NOT NULL,
	since timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	sessions bigint NOT NULL,
	sessions_before bigint NOT NULL,	-- of these: that began before the setting
	statements bigint NOT NULL,
	complete boolean NOT NULL DEFAULT true,	-- was there room for everything?
	PRIMARY KEY (application, version)
);
COMMENT ON TABLE schema_guard.recorded_release IS 'recordings of what sessions execute, by release';

CREATE TABLE schema_guard.recorded_item (
	application text NOT NULL,
	version text NOT NULL,
	digest bytea NOT NULL,
	path text[] NOT NULL,		-- the keys that lead to it in a contract
	kind "char" NOT NULL,		-- s: scalar, e: element of an array, o, a: empty object, array
	value text NOT NULL,		-- as JSON
	PRIMARY KEY (application, version, digest)
);
COMMENT ON TABLE schema_guard.recorded_item IS 'the parts of the contracts that recordings make up';

SELECT pg_catalog.pg_extension_config_dump('schema_guard.recorded_release', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.recorded_item', '');

CREATE VIEW schema_guard.recordings AS
SELECT r.application, r.version, r.since, r.sessions, r.sessions_before, r.statements, r.complete,
	   (SELECT pg_catalog.count(*) FROM schema_guard.recorded_item i
		 WHERE i.application OPERATOR(pg_catalog.=) r.application
		   AND i.version OPERATOR(pg_catalog.=) r.version) AS items
  FROM schema_guard.recorded_release r;
COMMENT ON VIEW schema_guard.recordings IS
'the releases that sessions were recorded for, with how many sessions, statements and items';

CREATE FUNCTION schema_guard.recorded(application text, version text)
RETURNS jsonb
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_recorded';
REVOKE ALL ON FUNCTION schema_guard.recorded(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.recorded(text, text) IS
'the contract that follows from what sessions have executed with schema_guard.record = application/version';

CREATE FUNCTION schema_guard.forget_recorded(application text, version text)
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_forget_recorded';
REVOKE ALL ON FUNCTION schema_guard.forget_recorded(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.forget_recorded(text, text) IS
'removes a recording, so that recording starts over; returns true if there was one';

------------------------------------------------------------------------------
-- Parallel queries
------------------------------------------------------------------------------

-- Whatever reads the guard's tables or describes takes a snapshot of its own, which no
-- process can while a parallel query runs, not even the leader.
ALTER FUNCTION schema_guard.assert_contract(jsonb) PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.assert_fingerprint(text) PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.describe(text, text[]) PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.diff(text, text) PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.drift() PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.export(text) PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.export_path(text, text) PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.fingerprint(text[], name) PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.live_state_is_stale() PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.not_covered() PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.release_fits(text, text) PARALLEL UNSAFE;
ALTER FUNCTION schema_guard.settings_not_in_force() PARALLEL UNSAFE;

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
-- What belongs to the guard
------------------------------------------------------------------------------

-- 1.0 finds what is no member, and members that were changed.  What is gone, because it was
-- dropped, renamed or moved, is found by the list of all that is there now, and so is a
-- function that no longer runs as its owner, or in the search_path that was pinned.  Names
-- come from that list: a condition on them is evaluated for all functions, and the server
-- cannot print one whose argument's type is gone.
DO $$ BEGIN
	EXECUTE pg_catalog.format('CREATE OR REPLACE VIEW schema_guard.altered AS %s
UNION ALL
SELECT e.kind, n.name, ''name'', n.name, NULL::text
  FROM (VALUES %s) e (kind, name)
 CROSS JOIN LATERAL pg_catalog.replace(e.name, ''pg_catalog.'', '''') n (name)
 WHERE CASE e.kind WHEN ''function'' THEN pg_catalog.to_regprocedure(e.name)::pg_catalog.oid
				   ELSE pg_catalog.to_regclass(e.name)::pg_catalog.oid END IS NULL
UNION ALL
SELECT ''function'', pg_catalog.replace(e.name, ''pg_catalog.'', ''''), ''settings'', pg_catalog.concat_ws('' SET '', CASE WHEN e.definer THEN ''SECURITY DEFINER'' ELSE ''SECURITY INVOKER'' END, e.setting),
	   pg_catalog.concat_ws('' SET '', CASE WHEN p.prosecdef THEN ''SECURITY DEFINER'' ELSE ''SECURITY INVOKER'' END, pg_catalog.array_to_string(p.proconfig, '' SET ''))
  FROM (VALUES %s) e (name, definer, setting)
  JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) pg_catalog.to_regprocedure(e.name)
 WHERE p.prosecdef OPERATOR(pg_catalog.<>) e.definer
	OR (e.setting OPERATOR(pg_catalog.=) ANY (p.proconfig)) IS NOT TRUE AND e.setting IS NOT NULL
UNION ALL
SELECT i.type, i.identity, ''owner'', ''a superuser'', r.rolname::text
  FROM (SELECT d.classid, d.objid, coalesce(c.relowner, p.proowner, t.evtowner, n.nspowner) AS owner
		  FROM pg_catalog.pg_depend d
		  LEFT JOIN pg_catalog.pg_class c
			ON d.classid OPERATOR(pg_catalog.=) ''pg_catalog.pg_class''::pg_catalog.regclass AND c.oid OPERATOR(pg_catalog.=) d.objid
		  LEFT JOIN pg_catalog.pg_proc p
			ON d.classid OPERATOR(pg_catalog.=) ''pg_catalog.pg_proc''::pg_catalog.regclass AND p.oid OPERATOR(pg_catalog.=) d.objid
		  LEFT JOIN pg_catalog.pg_event_trigger t
			ON d.classid OPERATOR(pg_catalog.=) ''pg_catalog.pg_event_trigger''::pg_catalog.regclass AND t.oid OPERATOR(pg_catalog.=) d.objid
		  LEFT JOIN pg_catalog.pg_namespace n
			ON d.classid OPERATOR(pg_catalog.=) ''pg_catalog.pg_namespace''::pg_catalog.regclass AND n.oid OPERATOR(pg_catalog.=) d.objid
		 WHERE d.refclassid OPERATOR(pg_catalog.=) ''pg_catalog.pg_extension''::pg_catalog.regclass
		   AND d.refobjid OPERATOR(pg_catalog.=) (SELECT e.oid FROM pg_catalog.pg_extension e WHERE e.extname OPERATOR(pg_catalog.=) ''schema_guard'')
		   AND d.deptype OPERATOR(pg_catalog.=) ''e''::pg_catalog."char") o
  JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) o.owner
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.classid, o.objid, 0) i
 WHERE NOT r.rolsuper',
		pg_catalog.rtrim(pg_catalog.pg_get_viewdef('schema_guard.altered'::pg_catalog.regclass), ';'),
		(SELECT pg_catalog.string_agg(pg_catalog.format('(%L, %L)', i.type, i.identity), ', ' ORDER BY i.identity)
		   FROM pg_catalog.pg_depend d
		  CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
		  WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
			AND d.refobjid OPERATOR(pg_catalog.=) (SELECT e.oid FROM pg_catalog.pg_extension e WHERE e.extname OPERATOR(pg_catalog.=) 'schema_guard')
			AND d.classid OPERATOR(pg_catalog.=) ANY (ARRAY['pg_catalog.pg_class', 'pg_catalog.pg_proc']::pg_catalog.regclass[])),
		(SELECT pg_catalog.string_agg(pg_catalog.format('(%L, %L::pg_catalog.bool, %L)', i.identity, p.prosecdef, p.proconfig[1]), ', ' ORDER BY i.identity)
		   FROM pg_catalog.pg_proc p
		  CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0) i
		  WHERE p.pronamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace));
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
