-- Deploy shop:total to pg
BEGIN;
ALTER TABLE orders ADD COLUMN total numeric(12,2) NOT NULL DEFAULT 0;
CREATE INDEX orders_by_customer ON orders (customer_id);
COMMIT;
