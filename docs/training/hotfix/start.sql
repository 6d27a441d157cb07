\ir ../shop.sql
SELECT schema_guard.capture('monday'), schema_guard.approve('monday');
SET schema_guard.mode = 'enforce';
SELECT schema_guard.grant_role('nightshift', 'release_manager');
SELECT format('ALTER DATABASE %I SET schema_guard.mode = enforce', current_database()) \gexec

SELECT schema_guard.open_window('import of old orders', '8 hours');
SET SESSION AUTHORIZATION nightshift;
SET application_name = 'psql';
CREATE INDEX orders_by_customer ON orders (customer_id);
ALTER TABLE orders DROP CONSTRAINT orders_total_check;
INSERT INTO orders VALUES (4, 2, -1);
RESET SESSION AUTHORIZATION;
