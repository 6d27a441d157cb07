-- contract_of(): what it derives, and what it refuses; the judge of its verdicts is contract_of.sql
CREATE EXTENSION schema_guard;
SET client_min_messages = error;
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA shop;
CREATE TYPE shop.status AS ENUM ('new', 'paid');
CREATE TYPE shop.address AS (street text, zip text);
CREATE TABLE shop.customers (customer_id bigint PRIMARY KEY, name text, home shop.address);
CREATE TABLE shop.orders (order_id bigint PRIMARY KEY, customer_id bigint, total numeric(12,2), state shop.status, note varchar(20), CHECK (total > 0));
CREATE TABLE shop."Odd ""t" (a int, b int);
CREATE VIEW shop.names AS SELECT customer_id, name FROM shop.customers;
CREATE SEQUENCE shop.numbers;
CREATE FUNCTION shop.label(t text, n integer DEFAULT 1) RETURNS text LANGUAGE sql AS 'SELECT t';
CREATE FUNCTION shop.pairs() RETURNS TABLE (id integer, word text) LANGUAGE sql AS $$SELECT 1, 'a'::text$$;
CREATE FUNCTION shop.boom() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RAISE 'nothing runs'; END$$;
CREATE FUNCTION pg_temp.derive(query text) RETURNS text LANGUAGE sql AS $$SELECT schema_guard.contract_of(ARRAY[query], 'shop')::text$$;
\set VERBOSITY terse

-- reading
SELECT pg_temp.derive('SELECT order_id, total FROM orders WHERE customer_id = $1 AND note LIKE ''a%'' ORDER BY state');
SELECT pg_temp.derive('SELECT * FROM orders');
SELECT pg_temp.derive('SELECT EXISTS (SELECT * FROM orders)');
SELECT pg_temp.derive('SELECT x.order_id FROM (SELECT * FROM orders) x');
SELECT pg_temp.derive('SELECT name, total FROM orders o JOIN customers c USING (customer_id)');
SELECT pg_temp.derive('SELECT count(*) FROM orders NATURAL JOIN customers');
SELECT pg_temp.derive('SELECT c, to_json(o) FROM customers c, orders o');
SELECT pg_temp.derive('SELECT (home).street FROM customers');
SELECT pg_temp.derive('SELECT name FROM names');
SELECT pg_temp.derive('SELECT a FROM "Odd ""t"');
SELECT pg_temp.derive('SELECT 1');
-- writing
SELECT pg_temp.derive('INSERT INTO orders (order_id, total) VALUES ($1, 2) ON CONFLICT (order_id) DO UPDATE SET total = excluded.total, state = ''paid''');
SELECT pg_temp.derive('INSERT INTO customers VALUES (1, $1)');
SELECT schema_guard.contract_of('{INSERT INTO shop.orders (order_id\, total) VALUES (1\, 2),INSERT INTO shop.orders (order_id\, note) VALUES (1\, NULL)}');
SELECT pg_temp.derive('UPDATE orders SET total = total * 2 WHERE order_id = ANY ($1)');
SELECT pg_temp.derive('UPDATE orders SET total = $3 WHERE note = $5');
SELECT pg_temp.derive('SELECT $65536::integer');
SELECT pg_temp.derive('SELECT $65535::integer');
SELECT pg_temp.derive('DELETE FROM orders');
SELECT pg_temp.derive('COPY customers (name) FROM STDIN; LOCK names; TRUNCATE customers');
-- calls; a function of the user's never runs
SELECT pg_temp.derive('SELECT label(note), label(''x''), label(n => 1, t => $1) FROM orders');
SELECT pg_temp.derive('SELECT word FROM pairs()');
SELECT pg_temp.derive('SELECT nextval(''numbers''), boom(), ''paid''::status');
-- commands around queries, and several in a text
SELECT pg_temp.derive('BEGIN; EXPLAIN SELECT name FROM customers; DECLARE c CURSOR FOR SELECT name FROM customers; PREPARE p (bigint) AS SELECT name FROM customers; COMMIT');

-- everything that is wrong, at once
\set VERBOSITY default
SELECT schema_guard.contract_of(ARRAY['SELECT x FROM shop.orders', 'SELECT 1', 'SELEC', 'CREATE TABLE t ()', 'SELECT * FROM nowhere', 'DO $$BEGIN END$$',
	'SELECT total FROM shop.orders; DROP TABLE shop.orders', E'SELECT\n\ty, ' || repeat('z', 300) || ' FROM shop.orders']);
SELECT schema_guard.contract_of(ARRAY['SELECT 1', NULL]);
SELECT schema_guard.contract_of(NULL);
SELECT schema_guard.contract_of('{}');
SELECT schema_guard.contract_of('{""}');
CREATE TEMP TABLE mine (a int);
CREATE TYPE pg_temp.kind AS ENUM ('a');
SELECT schema_guard.contract_of(ARRAY['SELECT a FROM mine', 'SELECT ''a''::pg_temp.kind', 'SELECT name FROM shop.customers']);
-- the search_path of the session is left as it is
SHOW search_path;
SELECT schema_guard.contract_of('{SELECT name FROM customers}');
-- 1 MB, and deep
SELECT length(schema_guard.contract_of(ARRAY['SELECT name FROM shop.customers WHERE name IN (''a''' || repeat(', ''b''', 200000) || ')'])::text);
SELECT schema_guard.contract_of(ARRAY['SELECT ' || repeat('(', 100000) || '1' || repeat(')', 100000)]) IS NULL;
SELECT count(*) FROM generate_series(1, 2) n, LATERAL (SELECT schema_guard.contract_of(array_agg('SELECT name FROM shop.customers WHERE customer_id = ' || i)) c FROM generate_series(1, 500) i) x;

-- what is derived is taken; what is not known is refused
\set VERBOSITY terse
SELECT schema_guard.register('api', '1', schema_guard.contract_of(ARRAY['SELECT name, total FROM orders JOIN customers USING (customer_id)',
	'INSERT INTO orders VALUES (1, 2, 3)', 'SELECT label(''x''), word FROM pairs()', 'SELECT * FROM names', 'SELECT c FROM customers c', 'DELETE FROM orders'], 'shop'));
SELECT count(*) FROM schema_guard.check_release('api', '1');
BEGIN;
ALTER TABLE shop.orders ADD name text, ADD CHECK (total < 100);
CREATE TRIGGER t BEFORE INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE shop.customers ADD more int;
CREATE OR REPLACE VIEW shop.names AS SELECT customer_id, name, 1 AS one FROM shop.customers;
CREATE FUNCTION shop.label(t integer) RETURNS text LANGUAGE sql AS 'SELECT ''a''';
SELECT severity, rule, object, attribute, needed, found FROM schema_guard.check_release('api', '1') ORDER BY rule, object;
ROLLBACK;
SELECT schema_guard.assert_contract('{"relations": {"shop.orders": {"uses": {"note": [{"operator": "="}]}}}}');
SELECT schema_guard.assert_contract('{"relations": {"shop.orders": {"uses": {"note": [{"eaten": "text"}]}}}}');
SELECT schema_guard.assert_contract('{"relations": {"shop.orders": {"uses": {"note": [{"cast": "*"}]}}}}');
SELECT schema_guard.assert_contract('{"relations": {"shop.orders": {"uses": {"note": [{}]}}}}');
SELECT schema_guard.assert_contract('{"operators": ["shop.===(integer,integer)"], "collations": ["shop.c"], "text_search_configurations": ["shop.w"], "text_search_dictionaries": ["shop.d"], "sequences": ["shop.names"], "types": {"shop.t": {}}}');
SELECT schema_guard.assert_contract('{"operators": ["shop.==="]}');
-- such a constant may be any number
SELECT DISTINCT schema_guard.contract_of(ARRAY['SELECT ''999999''::' || t]) FROM unnest('{regproc,regprocedure,regoper,regoperator,regclass,regtype,regnamespace,regrole,regcollation,regconfig,regdictionary}'::text[]) t;
SELECT schema_guard.assert_contract('{"bare": {"name": "shop.orders"}}');
SELECT schema_guard.assert_contract('{"bare": {"name": ["shop.orders", "shop.customers"]}}');
DROP SCHEMA shop CASCADE;
DROP EXTENSION schema_guard;
