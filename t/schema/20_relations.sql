-- Relations for the invariance tests.
SET client_min_messages = warning;
SET search_path = inv, public;
CREATE SEQUENCE numbers AS integer INCREMENT BY -3 MINVALUE -1000 MAXVALUE 10 START 4 CACHE 7 CYCLE;
CREATE TABLE customers (
	gone integer,
	id bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 10) PRIMARY KEY,
	email email,
	name varchar(40) COLLATE "C" NOT NULL DEFAULT 'nobody',
	addresses address[],
	mood mood DEFAULT 'ok',
	code char(3) CHECK (code IN ('abc', 'def')),
	kind text CHECK (kind = ANY (ARRAY['a', 'b'])),
	since timestamptz DEFAULT now(),
	on_day date DEFAULT '2024-02-29',
	wait interval DEFAULT '1 year 2 days 03:04:05.678',
	amount float8 DEFAULT 0.1,
	small_one real DEFAULT 1e-7,
	blob bytea DEFAULT '\x00ff5c',
	flags bit varying(5) DEFAULT B'101',
	doc jsonb DEFAULT '{"a": [1, null]}',
	UNIQUE (email) INCLUDE (name),
	CHECK (name <> '' OR name IS NULL),
	CONSTRAINT "Odd check" CHECK (EXTRACT(year FROM since AT TIME ZONE 'UTC') > 1999) NOT VALID
);
ALTER TABLE customers DROP gone;
CREATE TABLE orders (
	id integer DEFAULT nextval('numbers') NOT NULL,
	customer_id bigint NOT NULL REFERENCES customers ON UPDATE CASCADE ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED,
	total numeric(12,2) DEFAULT 0 CHECK (total >= 0) NO INHERIT,
	tax numeric GENERATED ALWAYS AS (total * 0.19) STORED,
	during period,
	serial_number serial,
	replaces integer,
	CONSTRAINT orders_pk PRIMARY KEY (id),
	CONSTRAINT "no overlap" EXCLUDE USING gist (during WITH &&) WHERE (total > 0),
	FOREIGN KEY (replaces) REFERENCES orders MATCH FULL
);
ALTER SEQUENCE numbers OWNED BY orders.id;
CREATE INDEX orders_by_total ON orders (total DESC NULLS LAST, (lower(tax::text)) COLLATE "C" text_pattern_ops) INCLUDE (customer_id) WHERE total IN (1, 2, 3);
CREATE UNIQUE INDEX orders_unique ON orders (customer_id, (coalesce(replaces, 0)));
CREATE INDEX orders_brin ON orders USING brin (id) WITH (pages_per_range = 16);
CREATE INDEX customers_doc ON customers USING gin (doc jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX customers_name ON customers (substring(name FROM 1 FOR 3), (name || 'x'), trim(both FROM name));
CREATE TRIGGER b_trigger BEFORE INSERT OR UPDATE OF total, customer_id ON orders FOR EACH ROW WHEN (NEW.total IN (1, 2)) EXECUTE FUNCTION trg('a', E'b\\c', '');
CREATE TRIGGER a_trigger AFTER UPDATE ON orders REFERENCING OLD TABLE AS was NEW TABLE AS "is" FOR EACH STATEMENT EXECUTE FUNCTION trg();
CREATE CONSTRAINT TRIGGER c_trigger AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trg();
ALTER TABLE orders DISABLE TRIGGER a_trigger;
ALTER TABLE orders ENABLE ALWAYS TRIGGER b_trigger;
CREATE RULE log_delete AS ON DELETE TO orders WHERE OLD.total > 10 DO ALSO (INSERT INTO customers (email) VALUES ('a@b'); UPDATE customers SET name = OLD.id::text WHERE id = OLD.customer_id);
CREATE RULE no_insert AS ON INSERT TO orders WHERE NEW.customer_id = 13 DO INSTEAD NOTHING;
ALTER TABLE orders DISABLE RULE no_insert;
ALTER TABLE customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON customers FOR SELECT TO inv_app, inv_reader USING (name = CURRENT_USER OR EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = customers.id));
CREATE POLICY "no change" ON customers AS RESTRICTIVE FOR UPDATE USING (mood IN ('ok', 'sad')) WITH CHECK (kind <> 'x');

CREATE TABLE base (id integer PRIMARY KEY, note text DEFAULT 'n', CONSTRAINT base_check CHECK (id > 0));
CREATE TABLE other_base (note text NOT NULL, extra date);
CREATE TABLE child (own integer DEFAULT 5, note text DEFAULT 'child''s') INHERITS (base, other_base);
CREATE TABLE grandchild () INHERITS (child);
ALTER TABLE base ADD added_late integer DEFAULT 3;
CREATE TABLE adopted (extra date, mine text, note text NOT NULL);
ALTER TABLE adopted INHERIT other_base;
CREATE TABLE typed OF address (street NOT NULL, town DEFAULT 'Ghent', PRIMARY KEY (street));
CREATE UNLOGGED TABLE scratch (id serial PRIMARY KEY, t text);
CREATE TABLE nothing ();

CREATE TABLE measured (at timestamptz NOT NULL, sensor integer NOT NULL, value float8 DEFAULT 0, note text, PRIMARY KEY (at, sensor)) PARTITION BY RANGE (at);
CREATE INDEX measured_value ON measured (value) WHERE note IS NOT NULL;
CREATE TABLE measured_2023 PARTITION OF measured FOR VALUES FROM ('2023-01-01 00:00+00') TO ('2024-01-01 00:00+00');
CREATE TABLE measured_2024 (sensor integer NOT NULL, gone integer, note text DEFAULT 'own', value float8 DEFAULT 0, at timestamptz NOT NULL, CHECK (value > -1));
ALTER TABLE measured_2024 DROP gone;
ALTER TABLE measured ATTACH PARTITION measured_2024 FOR VALUES FROM ('2024-01-01 00:00+00') TO (MAXVALUE);
CREATE TABLE measured_other PARTITION OF measured DEFAULT PARTITION BY HASH (sensor);
CREATE TABLE measured_other_0 PARTITION OF measured_other FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE measured_other_1 PARTITION OF measured_other FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TRIGGER measured_trigger AFTER INSERT ON measured FOR EACH ROW EXECUTE FUNCTION trg();
ALTER TABLE measured_2023 DISABLE TRIGGER measured_trigger;
CREATE INDEX only_2023 ON measured_2023 (sensor);
ALTER TABLE measured ADD FOREIGN KEY (sensor) REFERENCES base;
CREATE TABLE listed (a text COLLATE "C", b mood) PARTITION BY LIST (lower(a));
CREATE TABLE listed_1 PARTITION OF listed FOR VALUES IN ('x', 'it''s', NULL);

CREATE VIEW in_list AS SELECT c.id, c.name AS "Name", o.total FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE c.name IN ('a', 'b') AND c.mood IN ('ok', 'sad') AND c.code = ANY (ARRAY['abc', 'def']);
CREATE VIEW renamed AS SELECT id, note FROM base;
ALTER VIEW renamed RENAME COLUMN note TO remark;
CREATE VIEW syntax AS SELECT EXTRACT(epoch FROM since), since AT TIME ZONE 'Asia/Tokyo' AS tz, position('a' IN name), overlay(name PLACING 'x' FROM 2), CURRENT_USER AS me, LOCALTIMESTAMP(3), '1 mon'::interval, 1.5::float4, 'x'::"char", ROW(1, name)::text AS r, name COLLATE "POSIX" AS col, doc -> 'a' ->> 0 AS j FROM customers;
CREATE VIEW set_ops AS SELECT 1, 'a'::text UNION ALL SELECT id::integer, name FROM customers EXCEPT SELECT 3, NULL ORDER BY 1 DESC NULLS LAST LIMIT 5 OFFSET 1;
CREATE RECURSIVE VIEW tree (n, path) AS SELECT 1, ARRAY['x'] UNION ALL SELECT n + 1, path || n::text FROM tree WHERE n < 5;
CREATE VIEW windowed AS SELECT id, rank() OVER w, sum(total) FILTER (WHERE total > 0) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), percentile_cont(0.5) WITHIN GROUP (ORDER BY total) AS med FROM orders GROUP BY GROUPING SETS ((id, total), ()) WINDOW w AS (PARTITION BY id ORDER BY total DESC);
CREATE VIEW laterals AS SELECT o.*, l.x, f.ordinality FROM orders o, LATERAL (SELECT o.id + 1 AS x) l, unnest(ARRAY[1, 2]) WITH ORDINALITY AS f(u);
CREATE VIEW "old" AS SELECT "new".id AS "json" FROM base "new" WHERE "new".id > (SELECT count(*) FROM base "old");
CREATE VIEW updatable WITH (security_barrier, check_option = cascaded) AS SELECT id, note FROM base WHERE id > 10;
ALTER VIEW updatable ALTER note SET DEFAULT 'by view';
CREATE TRIGGER instead INSTEAD OF UPDATE ON in_list FOR EACH ROW EXECUTE FUNCTION trg();
CREATE RULE view_rule AS ON INSERT TO renamed DO INSTEAD INSERT INTO base VALUES (NEW.id, NEW.remark) RETURNING id, note;
CREATE MATERIALIZED VIEW summary WITH (fillfactor = 80) AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1;
CREATE UNIQUE INDEX summary_key ON summary (customer_id);
CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM summary WITH NO DATA;
CREATE STATISTICS correlated (ndistinct, mcv) ON customer_id, total FROM orders;
\if :is_14
ALTER TABLE customers ALTER doc SET COMPRESSION pglz;
CREATE STATISTICS expressed ON (total * 2), (lower(tax::text)) FROM orders;
\endif
\if :is_15
CREATE VIEW invoking WITH (security_invoker) AS SELECT 1 AS one;
ALTER TABLE customers ADD UNIQUE NULLS NOT DISTINCT (on_day, code);
\endif
\if :is_18
ALTER TABLE orders ADD CONSTRAINT named_not_null NOT NULL during;
ALTER TABLE orders ADD doubled numeric GENERATED ALWAYS AS (total * 2) VIRTUAL;
ALTER TABLE orders ADD CONSTRAINT hope CHECK (total < 1000000) NOT ENFORCED;
\endif

ALTER TABLE orders SET (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off);
ALTER TABLE orders ALTER total SET STATISTICS 500, ALTER customer_id SET (n_distinct = -0.5);
ALTER TABLE customers ALTER doc SET STORAGE EXTERNAL;
ALTER TABLE orders CLUSTER ON orders_pk;
ALTER TABLE orders REPLICA IDENTITY FULL;
ALTER TABLE base REPLICA IDENTITY USING INDEX base_pkey;
ALTER INDEX orders_by_total ALTER COLUMN 2 SET STATISTICS 77;
GRANT SELECT, INSERT ON orders TO inv_app WITH GRANT OPTION;
SET ROLE inv_app;
GRANT SELECT ON orders TO inv_reader;
RESET ROLE;
GRANT UPDATE (total), SELECT (id) ON orders TO PUBLIC;
GRANT SELECT ON in_list, summary TO inv_reader;
GRANT USAGE ON SEQUENCE numbers TO inv_reader;
ALTER VIEW renamed OWNER TO inv_app;
ALTER TABLE scratch OWNER TO inv_app;
COMMENT ON TABLE orders IS 'orders';
COMMENT ON COLUMN orders.total IS E'in EUR, or\\not';
COMMENT ON CONSTRAINT orders_pk ON orders IS 'a key';
COMMENT ON INDEX orders_pk IS 'the key''s index';
COMMENT ON INDEX measured_2023_value_idx IS 'a partition''s index';
COMMENT ON CONSTRAINT measured_2023_pkey ON measured_2023 IS 'a partition''s key';
COMMENT ON INDEX orders_by_total IS 'an index';
COMMENT ON TRIGGER b_trigger ON orders IS 'a trigger';
COMMENT ON RULE log_delete ON orders IS 'a rule';
COMMENT ON POLICY own ON customers IS 'a policy';
COMMENT ON VIEW in_list IS 'a view';
COMMENT ON COLUMN in_list."Name" IS 'its column';
ALTER FUNCTION trg() DEPENDS ON EXTENSION plpgsql;
ALTER MATERIALIZED VIEW unfilled DEPENDS ON EXTENSION plpgsql;
ALTER INDEX orders_brin DEPENDS ON EXTENSION plpgsql;
ALTER TRIGGER b_trigger ON orders DEPENDS ON EXTENSION plpgsql;
-- indexes that partitions lack: one still, one that the partition went which lacked it
CREATE TABLE half (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE half_1 PARTITION OF half FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE half_1_1 PARTITION OF half_1 FOR VALUES IN (1);
CREATE TABLE half_2 PARTITION OF half FOR VALUES IN (2);
CREATE INDEX half_b ON ONLY half (b);
CREATE INDEX half_1_b ON ONLY half_1 (b);
CREATE INDEX half_2_b ON half_2 (b);
ALTER INDEX half_b ATTACH PARTITION half_1_b;
ALTER INDEX half_b ATTACH PARTITION half_2_b;
CREATE TABLE healed (a integer) PARTITION BY LIST (a);
CREATE TABLE healed_1 PARTITION OF healed FOR VALUES IN (1);
CREATE TABLE healed_2 PARTITION OF healed FOR VALUES IN (2);
CREATE UNIQUE INDEX healed_key ON ONLY healed (a);
CREATE UNIQUE INDEX healed_1_key ON healed_1 (a);
ALTER INDEX healed_key ATTACH PARTITION healed_1_key;
DROP TABLE healed_2;
