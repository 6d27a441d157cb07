-- releases: register, retire, check, assert, and what the journal tells
CREATE EXTENSION schema_guard;
\pset null '-'

-- an error or warning, with what differs from run to run blanked out
CREATE FUNCTION pg_temp.said(command text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	message text; detail text; hint text; said text;
BEGIN
	EXECUTE command;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	said := format(E'%s: %s\nDETAIL: %s\nHINT: %s', SQLSTATE, message, detail, hint);
	said := regexp_replace(said, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00', 'TIME', 'g');
	said := regexp_replace(said, 'journal entry \d+', 'journal entry N', 'g');
	said := regexp_replace(said, 'sg1:[0-9a-f]{64}', 'FINGERPRINT', 'g');
	RETURN regexp_replace(said, '(role|session) ' || session_user, '\1 OWNER', 'g');
END $$;

CREATE TABLE public.orders (
	id bigint PRIMARY KEY,
	customer_id bigint NOT NULL,
	total numeric(12,2) NOT NULL DEFAULT 0,
	note text,
	CONSTRAINT orders_once UNIQUE (customer_id, note)
);

-- ---------------------------------------------------------------- names, nulls
SELECT schema_guard.register(NULL, '1', '{}');
SELECT schema_guard.register('api', NULL, '{}');
SELECT schema_guard.register('api', '1', NULL);
SELECT schema_guard.register('', '1', '{}');
SELECT schema_guard.register('api', '1/2', '{}');
SELECT schema_guard.register(' api', '1', '{}');
SELECT schema_guard.register(E'a\npi', '1', '{}');
SELECT schema_guard.register(repeat('x', 201), '1', '{}');
SELECT schema_guard.retire(NULL, '1');
SELECT schema_guard.assert_release('api', NULL);
SELECT * FROM schema_guard.check_release(NULL, NULL);
SELECT * FROM schema_guard.can_deploy(NULL, NULL);
SELECT schema_guard.assert_contract(NULL);
SELECT schema_guard.assert_fingerprint(NULL);

-- ---------------------------------------------------------------- register, retire
SELECT schema_guard.register('api', '1.4.2', '{"relations": {"public.orders": {
	"select": {"id": "bigint", "customer_id": "bigint", "total": "numeric(12,2)"},
	"not_null": ["customer_id"], "insert": ["id", "customer_id", "total"],
	"conflict_targets": [["customer_id", "note"]]}}}');
-- again: the same contract is nothing new, another one is refused
SELECT schema_guard.register('api', '1.4.2', '{"relations": {"public.orders": {
	"conflict_targets": [["customer_id", "note"]], "insert": ["id", "customer_id", "total"],
	"select": {"id": "bigint", "customer_id": "bigint", "total": "numeric(12,2)"}, "not_null": ["customer_id"]}}}');
SELECT schema_guard.register('api', '1.4.2', '{"relations": {"public.orders": {}}}');
-- before its migration ran
SELECT schema_guard.register('api', '1.5.0', '{"relations": {"public.orders": {"select": {"client_id": "bigint"}}}}');
SELECT schema_guard.register('@odd/app''s', '1 "x"', '{"relations": {"public.orders": {}}}');
SELECT schema_guard.retire('@odd/app''s', '1 "x"');
SELECT pg_temp.said($$SELECT schema_guard.retire('@odd/app''s', '1 "x"')$$);
SELECT application, version, state, registered_by = session_user AS by_us, retired_by = session_user AS retired_by_us,
	   retired_at >= registered_at AS after
  FROM schema_guard.releases ORDER BY 1, 2;
-- a retired one may come back, with another contract
SELECT schema_guard.register('@odd/app''s', '1 "x"', '{"relations": {"public.orders": {"insert": ["id", "customer_id"]}}}');
SELECT state, contract FROM schema_guard.releases WHERE application = '@odd/app''s';

-- ---------------------------------------------------------------- it fits
SELECT schema_guard.assert_release('api', '1.4.2');
SELECT * FROM schema_guard.check_release('api', '1.4.2');
SELECT severity, rule, object, attribute, needed, found FROM schema_guard.can_deploy('api', '1.5.0');
SELECT pg_temp.said($$SELECT schema_guard.assert_release('api', '1.4.3')$$);
SELECT pg_temp.said($$SELECT schema_guard.assert_release('shop', '1')$$);
SELECT pg_temp.said($$SELECT schema_guard.retire('api', '1.4.3')$$);
SELECT pg_temp.said($$SELECT * FROM schema_guard.can_deploy('api', '1.4.3')$$);
SELECT schema_guard.capture('before') IS NOT NULL AS captured;

-- ---------------------------------------------------------------- it does not, and why
SET client_min_messages = warning;
SET application_name = 'psql';
ALTER TABLE public.orders RENAME customer_id TO client_id;
SELECT pg_temp.said($$SELECT schema_guard.assert_release('api', '1.4.2')$$);
SELECT severity, rule, object, attribute, needed, found, changed_at IS NOT NULL AS when, changed_by = session_user AS who,
	   journal_id IS NOT NULL AS entry
  FROM schema_guard.check_release('api', '1.4.2');
SELECT schema_guard.assert_release('api', '1.5.0');
SELECT rule, attribute FROM schema_guard.can_deploy('api', '1.5.0', 'before');
SELECT * FROM schema_guard.can_deploy('api', '1.4.2', 'before');
SELECT * FROM schema_guard.can_deploy('api', '1.4.2', 'nowhere');

ALTER TABLE public.orders RENAME client_id TO customer_id;
SELECT schema_guard.assert_release('api', '1.4.2');

-- each kind of change, and the cause that belongs to it
BEGIN;
ALTER TABLE public.orders DROP CONSTRAINT orders_once;
ALTER TABLE public.orders ALTER customer_id DROP NOT NULL;
ALTER TABLE public.orders ALTER total TYPE numeric(10,2);
ALTER TABLE public.orders ADD region text NOT NULL;
-- not committed: no cause yet
SELECT pg_temp.said($$SELECT schema_guard.assert_release('api', '1.4.2')$$);
COMMIT;
SELECT pg_temp.said($$SELECT schema_guard.assert_release('api', '1.4.2')$$);
ALTER TABLE public.orders RENAME TO purchases;
SELECT pg_temp.said($$SELECT schema_guard.assert_release('api', '1.4.2')$$);
DROP TABLE public.purchases;
SELECT pg_temp.said($$SELECT schema_guard.assert_release('api', '1.4.2')$$);
CREATE VIEW public.orders AS SELECT 1::bigint AS id, 2::bigint AS customer_id, 3::numeric(12,2) AS total;
SELECT pg_temp.said($$SELECT schema_guard.assert_release('api', '1.4.2')$$);
DROP VIEW public.orders;

-- ---------------------------------------------------------------- the verdict that is kept
CREATE TABLE public.orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, total numeric(12,2) NOT NULL,
							note text, UNIQUE (customer_id, note));
SELECT application, version, fits FROM schema_guard.releases ORDER BY 1, 2;
CREATE TABLE public.elsewhere (id int);
SELECT application, version, fits FROM schema_guard.releases ORDER BY 1, 2;
SELECT schema_guard.assert_release('api', '1.4.2');
-- it must not hide what this transaction has done, nor what it undoes
BEGIN;
ALTER TABLE public.orders DROP COLUMN total;
SELECT rule FROM schema_guard.check_release('api', '1.4.2');
SELECT pg_temp.said($$SELECT schema_guard.assert_release('api', '1.4.2')$$);
ROLLBACK;
SELECT schema_guard.assert_release('api', '1.4.2');

-- nor what is out of its scope
SELECT schema_guard.exclude('public.orders', 'test');
SELECT version, fits FROM schema_guard.releases WHERE version = '1.4.2';
ALTER TABLE public.orders DROP COLUMN total;
SELECT version, fits FROM schema_guard.releases WHERE version = '1.4.2';
SELECT rule FROM schema_guard.check_release('api', '1.4.2');
SELECT rule FROM schema_guard.can_deploy('api', '1.4.2');
SELECT schema_guard.include('public.orders');

-- ---------------------------------------------------------------- fingerprints
SELECT schema_guard.assert_fingerprint(schema_guard.fingerprint());
SELECT schema_guard.assert_fingerprint('sg1:123');
SELECT schema_guard.assert_fingerprint('sg1:' || repeat('X', 64));
SELECT schema_guard.assert_fingerprint('sg2:' || repeat('0', 64));
SELECT pg_temp.said($$SELECT schema_guard.assert_fingerprint('sg1:' || repeat('0', 64))$$);
SELECT schema_guard.capture('here') IS NOT NULL AS captured;
ALTER TABLE public.elsewhere ADD more text;
SELECT pg_temp.said(format('SELECT schema_guard.assert_fingerprint(%L)',
	(SELECT fingerprint FROM schema_guard.snapshots WHERE name = 'here')));

-- ---------------------------------------------------------------- who may
CREATE ROLE regress_sg_app;
SET ROLE regress_sg_app;
SELECT schema_guard.register('api', '2', '{}');
SELECT schema_guard.retire('api', '1.4.2');
SELECT * FROM schema_guard.can_deploy('api', '1.4.2');
SELECT * FROM schema_guard.releases;
SELECT * FROM schema_guard.release;
SELECT rule FROM schema_guard.check_release('api', '1.4.2');
SELECT schema_guard.assert_contract('{"relations": {"public.orders": {"select": {"id": "bigint"}}}}');
\set VERBOSITY terse
SELECT schema_guard.assert_release('api', '1.5.0');
-- what the caller's search_path has is not looked at
RESET ROLE;
CREATE SCHEMA regress_sg_app AUTHORIZATION regress_sg_app;
SET ROLE regress_sg_app;
CREATE FUNCTION regress_sg_app.to_char(timestamp, text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE 'called'; END$$;
CREATE TYPE regress_sg_app.bigint AS (a int);
SET search_path = regress_sg_app, pg_catalog;
SELECT schema_guard.assert_contract('{"relations": {"public.orders": {"select": {"id": "bigint"}}}}');
SELECT rule FROM schema_guard.check_release('api', '1.4.2');
RESET search_path;
RESET ROLE;

DROP SCHEMA regress_sg_app CASCADE;
DROP ROLE regress_sg_app;
DROP TABLE public.orders, public.elsewhere;
-- ---------------------------------------------------------------- what never was has no cause; a path is asked about step by step
CREATE TABLE public.walked (id int);
SELECT schema_guard.register('walker', '1', '{"relations": {"public.walked": {"select": {"id": "int", "never": "int"}}}}');
SELECT schema_guard.register('walker', '2', '{"relations": {"public.walked": {"select": {"id": "int"}}}}');
SELECT version, fits FROM schema_guard.releases WHERE application = 'walker' ORDER BY 1;
SELECT pg_temp.said($$SELECT schema_guard.assert_release('walker', '1')$$);
SELECT fingerprint_after AS walk_from FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1 \gset
DROP TABLE public.walked;
CREATE TABLE public.walked (other int);
-- the table took the place of another
SELECT pg_temp.said($$SELECT schema_guard.assert_release('walker', '2')$$);
SELECT version, fits FROM schema_guard.releases WHERE application = 'walker' ORDER BY 1;
ALTER TABLE public.walked ADD id bigint;
ALTER TABLE public.walked ALTER id TYPE int;
SELECT version, fits FROM schema_guard.releases WHERE application = 'walker' ORDER BY 1;
SELECT schema_guard.export_path(:'walk_from') AS path_file \gset
SELECT schema_guard.import_path(:'path_file', 'walk') IS NOT NULL AS imported;
SELECT severity, rule, object, attribute, needed, found, state FROM schema_guard.can_deploy('walker', '2', 'walk');
SELECT severity, rule, object, attribute, needed, found, state FROM schema_guard.can_deploy('walker', '2', 'walk/4');
SELECT severity, rule, object, attribute, state FROM schema_guard.can_deploy('walker', '1', 'walk');
SELECT severity, rule, object, attribute, state FROM schema_guard.can_deploy('walker', '1', 'walk/2');
DROP TABLE public.walked;
-- ---------------------------------------------------------------- a verdict that rests on what is not guarded is not kept
CREATE SCHEMA regress_sg_aside;
SELECT schema_guard.exclude('regress_sg_aside.%', 'test');
CREATE TABLE public.upper (id int NOT NULL, c int NOT NULL);
CREATE DOMAIN regress_sg_aside.code AS text;
CREATE TABLE public.coded (id int, c regress_sg_aside.code);
CREATE TABLE regress_sg_aside.lower () INHERITS (public.upper);
CREATE TABLE public.plain (id int NOT NULL);
SELECT schema_guard.register('aside', 'child', '{"relations": {"public.upper": {"not_null": ["c"]}}}');
SELECT schema_guard.register('aside', 'domain', '{"relations": {"public.coded": {"insert": ["id"]}}}');
SELECT schema_guard.register('aside', 'neither', '{"relations": {"public.plain": {"insert": ["id"]}}}');
-- nor one that an excluded child or overload may change
CREATE FUNCTION public.called(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT schema_guard.register('aside', 'later child', '{"relations": {"public.plain": {"not_null": ["id"]}}}');
SELECT schema_guard.register('aside', 'overload', '{"functions": {"public.called(int)": "int"}}');
SELECT schema_guard.exclude('public.call%(text)', 'test');
SELECT schema_guard.register('aside', 'later overload', '{"functions": {"public.called(int)": "int"}, "relations": {"public.plain": {}}}');
SELECT version, fits_fingerprint IS NOT NULL AS kept FROM schema_guard.release WHERE application = 'aside' ORDER BY 1;
ALTER DOMAIN regress_sg_aside.code SET NOT NULL;
SELECT pg_temp.said($$SELECT schema_guard.assert_release('aside', 'domain')$$);
CREATE TABLE regress_sg_aside.below () INHERITS (public.plain);
SELECT schema_guard.assert_release('aside', 'later child');
DROP TABLE regress_sg_aside.below;
ALTER TABLE public.plain ALTER id DROP NOT NULL, ADD CONSTRAINT here CHECK (id IS NOT NULL) NO INHERIT;
SELECT schema_guard.assert_release('aside', 'later child');
CREATE TABLE regress_sg_aside.below () INHERITS (public.plain);
SELECT pg_temp.said($$SELECT schema_guard.assert_release('aside', 'later child')$$);
DROP TABLE public.upper, public.coded, public.plain CASCADE;
DROP FUNCTION public.called;
DROP SCHEMA regress_sg_aside CASCADE;
-- ---------------------------------------------------------------- a live release is told of overloads, children, partitions
CREATE TABLE public.held (id int, c int CONSTRAINT here CHECK (c IS NOT NULL) NO INHERIT);
CREATE TABLE public.split (id int, c int) PARTITION BY LIST (id);
CREATE TABLE public.split_1 PARTITION OF public.split FOR VALUES IN (1);
CREATE FUNCTION public.called(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT schema_guard.register('live', '1', '{"relations": {"public.held": {"not_null": ["c"]}, "public.split": {"insert": ["id"]}},
	"functions": {"public.called(int)": "int"}}');
SELECT schema_guard.capture('held') IS NOT NULL AS captured;
SELECT schema_guard.approve('held') IS NOT NULL AS approved;
SELECT schema_guard.open_window('only releases count', '1 hour') IS NOT NULL AS opened;
SET schema_guard.mode = enforce;
\set VERBOSITY terse
CREATE FUNCTION public.called(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE public.below () INHERITS (public.held);
ALTER TABLE public.split_1 ALTER c SET NOT NULL;
CREATE TABLE public.split_2 PARTITION OF public.split FOR VALUES IN (2);
ALTER TABLE public.split_1 ALTER c SET NOT NULL;
ALTER TABLE public.split_2 ADD CHECK (coalesce(c, 0) > 0);
DROP FUNCTION public.called;
SET schema_guard.mode = observe;
DROP TABLE public.held, public.split;
DROP FUNCTION public.called;
-- ---------------------------------------------------------------- what is under a type's name
CREATE DOMAIN public.price AS numeric(12,2);
CREATE DOMAIN public.net AS public.price;
CREATE TYPE public.place AS (street text, zip varchar(10), at public.price);
CREATE FUNCTION pg_temp.types(types text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM schema_guard.assert_contract(jsonb_build_object('types', types::jsonb));
	RETURN NEXT 'fits';
EXCEPTION WHEN SQLSTATE 'SG001' THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN QUERY SELECT regexp_split_to_table(detail, '\n');
END $$;
SELECT t, pg_temp.types(t) FROM unnest(ARRAY[
	'{"public.price": null}', '{"public.price": "numeric(12,2)"}', '{"public.net": "decimal"}', '{"public.net": "public.price"}',
	'{"public.price": "numeric(12,3)"}', '{"public.price": "text"}', '{"public.nowhere": null}', '{"public.place": "text"}',
	'{"public.price": "(a int)"}', '{"public.place": null}', '{"public.place": "(street text, zip varchar, at numeric)"}',
	'{"public.place": "(street text, zip varchar(20), at numeric, \"No\" int)"}', '{"public.place": "(zip varchar, street text, at numeric)"}',
	'{"public.place": "(street text, zip varchar)"}']) t;
SELECT schema_guard.assert_contract('{"types": {"public.place": "(street)"}}');
SELECT schema_guard.assert_contract('{"types": {"public.place": "(street text"}}');
SELECT schema_guard.assert_contract('{"types": {"public.place": "()"}}');
SELECT schema_guard.assert_contract('{"types": {"public.place": "(a text) b"}}');
SELECT schema_guard.assert_contract('{"types": {"public.place": "nothing"}}');
SELECT schema_guard.assert_contract('{"types": {"public.place": 1}}');
SELECT schema_guard.assert_contract('{"types": {"public.place": null}, "enums": {"public.place": []}}');
SELECT schema_guard.register('typed', '1', '{"types": {"public.net": "numeric(12,2)"}}');
SELECT schema_guard.assert_release('typed', '1');
DROP DOMAIN public.net;
CREATE DOMAIN public.net AS text;
\set VERBOSITY default
SELECT pg_temp.said($$SELECT schema_guard.assert_release('typed', '1')$$);
DROP DOMAIN public.net;
DROP TYPE public.place;
DROP DOMAIN public.price;
DROP EXTENSION schema_guard;
