-- migrate:up
ALTER TABLE orders ADD COLUMN total numeric(12,2) NOT NULL DEFAULT 0;
CREATE INDEX orders_by_customer ON orders (customer_id);

-- migrate:down
DROP INDEX orders_by_customer;
ALTER TABLE orders DROP COLUMN total;
