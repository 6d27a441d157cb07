--! Previous: sha1:fb0d860119431d82fab4573680c82ae95e42b766
--! Hash: sha1:9995347cd66ec377e3b98e64cb1a8b0c5e65561f
--! Message: total

ALTER TABLE orders ADD COLUMN total numeric(12,2) NOT NULL DEFAULT 0;
CREATE INDEX orders_by_customer ON orders (customer_id);
