-- psql -v n=1000 -f generate.sql: the schema synth-n, in the current database.
--
-- n tables of 10 columns, each with a primary key, a foreign key, a check, two more indexes,
-- defaults and a comment; for every 10 tables a view and a PL/pgSQL trigger function, with its
-- trigger. A commit every 100 tables keeps the lock table small.
SET client_min_messages = warning;
SELECT set_config('synth.n', :'n', false) \g /dev/null
DO $do$
BEGIN
	FOR i IN 1 .. current_setting('synth.n')::integer LOOP
		EXECUTE format($sql$
			CREATE TABLE synth_%1$s (
				id bigint PRIMARY KEY,
				parent_id bigint REFERENCES synth_%2$s,
				code varchar(20) NOT NULL,
				name text NOT NULL DEFAULT '',
				quantity integer NOT NULL DEFAULT 0 CHECK (quantity >= 0),
				price numeric(12,2),
				created_at timestamptz NOT NULL DEFAULT now(),
				active boolean NOT NULL DEFAULT true,
				details jsonb,
				note text
			);
			CREATE INDEX ON synth_%1$s (code);
			CREATE INDEX ON synth_%1$s (created_at, quantity);
			COMMENT ON TABLE synth_%1$s IS 'table %1$s of the synthetic schema';
		$sql$, i, greatest(i - 1, 1));

		IF i % 10 = 0 THEN
			EXECUTE format($sql$
				CREATE VIEW synth_view_%1$s AS
					SELECT a.id, a.code, a.quantity * a.price AS total, b.name AS parent
					  FROM synth_%1$s a LEFT JOIN synth_%2$s b ON b.id = a.parent_id
					 WHERE a.active AND a.code IN ('a', 'b');
				CREATE FUNCTION synth_touch_%1$s() RETURNS trigger LANGUAGE plpgsql AS $f$
				BEGIN
					NEW.created_at := now();
					IF NEW.name = '' THEN
						NEW.name := 'row ' || NEW.id || ' of %1$s';
					END IF;
					RETURN NEW;
				END $f$;
				CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON synth_%1$s
					FOR EACH ROW EXECUTE FUNCTION synth_touch_%1$s();
			$sql$, i, i - 1);
		END IF;
		IF i % 100 = 0 THEN
			COMMIT;
		END IF;
	END LOOP;
END $do$;
