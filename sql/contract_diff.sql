-- contract_diff(): what a release needs that the one before did not
CREATE EXTENSION schema_guard;
SET client_min_messages = error;
\pset format unaligned
\pset tuples_only on
\pset null -
\set VERBOSITY terse
CREATE SCHEMA shop;
CREATE TYPE shop.status AS ENUM ('new', 'paid', 'sent');
CREATE TYPE shop.address AS (street text, zip text);
CREATE TABLE shop.customers (customer_id bigint PRIMARY KEY, name text, home shop.address);
CREATE TABLE shop.orders (order_id bigint PRIMARY KEY, customer_id bigint, total numeric(12,2), state shop.status, note varchar(20), CONSTRAINT "Total" CHECK (total > 0));
CREATE FUNCTION shop.label(t text, n integer DEFAULT 1) RETURNS text LANGUAGE sql AS 'SELECT t';
CREATE SEQUENCE shop.numbers;

-- written by hand: each key; the same written in another way is no difference
SELECT * FROM schema_guard.contract_diff(
	'{"relations": {"public.orders": {"select": {"id": "int8", "note": "varchar(20)", "gone": "text"}, "not_null": ["id", "note"],
		"insert": ["note"], "update": ["note"], "conflict_targets": [["a", "b"], ["c"]]}, "public.old": {}},
	  "functions": {"public.f(int4)": "int4", "public.g( text )": null},
	  "enums": {"public.state": ["new", "paid"]},
	  "types": {"public.price": "numeric", "public.place": "(street text, zip text)"}}',
	'{"relations": {"PUBLIC.orders": {"select": {"id": "bigint", "note": "character varying(30)", "The \"new\"": "date"}, "not_null": ["id"],
		"insert": ["note", "day"], "update": ["note"], "conflict_targets": [["b", "a"], ["d"]]}, "public.\"New one\"": {"insert": []}},
	  "functions": {"public.f(integer)": "bigint", "public.g(text)": null},
	  "enums": {"public.state": ["new", "sent"]},
	  "types": {"public.price": "numeric(12,2)", "public.place": "(street text, zip varchar)"}}');

-- derived: what is used otherwise, and what names must not be there
CREATE FUNCTION pg_temp.derive(VARIADIC queries text[]) RETURNS jsonb LANGUAGE sql AS $$SELECT schema_guard.contract_of(queries, 'shop')$$;
SELECT * FROM schema_guard.contract_diff(
	pg_temp.derive('SELECT total FROM orders WHERE note = $1', 'INSERT INTO customers VALUES ($1, $2)'),
	pg_temp.derive('SELECT total, note FROM orders, customers WHERE state = ''paid''', 'SELECT * FROM customers', 'SELECT count(*) FROM orders NATURAL JOIN customers',
		'INSERT INTO orders (order_id, total) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT orders_pkey DO NOTHING', 'INSERT INTO orders (order_id) VALUES ($1)',
		'SELECT label(note, n => 2), (home).zip, nextval(''numbers'') FROM orders, customers', 'DELETE FROM customers'));
-- the first release, the last one, and the same
SELECT * FROM schema_guard.contract_diff('{}', '{"relations": {"public.orders": {"select": {"id": "bigint"}}}}');
SELECT * FROM schema_guard.contract_diff('{"relations": {"public.orders": {"select": {"id": "bigint"}}}}', '{}');
SELECT d.* FROM pg_temp.derive('SELECT * FROM orders NATURAL JOIN customers') c, schema_guard.contract_diff(c, c) d;
-- of registered releases
SELECT schema_guard.register('api', '1', pg_temp.derive('SELECT name FROM customers')), schema_guard.register('api', '2', pg_temp.derive('SELECT name, home FROM customers'));
SELECT d.* FROM schema_guard.release a, schema_guard.release b, schema_guard.contract_diff(a.contract, b.contract) d WHERE a.version = '1' AND b.version = '2';

-- what is no contract
SELECT * FROM schema_guard.contract_diff('{"tables": {}}', '{}');
SELECT * FROM schema_guard.contract_diff('{}', '{"relations": {"orders": {}}}');
SELECT * FROM schema_guard.contract_diff('{}', NULL);
SELECT * FROM schema_guard.contract_diff(NULL, '{}');
SELECT * FROM schema_guard.contract_diff('[]', '{}');

-- 10,000 relations; one more is too many; nested 10,000 deep; keys twice
SELECT count(*) FROM schema_guard.contract_diff('{}', (SELECT jsonb_build_object('relations', jsonb_object_agg('public.t' || n, '{"select": {"a": "integer"}}'::jsonb)) FROM generate_series(1, 10000) n));
SELECT count(*) FROM schema_guard.contract_diff('{}', (SELECT jsonb_build_object('relations', jsonb_object_agg('public.t' || n, '{}'::jsonb)) FROM generate_series(1, 10001) n));
SELECT * FROM schema_guard.contract_diff('{}', ('{"relations": {"public.t": ' || repeat('{"select": ', 1000) || '1' || repeat('}', 1000) || '}}')::jsonb);
SELECT * FROM schema_guard.contract_diff('{}', '{"relations": {"public.t": {"select": {"a": "text"}}, "public.t": {"select": {"b": "text"}}}}');
SELECT * FROM schema_guard.contract_diff('{}', '{"relations": {"public.t": {}, "PUBLIC.t": {}}}');
SELECT * FROM schema_guard.contract_diff('{}', E'{"relations": {"public.\\"a\\nb\\"": {"select": {"c\\"d\\ne": "text"}}}}');
DROP SCHEMA shop CASCADE;
DROP EXTENSION schema_guard;
