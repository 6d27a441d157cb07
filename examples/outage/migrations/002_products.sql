BEGIN;
CREATE TABLE products (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	sku varchar(40) NOT NULL UNIQUE,
	title text NOT NULL,
	price numeric(12,2) NOT NULL CHECK (price >= 0),
	stock integer NOT NULL DEFAULT 0
);
CREATE INDEX products_title ON products (lower(title));
COMMIT;
