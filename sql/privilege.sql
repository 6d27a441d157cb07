-- privilege_missing: what a role lacks of the privileges that a contract needs
CREATE EXTENSION schema_guard;
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
CREATE SCHEMA shop;
CREATE TYPE shop.status AS ENUM ('new', 'paid');
CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer_id bigint, total numeric, state shop.status);
CREATE TABLE shop.customers (customer_id bigint PRIMARY KEY, name text);
CREATE VIEW shop.names AS SELECT name FROM shop.customers;
CREATE SEQUENCE shop.numbers;
CREATE FUNCTION shop.label(t text) RETURNS text LANGUAGE sql AS 'SELECT t';
CREATE FUNCTION shop.is_like(a text, b text) RETURNS boolean LANGUAGE sql AS 'SELECT a = b';
CREATE OPERATOR shop.~== (LEFTARG = text, RIGHTARG = text, FUNCTION = shop.is_like);
REVOKE EXECUTE ON FUNCTION shop.label(text) FROM PUBLIC;
CREATE ROLE regress_guard_api LOGIN;
CREATE ROLE regress_guard_group;
CREATE ROLE regress_guard_idle LOGIN NOINHERIT;
GRANT regress_guard_group TO regress_guard_idle;
CREATE TABLE pg_temp.queries (q int GENERATED ALWAYS AS IDENTITY, query text);
INSERT INTO pg_temp.queries (query) VALUES
	('SELECT id, total FROM shop.orders WHERE state = ''paid'''),
	('SELECT count(*) FROM shop.orders'),
	('SELECT * FROM shop.customers'),
	('SELECT c FROM shop.customers c'),
	('INSERT INTO shop.orders (id, total) VALUES (1, 2)'),
	('INSERT INTO shop.customers VALUES (1, ''a'')'),
	('INSERT INTO shop.orders (id) VALUES (1) ON CONFLICT (id) DO NOTHING'),
	('INSERT INTO shop.orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET total = 1'),
	('INSERT INTO shop.orders (id) VALUES (1) RETURNING total'),
	('UPDATE shop.orders SET total = 1'),
	('UPDATE shop.orders SET total = total + 1 WHERE id = 1'),
	('DELETE FROM shop.orders'),
	('DELETE FROM shop.orders WHERE id = 1'),
	('TRUNCATE shop.orders'),
	('SELECT name FROM shop.names'),
	('SELECT nextval(''shop.numbers'')'),
	('SELECT shop.label(''a'')'),
	('INSERT INTO shop.orders (id, state) VALUES (2, ''new''); INSERT INTO shop.orders (id, total) VALUES (3, 1)'),
	('SELECT $1::shop.status IS NULL'),
	('SELECT id FROM shop.orders FOR UPDATE'),
	('SELECT name FROM shop.names FOR SHARE'),
	('LOCK shop.orders'),
	('LOCK shop.orders IN ACCESS SHARE MODE'),
	('LOCK shop.orders IN ROW EXCLUSIVE MODE'),
	('SELECT setval(''shop.numbers'', 5)'),
	('SELECT last_value FROM shop.numbers'),
	('SELECT ''a'' OPERATOR(shop.~==) ''b'''),
	('INSERT INTO shop.customers SELECT * FROM shop.customers'),
	('INSERT INTO shop.orders (id, total) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET total = excluded.total WHERE orders.total > 0 RETURNING id');
CREATE TABLE pg_temp.grants (g int GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO pg_temp.grants (statement) VALUES
	('GRANT USAGE ON SCHEMA shop TO regress_guard_api'),
	('GRANT SELECT ON shop.orders, shop.customers TO regress_guard_api'),
	('GRANT SELECT ON shop.orders, shop.customers TO regress_guard_api; REVOKE USAGE ON SCHEMA shop FROM regress_guard_api'),
	('GRANT SELECT (id, total, state) ON shop.orders TO regress_guard_api'),
	('GRANT SELECT (id, total) ON shop.orders TO regress_guard_api'),
	('GRANT SELECT (name) ON shop.customers TO regress_guard_api'),
	('GRANT INSERT ON shop.orders, shop.customers TO regress_guard_api'),
	('GRANT INSERT (id) ON shop.orders TO regress_guard_api'),
	('GRANT INSERT (id, total), SELECT (id) ON shop.orders TO regress_guard_api'),
	('GRANT UPDATE ON shop.orders TO regress_guard_api'),
	('GRANT UPDATE (total), SELECT, INSERT ON shop.orders TO regress_guard_api'),
	('GRANT DELETE, TRUNCATE ON shop.orders TO regress_guard_api'),
	('GRANT SELECT ON shop.names TO regress_guard_api'),
	('GRANT SELECT ON ALL TABLES IN SCHEMA shop TO PUBLIC'),
	('GRANT ALL ON ALL TABLES IN SCHEMA shop TO regress_guard_group; GRANT regress_guard_group TO regress_guard_api'),
	('GRANT USAGE ON SEQUENCE shop.numbers TO regress_guard_api'),
	('GRANT EXECUTE ON FUNCTION shop.label(text) TO regress_guard_api'),
	('GRANT EXECUTE ON FUNCTION shop.label(text) TO PUBLIC'),
	('ALTER TABLE shop.orders OWNER TO regress_guard_api'),
	('ALTER ROLE regress_guard_api SUPERUSER'),
	('REVOKE USAGE ON TYPE shop.status FROM PUBLIC'),
	('GRANT SELECT, UPDATE (state) ON shop.orders TO regress_guard_api'),
	('GRANT SELECT, UPDATE ON shop.names TO regress_guard_api'),
	('GRANT UPDATE ON SEQUENCE shop.numbers TO regress_guard_api'),
	('GRANT SELECT ON SEQUENCE shop.numbers TO regress_guard_api'),
	('REVOKE EXECUTE ON FUNCTION shop.is_like(text, text) FROM PUBLIC'),
	('GRANT INSERT, SELECT ON shop.customers, shop.orders TO regress_guard_api'),
	('GRANT INSERT, SELECT, UPDATE (total) ON shop.orders TO regress_guard_api');

-- the server is the judge: each query is run as the role, with each of the grants and none else
CREATE FUNCTION pg_temp.works(query text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		SET LOCAL ROLE regress_guard_api;
		EXECUTE replace(query, '$1', 'NULL');
		RAISE EXCEPTION USING ERRCODE = 'UU000';
	EXCEPTION WHEN insufficient_privilege THEN RETURN false;
		WHEN SQLSTATE 'UU000' THEN RETURN true;
	END;
END $$;
CREATE FUNCTION pg_temp.verdict(release text, snapshot text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', severity, rule, object, attribute, needed, found), '; ' ORDER BY object, attribute, needed)
	  FROM schema_guard.can_deploy('judged', release, snapshot, 'regress_guard_api') $$;
CREATE TABLE pg_temp.verdicts (g int, q int, works boolean, live text, stored text);
CREATE FUNCTION pg_temp.judge(number int, statement text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	rows pg_temp.verdicts[];
BEGIN
	BEGIN
		GRANT USAGE ON SCHEMA shop TO regress_guard_api;
		EXECUTE statement;
		PERFORM schema_guard.capture('now');
		rows := array(SELECT ROW(number, q, pg_temp.works(query), pg_temp.verdict(q::text, NULL), pg_temp.verdict(q::text, 'now'))::pg_temp.verdicts
						FROM pg_temp.queries ORDER BY q);
		RAISE EXCEPTION USING ERRCODE = 'UU000';
	EXCEPTION WHEN SQLSTATE 'UU000' THEN
	END;
	INSERT INTO pg_temp.verdicts SELECT * FROM unnest(rows);
END $$;
SELECT schema_guard.guard_facets('{structure,index,access}');
SELECT count(schema_guard.register('judged', q::text, schema_guard.contract_of(ARRAY[query]))) FROM pg_temp.queries;
SELECT count(pg_temp.judge(g, statement)) FROM pg_temp.grants;
SELECT count(*), count(*) FILTER (WHERE works) BETWEEN 190 AND 210 FROM pg_temp.verdicts;
-- where the verdict is another than the server's: that a type was named by its schema, a contract does not tell
SELECT statement, query, works, live FROM pg_temp.verdicts JOIN pg_temp.queries USING (q) JOIN pg_temp.grants USING (g)
 WHERE works = (coalesce(live, '') LIKE '%broken%') AND NOT (query LIKE 'SELECT count%' AND live LIKE 'risky%') ORDER BY g, q;
-- where that of the snapshot is another than that of the live schema: none
SELECT statement, query, live, stored FROM pg_temp.verdicts JOIN pg_temp.queries USING (q) JOIN pg_temp.grants USING (g)
 WHERE live IS DISTINCT FROM stored ORDER BY g, q;
SELECT DISTINCT live FROM pg_temp.verdicts JOIN pg_temp.queries USING (q) WHERE live IS NOT NULL AND query NOT LIKE 'LOCK%' ORDER BY live;

-- the role that the contract names
GRANT USAGE ON SCHEMA shop TO regress_guard_api;
SELECT schema_guard.register('api', '1', '{"role": "regress_guard_api", "relations": {"shop.orders": {"select": {"id": "bigint"}}}}');
\set VERBOSITY default
SELECT schema_guard.assert_release('api', '1');
\set VERBOSITY terse
GRANT SELECT ON shop.orders TO regress_guard_api;
SELECT schema_guard.assert_release('api', '1');
SELECT fits_fingerprint IS NOT NULL, role FROM schema_guard.release WHERE application = 'api';
-- the fit is known, and a REVOKE does not slip by; access is not guarded
SELECT schema_guard.guard_facets('{structure,index}');
SELECT schema_guard.verify();
SELECT schema_guard.assert_release('api', '1');
SELECT fits_fingerprint = fingerprint FROM schema_guard.release, schema_guard.live_state WHERE application = 'api';
REVOKE SELECT ON shop.orders FROM regress_guard_api;
SELECT fits_fingerprint = fingerprint FROM schema_guard.release, schema_guard.live_state WHERE application = 'api';
SELECT schema_guard.assert_release('api', '1');
SELECT fits FROM schema_guard.releases WHERE application = 'api';
SELECT * FROM schema_guard.check_release('api', '1');
-- another role, by name; one that may become another; none; one that is not there
SELECT schema_guard.assert_release('api', '1', current_user);
GRANT USAGE ON SCHEMA shop TO regress_guard_group;
GRANT SELECT ON shop.orders TO regress_guard_group;
SELECT severity, object, needed, found FROM schema_guard.check_release('api', '1', 'regress_guard_idle');
SELECT schema_guard.assert_release('api', '1', 'regress_guard_idle');
SELECT * FROM schema_guard.check_release('api', '1', 'regress_guard_nobody');
SELECT schema_guard.assert_contract('{"role": "regress_guard_api", "relations": {"shop.orders": {"update": ["id"]}}}');
SELECT schema_guard.assert_contract('{"role": 1, "relations": {"shop.orders": {}}}');
SELECT schema_guard.assert_contract('{"role": "", "relations": {"shop.orders": {}}}');
SELECT * FROM schema_guard.contract_diff('{"role": "a"}', '{"role": "B"}');
-- a snapshot without the facet tells nothing
SELECT schema_guard.capture('without') IS NOT NULL;
SELECT count(*) FROM schema_guard.can_deploy('api', '1', 'without');
SELECT severity, rule, sessions FROM schema_guard.can_deploy('api', '1');
-- a report says what the function says, of a snapshot as well
SELECT schema_guard.guard_facets('{structure,index,access}');
SELECT schema_guard.capture('with') IS NOT NULL;
SELECT severity, rule, object, needed FROM schema_guard.can_deploy('api', '1', 'with');
SELECT f ->> 'severity' AS severity, f ->> 'rule' AS rule, f ->> 'object' AS object, f ->> 'needed' AS needed
  FROM jsonb_array_elements(schema_guard.report('can_deploy', 'json', 'api', '1', 'with')::jsonb -> 'findings') f;
-- what is not there is another rule's
SELECT rule, object FROM schema_guard.can_deploy('judged', '1', role => 'regress_guard_api') WHERE rule <> 'privilege_missing';
DROP SCHEMA shop CASCADE;
SELECT rule, object FROM schema_guard.check_release('api', '1');
DROP EXTENSION schema_guard;
DROP ROLE regress_guard_api, regress_guard_idle, regress_guard_group;
