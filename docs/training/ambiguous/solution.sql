ALTER TABLE orders RENAME COLUMN name TO purpose;
\set answer orders.name
