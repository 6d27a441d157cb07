-- contracts: what register() accepts, and the rules
CREATE EXTENSION schema_guard;
\set VERBOSITY terse
\pset null '-'

-- ---------------------------------------------------------------- format
-- what is wrong is named by its path; nothing is stored
SELECT schema_guard.register('c', '1', '[]');
SELECT schema_guard.register('c', '1', '"text"');
SELECT schema_guard.register('c', '1', '{"relation": {"public.t": {}}}');
SELECT schema_guard.register('c', '1', '{"relations": []}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": null}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"columns": {}}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"select": ["id"]}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"select": {"id": 1}}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"select": {"id": ""}}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"select": {"": "int"}}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"select": {"Id \"x\"": "strnig"}}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"select": {"id": "order_status"}}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"select": {"id": "varchar(0)"}}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"not_null": {"id": "int"}}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"insert": ["a", 2]}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"insert": ["a", "b", "a"]}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"update": "a"}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"conflict_targets": ["a"]}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"conflict_targets": [["a"], []]}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"t": {}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"": {}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"db.public.t": {}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.\"t": {}}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {}, "PUBLIC . \"t\"": {}}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f": "int"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"f()": "int"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f(nonsense)": "int"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f(int,)": "int"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f(int)": 1}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f()": "TABLE(nonsense"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f()": "TABLE(nonsense)"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f()": "TABLE()"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f(int)": "anyelement"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f(int)": "TABLE(a int, b anyarray)"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f()": "TABLE(a int,)"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f()": "table(a int) x"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f()": "SETOF TABLE(a int)"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"public.f()": "SETOF "}}');
SELECT schema_guard.register('c', '1', '{"relations": {"public.t": {"select": {"id": "public.none("}}}}');
SELECT schema_guard.register('c', '1', jsonb_build_object('relations', (SELECT jsonb_object_agg('public.t' || i, '{}'::jsonb) FROM generate_series(1, 10001) i)));
SELECT schema_guard.register('c', '1', jsonb_build_object('relations', jsonb_build_object('public.t', jsonb_build_object('conflict_targets', (SELECT jsonb_agg(jsonb_build_array('c' || i)) FROM generate_series(1, 101) i)))));
SELECT schema_guard.register('c', '1', jsonb_build_object('relations', jsonb_build_object('public.t', jsonb_build_object('positional', (SELECT jsonb_agg('[]'::jsonb) FROM generate_series(1, 1001) i)))));
SELECT schema_guard.register('c', '1', jsonb_build_object('types', jsonb_build_object('public.t', jsonb_build_object('given', (SELECT jsonb_agg('["int"]'::jsonb) FROM generate_series(1, 1001) i)))));
SELECT schema_guard.register('c', '1', jsonb_build_object('natural', (SELECT jsonb_agg('{"left": ["public.t"], "right": ["public.t"], "columns": ["a"]}'::jsonb) FROM generate_series(1, 1001) i)));
SELECT schema_guard.register('c', '1', '{"functions": {"public.f(int)": "int", "public.f(integer)": "int"}}');
SELECT schema_guard.register('c', '1', '{"functions": {"pg_catalog.now()": "timestamptz"}}');
SELECT schema_guard.register('c', '1', '{"relations": {"information_schema.tables": {}}}');
SELECT schema_guard.register('c', '1', '{"enums": {"public.e": "a"}}');
SELECT schema_guard.register('c', '1', '{"enums": {"e": ["a"]}}');
SELECT schema_guard.register('c', '1', '{"enums": {"public.\"\"": ["a"]}}');
SELECT schema_guard.register('c', '1', '{"enums": {"public.e": ["a", "a"]}}');
SELECT schema_guard.register('c', '1', '{"migrations": {"tool": "sqlx", "applied": {}}}');
SELECT count(*) FROM schema_guard.releases;

-- ---------------------------------------------------------------- rules
SET client_min_messages = error;	-- what does not fit is listed by check_release
CREATE SCHEMA "My ""S""";
CREATE TYPE public.order_status AS ENUM ('new', 'paid');
CREATE DOMAIN public.money_amount AS numeric(12,2) NOT NULL;
CREATE DOMAIN public.with_default AS text NOT NULL DEFAULT 'x';
CREATE TABLE public.orders (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	customer_id bigint NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	total numeric(12,2) NOT NULL,
	doubled numeric GENERATED ALWAYS AS (total * 2) STORED,
	status public.order_status NOT NULL DEFAULT 'new',
	code varchar(20) COLLATE "C",
	tags text[],
	amount public.money_amount,
	fallback public.with_default,
	UNIQUE (created_at, customer_id),
	UNIQUE (code) DEFERRABLE,
	EXCLUDE USING btree (total WITH =)
);
CREATE UNIQUE INDEX ON public.orders (tags, "total" DESC) INCLUDE (id);
CREATE UNIQUE INDEX ON public.orders (status) WHERE status = 'new';
CREATE UNIQUE INDEX ON public.orders (lower(code));
CREATE TABLE "My ""S"""."Odd
T.able" ("a ""b"" (c)" int NOT NULL, "x, y" text DEFAULT 'COLLATE "z" NOT NULL', "NOT NULL" int,
	PRIMARY KEY ("a ""b"" (c)"), UNIQUE ("x, y", "NOT NULL"));

CREATE FUNCTION pg_temp.check(contract jsonb) RETURNS TABLE (severity text, rule text, object text, attribute text, needed text, found text)
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM schema_guard.register('c', 'check', contract);
	RETURN QUERY SELECT c.severity, c.rule, c.object, c.attribute, c.needed, c.found
				   FROM schema_guard.check_release('c', 'check') c;
	PERFORM schema_guard.retire('c', 'check');
END $$;

-- everything fits: no rows
SELECT * FROM pg_temp.check('{"relations": {
	"public.orders": {
		"select": {"id": "int8", "total": "decimal(12,2)", "doubled": "numeric", "status": "public.order_status",
				   "code": "varchar", "created_at": "timestamptz", "tags": "text[]", "amount": "public.money_amount"},
		"not_null": ["id", "customer_id", "amount"],
		"insert": ["customer_id", "total", "amount"],
		"update": ["total", "status"],
		"conflict_targets": [["id"], ["customer_id", "created_at"], ["total", "tags"]]},
	"\"My \"\"S\"\"\".\"Odd\nT.able\"": {
		"select": {"a \"b\" (c)": "integer", "x, y": "text", "NOT NULL": "int"},
		"not_null": ["a \"b\" (c)"],
		"insert": ["a \"b\" (c)"],
		"conflict_targets": [["a \"b\" (c)"], ["NOT NULL", "x, y"]]}}}');
SELECT * FROM pg_temp.check('{"relations": {"public.orders": {}}}');
-- a name without letters is no keyword
CREATE TABLE underscores (_ int UNIQUE, __ int, UNIQUE (__, _));
SELECT * FROM pg_temp.check('{"relations": {"public.underscores": {"insert": ["_"], "conflict_targets": [["_"], ["_", "__"]]}}}');
DROP TABLE underscores;

-- each rule
SELECT * FROM pg_temp.check('{"relations": {"public.nowhere": {"select": {"id": "int"}}}}');
SELECT * FROM pg_temp.check('{"relations": {"public.orders": {"select": {"gone": "int"}, "not_null": ["gone", "lost"], "insert": ["gone", "customer_id", "total", "amount"]}}}');
SELECT * FROM pg_temp.check('{"relations": {"public.orders": {"select": {
	"id": "int", "total": "numeric(12,3)", "code": "text", "status": "public.order_state", "tags": "text", "created_at": "timestamptz(3)"}}}}');
SELECT * FROM pg_temp.check('{"relations": {"public.orders": {"not_null": ["code", "doubled", "total"]}}}');
SELECT * FROM pg_temp.check('{"relations": {"public.orders": {"insert": []}}}');
SELECT * FROM pg_temp.check('{"relations": {"public.orders": {"insert": ["id", "customer_id", "total", "amount"], "update": ["doubled"]}}}');
SELECT * FROM pg_temp.check('{"relations": {"public.orders": {"conflict_targets": [["customer_id"], ["code"], ["status"], ["total"]]}}}');
SELECT * FROM pg_temp.check('{"relations": {"\"My \"\"S\"\"\".\"Odd\nT.able\"": {"select": {"A": "int"}, "conflict_targets": [["x, y"]]}}}');

-- ON CONFLICT does not find an index that a partition lacks
CREATE TABLE parted (id int, note text) PARTITION BY LIST (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE UNIQUE INDEX parted_key ON ONLY parted (id);
SELECT * FROM pg_temp.check('{"relations": {"public.parted": {"conflict_targets": [["id"]]}, "public.parted_1": {"conflict_targets": [["id"]]}}}');
CREATE UNIQUE INDEX parted_1_key ON parted_1 (id);
ALTER INDEX parted_key ATTACH PARTITION parted_1_key;
SELECT * FROM pg_temp.check('{"relations": {"public.parted": {"conflict_targets": [["id"]]}, "public.parted_1": {"conflict_targets": [["id"]]}}}');
DROP TABLE parted;

-- a trigger may complete the row: only risky
CREATE FUNCTION public.complete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.total := 1; RETURN NEW; END';
CREATE TABLE public.completed (id int PRIMARY KEY, total int NOT NULL);
SELECT * FROM pg_temp.check('{"relations": {"public.completed": {"insert": ["id"]}}}');
CREATE TRIGGER complete BEFORE INSERT ON public.completed FOR EACH ROW EXECUTE FUNCTION public.complete();
SELECT * FROM pg_temp.check('{"relations": {"public.completed": {"insert": ["id"]}}}');

-- views, materialized views, sequences, partitions
CREATE VIEW public.v AS SELECT id, total FROM public.orders;
CREATE MATERIALIZED VIEW public.m AS SELECT id, total FROM public.orders;
CREATE SEQUENCE public.s;
CREATE TABLE public.parent (id int NOT NULL, at date NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE public."child FOR VALUES" PARTITION OF public.parent FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE public.rest PARTITION OF public.parent DEFAULT;
ALTER TABLE public.rest ALTER note SET NOT NULL;
SELECT * FROM pg_temp.check('{"relations": {
	"public.v": {"select": {"id": "bigint", "total": "numeric(12,2)"}, "not_null": ["id"], "insert": ["total"]},
	"public.m": {"select": {"id": "bigint"}},
	"public.s": {},
	"public.\"child FOR VALUES\"": {"select": {"id": "int", "note": "text"}, "insert": ["id", "at"], "conflict_targets": [["at", "id"]]}}}');
SELECT * FROM pg_temp.check('{"relations": {
	"public.v": {"select": {"id": "int"}, "update": ["gone"]},
	"public.m": {"insert": ["id"]},
	"public.s": {"update": ["last_value"]},
	"public.rest": {"select": {"gone": "int"}, "insert": ["id", "at"]}}}');

-- functions and enums
CREATE FUNCTION public.next_ticket(queue bigint, VARIADIC tags text[]) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION public.all_orders() RETURNS SETOF public.orders LANGUAGE sql AS 'SELECT * FROM public.orders';
CREATE FUNCTION public.pairs() RETURNS TABLE (a int, b text) LANGUAGE sql AS 'SELECT 1, NULL::text';
CREATE PROCEDURE public.work(int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE public.total(numeric) (SFUNC = numeric_add, STYPE = numeric);
CREATE EXTENSION pg_trgm SCHEMA public;
SELECT * FROM pg_temp.check('{"functions": {
	"public.next_ticket(int8, text[])": "int8",
	"public.all_orders( )": "SETOF public.orders",
	"public.pairs()": "TABLE(a integer, b text)",
	"public.work(integer)": null,
	"public.total(decimal)": null,
	"public.similarity(text,text)": "float4"},
	"enums": {"public.order_status": ["paid", "new"]}}');
SELECT * FROM pg_temp.check('{"functions": {
	"public.next_ticket(bigint)": "bigint",
	"public.next_ticket(bigint,text[])": "integer",
	"public.all_orders()": "public.orders",
	"public.work(int)": "void",
	"public.of_a_type_to_come(public.nowhere)": null},
	"enums": {"public.order_status": ["new", "lost", "Paid"], "public.nowhere": [], "public.money_amount": ["a"], "public.orders": []}}');

-- the words for all of it
CREATE FUNCTION pg_temp.problems(contract jsonb) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM schema_guard.assert_contract(contract);
EXCEPTION WHEN SQLSTATE 'SG001' THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN QUERY SELECT SQLERRM UNION ALL SELECT line FROM regexp_split_to_table(detail, '\n') AS line;
END $$;
SELECT pg_temp.problems('{"relations": {
	"public.orders": {"select": {"gone": "int", "id": "int"}, "not_null": ["code"], "insert": ["id"], "conflict_targets": [["code"]]},
	"public.nowhere": {}, "public.m": {"update": ["id"]},
	"\"My \"\"S\"\"\".\"Odd\nT.able\"": {"select": {"line\nbreak": "int"}}},
	"functions": {"public.next_ticket(bigint)": null, "public.pairs()": "void", "public.work(int)": "void"},
	"enums": {"public.order_status": ["lost"], "public.nowhere": ["a"], "public.money_amount": ["a"]}}');
-- at most 20 lines
SELECT pg_temp.problems(jsonb_build_object('relations', jsonb_build_object('public.orders',
	jsonb_build_object('select', (SELECT jsonb_object_agg('gone' || to_char(i, 'FM00'), 'text') FROM generate_series(1, 25) i)))));

-- many of what the schema has by many of what the contract has: each is read once (minutes otherwise)
CREATE SCHEMA many;
DO $$ BEGIN
	FOR i IN 0..511 LOOP
		EXECUTE (SELECT format('CREATE FUNCTION many.f(%s, %s, %s) RETURNS int LANGUAGE sql AS ''SELECT 1''', t[1 + i % 8], t[1 + i / 8 % 8], t[1 + i / 64])
				   FROM (SELECT '{int,bigint,text,bool,date,numeric,json,uuid}'::text[] AS t) t);
	END LOOP;
	EXECUTE (SELECT format('CREATE TABLE many.t (%s)', string_agg(format('c%s int CHECK (c%s > 0)', i, i), ', ')) FROM generate_series(1, 300) i);
	FOR i IN 1..100 LOOP
		EXECUTE format('CREATE UNIQUE INDEX ON many.t (c%s) WHERE c1 > 0', i);
	END LOOP;
END $$;
SET statement_timeout = '20s';
SELECT schema_guard.assert_contract(jsonb_build_object('functions',
	(SELECT jsonb_object_agg(oid::regprocedure, 'int') FROM pg_proc WHERE pronamespace = 'many'::regnamespace)));
SELECT pg_temp.problems(jsonb_build_object('functions',
	(SELECT jsonb_object_agg(replace(oid::regprocedure::text, 'uuid', 'inet'), 'int') FROM pg_proc WHERE pronamespace = 'many'::regnamespace))) LIMIT 1;
SELECT pg_temp.problems(jsonb_build_object('relations', jsonb_build_object('many.t', jsonb_build_object('insert', '[]'::jsonb,
	'conflict_keys', (SELECT jsonb_agg(jsonb_build_array(format('(c%s) WHERE (c1 > 0)', i))) FROM generate_series(1, 2000) i))))) LIMIT 1;
SELECT pg_temp.problems(jsonb_build_object('relations', jsonb_build_object('many.t', jsonb_build_object('not_null',
	(SELECT jsonb_agg('c' || i) FROM generate_series(1, 300) i))))) LIMIT 1;
SELECT schema_guard.assert_contract(jsonb_build_object('bare', (SELECT jsonb_object_agg('x' || i, '["many.t"]'::jsonb) FROM generate_series(1, 60000) i)));
RESET statement_timeout;
DROP SCHEMA many CASCADE;
DROP SCHEMA "My ""S""" CASCADE;
DROP TABLE public.orders, public.completed, public.parent CASCADE;
DROP SEQUENCE public.s;
DROP FUNCTION public.complete, public.next_ticket, public.pairs;
DROP PROCEDURE public.work;
DROP AGGREGATE public.total(numeric);
DROP TYPE public.order_status;
DROP DOMAIN public.money_amount, public.with_default;
DROP EXTENSION pg_trgm;
DROP EXTENSION schema_guard;
