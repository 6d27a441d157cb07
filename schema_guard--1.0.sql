/* schema_guard--1.0.sql */

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION schema_guard" to load this file. \quit

-- A member of the extension, unlike the schema of the control file: DROP
-- EXTENSION takes it along.  An error if there is one already: nobody prepares
-- objects for us.
CREATE SCHEMA schema_guard;

------------------------------------------------------------------------------
-- What is stored.  Content is addressed by its SHA-256, so that snapshots,
-- the journal and the live state share what they have in common.
--
-- The indexes answer each question of ours by themselves, the order of the
-- answers included: nobody may have analyzed these tables yet, and without
-- statistics every condition looks equally selective.
------------------------------------------------------------------------------

-- the block of an object: its lines in the schema file
CREATE TABLE schema_guard.object_text (
	digest bytea PRIMARY KEY,
	object_type text NOT NULL,
	object_identity text NOT NULL,
	block text NOT NULL
);
-- hash: an identity can be longer than what btree takes
CREATE INDEX ON schema_guard.object_text USING hash (object_identity);

-- a list of digests, 32 bytes each: the members of a bucket, or a snapshot's buckets
CREATE TABLE schema_guard.digest_list (
	digest bytea PRIMARY KEY,
	members bytea NOT NULL
);

CREATE TABLE schema_guard.snapshot (
	snapshot_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE,
	fingerprint text NOT NULL,
	facets text[] NOT NULL,
	exclusions text[] NOT NULL,
	object_count integer NOT NULL,
	note text,
	origin text NOT NULL CHECK (origin IN ('capture', 'import')),
	created_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	created_by text NOT NULL
);
CREATE INDEX ON schema_guard.snapshot (fingerprint, snapshot_id);

-- approval is of a schema, that is, of a fingerprint; the name says which
-- snapshot was looked at
CREATE TABLE schema_guard.approval (
	approval_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	fingerprint text NOT NULL,
	snapshot_name text NOT NULL,
	note text,
	approved_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	approved_by text NOT NULL,		-- the role, as SET ROLE has it
	session_role text NOT NULL,		-- who logged in: what is counted
	expires_at timestamptz,			-- null: never
	path_id bigint,					-- the path that it was given to as a whole
	revoked_at timestamptz,
	revoked_by text,
	revoke_reason text
);
CREATE INDEX ON schema_guard.approval (fingerprint) WHERE revoked_at IS NULL;

-- a path: the states that a scratch database went through; step 0 is where it
-- begins, each state is a snapshot as well
CREATE TABLE schema_guard.migration_path (
	path_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE,
	digest bytea NOT NULL,			-- of the states in their order
	created_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	created_by text NOT NULL
);
CREATE INDEX ON schema_guard.migration_path (digest, path_id);

-- no foreign key: pg_restore -j fills the tables at once
CREATE TABLE schema_guard.migration_step (
	path_id bigint NOT NULL,
	step integer NOT NULL,
	fingerprint text NOT NULL,
	statements text[] NOT NULL,		-- what the scratch database ran
	PRIMARY KEY (path_id, step)
);
CREATE INDEX ON schema_guard.migration_step (fingerprint, path_id);

CREATE TABLE schema_guard.release (
	application text NOT NULL,
	version text NOT NULL,
	contract jsonb NOT NULL,
	registered_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	registered_by text NOT NULL,
	retired_at timestamptz,
	retired_by text,
	fits_fingerprint text,			-- a fingerprint that it is known to fit: see releases/release.c
	fits_objects text[],			-- the objects that it names, as they were called then
	PRIMARY KEY (application, version)
);

CREATE TABLE schema_guard.change_window (
	window_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	reason text NOT NULL,
	opened_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	opened_by text NOT NULL,
	expires_at timestamptz NOT NULL,
	closed_at timestamptz,
	closed_by text
);

-- one row for each committed transaction that changed the described schema
CREATE TABLE schema_guard.journal_entry (
	journal_id bigint PRIMARY KEY,	-- without gaps
	changed_at timestamptz NOT NULL,
	transaction_id text NOT NULL,
	session_role text,				-- who logged in
	changed_by text,				-- the role, as SET ROLE has it
	application_name text,
	client_address inet,
	backend_pid integer,
	release text,					-- schema_guard.application, where declared
	mode text NOT NULL,
	verdict text NOT NULL,			-- why it was let through: see gate/judge.c
	reason text,					-- the bypass's or the window's
	window_id bigint,
	statements text[] NOT NULL,
	fingerprint_before text,
	fingerprint_after text NOT NULL,
	changes jsonb NOT NULL,			-- what diff() would say, as an array
	chain bytea NOT NULL			-- SHA-256 over all this, the entry's objects, and the chain before
);
CREATE INDEX ON schema_guard.journal_entry (fingerprint_after, journal_id);

-- which objects an entry changed: enough to go back to any state of the journal.
-- No foreign key: pg_restore -j fills the tables at once; the chain has both.
CREATE TABLE schema_guard.journal_object (
	journal_id bigint NOT NULL,
	object_type text NOT NULL,
	object_identity text NOT NULL,
	digest_before bytea,
	digest_after bytea
);
CREATE INDEX ON schema_guard.journal_object (journal_id);

-- the scope: what the description leaves out, and the facets it guards
CREATE TABLE schema_guard.exclusion (
	object_pattern text PRIMARY KEY,
	reason text NOT NULL,
	excluded_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	excluded_by text NOT NULL
);

-- no row: the default, structure and index
CREATE TABLE schema_guard.guarded_facet (
	facet text PRIMARY KEY
);

-- the live state, see state/live_state.h; OIDs mean nothing in a restored copy, so
-- these are not dumped; with room for updates that leave the indexes alone
CREATE TABLE schema_guard.live_object (
	classid oid NOT NULL,
	objid oid NOT NULL,
	digest bytea NOT NULL,
	item_keys oid[] NOT NULL,
	PRIMARY KEY (classid, objid)
) WITH (fillfactor = 70);

-- whose names are in their texts, see state/live_mention.h
CREATE TABLE schema_guard.live_mention (
	classid oid NOT NULL,
	objid oid NOT NULL,
	mentioned oid NOT NULL,
	PRIMARY KEY (classid, objid, mentioned)
);
CREATE INDEX live_mention_mentioned ON schema_guard.live_mention (mentioned);

-- the buckets over live_object, see format/digest.h: their digests, and their members'
-- digests one after the other
CREATE TABLE schema_guard.live_bucket (
	bucket smallint PRIMARY KEY,
	digest bytea NOT NULL,
	members bytea NOT NULL
) WITH (fillfactor = 70);

-- members of extensions as the extensions' scripts have made them: see classes/member.c
CREATE TABLE schema_guard.live_member (
	classid oid NOT NULL,
	objid oid NOT NULL,
	extension oid NOT NULL,
	digest text NOT NULL,
	PRIMARY KEY (classid, objid)
);

CREATE TABLE schema_guard.live_state (
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	fingerprint text NOT NULL,
	stale boolean NOT NULL,
	object_count integer NOT NULL,
	computed_at timestamptz NOT NULL,
	system_identifier bigint NOT NULL,	-- of the database system whose OIDs these are
	unmarked_commits bigint NOT NULL,		-- the sequence of that name, as it was
	recomputed bigint NOT NULL,			-- how often a commit needed a description of everything
	phase text NOT NULL,				-- new, restoring, restored or armed: see gate/phase.c
	verified_at timestamptz,			-- of the last verify(), as is:
	verify_rows integer					-- how many rows it returned
);

-- empty: connected sessions listen to its relcache invalidations (releases/session.c);
-- those of live_state would have its entry built anew for each commit
CREATE TABLE schema_guard.live_signal ();

-- commits that could not even mark the live state stale: see state/live_state.c
CREATE SEQUENCE schema_guard.unmarked_commits;

-- count refused changes and connections: nextval survives the rollback
CREATE SEQUENCE schema_guard.refused_attempts;
CREATE SEQUENCE schema_guard.refused_connections;

-- the newest 500 of each kind, with the numbers that these give: see state/refused.c
CREATE TABLE schema_guard.refusal (
	kind text NOT NULL CHECK (kind IN ('change', 'connection')),
	slot integer NOT NULL,				-- the number modulo 500
	number bigint NOT NULL,
	refused_at timestamptz NOT NULL,
	refused_role text,					-- of a change: as SET ROLE had it
	session_role text,
	application_name text,
	release text,						-- as the session declared it
	sqlstate text NOT NULL,
	message text NOT NULL,
	PRIMARY KEY (kind, slot)
);

-- who writes into these tables, other than the guard: see gate/write.c.  ALWAYS:
-- also for logical replication, and where session_replication_role says that
-- triggers are not to fire.  Not SECURITY DEFINER: it asks who writes.
CREATE FUNCTION schema_guard.on_write()
RETURNS trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_on_write';
REVOKE ALL ON FUNCTION schema_guard.on_write() FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.on_write() IS
'trigger: somebody else than the guard writes into its tables';
DO $$
DECLARE
	own_table text;
BEGIN
	FOR own_table IN
		SELECT c.relname FROM pg_catalog.pg_class c
		 WHERE c.relnamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace
		   AND c.relkind OPERATOR(pg_catalog.=) 'r'::pg_catalog."char"
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

-- what pg_dump takes along: everything but the live state
SELECT pg_catalog.pg_extension_config_dump('schema_guard.object_text', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.digest_list', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.snapshot', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.snapshot_snapshot_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.approval', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.approval_approval_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.migration_path', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.migration_path_path_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.migration_step', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.release', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.change_window', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.change_window_window_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.journal_entry', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.journal_object', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.exclusion', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.guarded_facet', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.refused_attempts', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.refused_connections', '');
SELECT pg_catalog.pg_extension_config_dump('schema_guard.refusal', '');

------------------------------------------------------------------------------
-- Describing
------------------------------------------------------------------------------

CREATE FUNCTION schema_guard.fingerprint(facets text[] DEFAULT NULL, schema_name name DEFAULT NULL)
RETURNS text
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_fingerprint';
COMMENT ON FUNCTION schema_guard.fingerprint(text[], name) IS
'fingerprint of the schema as it is now, computed from the catalogs';

CREATE FUNCTION schema_guard.describe(
	object_pattern text DEFAULT NULL, facets text[] DEFAULT NULL,
	OUT object_type text, OUT object_identity text, OUT facet text, OUT attribute text, OUT definition text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_describe';
COMMENT ON FUNCTION schema_guard.describe(text, text[]) IS
'every item of the schema as it is now, in canonical order';

------------------------------------------------------------------------------
-- Snapshots and approvals
------------------------------------------------------------------------------

CREATE FUNCTION schema_guard.capture(name text, note text DEFAULT NULL)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_capture';
REVOKE ALL ON FUNCTION schema_guard.capture(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.capture(text, text) IS
'stores the schema as it is now under a name; returns its fingerprint';

CREATE FUNCTION schema_guard.export(snapshot text DEFAULT NULL)
RETURNS text
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_export';
REVOKE ALL ON FUNCTION schema_guard.export(text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.export(text) IS
'schema file of a snapshot, of a state of the journal, or (NULL) of the schema as it is now';

CREATE FUNCTION schema_guard.import(schema_file text, name text)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_import';
REVOKE ALL ON FUNCTION schema_guard.import(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.import(text, text) IS
'stores a schema file as a snapshot, once its text and fingerprint agree; returns its fingerprint';

CREATE FUNCTION schema_guard.approve(snapshot text, note text DEFAULT NULL, expires interval DEFAULT NULL)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_approve';
REVOKE ALL ON FUNCTION schema_guard.approve(text, text, interval) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.approve(text, text, interval) IS
'gives the caller''s word that a snapshot, or each state of a path, is allowed, for a while or for good; returns the (last) fingerprint';

CREATE FUNCTION schema_guard.revoke(snapshot text, reason text)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_revoke';
REVOKE ALL ON FUNCTION schema_guard.revoke(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.revoke(text, text) IS
'takes back every approval of a snapshot, or those given to a path; returns the (last) fingerprint';

CREATE FUNCTION schema_guard.diff(
	"from" text, "to" text DEFAULT NULL,
	OUT change text, OUT object_type text, OUT object_identity text, OUT facet text, OUT attribute text,
	OUT before text, OUT after text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_diff';
REVOKE ALL ON FUNCTION schema_guard.diff(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.diff(text, text) IS
'what differs between two snapshots; NULL is the schema as it is now';

CREATE FUNCTION schema_guard.drift(
	OUT change text, OUT object_type text, OUT object_identity text, OUT facet text, OUT attribute text,
	OUT before text, OUT after text,
	OUT changed_at timestamptz, OUT changed_by text, OUT verdict text, OUT journal_id bigint, OUT window_id bigint)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_drift';
REVOKE ALL ON FUNCTION schema_guard.drift() FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.drift() IS
'what differs between the approved snapshot and the schema as it is now, since when and by whom; no rows: nothing';

-- unsafe: it may have to look up first what is in force
CREATE FUNCTION schema_guard.setting_in_force(name text)
RETURNS text
LANGUAGE c STABLE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_setting_in_force';
COMMENT ON FUNCTION schema_guard.setting_in_force(text) IS
'value of a setting of schema_guard that the guard goes by';

-- OFFSET 0: evaluated once, not for each row of what it is joined with
CREATE VIEW schema_guard.required_approvals AS
SELECT schema_guard.setting_in_force('schema_guard.required_approvals')::pg_catalog.int4 AS required OFFSET 0;
COMMENT ON VIEW schema_guard.required_approvals IS
'the setting schema_guard.required_approvals as a number';

-- the role that imported the first path with the same states
CREATE VIEW schema_guard.path_proposer AS
SELECT p.path_id,
	   (SELECT q.created_by FROM schema_guard.migration_path q
		 WHERE q.digest OPERATOR(pg_catalog.=) p.digest
		 ORDER BY q.path_id LIMIT 1) AS proposer
  FROM schema_guard.migration_path p;
COMMENT ON VIEW schema_guard.path_proposer IS
'who proposed each path';

-- The approvals that are in force, and the rule of which of them count (approvals/approval.c):
-- where more than one is required, that of the proposer does not.  The proposer of a schema is the
-- role that stored the first snapshot of it.
CREATE VIEW schema_guard.valid_approval AS
SELECT a.approval_id, a.fingerprint, a.session_role, a.approved_at, a.expires_at, a.path_id,
	   r.required OPERATOR(pg_catalog.=) 1 OR a.session_role OPERATOR(pg_catalog.<>)
	   (SELECT s.created_by FROM schema_guard.snapshot s
		 WHERE s.fingerprint OPERATOR(pg_catalog.=) a.fingerprint
		 ORDER BY s.snapshot_id LIMIT 1) AS counts,
	   a.path_id IS NOT NULL AND
	   (r.required OPERATOR(pg_catalog.=) 1 OR a.session_role OPERATOR(pg_catalog.<>)
		(SELECT p.proposer FROM schema_guard.path_proposer p
		  WHERE p.path_id OPERATOR(pg_catalog.=) a.path_id)) AS counts_for_path
  FROM schema_guard.approval a CROSS JOIN schema_guard.required_approvals r
 WHERE a.revoked_at IS NULL
   AND (a.expires_at IS NULL OR a.expires_at OPERATOR(pg_catalog.>) pg_catalog.clock_timestamp());
COMMENT ON VIEW schema_guard.valid_approval IS
'approvals that are in force, and whether they count for the schema and for the path';

CREATE VIEW schema_guard.approved_fingerprint AS
SELECT v.fingerprint, pg_catalog.max(v.approval_id) AS approval_id
  FROM schema_guard.valid_approval v CROSS JOIN schema_guard.required_approvals r
 GROUP BY v.fingerprint, r.required
HAVING pg_catalog.count(DISTINCT v.session_role) FILTER (WHERE v.counts) OPERATOR(pg_catalog.>=) r.required;
COMMENT ON VIEW schema_guard.approved_fingerprint IS
'schemas that have the approvals required, with the newest of them';

-- what drift() compares the schema with: the newest approved; of a path, the
-- state that the database is in, or was in last, or the first.  Subqueries, not
-- joins: of a path of thousands of states few are looked at.
CREATE VIEW schema_guard.expected_schema AS
SELECT coalesce(
	   -- what is approved is no drift, though something newer is approved: that has yet to be deployed
	   (SELECT l.fingerprint FROM schema_guard.live_state l
		 WHERE EXISTS (SELECT FROM schema_guard.approved_fingerprint f
						WHERE f.fingerprint OPERATOR(pg_catalog.=) l.fingerprint OFFSET 0)),
	   (SELECT j.fingerprint_after FROM schema_guard.journal_entry j
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
COMMENT ON VIEW schema_guard.expected_schema IS
'the approved schema that drift() compares with';

CREATE VIEW schema_guard.snapshots AS
SELECT s.name, s.fingerprint,
	   a.approvals OPERATOR(pg_catalog.>=) a.required AS approved,
	   a.approvals AS approvals, a.required AS approvals_required,
	   -- when too few approvals will be left
	   CASE WHEN pg_catalog.isfinite(a.ends[a.required]) THEN a.ends[a.required] END AS approved_until,
	   s.object_count, s.facets, s.exclusions, s.note, s.origin, s.created_at, s.created_by
  FROM schema_guard.snapshot s
 CROSS JOIN LATERAL
	   (SELECT pg_catalog.count(v.session_role)::pg_catalog.int8 AS approvals, r.required,
			   pg_catalog.array_agg(v.expires_at ORDER BY v.expires_at DESC) AS ends
		  FROM schema_guard.required_approvals r
		  LEFT JOIN
			   (SELECT v.session_role, pg_catalog.max(coalesce(v.expires_at, 'infinity')) AS expires_at
				  FROM schema_guard.valid_approval v
				 WHERE v.fingerprint OPERATOR(pg_catalog.=) s.fingerprint AND v.counts
				 GROUP BY v.session_role) v
			ON true
		 GROUP BY r.required) a
 ORDER BY s.snapshot_id;
COMMENT ON VIEW schema_guard.snapshots IS
'stored schemas, and whether they have the approvals required';

CREATE VIEW schema_guard.approvals AS
SELECT a.fingerprint, a.snapshot_name, p.name AS path,
	   a.approved_at, a.approved_by, a.session_role, a.note,
	   v.approval_id IS NOT NULL AS valid, a.expires_at,
	   a.revoked_at, a.revoked_by, a.revoke_reason
  FROM schema_guard.approval a
  LEFT JOIN schema_guard.valid_approval v ON v.approval_id OPERATOR(pg_catalog.=) a.approval_id
  LEFT JOIN schema_guard.migration_path p ON p.path_id OPERATOR(pg_catalog.=) a.path_id
 ORDER BY a.approval_id;
COMMENT ON VIEW schema_guard.approvals IS
'who approved and revoked what, when, why, and until when';

-- approvals that are not in force any more, the last to end first
CREATE VIEW schema_guard.lapsed_approval AS
SELECT a.approval_id, a.fingerprint, a.snapshot_name, a.revoked_at IS NOT NULL AS revoked,
	   coalesce(a.revoked_at, a.expires_at) AS ended_at, a.revoked_by, a.revoke_reason
  FROM schema_guard.approval a
 WHERE a.revoked_at IS NOT NULL OR a.expires_at OPERATOR(pg_catalog.<=) pg_catalog.clock_timestamp()
 ORDER BY ended_at DESC, a.approval_id DESC;
COMMENT ON VIEW schema_guard.lapsed_approval IS
'approvals that were revoked or have expired';

------------------------------------------------------------------------------
-- Paths
------------------------------------------------------------------------------

CREATE FUNCTION schema_guard.export_path("from" text DEFAULT NULL, "to" text DEFAULT NULL)
RETURNS text
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_export_path';
REVOKE ALL ON FUNCTION schema_guard.export_path(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.export_path(text, text) IS
'path file: the states of the journal between two of them, by default from the first to the last';

CREATE FUNCTION schema_guard.import_path(path_file text, name text)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_import_path';
REVOKE ALL ON FUNCTION schema_guard.import_path(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.import_path(text, text) IS
'stores a path file, once its text and fingerprints agree; returns the fingerprint that it leads to';

-- who imports a path proposes it (approvals/path.c)
CREATE VIEW schema_guard.path_steps AS
SELECT p.name AS path, s.step, s.fingerprint,
	   a.approvals OPERATOR(pg_catalog.>=) r.required AS approved,
	   a.approvals,
	   l.fingerprint IS NOT NULL AS is_live,
	   (SELECT pg_catalog.min(j.changed_at) FROM schema_guard.journal_entry j
		 WHERE j.fingerprint_after OPERATOR(pg_catalog.=) s.fingerprint) AS reached_at,
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
COMMENT ON VIEW schema_guard.path_steps IS
'the states of each path in their order, and which of them the database has reached';

CREATE VIEW schema_guard.paths AS
SELECT p.name, s.steps,
	   s.approvals OPERATOR(pg_catalog.>=) r.required AS approved,
	   s.approvals, r.required AS approvals_required, s.at_step,
	   s.fingerprint_from, s.fingerprint_to, p.created_at, p.created_by
  FROM schema_guard.migration_path p
 CROSS JOIN schema_guard.required_approvals r
 CROSS JOIN LATERAL
	   (SELECT pg_catalog.max(t.step) AS steps, pg_catalog.min(t.approvals) AS approvals,
			   pg_catalog.min(t.step) FILTER (WHERE t.is_live) AS at_step,
			   (pg_catalog.array_agg(t.fingerprint ORDER BY t.step))[1] AS fingerprint_from,
			   (pg_catalog.array_agg(t.fingerprint ORDER BY t.step DESC))[1] AS fingerprint_to
		  FROM schema_guard.path_steps t WHERE t.path OPERATOR(pg_catalog.=) p.name) s
 ORDER BY p.path_id;
COMMENT ON VIEW schema_guard.paths IS
'imported paths, whether they have the approvals required, and where on them the database is';

------------------------------------------------------------------------------
-- Scope
------------------------------------------------------------------------------

CREATE FUNCTION schema_guard.exclude(object_pattern text, reason text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_exclude';
REVOKE ALL ON FUNCTION schema_guard.exclude(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.exclude(text, text) IS
'leaves objects whose identity matches a LIKE pattern out of the description';

CREATE FUNCTION schema_guard.include(object_pattern text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_include';
REVOKE ALL ON FUNCTION schema_guard.include(text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.include(text) IS
'takes an exclusion rule back';

CREATE FUNCTION schema_guard.guard_facets(facets text[])
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_guard_facets';
REVOKE ALL ON FUNCTION schema_guard.guard_facets(text[]) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.guard_facets(text[]) IS
'sets which facets the fingerprint covers and the gate judges';

------------------------------------------------------------------------------
-- Gate
------------------------------------------------------------------------------

-- Neither SECURITY DEFINER nor SET: it looks nothing up by name, and does as the owner and under
-- a pinned search_path what needs that (sg_owner_enter).  Switching both costs more than all that
-- it does for CREATE TEMP TABLE.
CREATE FUNCTION schema_guard.on_ddl()
RETURNS event_trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_on_ddl';
REVOKE ALL ON FUNCTION schema_guard.on_ddl() FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.on_ddl() IS
'event trigger: has the schema judged when the transaction commits';

CREATE FUNCTION schema_guard.verify(
	OUT change text, OUT object_type text, OUT object_identity text, OUT facet text, OUT attribute text,
	OUT before text, OUT after text)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_verify';
REVOKE ALL ON FUNCTION schema_guard.verify() FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.verify() IS
'recomputes the live state from the catalogs, repairs it, and returns what had been missed';

-- the DDL runs as the caller and in the caller's search_path
CREATE FUNCTION schema_guard.preview(
	ddl text,
	OUT kind text, OUT change text, OUT object_type text, OUT object_identity text, OUT facet text, OUT attribute text,
	OUT before text, OUT after text, OUT approved_in text, OUT bytes bigint)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'schema_guard_preview';
REVOKE ALL ON FUNCTION schema_guard.preview(text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.preview(text) IS
'runs DDL, undoes it, and returns what it would have changed, broken, rewritten and locked';

CREATE FUNCTION schema_guard.open_window(reason text, duration interval)
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_open_window';
REVOKE ALL ON FUNCTION schema_guard.open_window(text, interval) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.open_window(text, interval) IS
'permits unapproved changes for 30 days at most, with a reason, in the journal; returns the window''s number';

CREATE FUNCTION schema_guard.close_window()
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_close_window';
REVOKE ALL ON FUNCTION schema_guard.close_window() FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.close_window() IS
'closes the open windows';

CREATE FUNCTION schema_guard.live_state_is_stale()
RETURNS boolean
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_live_state_is_stale';
COMMENT ON FUNCTION schema_guard.live_state_is_stale() IS
'is the live state known to be behind the catalogs? verify() mends it';

------------------------------------------------------------------------------
-- Releases
------------------------------------------------------------------------------

CREATE FUNCTION schema_guard.register(application text, version text, contract jsonb)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_register';
REVOKE ALL ON FUNCTION schema_guard.register(text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.register(text, text, jsonb) IS
'makes a release known, with what it needs of the schema';

CREATE FUNCTION schema_guard.retire(application text, version text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_retire';
REVOKE ALL ON FUNCTION schema_guard.retire(text, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.retire(text, text) IS
'ends a release: it no longer connects, and no longer holds changes back';

CREATE FUNCTION schema_guard.check_release(
	application text, version text,
	OUT severity text, OUT rule text, OUT object text, OUT attribute text, OUT needed text, OUT found text,
	OUT changed_at timestamptz, OUT changed_by text, OUT journal_id bigint)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_check_release';
COMMENT ON FUNCTION schema_guard.check_release(text, text) IS
'what of the schema does not fit a release, since when and by whom; no rows: it fits';

CREATE FUNCTION schema_guard.can_deploy(
	application text, version text, snapshot text DEFAULT NULL,
	OUT severity text, OUT rule text, OUT object text, OUT attribute text, OUT needed text, OUT found text,
	OUT changed_at timestamptz, OUT changed_by text, OUT journal_id bigint, OUT state text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_can_deploy';
COMMENT ON FUNCTION schema_guard.can_deploy(text, text, text) IS
'what of a snapshot, or of the states of a path, would not fit a release; NULL is the schema as it is now';
REVOKE ALL ON FUNCTION schema_guard.can_deploy(text, text, text) FROM PUBLIC;

CREATE FUNCTION schema_guard.assert_release(application text, version text)
RETURNS void
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_assert_release';
COMMENT ON FUNCTION schema_guard.assert_release(text, text) IS
'raises SG001 unless the schema as it is now fits a release';

CREATE FUNCTION schema_guard.assert_contract(contract jsonb)
RETURNS void
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_assert_contract';
COMMENT ON FUNCTION schema_guard.assert_contract(jsonb) IS
'raises SG001 unless the schema as it is now fits a contract that the application brings along';

CREATE FUNCTION schema_guard.assert_fingerprint(fingerprint text)
RETURNS void
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_assert_fingerprint';
COMMENT ON FUNCTION schema_guard.assert_fingerprint(text) IS
'raises SG001 unless the schema as it is now has exactly this fingerprint';

-- an application asks about itself under its own role: check_release and
-- assert_* are for everybody
GRANT USAGE ON SCHEMA schema_guard TO PUBLIC;

CREATE FUNCTION schema_guard.release_fits(application text, version text)
RETURNS boolean
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_release_fits';
COMMENT ON FUNCTION schema_guard.release_fits(text, text) IS
'does the schema as it is now fit a release? null if that is not live';

CREATE VIEW schema_guard.releases AS
SELECT r.application, r.version,
	   CASE WHEN r.retired_at IS NULL THEN 'live' ELSE 'retired' END AS state,
	   -- null: it is retired
	   CASE WHEN r.retired_at IS NULL AND r.fits_fingerprint OPERATOR(pg_catalog.=) s.fingerprint
			 AND NOT schema_guard.live_state_is_stale() THEN true
			ELSE schema_guard.release_fits(r.application, r.version) END AS fits,
	   r.registered_at, r.registered_by, r.retired_at, r.retired_by, r.contract
  FROM schema_guard.release r LEFT JOIN schema_guard.live_state s ON true;
COMMENT ON VIEW schema_guard.releases IS
'the releases that are known, with what they need of the schema';

------------------------------------------------------------------------------
-- Administration
------------------------------------------------------------------------------

CREATE FUNCTION schema_guard.grant_role(role name, privileges text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_grant_role';
REVOKE ALL ON FUNCTION schema_guard.grant_role(name, text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.grant_role(name, text) IS
'grants a role what a reader, a release_manager or an approver needs';

CREATE FUNCTION schema_guard.library_version()
RETURNS text
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_library_version';
COMMENT ON FUNCTION schema_guard.library_version() IS
'version of the loaded library';

CREATE FUNCTION schema_guard.settings_not_in_force(OUT name text, OUT place text, OUT found text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_settings_not_in_force';
REVOKE ALL ON FUNCTION schema_guard.settings_not_in_force() FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.settings_not_in_force() IS
'settings of schema_guard that somebody has set and that have no effect';

CREATE FUNCTION schema_guard.not_covered(OUT object_class text, OUT objects bigint)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_not_covered';
REVOKE ALL ON FUNCTION schema_guard.not_covered() FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.not_covered() IS
'classes of objects that exist in this database and that the description does not cover yet';

------------------------------------------------------------------------------
-- Journal
------------------------------------------------------------------------------

-- not ordered: to see the newest entries must not cost all of them
CREATE VIEW schema_guard.journal AS
SELECT j.journal_id, j.changed_at, j.changed_by, j.session_role, j.application_name, j.client_address,
	   j.backend_pid, j.release, j.mode, j.verdict, j.reason, j.window_id,
	   (SELECT pg_catalog.array_agg(DISTINCT o.object_type OPERATOR(pg_catalog.||) ' ' OPERATOR(pg_catalog.||) o.object_identity)
		  FROM schema_guard.journal_object o
		 WHERE o.journal_id OPERATOR(pg_catalog.=) j.journal_id) AS objects,
	   j.statements, j.changes, j.fingerprint_before, j.fingerprint_after, j.transaction_id
  FROM schema_guard.journal_entry j;
COMMENT ON VIEW schema_guard.journal IS
'committed changes of the schema: who, when, through what, which statements, what changed';

CREATE VIEW schema_guard.refusals AS
SELECT r.refused_at, r.kind, r.number, r.refused_role, r.session_role, r.application_name, r.release,
	   r.sqlstate, r.message
  FROM schema_guard.refusal r
 ORDER BY r.refused_at, r.number;
COMMENT ON VIEW schema_guard.refusals IS
'the newest schema changes and connections that were refused: when, who, through what, why';

-- the chain computed anew, by SQL: docs/journal.md says over what.  It is to
-- equal the one stored.  SQL_ASCII is converted to nothing.
CREATE VIEW schema_guard.journal_chain AS
SELECT j.journal_id, pg_catalog.encode(j.chain, 'hex') AS stored,
	   pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
		   (SELECT pg_catalog.string_agg(
				coalesce(pg_catalog.octet_length(pg_catalog.convert_to(f.value, u.encoding))::text
						 OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) f.value, '-')
				OPERATOR(pg_catalog.||) E'\n', '' ORDER BY f.n)
			  FROM pg_catalog.unnest(
				ARRAY[coalesce((SELECT pg_catalog.encode(p.chain, 'hex') FROM schema_guard.journal_entry p
								 WHERE p.journal_id OPERATOR(pg_catalog.=) (j.journal_id OPERATOR(pg_catalog.-) 1)),
							   pg_catalog.repeat('0', 64)),
					  j.journal_id::text,
					  pg_catalog.to_char(pg_catalog.timezone('UTC', j.changed_at), 'YYYY-MM-DD"T"HH24:MI:SS.US'),
					  j.transaction_id, j.session_role, j.changed_by, j.application_name, j.client_address::text,
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
				  WHERE o.journal_id OPERATOR(pg_catalog.=) j.journal_id)) WITH ORDINALITY f (value, n)),
		   u.encoding)), 'hex') AS computed
  FROM schema_guard.journal_entry j
 CROSS JOIN (SELECT CASE WHEN pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.=) 'SQL_ASCII'
						 THEN 'SQL_ASCII'::pg_catalog.name ELSE 'UTF8'::pg_catalog.name END) u (encoding);
COMMENT ON VIEW schema_guard.journal_chain IS
'the digests by which the journal''s entries are chained, stored and computed anew';

CREATE FUNCTION schema_guard.verify_journal(noted_head text DEFAULT NULL, OUT journal_id bigint, OUT problem text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_guard_verify_journal';
REVOKE ALL ON FUNCTION schema_guard.verify_journal(text) FROM PUBLIC;
COMMENT ON FUNCTION schema_guard.verify_journal(text) IS
'the first entry of the journal that was altered or is missing; no rows: none. noted_head: what status.journal_head was at some time';

------------------------------------------------------------------------------
-- At a glance
------------------------------------------------------------------------------

CREATE VIEW schema_guard.windows AS
SELECT w.window_id, w.reason, w.opened_at, w.opened_by, w.expires_at, w.closed_at, w.closed_by,
	   w.closed_at IS NULL AND w.expires_at OPERATOR(pg_catalog.>) pg_catalog.clock_timestamp() AS open,
	   coalesce(j.changes, 0) AS changes
  FROM schema_guard.change_window w
  LEFT JOIN (SELECT e.window_id, pg_catalog.count(*) AS changes FROM schema_guard.journal_entry e
			  WHERE e.window_id IS NOT NULL GROUP BY e.window_id) j
	ON j.window_id OPERATOR(pg_catalog.=) w.window_id
 ORDER BY w.window_id;
COMMENT ON VIEW schema_guard.windows IS
'permissions to make unapproved changes: who, why, how long, and how many changes used them';

-- what of the guard itself is not as this script leaves it: with that, changes
-- can be missed, so verify() returns it among those that were.  A superuser can
-- do all that: it is to show.
CREATE VIEW schema_guard.altered AS
SELECT 'event trigger'::text AS object_type, e.name AS object_identity, 'definition'::text AS attribute,
	   pg_catalog.format('on %s, enabled always', e.event) AS expected,
	   CASE WHEN t.oid IS NOT NULL
			THEN pg_catalog.format('on %s%s, %s%s', t.evtevent,
								   CASE WHEN t.evttags IS NOT NULL THEN ' of some commands' END,
								   CASE t.evtenabled WHEN 'A' THEN 'enabled always' WHEN 'O' THEN 'enabled'
										WHEN 'R' THEN 'enabled for replicas' ELSE 'disabled' END,
								   CASE WHEN t.evtfoid OPERATOR(pg_catalog.<>) 'schema_guard.on_ddl'::pg_catalog.regproc
										THEN ', calls ' OPERATOR(pg_catalog.||) t.evtfoid::pg_catalog.regproc::text END)
			END AS found
  FROM (VALUES ('schema_guard_ddl_start', 'ddl_command_start'), ('schema_guard_ddl_end', 'ddl_command_end')) e (name, event)
  LEFT JOIN pg_catalog.pg_event_trigger t ON t.evtname OPERATOR(pg_catalog.=) e.name::pg_catalog.name
 WHERE t.oid IS NULL OR t.evtevent OPERATOR(pg_catalog.<>) e.event::pg_catalog.name OR t.evttags IS NOT NULL
	OR t.evtenabled OPERATOR(pg_catalog.<>) 'A'::pg_catalog."char"
	OR t.evtfoid OPERATOR(pg_catalog.<>) 'schema_guard.on_ddl'::pg_catalog.regproc
UNION ALL
SELECT 'function', p.oid::pg_catalog.regprocedure::text, 'definition',
	   'the library''s schema_guard_' OPERATOR(pg_catalog.||) p.proname::text, pg_catalog.format('%s: %s', l.lanname, p.prosrc)
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid OPERATOR(pg_catalog.=) p.prolang
 WHERE p.pronamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace
   AND (l.lanname OPERATOR(pg_catalog.<>) 'c'::pg_catalog.name
		OR p.prosrc OPERATOR(pg_catalog.<>) ('schema_guard_' OPERATOR(pg_catalog.||) p.proname::text))
UNION ALL
SELECT 'trigger', pg_catalog.format('%s on %s', e.name, c.oid::pg_catalog.regclass), 'definition', 'enabled always',
	   CASE WHEN t.oid IS NOT NULL
			THEN pg_catalog.format('%s%s', CASE t.tgenabled WHEN 'A' THEN 'enabled always' WHEN 'O' THEN 'enabled'
												WHEN 'R' THEN 'enabled for replicas' ELSE 'disabled' END,
								   CASE WHEN t.tgfoid OPERATOR(pg_catalog.<>) 'schema_guard.on_write'::pg_catalog.regproc
										THEN ', calls ' OPERATOR(pg_catalog.||) t.tgfoid::pg_catalog.regproc::text END)
			END
  FROM pg_catalog.pg_class c
 CROSS JOIN (VALUES ('write'), ('write_row'), ('written')) e (name)
  LEFT JOIN pg_catalog.pg_trigger t
	ON t.tgrelid OPERATOR(pg_catalog.=) c.oid AND t.tgname OPERATOR(pg_catalog.=) e.name::pg_catalog.name
 WHERE c.relnamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace
   AND c.relkind OPERATOR(pg_catalog.=) 'r'::pg_catalog."char"
   AND (t.oid IS NULL OR t.tgenabled OPERATOR(pg_catalog.<>) 'A'::pg_catalog."char"
		OR t.tgfoid OPERATOR(pg_catalog.<>) 'schema_guard.on_write'::pg_catalog.regproc)
UNION ALL
SELECT 'trigger', pg_catalog.format('%s on %s', t.tgname, t.tgrelid::pg_catalog.regclass), 'definition',
	   NULL, pg_catalog.pg_get_triggerdef(t.oid)
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
 WHERE c.relnamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace AND NOT t.tgisinternal
   AND t.tgname OPERATOR(pg_catalog.<>) ALL (ARRAY['write', 'write_row', 'written']::pg_catalog.name[])
UNION ALL
SELECT 'table', c.oid::pg_catalog.regclass::text, a.attribute, NULL, 'yes'
  FROM pg_catalog.pg_class c
 CROSS JOIN LATERAL (VALUES ('rules', c.relhasrules), ('row security', c.relrowsecurity)) a (attribute, there)
 WHERE c.relnamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace
   AND c.relkind OPERATOR(pg_catalog.=) 'r'::pg_catalog."char" AND a.there
UNION ALL
SELECT i.type, i.identity, 'extension', 'schema_guard', NULL
  FROM (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, c.oid
		  FROM pg_catalog.pg_class c
		 WHERE c.relnamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace
		   AND c.relkind OPERATOR(pg_catalog.<>) ALL (ARRAY['i', 't', 'c']::pg_catalog."char"[])
		 UNION ALL
		SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid FROM pg_catalog.pg_proc p
		 WHERE p.pronamespace OPERATOR(pg_catalog.=) 'schema_guard'::pg_catalog.regnamespace
		 UNION ALL
		SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, t.oid FROM pg_catalog.pg_event_trigger t
		 WHERE t.evtname OPERATOR(pg_catalog.=) ANY (ARRAY['schema_guard_ddl_start', 'schema_guard_ddl_end']::pg_catalog.name[])
		 UNION ALL
		SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, 'schema_guard'::pg_catalog.regnamespace) o (classid, objid)
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.classid, o.objid, 0) i
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
				     JOIN pg_catalog.pg_extension e
					   ON d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
					  AND d.refobjid OPERATOR(pg_catalog.=) e.oid
					WHERE d.classid OPERATOR(pg_catalog.=) o.classid AND d.objid OPERATOR(pg_catalog.=) o.objid
					  AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char"
					  AND e.extname OPERATOR(pg_catalog.=) 'schema_guard')
UNION ALL
SELECT 'extension', 'schema_guard', 'version', l.library_version, e.extversion
  FROM (SELECT schema_guard.library_version() AS library_version OFFSET 0) l, pg_catalog.pg_extension e
 WHERE e.extname OPERATOR(pg_catalog.=) 'schema_guard' AND e.extversion OPERATOR(pg_catalog.<>) l.library_version
UNION ALL
SELECT 'setting', 'event_triggers', 'value', 'on', s.value
  FROM (SELECT pg_catalog.current_setting('event_triggers', true) AS value) s
 WHERE s.value OPERATOR(pg_catalog.<>) 'on';
COMMENT ON VIEW schema_guard.altered IS
'what of the guard itself was altered, disabled or removed; verify() returns it until it is put right';

-- what somebody should look at: that, and what is as somebody wanted it and no
-- reason to miss a change, so that verify() is silent about it.
CREATE VIEW schema_guard.problems AS
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
 WHERE pg_catalog.strpos(t.block, 'cannot be described: ') OPERATOR(pg_catalog.>) 0;
COMMENT ON VIEW schema_guard.problems IS
'what needs somebody: what was altered of the guard itself, its tables published, a restore not ended, settings without effect, objects that cannot be described';

CREATE VIEW schema_guard.status AS
SELECT l.library_version,
	   (SELECT e.extversion FROM pg_catalog.pg_extension e
		 WHERE e.extname OPERATOR(pg_catalog.=) 'schema_guard') AS extension_version,
	   schema_guard.setting_in_force('schema_guard.mode') AS mode,
	   schema_guard.setting_in_force('schema_guard.strict_path') AS strict_path,
	   coalesce((SELECT pg_catalog.array_agg(f.facet ORDER BY f.facet) FROM schema_guard.guarded_facet f),
				ARRAY['index', 'structure']::text[]) AS guarded_facets,
	   -- the row may be there before any state was computed
	   nullif(s.fingerprint, '') AS fingerprint,
	   CASE WHEN s.fingerprint OPERATOR(pg_catalog.<>) '' THEN s.computed_at END AS computed_at,
	   schema_guard.live_state_is_stale() AS stale, s.recomputed,
	   CASE s.phase WHEN 'restored' THEN 'armed' ELSE coalesce(s.phase, 'new') END AS phase,
	   coalesce(n.approved, false) AS approved, n.approved_until,
	   -- why it is not approved any more
	   CASE WHEN n.approved IS NOT TRUE THEN
			(SELECT CASE WHEN e.revoked THEN 'revoked at ' OPERATOR(pg_catalog.||) e.ended_at::text
						 OPERATOR(pg_catalog.||) ' by ' OPERATOR(pg_catalog.||) e.revoked_by
						 OPERATOR(pg_catalog.||) ': ' OPERATOR(pg_catalog.||) e.revoke_reason
					ELSE 'expired at ' OPERATOR(pg_catalog.||) e.ended_at::text END
			   FROM schema_guard.lapsed_approval e
			  WHERE e.fingerprint OPERATOR(pg_catalog.=) s.fingerprint LIMIT 1) END AS approval_ended,
	   (SELECT a.name FROM schema_guard.snapshot a
		 WHERE a.fingerprint OPERATOR(pg_catalog.=) f.fingerprint
		 ORDER BY a.snapshot_id DESC LIMIT 1) AS approved_snapshot,
	   f.fingerprint AS approved_fingerprint,
	   (SELECT pg_catalog.array_agg(r.application OPERATOR(pg_catalog.||) '/' OPERATOR(pg_catalog.||) r.version
									ORDER BY r.application, r.version)
		  FROM schema_guard.release r WHERE r.retired_at IS NULL) AS live_releases,
	   (SELECT pg_catalog.max(w.window_id) FROM schema_guard.windows w WHERE w.open) AS open_window,
	   (SELECT CASE WHEN q.is_called THEN q.last_value ELSE 0 END
		  FROM schema_guard.refused_attempts q) AS refused_attempts,
	   (SELECT CASE WHEN q.is_called THEN q.last_value ELSE 0 END
		  FROM schema_guard.refused_connections q) AS refused_connections,
	   (SELECT pg_catalog.array_agg(n.object_class OPERATOR(pg_catalog.||) ': ' OPERATOR(pg_catalog.||) n.objects::text
									ORDER BY n.object_class)
		  FROM schema_guard.not_covered() n) AS not_covered,
	   (SELECT pg_catalog.array_agg(pg_catalog.concat_ws(' ', p.object_type, p.object_identity) ORDER BY p.object_type, p.object_identity COLLATE pg_catalog."C")
		  FROM schema_guard.problems p) AS problems,
	   (SELECT pg_catalog.count(*) FROM schema_guard.journal_entry) AS journal_entries,
	   (SELECT j.journal_id::text OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) pg_catalog.encode(j.chain, 'hex')
		  FROM schema_guard.journal_entry j ORDER BY j.journal_id DESC LIMIT 1) AS journal_head,
	   (SELECT j.changed_at FROM schema_guard.journal_entry j ORDER BY j.journal_id DESC LIMIT 1) AS last_change_at,
	   s.verified_at AS last_verify_at, s.verify_rows AS last_verify_rows
  FROM (SELECT schema_guard.library_version() AS library_version OFFSET 0) l
  LEFT JOIN schema_guard.live_state s ON true
  LEFT JOIN schema_guard.expected_schema f ON true
  LEFT JOIN LATERAL
	   (SELECT a.approved, a.approved_until FROM schema_guard.snapshots a
		 WHERE a.fingerprint OPERATOR(pg_catalog.=) s.fingerprint LIMIT 1) n ON true;
COMMENT ON VIEW schema_guard.status IS
'the state of the guard in one row';

------------------------------------------------------------------------------
-- From here on every change is looked at.  ALWAYS: also where
-- session_replication_role says that triggers are not to fire.
------------------------------------------------------------------------------

CREATE EVENT TRIGGER schema_guard_ddl_start ON ddl_command_start EXECUTE FUNCTION schema_guard.on_ddl();
CREATE EVENT TRIGGER schema_guard_ddl_end ON ddl_command_end EXECUTE FUNCTION schema_guard.on_ddl();
ALTER EVENT TRIGGER schema_guard_ddl_start ENABLE ALWAYS;
ALTER EVENT TRIGGER schema_guard_ddl_end ENABLE ALWAYS;

-- The state that the first change is compared with; in mode off, which is for
-- restoring a dump, all of it comes from the dump.  Where the library is newer,
-- the script that brings the extension to its version does this.
DO $$ BEGIN
	IF pg_catalog.current_setting('schema_guard.mode') OPERATOR(pg_catalog.<>) 'off'
		AND schema_guard.library_version() OPERATOR(pg_catalog.=) '1.0' THEN
		PERFORM schema_guard.verify();
	END IF;
END $$;
