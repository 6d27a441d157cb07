-- contracts derived from queries, judged by the server: for each query and each change of the
-- schema, the verdict of the derived contract is what becomes of the query
CREATE EXTENSION schema_guard;
SET client_min_messages = error;
\set VERBOSITY terse
\pset null '-'
SELECT schema_guard.guard_facets('{structure,index,partitions}');
-- the guard has nothing to say here, and each query makes a table
SET schema_guard.mode = off;

CREATE SCHEMA early;
CREATE SCHEMA shop;
SET search_path = early, shop, public;
CREATE TYPE shop.status AS ENUM ('new', 'paid', 'sent');
CREATE DOMAIN shop.amount AS numeric(12,2) CHECK (VALUE >= 0);
CREATE TYPE shop.address AS (street text, zip varchar(10));
CREATE COLLATION shop.plain (LOCALE = 'C');
CREATE TEXT SEARCH CONFIGURATION shop.words (COPY = pg_catalog.simple);
CREATE SEQUENCE shop.numbers;
CREATE TABLE shop.customers (
	customer_id bigint PRIMARY KEY, name text NOT NULL, email varchar(100) UNIQUE, home shop.address,
	tags text[], joined timestamp, score integer);
CREATE TABLE shop.orders (
	order_id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES shop.customers, total numeric(12,2),
	state shop.status NOT NULL DEFAULT 'new', note varchar(200), paid shop.amount, day date, small smallint,
	CONSTRAINT orders_customer_day UNIQUE (customer_id, day));
CREATE TABLE shop.items (item_id integer GENERATED ALWAYS AS IDENTITY, order_id bigint, sku text, quantity integer DEFAULT 1);
CREATE TABLE shop.archive (order_id bigint, sku text);
CREATE TABLE shop.events (at date NOT NULL, kind text, body jsonb) PARTITION BY RANGE (at);
CREATE TABLE shop.events_all PARTITION OF shop.events FOR VALUES FROM ('2000-01-01') TO ('2100-01-01');
CREATE VIEW shop.names AS SELECT customer_id, name, email FROM shop.customers;
CREATE VIEW shop.sums AS SELECT customer_id, sum(total) AS total FROM shop.orders GROUP BY customer_id;
CREATE MATERIALIZED VIEW shop.days AS SELECT day, count(*) AS orders FROM shop.orders GROUP BY day;
CREATE FUNCTION shop.price(quantity integer, factor numeric DEFAULT 1) RETURNS numeric LANGUAGE sql AS 'SELECT quantity * factor';
CREATE FUNCTION shop.label(t text) RETURNS text LANGUAGE sql AS 'SELECT t';
CREATE FUNCTION shop.rows_of(n integer) RETURNS TABLE (id integer, word text) LANGUAGE sql AS $$SELECT n, 'a'::text$$;
CREATE FUNCTION shop.orders_of(c bigint) RETURNS SETOF shop.orders LANGUAGE sql AS 'SELECT * FROM shop.orders WHERE customer_id = c';
CREATE FUNCTION shop.same(a anyelement, b anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION shop.many(VARIADIC a integer[]) RETURNS integer LANGUAGE sql AS 'SELECT a[1]';
CREATE PROCEDURE shop.close_order(n bigint, note text DEFAULT '') LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE shop.product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
CREATE FUNCTION shop.is_like(a text, b text) RETURNS boolean LANGUAGE sql AS 'SELECT a = b';
CREATE OPERATOR shop.~== (LEFTARG = text, RIGHTARG = text, FUNCTION = shop.is_like);
INSERT INTO shop.customers VALUES (1, 'a', 'a@x', ROW('s', '1'), '{a}', '2020-01-01', 5);
INSERT INTO shop.orders VALUES (1, 1, 10, 'new', 'n', 1, '2020-01-01', 1);
INSERT INTO shop.items (order_id, sku) VALUES (1, '7');

\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/attempt.sql

CREATE TABLE pg_temp.queries (q int GENERATED ALWAYS AS IDENTITY, query text, arguments text, told text);
INSERT INTO pg_temp.queries (query, arguments) VALUES
	($$SELECT order_id, total FROM orders WHERE customer_id = $1$$, '1'),
	($$SELECT order_id FROM orders WHERE note = 'n' AND total > 5 ORDER BY day$$, NULL),
	($$SELECT * FROM orders$$, NULL),
	($$SELECT o.* FROM orders o$$, NULL),
	($$SELECT order_id, name FROM orders JOIN customers USING (customer_id)$$, NULL),
	($$SELECT order_id, name FROM orders o JOIN customers c ON o.customer_id = c.customer_id$$, NULL),
	($$SELECT o.order_id, c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id$$, NULL),
	($$SELECT order_id, sku FROM items NATURAL JOIN archive$$, NULL),
	($$SELECT order_id FROM orders WHERE state = 'paid'$$, NULL),
	($$SELECT order_id FROM orders WHERE state = $1$$, $$'new'$$),
	($$SELECT count(*) AS n FROM orders$$, NULL),
	($$SELECT EXISTS (SELECT * FROM orders WHERE order_id = 1) AS there$$, NULL),
	($$SELECT x.order_id FROM (SELECT * FROM orders) x$$, NULL),
	($$WITH x AS (SELECT * FROM items) SELECT sku, quantity FROM x$$, NULL),
	($$WITH x AS (SELECT * FROM items) SELECT name FROM x, customers$$, NULL),
	($$SELECT order_id, sku FROM items UNION ALL SELECT order_id, sku FROM archive$$, NULL),
	($$SELECT * FROM archive UNION ALL SELECT order_id, sku FROM items$$, NULL),
	($$SELECT name FROM customers WHERE customer_id IN (SELECT customer_id FROM orders)$$, NULL),
	($$SELECT (SELECT max(total) FROM orders o WHERE o.customer_id = c.customer_id) AS most FROM customers c$$, NULL),
	($$SELECT (SELECT name FROM orders LIMIT 1) AS n FROM customers$$, NULL),
	($$SELECT sum(quantity) AS n FROM items$$, NULL),
	($$SELECT sum(quantity) AS n, order_id FROM items GROUP BY order_id$$, NULL),
	($$SELECT date_trunc('month', day) AS month, count(*) AS n FROM orders GROUP BY month$$, NULL),
	($$SELECT total + paid AS both FROM orders$$, NULL),
	($$SELECT order_id FROM orders WHERE small = 1 OR small IS NULL$$, NULL),
	($$SELECT order_id FROM orders WHERE small IN (1, 2)$$, NULL),
	($$SELECT order_id FROM orders WHERE order_id = ANY ($1)$$, $$'{1}'$$),
	($$SELECT lower(note) AS l FROM orders$$, NULL),
	($$SELECT note::text AS n FROM orders$$, NULL),
	($$SELECT small::integer AS n FROM orders$$, NULL),
	($$SELECT c FROM customers c$$, NULL),
	($$SELECT row_to_json(i) AS j FROM items i$$, NULL),
	($$SELECT (home).street AS s FROM customers$$, NULL),
	($$SELECT ROW('s', '1')::shop.address AS a$$, NULL),
	($$SELECT tags[1] AS t FROM customers WHERE 'a' = ANY (tags)$$, NULL),
	($$SELECT '5'::shop.amount AS a$$, NULL),
	($$SELECT 'paid'::shop.status AS s$$, NULL),
	($$SELECT nextval('numbers') AS n$$, NULL),
	($$SELECT to_tsvector('words', 'a b') AS v$$, NULL),
	($$SELECT name FROM customers ORDER BY name COLLATE shop.plain$$, NULL),
	($$SELECT price(quantity) AS p FROM items$$, NULL),
	($$SELECT price(1, 2) AS p$$, NULL),
	($$SELECT price(factor => 2, quantity => 3) AS p$$, NULL),
	($$SELECT label('x') AS l$$, NULL),
	($$SELECT label($1) AS l$$, $$'x'$$),
	($$SELECT label(note) AS l FROM orders$$, NULL),
	($$SELECT same(1, 2) AS s$$, NULL),
	($$SELECT many(1, 2, 3) AS m$$, NULL),
	($$SELECT many(VARIADIC '{1,2}'::integer[]) AS m$$, NULL),
	($$SELECT word FROM rows_of(1)$$, NULL),
	($$SELECT * FROM rows_of(1)$$, NULL),
	($$SELECT order_id, total FROM orders_of(1)$$, NULL),
	($$SELECT product(total) AS p FROM orders$$, NULL),
	($$SELECT name ~== 'a' AS l FROM customers$$, NULL),
	($$CALL close_order(1)$$, NULL),
	($$INSERT INTO orders (order_id, customer_id, total) VALUES ($1, 1, 3)$$, '2'),
	($$INSERT INTO orders (order_id, customer_id, day) VALUES (3, 1, '2020-01-01') ON CONFLICT (customer_id, day) DO UPDATE SET note = excluded.note$$, NULL),
	($$INSERT INTO orders (order_id, customer_id, day) VALUES (3, 1, '2020-01-01') ON CONFLICT ON CONSTRAINT orders_customer_day DO NOTHING$$, NULL),
	($$INSERT INTO archive VALUES (1, 'a')$$, NULL),
	($$INSERT INTO archive VALUES ($1, $2)$$, $$1, 'a'$$),
	($$INSERT INTO archive SELECT order_id, sku FROM items$$, NULL),
	($$INSERT INTO items (order_id, sku) SELECT * FROM archive$$, NULL),
	($$INSERT INTO items (order_id) VALUES (1) RETURNING item_id$$, NULL),
	($$UPDATE orders SET total = total + 1, note = 'x' WHERE order_id = 1$$, NULL),
	($$UPDATE orders SET note = $1 FROM customers c WHERE c.customer_id = orders.customer_id$$, $$'a'$$),
	($$UPDATE customers SET home.street = 'x'$$, NULL),
	($$DELETE FROM items WHERE order_id = 1 RETURNING sku$$, NULL),
	($$SELECT name FROM names$$, NULL),
	($$SELECT * FROM names$$, NULL),
	($$UPDATE names SET name = 'b' WHERE customer_id = 1$$, NULL),
	($$INSERT INTO names (customer_id, name) VALUES (9, 'z')$$, NULL),
	($$DELETE FROM names WHERE customer_id = 77$$, NULL),
	($$SELECT total FROM sums$$, NULL),
	($$SELECT orders FROM days$$, NULL),
	($$SELECT kind FROM events WHERE at > '2020-01-01'$$, NULL),
	($$INSERT INTO events (at, kind) VALUES ('2020-01-01', 'k')$$, NULL),
	($$SELECT order_id FROM orders FOR UPDATE$$, NULL),
	($$LOCK TABLE archive$$, NULL),
	($$TRUNCATE archive$$, NULL),
	($$SELECT name, row_number() OVER (PARTITION BY score ORDER BY joined) AS r FROM customers$$, NULL),
	($$SELECT c.name, l.order_id FROM customers c, LATERAL (SELECT order_id FROM orders o WHERE o.customer_id = c.customer_id) l$$, NULL),
	($$SELECT coalesce(score, 0) AS s FROM customers$$, NULL),
	($$SELECT DISTINCT score FROM customers$$, NULL),
	($$SELECT CASE WHEN score > 3 THEN 'a' ELSE 'b' END AS c FROM customers$$, NULL),
	($$SELECT order_id FROM orders LIMIT $1$$, '1'),
	($$SELECT joined + interval '1 day' AS j FROM customers WHERE joined < now()$$, NULL);
UPDATE pg_temp.queries SET told = pg_temp.attempt(query, arguments);
SELECT q, query, told FROM pg_temp.queries WHERE told LIKE 'ERROR%';

CREATE TABLE pg_temp.changes (c int GENERATED ALWAYS AS IDENTITY, change text);
INSERT INTO pg_temp.changes (change) VALUES
	('SELECT 1'),
	-- columns are added
	('ALTER TABLE orders ADD more integer'),
	('ALTER TABLE orders ADD name text'),
	('ALTER TABLE orders ADD month date'),
	('ALTER TABLE orders ADD sku text NOT NULL DEFAULT 1'),
	('ALTER TABLE customers ADD more integer'),
	('ALTER TABLE customers ADD order_id bigint'),
	('ALTER TABLE customers ADD c text'),
	('ALTER TABLE items ADD more integer'),
	('ALTER TABLE items ADD name text'),
	('ALTER TABLE archive ADD more integer'),
	('ALTER TABLE archive ADD quantity integer'),
	($$ALTER TABLE archive ADD more integer NOT NULL$$),
	('ALTER TABLE events ADD more integer'),
	('DELETE FROM orders; ALTER TABLE orders ADD must integer NOT NULL'),
	('ALTER TABLE orders ADD made numeric GENERATED ALWAYS AS (total) STORED'),
	-- ... go
	('ALTER TABLE orders DROP note'),
	('ALTER TABLE orders DROP total CASCADE'),
	('ALTER TABLE orders DROP small'),
	('ALTER TABLE orders DROP day CASCADE'),
	('ALTER TABLE orders DROP state'),
	('ALTER TABLE customers DROP score'),
	('ALTER TABLE customers DROP tags'),
	('ALTER TABLE customers DROP home'),
	('ALTER TABLE customers DROP name CASCADE'),
	('ALTER TABLE items DROP quantity'),
	('ALTER TABLE items DROP sku'),
	('ALTER TABLE archive DROP sku'),
	('ALTER TABLE archive DROP order_id; ALTER TABLE archive ADD order_id bigint'),
	('ALTER TABLE events DROP kind'),
	-- ... get other names
	('ALTER TABLE orders RENAME customer_id TO client_id'),
	('ALTER TABLE orders RENAME note TO remark'),
	('ALTER TABLE archive RENAME sku TO code'),
	('ALTER TABLE customers RENAME name TO full_name'),
	('ALTER VIEW names RENAME COLUMN name TO nick'),
	-- ... and types
	('ALTER TABLE orders ALTER small TYPE integer'),
	('ALTER TABLE orders ALTER small TYPE text'),
	('ALTER TABLE orders ALTER note TYPE text'),
	('ALTER TABLE orders ALTER note TYPE varchar(400)'),
	('ALTER TABLE orders ALTER note TYPE bytea USING NULL'),
	('DROP VIEW sums; ALTER TABLE orders ALTER total TYPE numeric(14,4)'),
	('DROP VIEW sums; ALTER TABLE orders ALTER total TYPE bigint'),
	('DROP VIEW sums; ALTER TABLE orders ALTER total TYPE double precision'),
	('ALTER TABLE orders ALTER paid TYPE numeric'),
	('ALTER TABLE orders ALTER state DROP DEFAULT; ALTER TABLE orders ALTER state TYPE text'),
	('ALTER TABLE orders ALTER order_id TYPE integer'),
	('ALTER TABLE items ALTER quantity TYPE bigint'),
	('ALTER TABLE items ALTER quantity TYPE numeric'),
	('ALTER TABLE items ALTER order_id TYPE integer'),
	('ALTER TABLE items ALTER sku TYPE varchar(20)'),
	('ALTER TABLE items ALTER sku TYPE integer USING sku::integer'),
	('ALTER TABLE archive ALTER order_id TYPE text'),
	('ALTER TABLE archive ALTER order_id TYPE integer'),
	('ALTER TABLE customers ALTER joined TYPE timestamptz'),
	('ALTER TABLE customers ALTER score TYPE bigint'),
	('ALTER TABLE customers ALTER score TYPE text'),
	('ALTER TABLE customers ALTER tags TYPE varchar[]'),
	('ALTER TABLE customers ALTER tags TYPE text USING NULL'),
	-- constraints, indexes, generated columns
	('ALTER TABLE orders DROP CONSTRAINT orders_customer_day'),
	('ALTER TABLE orders RENAME CONSTRAINT orders_customer_day TO other'),
	('ALTER TABLE orders DROP CONSTRAINT orders_customer_day; CREATE UNIQUE INDEX ON orders (day, customer_id)'),
	('ALTER TABLE orders DROP CONSTRAINT orders_customer_day; ALTER TABLE orders ADD CONSTRAINT orders_customer_day UNIQUE (customer_id, day) DEFERRABLE'),
	('ALTER TABLE orders ALTER total DROP NOT NULL'),
	('UPDATE items SET sku = 1; ALTER TABLE items ALTER sku SET NOT NULL'),
	('ALTER TABLE archive ADD CHECK (order_id > 0)'),
	('ALTER TABLE orders DROP note; ALTER TABLE orders ADD note varchar(200) GENERATED ALWAYS AS (''a'') STORED'),
	-- relations
	('DROP TABLE archive'),
	('ALTER TABLE archive RENAME TO old'),
	('ALTER TABLE archive SET SCHEMA public'),
	('CREATE TABLE early.orders (order_id bigint)'),
	('CREATE TABLE public.orders (order_id bigint)'),
	('CREATE TABLE early.archive (order_id bigint, sku text)'),
	('DROP TABLE archive; CREATE VIEW archive AS SELECT order_id, sku FROM items'),
	('DROP TABLE archive; CREATE MATERIALIZED VIEW archive AS SELECT order_id, sku FROM items'),
	('CREATE OR REPLACE VIEW names AS SELECT customer_id, name, email, score FROM customers'),
	('CREATE OR REPLACE VIEW names AS SELECT DISTINCT customer_id, name, email FROM customers'),
	('CREATE OR REPLACE VIEW names AS SELECT customer_id, name || '''' AS name, email FROM customers'),
	('CREATE OR REPLACE VIEW names AS SELECT customer_id, name, email FROM customers LIMIT 10'),
	('CREATE OR REPLACE VIEW names AS SELECT c.customer_id, c.name, c.email FROM customers c, orders'),
	('DROP VIEW names; CREATE TABLE names AS SELECT customer_id, name, email FROM customers'),
	('DROP VIEW sums'),
	('DROP MATERIALIZED VIEW days; CREATE VIEW days AS SELECT day, count(*) AS orders FROM orders GROUP BY day'),
	('ALTER TABLE events DETACH PARTITION events_all; ALTER TABLE events_all RENAME TO x; CREATE TABLE events_new PARTITION OF events DEFAULT'),
	-- functions
	('DROP FUNCTION price'),
	('DROP FUNCTION price; CREATE FUNCTION price(quantity integer, factor numeric) RETURNS numeric LANGUAGE sql AS ''SELECT 1.0'''),
	('DROP FUNCTION price; CREATE FUNCTION price(number integer, factor numeric DEFAULT 1) RETURNS numeric LANGUAGE sql AS ''SELECT 1.0'''),
	('DROP FUNCTION price; CREATE FUNCTION price(quantity bigint, factor numeric DEFAULT 1) RETURNS numeric LANGUAGE sql AS ''SELECT 1.0'''),
	('CREATE FUNCTION price(quantity integer, factor integer DEFAULT 1) RETURNS numeric LANGUAGE sql AS ''SELECT 1.0'''),
	('DROP FUNCTION price; CREATE FUNCTION price(quantity integer, factor numeric DEFAULT 1) RETURNS integer LANGUAGE sql AS ''SELECT 1'''),
	('CREATE FUNCTION label(t integer) RETURNS text LANGUAGE sql AS ''SELECT ''''a'''''''),
	('CREATE FUNCTION label(t varchar) RETURNS text LANGUAGE sql AS ''SELECT ''''a'''''''),
	('DROP FUNCTION label; CREATE FUNCTION label(t integer) RETURNS text LANGUAGE sql AS ''SELECT ''''a'''''''),
	('DROP FUNCTION rows_of; CREATE FUNCTION rows_of(n integer) RETURNS TABLE (id integer, word text, more integer) LANGUAGE sql AS ''SELECT 1, ''''a'''', 2'''),
	('DROP FUNCTION rows_of; CREATE FUNCTION rows_of(n integer) RETURNS TABLE (id integer, term text) LANGUAGE sql AS ''SELECT 1, ''''a'''''''),
	('DROP FUNCTION many; CREATE FUNCTION many(a integer, b integer, c integer) RETURNS integer LANGUAGE sql AS ''SELECT 1'''),
	('DROP FUNCTION same; CREATE FUNCTION same(a bigint, b bigint) RETURNS bigint LANGUAGE sql AS ''SELECT a'''),
	('DROP PROCEDURE close_order; CREATE PROCEDURE close_order(n bigint, note text) LANGUAGE sql AS ''SELECT 1'''),
	('DROP AGGREGATE product(numeric)'),
	('DROP OPERATOR ~== (text, text)'),
	-- types and the rest
	('ALTER TYPE status RENAME VALUE ''paid'' TO ''settled'''),
	('ALTER TYPE status RENAME VALUE ''new'' TO ''fresh'''),
	('ALTER TYPE status ADD VALUE ''late'''),
	('ALTER TYPE status RENAME TO stage'),
	('ALTER TYPE address ADD ATTRIBUTE city text'),
	('ALTER TYPE address RENAME ATTRIBUTE street TO road'),
	('ALTER TABLE orders ALTER paid TYPE numeric; DROP DOMAIN amount'),
	('DROP SEQUENCE numbers'),
	('ALTER SEQUENCE numbers RENAME TO ids'),
	('DROP COLLATION plain'),
	('DROP TEXT SEARCH CONFIGURATION words');

CREATE TABLE pg_temp.verdicts (c int, q int, now text, live text);
CREATE FUNCTION pg_temp.verdict(release text, snapshot text) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(DISTINCT rule, ' ' ORDER BY rule) FILTER (WHERE severity = 'broken'), 'fits')
	  FROM schema_guard.can_deploy('judged', release, snapshot) $$;
-- of all queries together, every problem: the same from the catalogs, a snapshot and a schema file
CREATE FUNCTION pg_temp.verdict_in_full(snapshot text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', severity, rule, object, attribute, needed, found), E'\n' ORDER BY rule, object, attribute, needed, found)
	  FROM schema_guard.can_deploy('judged', 'all', snapshot) $$;
-- what a transaction adds to an enum, it cannot use
CREATE FUNCTION pg_temp.judge(change_number int, change text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	rows pg_temp.verdicts[];
	alike boolean;
BEGIN
	BEGIN
		SET LOCAL search_path = shop, public;
		EXECUTE change;
		SET LOCAL search_path = early, shop, public;
		PERFORM schema_guard.capture('now');
		PERFORM schema_guard.import(schema_guard.export('now'), 'read');
		rows := array(SELECT ROW(change_number, q, pg_temp.attempt(query, arguments), pg_temp.verdict(q::text, NULL))::pg_temp.verdicts
						FROM pg_temp.queries ORDER BY q);
		alike := pg_temp.verdict_in_full(NULL) IS NOT DISTINCT FROM pg_temp.verdict_in_full('now') AND
			pg_temp.verdict_in_full('now') IS NOT DISTINCT FROM pg_temp.verdict_in_full('read');
		RAISE EXCEPTION 'back' USING ERRCODE = 'UU000';
	EXCEPTION WHEN SQLSTATE 'UU000' THEN
		NULL;
	END;
	INSERT INTO pg_temp.verdicts SELECT * FROM unnest(rows);
	RETURN alike;
END $$;
CREATE TABLE pg_temp.derived AS SELECT q, schema_guard.contract_of(ARRAY[query]) AS contract FROM pg_temp.queries;
SELECT count(schema_guard.register('judged', q::text, contract)) FROM pg_temp.derived;
SELECT schema_guard.register('judged', 'all', schema_guard.contract_of(array_agg(query))) FROM pg_temp.queries;
SELECT c, change FROM pg_temp.changes WHERE NOT pg_temp.judge(c, change) ORDER BY c;

-- What is undecided, with the reason.  The query works, but means something else now, which
-- the server does not say: "captured", "joined", "hidden", "moved".  Or what decides is no part
-- of a contract: the "body" of a function, the "value" of a parameter or literal.
CREATE TABLE pg_temp.undecided (reason text, change text, query text, verdict text);
INSERT INTO pg_temp.undecided VALUES
	('captured', 'ALTER TABLE orders ADD name%', 'SELECT (SELECT name FROM orders%', 'column_ambiguous'),
	('captured', 'ALTER TABLE orders RENAME customer_id%', '%IN (SELECT customer_id FROM orders)', 'column_missing'),
	('joined', 'ALTER TABLE %', '%NATURAL JOIN%', '%natural_join_changed%'),
	('joined', 'ALTER TABLE %TYPE%', '%NATURAL JOIN%', 'type_changed'),
	('hidden', 'CREATE TABLE early.%', '%', 'relation_hidden'),
	('moved', 'ALTER TABLE archive SET SCHEMA public', '%archive%', '%relation_missing'),
	('body', 'ALTER TABLE orders RENAME customer_id%', '%orders_of(1)', 'fits'),
	('value', 'ALTER TYPE status RENAME VALUE%', '%state = $1', 'fits'),
	('value', '%TYPE bytea%', '%note = ''%', 'type_changed');
-- where the verdict is another than the server's
CREATE VIEW pg_temp.wrong AS
SELECT v.c, v.q, c.change, q.query, v.now IS NOT DISTINCT FROM q.told AS works, v.live AS verdict,
	   left(CASE WHEN v.now LIKE 'ERROR%' THEN v.now END, 60) AS server,
	   (SELECT min(u.reason) FROM pg_temp.undecided u WHERE c.change LIKE u.change AND q.query LIKE u.query AND v.live LIKE u.verdict) AS undecided
  FROM pg_temp.verdicts v JOIN pg_temp.queries q USING (q) JOIN pg_temp.changes c USING (c)
 WHERE (v.now IS NOT DISTINCT FROM q.told) <> (v.live = 'fits');
SELECT * FROM pg_temp.wrong WHERE undecided IS NULL ORDER BY c, q;
SELECT undecided, works, count(*) FROM pg_temp.wrong GROUP BY undecided, works ORDER BY undecided;
SELECT count(*) AS verdicts, count(DISTINCT c) AS changes, count(DISTINCT q) AS queries, count(*) FILTER (WHERE live <> 'fits') AS broken FROM pg_temp.verdicts;
-- which rules were asked for
SELECT DISTINCT unnest(string_to_array(live, ' ')) COLLATE "C" AS rule FROM pg_temp.verdicts ORDER BY rule;
DROP SCHEMA early, shop CASCADE;
DROP EXTENSION schema_guard;
