\ir ../shop.sql
SELECT schema_guard.capture('monday'), schema_guard.approve('monday');
SELECT schema_guard.register('shop', '1.4', schema_guard.contract_of(ARRAY[
	'SELECT name, total FROM customers JOIN orders ON customer_id = customers.id WHERE customers.id = $1',
	'INSERT INTO orders (id, customer_id, total) VALUES ($1, $2, $3)']));

SET SESSION AUTHORIZATION migrator;
SET application_name = 'deploy';
ALTER TABLE customers ADD COLUMN phone text;
ALTER TABLE orders ADD COLUMN name text;
UPDATE orders SET name = 'for the garden' WHERE id = 3;
RESET SESSION AUTHORIZATION;
