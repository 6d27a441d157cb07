-- What differs between two schemas.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS schema_guard;
CREATE EXTENSION schema_guard;
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/schema_file.sql

-- the difference between two texts of blocks
CREATE FUNCTION pg_temp.differ(before text, after text)
RETURNS TABLE (change text, object text, facet text, attribute text, was text, "is" text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM schema_guard.import(pg_temp.file_of(before), 's' || md5(before)),
          schema_guard.import(pg_temp.file_of(after), 's' || md5(after));
  RETURN QUERY SELECT d.change, d.object_type || ' ' || d.object_identity, d.facet, d.attribute, d.before, d.after
    FROM schema_guard.diff('s' || md5(before), 's' || md5(after)) d;
END
$$;

\set orders 'table public.orders\n  column "id": bigint NOT NULL\n  column "customer_id": bigint NOT NULL\n  column "total": numeric(12,2)\n  constraint "orders_pkey": PRIMARY KEY (id)\n  constraint "orders_total_check": CHECK ((total >= (0)::numeric))\n  [index] index "orders_day": btree (id)\n'
CREATE TEMP TABLE t AS SELECT E:'orders' AS orders;

-- nothing
SELECT d.* FROM t, pg_temp.differ(orders, orders) d;
SELECT d.* FROM t, pg_temp.differ('', '') d;
-- objects as a whole
SELECT d.* FROM t, pg_temp.differ('', orders) d;
SELECT d.* FROM t, pg_temp.differ(orders, '') d;
SELECT d.* FROM t, pg_temp.differ(orders, replace(orders, 'public.orders', 'public.order')) d;
-- items
SELECT d.* FROM t, pg_temp.differ(orders, replace(orders, 'customer_id', 'client_id')) d;
SELECT d.* FROM t, pg_temp.differ(orders, replace(orders, 'numeric(12,2)', 'numeric(10,2)')) d;
SELECT d.* FROM t, pg_temp.differ(orders, replace(orders, '  column "customer_id": bigint NOT NULL' || E'\n', '')) d;
SELECT d.* FROM t, pg_temp.differ(replace(orders, '  column "customer_id": bigint NOT NULL' || E'\n', ''), orders) d;
SELECT d.* FROM t, pg_temp.differ(orders, regexp_replace(orders, '  constraint "orders_total_check[^\n]*\n', '')) d;
SELECT d.* FROM t, pg_temp.differ(orders, replace(orders, 'orders_total_check', 'orders_x')) d;
SELECT d.* FROM t, pg_temp.differ(orders, replace(orders, '  [index] index "orders_day": btree (id)', '  index "orders_day": UNIQUE btree (id)')) d;
SELECT d.* FROM t, pg_temp.differ(orders, regexp_replace(orders, '(  constraint "orders_pkey")', E'  column "note": text\n\\1')) d;
SELECT d.* FROM t, pg_temp.differ(orders, replace(replace(orders, 'bigint NOT NULL', 'bigint'), 'btree', 'hash')) d;
-- the order of columns, attributes and labels says something
SELECT d.* FROM pg_temp.differ(E'table public.a\n  column "a": text\n  column "b": text\n  column "c": text\n', E'table public.a\n  column "b": text\n  column "c": text\n  column "a": text\n') d;
SELECT d.* FROM pg_temp.differ(E'type public.a\n  label "a"\n  label "b"\n  kind: enum\n', E'type public.a\n  label "b"\n  label "a"\n  label "c"\n  kind: enum\n') d;
SELECT d.* FROM pg_temp.differ(E'type public.a\n  attribute "a": text\n  attribute "b": text\n', E'type public.a\n  attribute "b": text\n  attribute "a": text\n') d;
-- renamed, or one dropped and one added: by place and definition
SELECT d.* FROM pg_temp.differ(E'type public.a\n  label "a"\n  label "b"\n', E'type public.a\n  label "a"\n  label "c"\n') d;
SELECT d.* FROM pg_temp.differ(E'table public.a\n  column "a": text\n  column "b": text\n', E'table public.a\n  column "x": text\n  column "y": text\n') d;
SELECT d.* FROM pg_temp.differ(E'table public.a\n  column "a": text\n  column "b": text\n', E'table public.a\n  column "b": text\n  column "c": text\n') d;
SELECT d.* FROM pg_temp.differ(E'table public.a\n  column "a": text\n  column "b": text\n', E'table public.a\n  column "a": text\n  column "c": integer\n') d;
SELECT d.* FROM pg_temp.differ(E'table public.a\n  column "a": text\n  column "b": text\n', E'table public.a\n  column "b": text\n  column "a2": text\n') d;
-- definitions of several lines, names that are hard to read
SELECT d.* FROM pg_temp.differ(E'function public.f()\n  body:\n  | BEGIN\n  |   RETURN 1;\n  | END\n', E'function public.f()\n  body:\n  | BEGIN\n  |   RETURN 2;\n  | END\n') d;
SELECT d.* FROM pg_temp.differ(E'table public."a\\nb"\n  column "x: ""y\\\\": text\n', E'table public."a\\nb"\n  column "x: ""y\\\\": integer\n') d;
-- several objects, in order
SELECT d.change, d.object FROM pg_temp.differ(E'table public.a\ntable public.b\ntable public.c\n', E'schema s\ntable public.b\ntable public.d\nview public.a\n') d;

-- other facets, other exclusions: what both cover is compared, and a warning tells
SELECT schema_guard.import(pg_temp.file_of(orders), 'orders') = '' FROM t;
SELECT schema_guard.import(pg_temp.file_of(orders || E'  [comment] comment: all of them\ntable public.p\n  [comment] comment: a partition\n', 'structure, index, comment'), 'with comment') = '' FROM t;
SELECT schema_guard.import(pg_temp.file_of(orders || E'table public.x\n', exclude => E'exclude: log.%\n'), 'without log') = '' FROM t;
SELECT schema_guard.import(pg_temp.file_of(E'table log.l\n' || orders), 'with log') = '' FROM t;
SELECT schema_guard.import(pg_temp.file_of(E'table public.orders\n  [comment] comment: all\n', 'comment'), 'comment') = '' FROM t;
SELECT change, object_identity, attribute FROM schema_guard.diff('orders', 'with comment');
SELECT change, object_identity, attribute FROM schema_guard.diff('with comment', 'orders');
SELECT change, object_identity, attribute FROM schema_guard.diff('with log', 'without log');
SELECT change, object_identity, attribute FROM schema_guard.diff('with comment', 'comment');
SELECT change, object_identity, attribute FROM schema_guard.diff('orders', 'comment');

-- Blocks that differ never have an empty difference, equal ones always: 2,000
-- pairs out of 400 random tables of few names, with equal ones among them.
SELECT setseed(0.5) IS NULL AS seeded;
CREATE TEMP TABLE random_table AS
SELECT n, E'table public.t\n' || columns || others AS body
  FROM (SELECT n,
               coalesce((SELECT string_agg(format(E'  column "%s": %s\n', chr(97 + c), (ARRAY['text', 'integer'])[1 + (random() * 1.2)::int % 2]), '' ORDER BY random() * m)
                           FROM generate_series(0, 3) c, (SELECT CASE WHEN random() + n * 0 < 0.4 THEN 1 ELSE 0 END AS m) o
                          WHERE random() + n * 0 < 0.75), '') AS columns,
               coalesce((SELECT string_agg(format(E'  constraint "%s": CHECK (%s)\n', chr(97 + c), random() < 0.5), '' ORDER BY c)
                           FROM generate_series(0, 2) c WHERE random() + n * 0 < 0.4), '')
               || CASE WHEN random() < 0.3 THEN E'  row security: enabled\n' ELSE '' END AS others
          FROM generate_series(1, 400) n) r;
SELECT count(schema_guard.import(pg_temp.file_of(body), 'random ' || n)) AS tables FROM random_table;
SELECT count(DISTINCT body) > 100 AS many, count(DISTINCT body) < 400 AS some_equal FROM random_table;
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE equal <> (changes = 0)) AS wrong
  FROM (SELECT a.body = b.body AS equal,
               (SELECT count(*) FROM schema_guard.diff('random ' || a.n, 'random ' || b.n)) AS changes
          FROM random_table a JOIN random_table b ON b.n IN (1 + (a.n * 7) % 400, 1 + (a.n * 31) % 400, 1 + (a.n * 101) % 400, a.n, 401 - a.n)) p;

-- with the live schema: only what differs
CREATE TABLE public.diff_orders (id bigint PRIMARY KEY, total numeric(12,2) CHECK (total >= 0));
SELECT schema_guard.capture('live') = schema_guard.fingerprint() AS captured;
SELECT * FROM schema_guard.diff('live');
SELECT * FROM schema_guard.diff('live', NULL);
ALTER TABLE public.diff_orders RENAME total TO amount;
ALTER TABLE public.diff_orders ADD note text;
CREATE TABLE public.diff_log ();
SELECT change, object_identity, facet, attribute, before, after FROM schema_guard.diff('live');
DROP TABLE public.diff_orders, public.diff_log;
SELECT change, object_identity, facet, attribute FROM schema_guard.diff('live');
SELECT * FROM schema_guard.diff(NULL);
SELECT * FROM schema_guard.diff('nowhere');
SELECT * FROM schema_guard.diff('live', 'nowhere');
DROP EXTENSION schema_guard;
