-- Views, materialized views and rules.
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/seen.sql

CREATE SCHEMA vw;
SET search_path = vw, public;

CREATE TABLE t (id int PRIMARY KEY, "a b" varchar, gone int, ts timestamptz, json int, flag bool);
CREATE TABLE u (id int, n numeric(5,2), system_user_id int);
CREATE TABLE old (id int);
CREATE VIEW single AS SELECT id, "a b" || 'z' AS z, json FROM t WHERE "a b" IN ('a', NULL, 'it''s') AND flag IS TRUE;
CREATE VIEW renamed AS SELECT id, json AS x FROM t UNION ALL SELECT 1, n::int FROM u UNION SELECT id, 2 FROM t ORDER BY 1;
ALTER VIEW renamed RENAME COLUMN x TO "y ""z";
ALTER TABLE t DROP COLUMN gone;
CREATE VIEW unnamed AS SELECT 1, 'x'::text AS named, (SELECT max(id) FROM u), EXISTS (SELECT FROM t), ARRAY(SELECT id FROM u ORDER BY n DESC);
CREATE VIEW joined AS SELECT t.*, q.c, o.id AS oid FROM t LEFT JOIN u USING (id) CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE n > 1) AS c
	FROM u WHERE u.id = t.id) q JOIN old o ON o.id = t.id;
CREATE VIEW named_old AS SELECT old.id FROM old, t new WHERE old.id = new.id;
CREATE VIEW common AS WITH RECURSIVE w(a, b) AS (SELECT 1, 'x'::text UNION ALL SELECT a + 1, b FROM w WHERE a < 5) SELECT * FROM w LIMIT 5 OFFSET 1;
CREATE VIEW windows AS SELECT id, sum(n) OVER w, row_number() OVER (PARTITION BY id ORDER BY n DESC NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
	FROM u WINDOW w AS (PARTITION BY id);
CREATE VIEW grouped AS SELECT id, count(DISTINCT n) FROM u GROUP BY GROUPING SETS ((id), ()) HAVING count(*) > 1;
CREATE VIEW grouped_by_expression AS SELECT id + 1 AS next, sum(n) FROM u GROUP BY id + 1;
CREATE VIEW whole_rows AS SELECT t AS whole, ROW(u.id, u.n) IS NOT NULL AS r FROM t, u FOR UPDATE OF t;
CREATE VIEW functions AS SELECT f.*, g.n, g.ordinality FROM json_to_record('{}') AS f(a int, json text), generate_series(1, 3) WITH ORDINALITY AS g(n);
CREATE VIEW syntax AS SELECT ts AT TIME ZONE 'UTC' AS z, trim(BOTH ' ' FROM "a b") AS tr, substring("a b" FROM 1 FOR 2) AS su, position('a' IN "a b") AS po,
	coalesce("a b", 'n') AS co, nullif("a b", 'n') AS nu, greatest(id, 2) AS g, CASE id WHEN 1 THEN 'a' ELSE 'b' END AS ca, current_date AS cd,
	current_user AS cu, localtimestamp(2) AS lt, (ts, ts) OVERLAPS (ts, ts) AS ov, "a b" LIKE 'a%' AS li, "a b" COLLATE "C" AS col,
	(ARRAY['a', 'b'])::varchar(3)[] AS arr, ARRAY[ARRAY['a'::varchar], ARRAY[NULL]]::text[] AS arr2, interval '1' year AS iv, -1 AS neg, 1e10::float8 AS fl,
	E'a\\b''c' AS es, id BETWEEN 1 AND 5 AS bt, id = ANY ('{1,2}') AS an FROM t;
CREATE VIEW ties AS SELECT id FROM t ORDER BY id FETCH FIRST ((5)::bigint) ROWS WITH TIES;
CREATE VIEW more_ties AS SELECT id FROM t ORDER BY id FETCH FIRST (1 + length(')')) ROWS WITH TIES;
CREATE VIEW system_columns AS SELECT ctid, tableoid::regclass FROM t;
CREATE VIEW options WITH (security_barrier, check_option = local) AS SELECT id FROM t WHERE id > 0;
CREATE VIEW no_options WITH (security_barrier = false) AS SELECT id FROM t;
CREATE MATERIALIZED VIEW mat AS SELECT id, n FROM u WITH NO DATA;
CREATE INDEX mat_n ON mat (n);

SELECT object_type, object_identity, attribute, definition FROM schema_guard.describe() WHERE object_type IN ('view', 'materialized view');

CREATE RULE actions AS ON INSERT TO t WHERE new.id > 5 DO ALSO (UPDATE t x SET flag = true WHERE x.id = new.id; DELETE FROM u WHERE id = 7);
CREATE RULE "in stead" AS ON UPDATE TO t WHERE new.id <> old.id AND EXISTS (SELECT 1 FROM u WHERE u.id = old.id) DO INSTEAD INSERT INTO u SELECT new.id, 1 FROM old o;
CREATE RULE nothing AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE RULE own AS ON INSERT TO u WHERE EXISTS (SELECT 1 FROM u WHERE id = new.id) DO INSTEAD UPDATE u SET n = new.n WHERE u.id = new.id;
CREATE RULE returned AS ON UPDATE TO single DO INSTEAD UPDATE t SET id = new.id WHERE t.id = old.id RETURNING t.id, t."a b"::text, t.json;
CREATE RULE told AS ON DELETE TO u DO ALSO NOTIFY "a channel", 'with payload';
ALTER TABLE u DISABLE RULE told;
ALTER TABLE t ENABLE ALWAYS RULE nothing;

SELECT object_identity, attribute, definition FROM schema_guard.describe() WHERE attribute LIKE '%rule "%';

SELECT pg_temp.seen('ALTER TABLE t RENAME COLUMN json TO jason', 'ALTER TABLE t RENAME COLUMN jason TO json');
SELECT pg_temp.seen('ALTER TABLE old RENAME TO older', 'ALTER TABLE older RENAME TO old');
SELECT pg_temp.seen('CREATE OR REPLACE VIEW options WITH (security_barrier, check_option = local) AS SELECT id FROM t WHERE id > 1',
	'CREATE OR REPLACE VIEW options WITH (security_barrier, check_option = local) AS SELECT id FROM t WHERE id > 0');
SELECT pg_temp.seen('ALTER VIEW options SET (check_option = cascaded)', 'ALTER VIEW options SET (check_option = local)');
SELECT pg_temp.seen('ALTER VIEW options RESET (security_barrier)', 'ALTER VIEW options SET (security_barrier)');
SELECT pg_temp.seen('ALTER VIEW renamed RENAME COLUMN id TO ident', 'ALTER VIEW renamed RENAME COLUMN ident TO id');
SELECT pg_temp.seen('ALTER TABLE u ENABLE RULE told', 'ALTER TABLE u DISABLE RULE told');
SELECT pg_temp.seen('ALTER RULE nothing ON t RENAME TO something', 'ALTER RULE something ON t RENAME TO nothing');
DROP SCHEMA vw CASCADE;
DROP EXTENSION schema_guard;
