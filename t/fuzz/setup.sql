-- The schema that the queries of the corpus are about, and one function for each kind of input: what must
-- hold whatever the input is. They return "ok", "rejected: SQLSTATE message", or "WRONG: what".
CREATE EXTENSION schema_guard;
CREATE SCHEMA shop;
SET search_path = shop;
CREATE TYPE state AS ENUM ('new', 'paid', 'it''s');
CREATE DOMAIN email AS text CHECK (VALUE ~ '@') NOT NULL;
CREATE TYPE address AS (street text, "the city" varchar(40));
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email email UNIQUE, home address, tags text[]);
CREATE TABLE orders (id bigint, customer_id bigint NOT NULL REFERENCES customers, total numeric(12,2) DEFAULT 0,
	state state DEFAULT 'new', at timestamptz DEFAULT now(), doc jsonb, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE "Größe" ("a ""b""" int, "ñ" text COLLATE "C", double int GENERATED ALWAYS AS ("a ""b""" * 2) STORED);
CREATE VIEW paid AS SELECT o.id, c.email, o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.state = 'paid';
CREATE FUNCTION total_of(customer bigint, VARIADIC states state[] DEFAULT '{paid}') RETURNS numeric LANGUAGE sql STABLE
	AS 'SELECT sum(total) FROM shop.orders WHERE customer_id = $1 AND state = ANY ($2)';
CREATE FUNCTION rows_of(n int) RETURNS TABLE (a int, b text) LANGUAGE sql AS 'SELECT 1, $$b$$';
CREATE PROCEDURE close_all(INOUT n int) LANGUAGE plpgsql AS 'BEGIN n := 1; END';
SET search_path = public;
CREATE SCHEMA fuzz;

-- The input's effects are undone: import() and register() would fill the tables. Files carry digests of what
-- they say, without the right one of which nothing would be read on: a rejection has it, and the file is tried
-- with it.
CREATE FUNCTION fuzz.try(kind text, input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text;
	detail text;
	digests text[];
BEGIN
	FOR round IN 1 .. 20 LOOP
		BEGIN
			EXECUTE format('SELECT fuzz.%I($1)', kind) INTO said USING input;
			RAISE EXCEPTION USING errcode = 'ZZZZZ', message = coalesce(said, 'ok');
		EXCEPTION
			WHEN SQLSTATE 'ZZZZZ' THEN RETURN SQLERRM;
			WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
				said := format('rejected: %s %s | %s', SQLSTATE, SQLERRM, detail);
		END;
		digests := regexp_match(said, 'disagree \| The file says (\S+), its text has (\S+)\.$');
		EXIT WHEN digests IS NULL OR position(digests[1] IN input) = 0;
		input := overlay(input PLACING digests[2] FROM position(digests[1] IN input) FOR length(digests[1]));
	END LOOP;
	RETURN said;
END $$;

-- What was taken is given back as it was taken, and can be compared.
CREATE FUNCTION fuzz.schema(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	taken text := schema_guard.import(input, 'one');
	given text := schema_guard.export('one');
BEGIN
	IF schema_guard.import(given, 'two') <> taken OR schema_guard.export('two') <> given THEN
		RETURN 'WRONG: another schema after export and import';
	ELSIF EXISTS (SELECT FROM schema_guard.diff('one', 'two')) THEN
		RETURN 'WRONG: differs from itself';
	END IF;
	PERFORM FROM schema_guard.diff('one');
	RETURN 'ok';
END $$;

CREATE FUNCTION fuzz.path(input text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM schema_guard.import_path(input, 'one');
	PERFORM schema_guard.import_path(input, 'two');
	PERFORM schema_guard.approve('one');
	PERFORM * FROM schema_guard.path_steps;
	RETURN 'ok';
END $$;

-- What is stored says the same, and so does the verdict about it.
CREATE FUNCTION fuzz.contract(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	stored jsonb;
	difference text;
BEGIN
	PERFORM schema_guard.register('fuzz', '1', input::jsonb);
	SELECT r.contract INTO STRICT stored FROM schema_guard.release r WHERE application = 'fuzz' AND version = '1';
	PERFORM schema_guard.register('fuzz', '2', stored);
	SELECT string_agg(d::text, '; ') INTO difference FROM schema_guard.contract_diff(input::jsonb, stored) d;
	IF difference IS NOT NULL THEN
		RETURN 'WRONG: differs from what was stored: ' || difference;
	END IF;
	WITH one AS (SELECT * FROM schema_guard.check_release('fuzz', '1')), two AS (SELECT * FROM schema_guard.check_release('fuzz', '2'))
	SELECT string_agg(d::text, '; ') INTO difference
	  FROM ((TABLE one EXCEPT ALL TABLE two) UNION ALL (TABLE two EXCEPT ALL TABLE one)) d;
	RETURN coalesce('WRONG: another verdict about what was stored: ' || difference, 'ok');
END $$;

-- What is derived from queries fits the schema that it was derived from.
CREATE FUNCTION fuzz.query(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	derived jsonb := schema_guard.contract_of(ARRAY[input], 'shop, public');
	problems text;
BEGIN
	PERFORM schema_guard.register('fuzz', '1', derived);
	SELECT string_agg(concat_ws(' ', p.rule, p.object, p.attribute, p.needed, p.found), '; ') INTO problems
	  FROM schema_guard.check_release('fuzz', '1') p WHERE p.severity = 'broken';
	RETURN coalesce('WRONG: does not fit: ' || problems || ' | ' || derived, 'ok');
END $$;
