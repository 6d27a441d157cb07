\ir ../shop.sql
SELECT schema_guard.capture('monday'), schema_guard.approve('monday');

-- the file that was reviewed says customer_note
SELECT schema_guard.register('shop', '2.0', '{"relations": {
	"public.orders": {"select": {"id": "bigint", "customer_note": "text"}, "insert": ["id", "customer_id", "total", "customer_note"]},
	"public.customers": {"select": {"id": "bigint", "name": "text"}}}}');

SET SESSION AUTHORIZATION migrator;
SET application_name = 'deploy';
CREATE INDEX orders_by_customer ON orders (customer_id);
ALTER TABLE orders ADD COLUMN note text;
COMMENT ON TABLE orders IS 'what customers have ordered';
UPDATE orders SET note = 'Please ring twice.' WHERE id = 2;
RESET SESSION AUTHORIZATION;
