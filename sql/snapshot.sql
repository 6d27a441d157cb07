-- Snapshots and approvals.
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS schema_guard;
DROP ROLE IF EXISTS sg_alice, sg_bob, sg_carol;
CREATE EXTENSION schema_guard;
RESET client_min_messages;
CREATE TABLE snap_orders (id bigint PRIMARY KEY, total numeric(12,2));
CREATE TABLE snap_items (id bigint PRIMARY KEY, order_id bigint REFERENCES snap_orders);

-- capture: stores what fingerprint() says, under a name that can be used
SELECT schema_guard.capture('first', 'a note') = schema_guard.fingerprint() AS captured;
SELECT schema_guard.capture('first') = schema_guard.fingerprint() AS captured;
SELECT schema_guard.capture('second') = schema_guard.fingerprint() AS captured;
SELECT schema_guard.capture('');
SELECT schema_guard.capture(repeat('x', 201));
SELECT schema_guard.capture(E'two\nlines');
SELECT schema_guard.capture('20240810120000');
SELECT schema_guard.capture('sg1:mine');
SELECT schema_guard.capture('ABCDEFABCDEF');
SELECT schema_guard.capture('sg1:' || repeat('€', 30));
SELECT schema_guard.capture('abcdefabcde') = schema_guard.fingerprint() AS eleven_digits_are_a_name;
SELECT schema_guard.capture('Ümläut "quoted"''; DROP TABLE x; --') = schema_guard.fingerprint() AS captured;
SELECT schema_guard.capture(NULL);
SELECT name, origin, note, created_by = session_user AS mine, object_count = (SELECT count(DISTINCT object_identity || object_type) FROM schema_guard.describe()) AS counted
  FROM schema_guard.snapshots;

-- content is stored once
SELECT count(*) AS lists FROM schema_guard.digest_list \gset before_
SELECT count(*) AS objects FROM schema_guard.object_text \gset before_
SELECT schema_guard.capture('third') = schema_guard.fingerprint() AS captured;
SELECT count(*) - :before_lists AS new_lists FROM schema_guard.digest_list;
SELECT count(*) - :before_objects AS new_objects FROM schema_guard.object_text;
ALTER TABLE snap_items ADD quantity integer;
SELECT schema_guard.capture('fourth') = schema_guard.fingerprint() AS captured;
SELECT count(*) - :before_objects AS new_objects FROM schema_guard.object_text;
SELECT schema_guard.capture('first') \set VERBOSITY terse \g
\set VERBOSITY default

-- export and import
SELECT schema_guard.export() = schema_guard.export('fourth') AS live_is_fourth,
       schema_guard.export('first') = schema_guard.export('second') AS first_is_second,
       schema_guard.export('first') = schema_guard.export() AS first_is_live;
SELECT schema_guard.import(schema_guard.export('first'), 'imported') = fingerprint AS imported
  FROM schema_guard.snapshots WHERE name = 'first';
SELECT schema_guard.export('imported') = schema_guard.export('first') AS same;
SELECT schema_guard.import(schema_guard.export(), 'first') \set VERBOSITY terse \g
\set VERBOSITY default
SELECT schema_guard.import(schema_guard.export(), NULL);
SELECT schema_guard.import(schema_guard.export(), 'x' || chr(127));

-- references: name, fingerprint, the beginning of a fingerprint
SELECT fingerprint AS first FROM schema_guard.snapshots WHERE name = 'first' \gset
SELECT count(*) AS by_fingerprint FROM schema_guard.diff(:'first', 'first');
SELECT count(*) AS by_digits FROM schema_guard.diff(substr(:'first', 5), 'first');
SELECT count(*) AS by_prefix FROM schema_guard.diff(left(:'first', 16), 'first');
SELECT count(*) AS by_twelve_digits FROM schema_guard.diff(substr(:'first', 5, 12), 'first');
SELECT count(*) AS by_capitals FROM schema_guard.diff(upper(substr(:'first', 5, 20)), 'first');
SELECT count(*) FROM schema_guard.diff(left(substr(:'first', 5), 11), 'first') \set VERBOSITY sqlstate \g
\set VERBOSITY default
SELECT schema_guard.export('');
SELECT schema_guard.export('000000000000');
SELECT schema_guard.export('sg1:' || repeat('0', 64));
SELECT schema_guard.export('sg1:' || repeat('0', 65));
SET schema_guard.bypass = 'a snapshot that lies';
INSERT INTO schema_guard.snapshot (name, fingerprint, facets, exclusions, object_count, origin, created_by)
VALUES ('one of two', 'sg1:' || repeat('ab', 16) || repeat('0', 32), '{structure}', '{}', 0, 'import', 'somebody else'),
       ('two of two', 'sg1:' || repeat('ab', 16) || repeat('1', 32), '{structure}', '{}', 0, 'import', 'somebody else');
RESET schema_guard.bypass;
SELECT schema_guard.export('abababababab');
SELECT schema_guard.export('sg1:' || repeat('ab', 16) || '1');
DELETE FROM schema_guard.snapshot WHERE created_by = 'somebody else';

-- a state that the journal passed through is exported, and compared, as well
ALTER TABLE snap_orders ADD note text;
SELECT fingerprint_after AS passed FROM schema_guard.journal_entry ORDER BY journal_id DESC LIMIT 1 \gset
ALTER TABLE snap_orders DROP note;
CREATE TABLE snap_more ();
ALTER TABLE snap_more RENAME TO snap_others;
DROP TABLE snap_others;
SELECT count(*) AS not_a_snapshot FROM schema_guard.snapshots WHERE fingerprint = :'passed';
SELECT schema_guard.export(:'passed') LIKE '%column "note": text%' AS with_note,
       schema_guard.export(left(:'passed', 20)) = schema_guard.export(:'passed') AS by_prefix;
SELECT change, object_identity, attribute, before, after FROM schema_guard.diff(:'passed');
SELECT change, object_identity, attribute, before, after FROM schema_guard.diff('fourth', :'passed');
SELECT count(*) AS states,
       count(*) FILTER (WHERE schema_guard.import(schema_guard.export(fingerprint_after), 'state ' || n) = fingerprint_after) AS travelled
  FROM (SELECT fingerprint_after, row_number() OVER () AS n FROM schema_guard.journal_entry GROUP BY 1) j;
DELETE FROM schema_guard.snapshot WHERE name LIKE 'state %';
-- a journal with a hole does not pass as whole
BEGIN;
DELETE FROM schema_guard.journal_object WHERE journal_id = (SELECT max(journal_id) FROM schema_guard.journal_entry);
SELECT schema_guard.export(:'passed') \set VERBOSITY sqlstate \g
ROLLBACK;
\set VERBOSITY default

-- one of another scope does not pass as one of this scope
BEGIN;
SELECT schema_guard.guard_facets('{structure,index,comment,access}');
SELECT schema_guard.export(:'passed') \set VERBOSITY sqlstate \g
ROLLBACK;
\set VERBOSITY default

-- the store is not trusted
BEGIN;
UPDATE schema_guard.object_text SET block = replace(block, 'bigint', 'integer') WHERE object_identity = 'public.snap_orders';
SELECT schema_guard.export('first') \set VERBOSITY sqlstate \g
ROLLBACK;
BEGIN;
DELETE FROM schema_guard.object_text WHERE object_identity = 'public.snap_orders';
SELECT schema_guard.export('first') \g
ROLLBACK;
BEGIN;
UPDATE schema_guard.digest_list SET members = substr(members, 33);
SELECT schema_guard.export('first') \g
ROLLBACK;
BEGIN;
DELETE FROM schema_guard.digest_list;
SELECT schema_guard.export('first') \g
ROLLBACK;
\set VERBOSITY default

-- approvals and drift
SELECT * FROM schema_guard.drift();
SELECT schema_guard.approve('fourth', 'looks good') = schema_guard.fingerprint() AS approved;
SELECT schema_guard.approve('fourth') = schema_guard.fingerprint() AS approved;
SELECT * FROM schema_guard.drift();
ALTER TABLE snap_orders RENAME total TO amount;
SELECT change, object_type, object_identity, facet, attribute, before, after FROM schema_guard.drift();
SELECT schema_guard.capture('fifth') = schema_guard.fingerprint() AS captured;
SELECT schema_guard.approve('fifth') = schema_guard.fingerprint() AS approved;
SELECT * FROM schema_guard.drift();
SELECT schema_guard.revoke('fifth', NULL);
SELECT schema_guard.revoke('fifth', E' \n');
SELECT schema_guard.revoke('fifth', 'a mistake') = schema_guard.fingerprint() AS revoked;
SELECT schema_guard.revoke('fifth', 'a mistake') \set VERBOSITY sqlstate \g
\set VERBOSITY default
SELECT change, attribute FROM schema_guard.drift();
SELECT name, approved, approvals, approvals_required FROM schema_guard.snapshots WHERE name IN ('fourth', 'fifth');
SELECT snapshot_name, approved_by = current_user AS mine, note, valid, revoked_by = current_user AS mine, revoke_reason
  FROM schema_guard.approvals;
SELECT schema_guard.approve(NULL);
SELECT schema_guard.approve('nothing');
SELECT schema_guard.revoke('nothing', 'because');

-- approval is of the schema: any snapshot of it is approved
SELECT schema_guard.approve('imported') = :'first' AS approved;
SELECT name FROM schema_guard.snapshots WHERE approved AND fingerprint = :'first';

-- several approvals: the proposer does not count, nor does one role twice
CREATE ROLE sg_alice SUPERUSER;
CREATE ROLE sg_bob SUPERUSER;
CREATE ROLE sg_carol;
SET schema_guard.required_approvals = 2;
\set VERBOSITY terse
SET SESSION AUTHORIZATION sg_alice;
SELECT schema_guard.capture('proposed') = schema_guard.fingerprint() AS captured;
SELECT schema_guard.approve('proposed') = schema_guard.fingerprint() AS approved;
SET ROLE sg_bob;
SELECT schema_guard.approve('proposed') = schema_guard.fingerprint() AS approved;
RESET SESSION AUTHORIZATION;
SELECT name, approved, approvals, approvals_required FROM schema_guard.snapshots WHERE name IN ('fifth', 'proposed');
-- alice was not the first to store that schema
SELECT schema_guard.approve('proposed') = schema_guard.fingerprint() AS approved;
SET SESSION AUTHORIZATION sg_bob;
SELECT schema_guard.approve('proposed') = schema_guard.fingerprint() AS approved;
RESET SESSION AUTHORIZATION;
SELECT name, approved, approvals, approvals_required FROM schema_guard.snapshots WHERE name IN ('fifth', 'proposed');
SELECT * FROM schema_guard.drift();
RESET schema_guard.required_approvals;
\set VERBOSITY default

-- nothing without privileges
GRANT USAGE ON SCHEMA schema_guard TO sg_carol;
SET ROLE sg_carol;
SELECT schema_guard.capture('mine');
SELECT schema_guard.export();
SELECT schema_guard.import('', 'mine');
SELECT schema_guard.approve('first');
SELECT schema_guard.revoke('first', 'because');
SELECT * FROM schema_guard.diff('first');
SELECT * FROM schema_guard.drift();
SELECT * FROM schema_guard.snapshots;
SELECT * FROM schema_guard.approvals;
RESET ROLE;
-- with EXECUTE alone: the functions run as their owner, and the search_path is theirs
GRANT EXECUTE ON FUNCTION schema_guard.capture(text, text), schema_guard.export(text) TO sg_carol;
CREATE SCHEMA sg_carol AUTHORIZATION sg_carol;
SET ROLE sg_carol;
CREATE FUNCTION sg_carol.unnest(bytea[], text[], text[], text[]) RETURNS SETOF record LANGUAGE sql AS 'SELECT 1/0';
SET search_path = sg_carol, pg_catalog;
SELECT schema_guard.capture('by carol') = fingerprint AS captured FROM schema_guard.capture('again by carol') AS fingerprint;
SELECT schema_guard.export('by carol') = schema_guard.export() AS same;
RESET search_path;
RESET ROLE;
SELECT name, created_by = session_user AS who_logged_in FROM schema_guard.snapshots WHERE name LIKE '%by carol';

SET client_min_messages = warning;
DROP OWNED BY sg_carol;
DROP TABLE snap_items, snap_orders;
DROP EXTENSION schema_guard;
DROP ROLE sg_alice, sg_bob, sg_carol;
