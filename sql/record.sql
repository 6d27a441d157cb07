-- what a session executes, recorded: the contract is the one that contract_of() derives from the same
-- queries; whose statements are recorded, and what becomes of them; hostile values
CREATE EXTENSION schema_guard;
\set VERBOSITY terse
SET client_min_messages = warning;

CREATE SCHEMA shop;
CREATE TYPE shop.status AS ENUM ('new', 'paid', 'sent');
CREATE TYPE shop.address AS (street text, zip text);
CREATE TABLE shop.customers (customer_id bigint PRIMARY KEY, name text NOT NULL, home shop.address);
CREATE TABLE shop.orders (order_id bigint PRIMARY KEY, customer_id bigint, total numeric, note text,
	state shop.status DEFAULT 'new');
CREATE TABLE shop.items (order_id bigint, sku text, quantity integer);
CREATE SEQUENCE shop.numbers;
CREATE FUNCTION shop.price(quantity integer, factor numeric DEFAULT 1) RETURNS numeric LANGUAGE sql AS 'SELECT quantity * factor';
CREATE FUNCTION shop.rows_of(n integer) RETURNS TABLE (id integer, word text) LANGUAGE sql AS $$SELECT n, 'a'::text$$;
CREATE FUNCTION shop.inner_of(n bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	SELECT name INTO found FROM shop.customers WHERE customer_id = n;
	RETURN found;
END $$;
CREATE PROCEDURE shop.close_order(n bigint) LANGUAGE plpgsql AS $$ BEGIN UPDATE shop.orders SET state = 'sent' WHERE order_id = n; END $$;
SET search_path = shop, public;

-- the items of a recording, without how it came about
CREATE FUNCTION pg_temp.items(release text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT item FROM (
		SELECT array_to_string(path, ' ') || CASE kind WHEN 'e' THEN ': ' || value WHEN 's' THEN ' = ' || value ELSE '' END AS item
		  FROM schema_guard.recorded_item WHERE application || '/' || version = release) x ORDER BY item COLLATE "C" $$;

-- the same contract
CREATE TABLE pg_temp.queries (query text);
INSERT INTO pg_temp.queries VALUES
	('SELECT order_id, total FROM orders WHERE customer_id = 7'),
	('SELECT * FROM items'),
	('SELECT o.* FROM orders o JOIN customers USING (customer_id)'),
	('SELECT order_id FROM orders NATURAL JOIN items'),
	($$SELECT order_id FROM orders WHERE state = 'paid'$$),
	($$SELECT order_id FROM orders WHERE state IN ('new', 'paid')$$),
	('SELECT c FROM customers c'),
	('SELECT (home).street FROM customers'),
	('INSERT INTO items (order_id, sku) VALUES (1, NULL)'),
	('INSERT INTO items (order_id, sku, quantity) VALUES (1, NULL, 2), (2, NULL, 3)'),
	('INSERT INTO items VALUES (1, NULL, 2)'),
	('INSERT INTO orders (order_id) VALUES (1) ON CONFLICT (order_id) DO NOTHING'),
	('INSERT INTO orders (order_id, total) VALUES (1, 5) ON CONFLICT ON CONSTRAINT orders_pkey DO UPDATE SET total = excluded.total'),
	('UPDATE orders SET note = NULL, total = total + 1 WHERE order_id = 1'),
	('DELETE FROM items WHERE quantity > 100 RETURNING sku'),
	('WITH x AS (SELECT * FROM items) SELECT sku, name FROM x, customers'),
	('SELECT price(quantity), price(factor => 2, quantity => 3) FROM items'),
	('SELECT id FROM rows_of(1)'),
	('SELECT * FROM rows_of(1)'),
	($$SELECT nextval('numbers') IS NULL$$),
	('SELECT order_id FROM orders GROUP BY 1 ORDER BY 1'),
	('LOCK TABLE orders IN SHARE MODE'),
	('TRUNCATE items'),
	('COPY items (sku, quantity) TO STDOUT'),
	('COPY (SELECT quantity FROM items) TO STDOUT'),
	($$COPY items (sku) FROM '/dev/null' WHERE quantity > 0 AND price(quantity) > 1$$),
	('CALL close_order(1)'),
	('EXPLAIN (COSTS OFF) SELECT name FROM customers'),
	('DECLARE c CURSOR FOR SELECT note FROM orders FOR UPDATE'),
	('PREPARE p AS SELECT note FROM orders WHERE customer_id = $1 AND total > $2'),
	('PREPARE gap (integer, bigint) AS SELECT note FROM orders WHERE order_id = $2');
BEGIN;
SET LOCAL schema_guard.record = 'shop/1';
\o /dev/null
SELECT query FROM pg_temp.queries \gexec
\o
ROLLBACK;
SELECT schema_guard.recorded('shop', '1') - 'recorded' = schema_guard.contract_of(array_agg(query)) AS same,
	count(*) = (schema_guard.recorded('shop', '1') #>> '{recorded,statements}')::int AS counted FROM pg_temp.queries;
SELECT schema_guard.recorded('shop', '1') -> 'recorded' AS recorded;
SELECT application, version, sessions, sessions_before, statements, complete, items > 50 AS items FROM schema_guard.recordings;
DEALLOCATE p;
DEALLOCATE gap;

-- what it says is registered; the counts are no part of it
SELECT schema_guard.register('shop', '1', schema_guard.recorded('shop', '1'));
SELECT contract ? 'recorded' AS kept FROM schema_guard.release WHERE application = 'shop';
SELECT schema_guard.register('shop', '1', schema_guard.recorded('shop', '1') || '{"recorded": {"sessions": 99}}');
SELECT schema_guard.register('shop', '2', '{"relations": {"shop.items": {}}, "recorded": 5}');
SET schema_guard.mode = enforce;
ALTER TABLE orders RENAME note TO remark;
RESET schema_guard.mode;
SELECT schema_guard.retire('shop', '1');

-- whose statements: the client's, a DO block's; a function's if it is to be
SET schema_guard.record = 'whose/1';
SELECT inner_of(1);
CALL close_order(2);
SELECT * FROM pg_temp.items('whose/1');
DO $$
DECLARE
	n bigint := 5;
	item record;
BEGIN
	n := n + (SELECT count(*) FROM items WHERE quantity > n);
	PERFORM inner_of(n);
	EXECUTE 'SELECT note FROM orders';
	FOR item IN SELECT sku FROM items LOOP
		n := n + 1;
	END LOOP;
	IF EXISTS (SELECT FROM customers WHERE customer_id = n) THEN
		COMMIT;
	END IF;
END $$;
SELECT path, value FROM schema_guard.recorded_item WHERE application = 'whose' AND path[3] = 'select' ORDER BY path;
PREPARE before AS SELECT total FROM orders WHERE customer_id = $1;
SET schema_guard.record_functions = on;
SET schema_guard.record = 'whose/2';
EXECUTE before(1);
SELECT inner_of(1);
DO 'BEGIN PERFORM inner_of(2); END';
CALL close_order(2);
SELECT * FROM pg_temp.items('whose/2');
RESET schema_guard.record_functions;

-- literals: none is kept but an enum's labels; another value is the same statement, another column is none
SET schema_guard.record = 'values/1';
SELECT sku FROM items WHERE sku = 'secret' AND quantity = 1 ORDER BY 1;
SELECT sku FROM items WHERE sku = 'se''cret' AND quantity = -22 ORDER BY 1;
SELECT sku FROM items WHERE sku = E'se\'cret' AND quantity = 3 ORDER BY 1;
SELECT sku, order_id FROM items WHERE quantity = 3000000000 ORDER BY 2;
SELECT order_id FROM orders WHERE state = 'paid';
SELECT order_id FROM orders WHERE state = 'sent';
SELECT order_id FROM orders WHERE state = ANY ('{new}');
SELECT sku FROM items WHERE sku = 'secret' OR quantity = 1.5;
SELECT * FROM pg_temp.items('values/1');
SELECT count(*) FROM schema_guard.recorded_item WHERE value LIKE '%cret%' OR path::text LIKE '%cret%';

-- what is temporary, the server's own and the guard's is left out; the rest of the statement counts
SET schema_guard.record = 'temp/1';
CREATE TEMP TABLE scratch (order_id bigint, more text);
CREATE TYPE pg_temp.mood AS ENUM ('good');
INSERT INTO scratch SELECT order_id, note FROM orders;
SELECT more, sku FROM scratch JOIN items USING (order_id) WHERE 'good'::pg_temp.mood = 'good';
SELECT order_id FROM scratch NATURAL JOIN items;
CREATE TEMP TABLE other AS SELECT name FROM customers;
SELECT total INTO TEMP another FROM orders;
SELECT count(*) FROM schema_guard.journal WHERE false;
SELECT relname FROM pg_class WHERE false;
CREATE TEMP VIEW seen AS SELECT * FROM customers;
SELECT schema_guard.fingerprint() IS NULL;
SELECT 1;
SELECT * FROM pg_temp.items('temp/1');
SELECT schema_guard.recorded('temp', '1') -> 'recorded' AS recorded;
DROP TABLE scratch, other, another;

-- a statement is looked at again when the schema or the search_path has changed
SET schema_guard.record = 'change/1';
SELECT * FROM items;
ALTER TABLE items ADD price numeric;
ALTER TABLE items ALTER sku TYPE varchar(10);
SELECT * FROM items;
CREATE SCHEMA early;
CREATE TABLE early.items (x integer);
SET search_path = early, shop;
SELECT * FROM items;
SET search_path = shop, public;
SELECT * FROM pg_temp.items('change/1');

-- what fails, what is rolled back, what is in a read-only transaction
SET schema_guard.record = 'failed/1';
SELECT no_such_column FROM items;
SELECT quantity / 0 FROM items, orders WHERE false;
INSERT INTO customers (customer_id) VALUES (1);
BEGIN;
SELECT price FROM items;
SAVEPOINT s;
SELECT state FROM orders;
SELECT no_such_column FROM items;
ROLLBACK TO s;
SELECT name FROM customers;
ROLLBACK;
BEGIN READ ONLY;
LOCK TABLE orders IN ACCESS SHARE MODE;
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
SELECT note FROM orders;
-- what is not written yet counts as well
SELECT schema_guard.recorded('failed', '1') #> '{relations,shop.orders,select}' AS pending;
COMMIT;
SET default_transaction_read_only = on;
SELECT total FROM orders;
RESET default_transaction_read_only;
TRUNCATE no_such_table;
COPY items (no_such_column) TO STDOUT;
SELECT * FROM pg_temp.items('failed/1') i WHERE i ~ 'select|insert|commands';

-- it begins anew when it is forgotten, also for what this session has seen
SELECT schema_guard.forget_recorded('failed', '1');
SELECT schema_guard.forget_recorded('failed', '1');
SELECT total FROM orders;
SELECT * FROM pg_temp.items('failed/1');
SELECT schema_guard.forget_recorded('failed', '1');
RESET schema_guard.record;
SELECT total FROM orders;
SELECT schema_guard.recorded('failed', '1');
SELECT schema_guard.recorded('no', NULL);
SELECT schema_guard.forget_recorded(NULL, '1');

-- values that are no release, or strange ones
SET schema_guard.record = 'api';
SET schema_guard.record = '/1';
SET schema_guard.record = 'api/';
SET schema_guard.record = ' api/1';
SELECT total FROM orders;
SELECT total FROM orders;
SELECT set_config('schema_guard.record', repeat('x', 500) || '/1', false) IS NULL;
SELECT total FROM orders;
SELECT set_config('schema_guard.record', E'a''b"; DROP TABLE orders --/\\1', false);
SELECT total FROM orders;
SELECT schema_guard.recorded(E'a''b"; DROP TABLE orders --', E'\\1') #> '{relations,shop.orders,select}' AS recorded;
SELECT set_config('schema_guard.record', E'line\nfeed/1', false) IS NULL;
SELECT total FROM orders;
DO $$ BEGIN FOR i IN 1 .. 30 LOOP PERFORM set_config('schema_guard.record', 'many/' || i, false); EXECUTE 'SELECT total FROM orders'; END LOOP; END $$;
SELECT count(*) < 30 AS bounded FROM schema_guard.recordings WHERE application = 'many';
RESET schema_guard.record;

-- who may: everybody records, those to whom it is granted read and clear
CREATE ROLE regress_record_app;
CREATE ROLE regress_record_manager;
GRANT USAGE ON SCHEMA shop TO regress_record_app;
GRANT SELECT ON shop.orders TO regress_record_app;
SELECT schema_guard.grant_role('regress_record_manager', 'release_manager');
SET SESSION AUTHORIZATION regress_record_app;
SET schema_guard.record = 'app/1';
SELECT order_id FROM orders;
SELECT name FROM customers;
SELECT schema_guard.recorded('app', '1');
SELECT schema_guard.forget_recorded('app', '1');
INSERT INTO schema_guard.recorded_item VALUES ('app', '1', '', '{}', 's', '1');
RESET SESSION AUTHORIZATION;
RESET schema_guard.record;
SET ROLE regress_record_manager;
SELECT schema_guard.recorded('app', '1') #> '{relations,shop.orders,select}' AS recorded;
SELECT application FROM schema_guard.recordings WHERE application = 'app';
SELECT schema_guard.forget_recorded('app', '1');
RESET ROLE;

-- no DDL of the guard's, nothing that verify() would find
SELECT count(*) FROM schema_guard.verify();

-- without the extension it is said once
SET schema_guard.record = 'gone/1';
DROP EXTENSION schema_guard;
SELECT total FROM orders;
SELECT note FROM orders;
RESET schema_guard.record;
DROP OWNED BY regress_record_app, regress_record_manager;
DROP ROLE regress_record_app, regress_record_manager;
DROP SCHEMA shop, early CASCADE;
