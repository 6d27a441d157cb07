-- Paths: what a scratch database walked through is what production may walk through.
\set SHOW_CONTEXT never
CREATE EXTENSION schema_guard;
-- whatever the superuser of the tests is called
CREATE ROLE regress_sg_author SUPERUSER;
SET SESSION AUTHORIZATION regress_sg_author;
-- the fingerprints below depend on the schema of this test alone
SET client_min_messages = error;
SELECT schema_guard.exclude(o, 'not of this test') FROM unnest('{public,plpgsql,public.%}'::text[]) o;
RESET client_min_messages;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, total numeric(12,2));
CREATE TABLE shop.old (a int);

-- the scratch database: one transaction, one step
SELECT schema_guard.capture('start') IS NOT NULL AS captured;
ALTER TABLE shop.orders ADD COLUMN note text;
BEGIN;
CREATE FUNCTION shop.f() RETURNS text LANGUAGE plpgsql AS $$
BEGIN

  RETURN '\';
END $$;
DROP TABLE shop.old;
COMMIT;
ALTER TABLE shop.orders RENAME TO purchases;
CREATE INDEX purchases_note ON shop.purchases (note);
SELECT schema_guard.capture('end') IS NOT NULL AS captured;
SELECT schema_guard.export_path('start') AS path_file \gset
\echo :path_file
SELECT schema_guard.export_path('start', 'end') = :'path_file' AS to_the_end,
       schema_guard.export_path('start', NULL) = :'path_file' AS to_now;
SELECT schema_guard.export_path('end', NULL);
-- the last way between two states is the one
ALTER TABLE shop.purchases ADD COLUMN b int;
ALTER TABLE shop.purchases DROP COLUMN b;
SELECT substr(line, 1, 7) AS line FROM regexp_split_to_table(schema_guard.export_path('end'), '\n') line WHERE line LIKE 'step%';
-- what is no path
SELECT schema_guard.export_path('end', 'start');
SELECT schema_guard.export_path('start', 'start');
SELECT schema_guard.export_path('nothing');
SELECT schema_guard.export_path('start', 'sg1:0000000000000000');
-- a step that nobody saw is a step
SET schema_guard.mode = off;
CREATE TABLE shop.unseen ();
RESET schema_guard.mode;
SELECT schema_guard.export_path('end');
SELECT count(*) AS missed FROM schema_guard.verify();
SELECT count(*) AS steps FROM regexp_split_to_table(schema_guard.export_path('end'), '\n') line WHERE line LIKE 'step%';
-- the scope must not have changed on the way
SELECT schema_guard.exclude('shop.unseen', 'test');
SELECT substr(schema_guard.export_path('end'), 1, 0);
SELECT substr(schema_guard.export_path(), 1, 0);
-- nor the journal
BEGIN;
UPDATE schema_guard.journal_object SET digest_after = NULL;
SELECT substr(schema_guard.export_path('start', 'end'), 1, 0);
ROLLBACK;
BEGIN;
DELETE FROM schema_guard.journal_entry WHERE statements @> '{DROP TABLE shop.old}';
SELECT substr(schema_guard.export_path('start', 'end'), 1, 0);
ROLLBACK;
DROP EXTENSION schema_guard;
DROP TABLE shop.unseen, shop.purchases;
DROP FUNCTION shop.f();

-- production
CREATE TABLE shop.orders (id bigint PRIMARY KEY, total numeric(12,2));
CREATE TABLE shop.old (a int);
CREATE EXTENSION schema_guard;
BEGIN;
SELECT schema_guard.import_path(:'path_file', '1.5.0') IS NOT NULL AS imported_with_a_warning;
ROLLBACK;
SET client_min_messages = error;
SELECT schema_guard.exclude(o, 'not of this test') FROM unnest('{public,plpgsql,public.%}'::text[]) o;
RESET client_min_messages;

-- bad input
SELECT schema_guard.import_path(NULL, 'x');
SELECT schema_guard.import_path('', NULL);
SELECT schema_guard.import_path('', '');
SELECT schema_guard.import_path('', repeat('x', 181));
SELECT schema_guard.import_path('', 'abcdefabcdef');
SELECT schema_guard.import_path('', 'x');
SELECT schema_guard.import_path(schema_guard.export(), 'x');
SELECT schema_guard.import(:'path_file', 'x');
SELECT schema_guard.import_path(replace(:'path_file', E'\n', E'\r\n'), 'x');

-- what was tampered with is SG005, whether the digest was computed anew or not
\set VERBOSITY sqlstate
SELECT schema_guard.import_path(replace(:'path_file', 'note text', 'note varchar'), 'x');
\set VERBOSITY default
CREATE FUNCTION pg_temp.forge(file text) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(file, 'digest: .{64}', 'digest: ' ||
		encode(sha256(convert_to(substr(file, strpos(file, E'\n\n') + 2) || E'\n', 'UTF8')), 'hex')) $$;
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', 'step 4', 'step 5')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', '+  column "note": text', '+  column "note": integer')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n+  column "note": text', '')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n+  column "note": text', E'\n   column "note": text')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n+  column "note": text', E'\n-  column "total": numeric(12,2)\n+  column "total": numeric(12,2)\n+  column "note": text')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n   column "total": numeric(12,2)\n+', E'\n-  column "total": numeric(12,2)\n+  column "total": numeric(12,2)\n+')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n  column "total": numeric(12,2)', '')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n-table shop.old\n-  column "a": integer', '')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n-table shop.old', E'\n-table shop.olc')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n-table shop.old', E'\n table shop.old')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n-table shop.old', E'\n*table shop.old')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n-table shop.old', E'\n-tabular shop.old')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', 'statement: DROP', E'statement:\n  | DROP')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', E'\n\nstep 2', E'\n\n\nstep 2')), 'x');
SELECT schema_guard.import_path(pg_temp.forge(:'path_file' || E'\n'), 'x');
SELECT schema_guard.import_path(pg_temp.forge(left(:'path_file', strpos(:'path_file', E'\n\nstep 1') - 1)), 'x');
SELECT schema_guard.import_path(pg_temp.forge(replace(:'path_file', 'format: sg1', 'format: sg2')), 'x');
\set VERBOSITY default
SELECT count(*) AS paths FROM schema_guard.paths;
SELECT count(*) AS snapshots FROM schema_guard.snapshots;

-- imported, and approved as a whole; no snapshot and no path have one name
SELECT schema_guard.import_path(:'path_file', '1.5.0') \gset
SELECT schema_guard.import_path(:'path_file', '1.5.0');
SELECT schema_guard.capture('1.5.0');
SELECT schema_guard.capture('start') IS NOT NULL AS captured;
SELECT schema_guard.import_path(:'path_file', 'start');
SELECT name, origin, approved FROM schema_guard.snapshots;
SELECT name, steps, approved, approvals, approvals_required, at_step, fingerprint_to = :'import_path' AS leads_there FROM schema_guard.paths;
SELECT schema_guard.approve('1.5.0', 'pull request 219') = :'import_path' AS approved;
SELECT schema_guard.approve('1.5.0') = :'import_path' AS approved;
SELECT snapshot_name, path, note, valid FROM schema_guard.approvals;
SELECT path, step, approved, is_live, reached_at IS NOT NULL AS reached, statements[1] FROM schema_guard.path_steps;
-- approved ahead of time is no drift
SELECT count(*) AS drift FROM schema_guard.drift();
SELECT approved, approved_snapshot FROM schema_guard.status;

-- without strict_path any approved state will do
SET schema_guard.mode = enforce;
BEGIN;
ALTER TABLE shop.orders ADD COLUMN note text;
CREATE FUNCTION shop.f() RETURNS text LANGUAGE plpgsql AS $$
BEGIN

  RETURN '\';
END $$;
DROP TABLE shop.old;
SELECT conname FROM pg_constraint WHERE conrelid = 'shop.orders'::regclass AND contype <> 'n';
ROLLBACK;

-- with it, the next step only
SET schema_guard.strict_path = on;
BEGIN;
ALTER TABLE shop.orders ADD COLUMN note text;
CREATE FUNCTION shop.f() RETURNS text LANGUAGE plpgsql AS $$
BEGIN

  RETURN '\';
END $$;
DROP TABLE shop.old;
COMMIT;
\echo :SQLSTATE
-- altered after the review
ALTER TABLE shop.orders ADD COLUMN note varchar(100);
\echo :SQLSTATE
ALTER TABLE shop.orders ADD COLUMN note text;
-- step 2 left out; step 2, in another order of its statements
ALTER TABLE shop.orders RENAME TO purchases;
-- steps 2 and 3 at once, though a command that passes through two states has failed before
BEGIN;
SAVEPOINT s;
CREATE INDEX CONCURRENTLY purchases_note ON shop.orders (note);
ROLLBACK TO s;
DROP TABLE shop.old;
CREATE FUNCTION shop.f() RETURNS text LANGUAGE plpgsql AS $$
BEGIN

  RETURN '\';
END $$;
ALTER TABLE shop.orders RENAME TO purchases;
COMMIT;
BEGIN;
DROP TABLE shop.old;
CREATE FUNCTION shop.f() RETURNS text LANGUAGE plpgsql AS $$
BEGIN

  RETURN '\';
END $$;
COMMIT;
SELECT name, at_step FROM schema_guard.paths;
-- back, and forth again
BEGIN;
DROP FUNCTION shop.f();
CREATE TABLE shop.old (a int);
COMMIT;
ALTER TABLE shop.orders DROP COLUMN note;
ALTER TABLE shop.orders ADD COLUMN note text;
-- to where it never was: not even in observe is it called approved, and warn says the same as enforce
SET schema_guard.mode = observe;
BEGIN;
CREATE FUNCTION shop.f() RETURNS text LANGUAGE plpgsql AS $$
BEGIN

  RETURN '\';
END $$;
DROP TABLE shop.old;
ALTER TABLE shop.orders RENAME TO purchases;
COMMIT;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
SET schema_guard.mode = warn;
BEGIN;
CREATE INDEX purchases_note ON shop.purchases (note);
ALTER TABLE shop.purchases RENAME TO bought;
COMMIT;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
-- from beside the path back onto it: where it was before
ALTER TABLE shop.bought RENAME TO purchases;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
DROP INDEX shop.purchases_note;
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
SET schema_guard.mode = enforce;

-- a window is for what is out of order
SELECT schema_guard.open_window('out of order', '1 hour') > 0 AS opened;
ALTER TABLE shop.purchases ADD COLUMN b int;
CREATE INDEX purchases_note ON shop.purchases (note);
ALTER TABLE shop.purchases DROP COLUMN b;
SELECT schema_guard.close_window();
SELECT verdict, reason FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 3;
SELECT name, at_step FROM schema_guard.paths;
SELECT count(*) AS drift FROM schema_guard.drift();

-- revoking: the states that were approved with the path are not approved any more
SELECT schema_guard.revoke('1.5.0', 'step 3 is wrong') = :'import_path' AS revoked;
SELECT schema_guard.revoke('1.5.0', 'once more');
SELECT name, approved FROM schema_guard.paths;
SELECT change, object_type, object_identity, after, changed_by = session_user AS mine FROM schema_guard.drift();
SELECT approved, approved_snapshot, approval_ended LIKE 'revoked at % by %: step 3 is wrong' AS ended FROM schema_guard.status;
DROP INDEX shop.purchases_note;

-- one state of it alone
SELECT schema_guard.approve('1.5.0') IS NOT NULL AS approved;
SELECT schema_guard.revoke('1.5.0/3', 'this one') IS NOT NULL AS revoked;
SELECT path, step, approved FROM schema_guard.path_steps;
SELECT schema_guard.approve('1.5.0/3') IS NOT NULL AS approved;
-- approved as a state, not as a step; it was there before, though
DROP INDEX shop.purchases_note;
SELECT schema_guard.approve('1.5.0') IS NOT NULL AS approved;

-- whoever imports a path has proposed it
CREATE ROLE regress_sg_importer SUPERUSER;
CREATE ROLE regress_sg_reviewer SUPERUSER;
CREATE ROLE regress_sg_other SUPERUSER;
SET schema_guard.required_approvals = 2;
SET SESSION AUTHORIZATION regress_sg_reviewer;
SELECT schema_guard.import_path(:'path_file', 'mine') IS NOT NULL AS imported;
SELECT schema_guard.approve('mine', NULL, '1 hour') IS NOT NULL AS approved;
SET ROLE regress_sg_other;
SELECT schema_guard.approve('mine', NULL, '1 hour') IS NOT NULL AS approved;
SET SESSION AUTHORIZATION regress_sg_other;
SELECT schema_guard.approve('mine') IS NOT NULL AS approved;
SET SESSION AUTHORIZATION regress_sg_author;
-- the one who imported the first with these states does not count for either
SELECT schema_guard.approve('mine') IS NOT NULL AS approved;
SELECT name, created_by = session_user AS mine, approvals, approved FROM schema_guard.paths;
SELECT name, approved, approved_until BETWEEN now() + '59 minutes' AND now() + '61 minutes' AS for_an_hour FROM schema_guard.snapshots WHERE name LIKE 'mine%';
RESET schema_guard.required_approvals;

-- only superusers set it, also before the library is loaded
SET ROLE regress_sg_importer;
ALTER ROLE regress_sg_importer NOSUPERUSER;
SET schema_guard.strict_path = off;
RESET ROLE;
SHOW schema_guard.strict_path;

SET schema_guard.mode = off;
DROP SCHEMA shop CASCADE;
DROP EXTENSION schema_guard;
RESET SESSION AUTHORIZATION;
DROP OWNED BY regress_sg_author;
DROP ROLE regress_sg_author, regress_sg_importer, regress_sg_reviewer, regress_sg_other;
