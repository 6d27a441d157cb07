BEGIN;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders DROP CONSTRAINT orders_total_check;
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total > 0);
COMMIT;
