-- Revert shop:total from pg
BEGIN;
DROP INDEX orders_by_customer;
ALTER TABLE orders DROP COLUMN total;
COMMIT;
