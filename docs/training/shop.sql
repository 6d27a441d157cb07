-- The shop that the exercises begin with: in a database of its own, made by the role that migrates.
SET client_min_messages = error;
DO $$
DECLARE
	role_name text;
BEGIN
	FOREACH role_name IN ARRAY ARRAY['migrator', 'nightshift', 'api'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
			EXECUTE format('CREATE ROLE %I LOGIN', role_name);
		END IF;
	END LOOP;
END $$;
GRANT ALL ON SCHEMA public TO migrator, nightshift;
GRANT migrator TO nightshift;
CREATE EXTENSION schema_guard;

SET SESSION AUTHORIZATION migrator;
CREATE TABLE customers (
	id bigint PRIMARY KEY,
	name text NOT NULL
);
CREATE TABLE orders (
	id bigint PRIMARY KEY,
	customer_id bigint NOT NULL REFERENCES customers,
	total numeric(12,2) NOT NULL CHECK (total >= 0)
);
INSERT INTO customers VALUES (1, 'Ada'), (2, 'Edsger');
INSERT INTO orders VALUES (1, 1, 9.90), (2, 2, 120), (3, 1, 0);
RESET SESSION AUTHORIZATION;
