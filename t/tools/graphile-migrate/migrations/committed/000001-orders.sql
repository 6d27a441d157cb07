--! Previous: -
--! Hash: sha1:fb0d860119431d82fab4573680c82ae95e42b766
--! Message: orders

CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers);
