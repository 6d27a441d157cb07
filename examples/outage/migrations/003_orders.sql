BEGIN;
CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped');
CREATE TABLE orders (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	customer_id bigint NOT NULL REFERENCES customers,
	status order_status NOT NULL DEFAULT 'new',
	total numeric(12,2) NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT orders_total_check CHECK (total >= 0)
);
CREATE INDEX orders_customer ON orders (customer_id, created_at);
CREATE TABLE order_lines (
	order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
	product_id bigint NOT NULL REFERENCES products,
	quantity integer NOT NULL CHECK (quantity > 0),
	PRIMARY KEY (order_id, product_id)
);
COMMIT;
