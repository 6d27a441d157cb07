BEGIN;
CREATE FUNCTION set_order_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE orders
	   SET total = (SELECT coalesce(sum(quantity * price), 0)
					  FROM order_lines JOIN products ON products.id = product_id
					 WHERE order_id = NEW.order_id)
	 WHERE id = NEW.order_id;
	RETURN NEW;
END $$;
CREATE TRIGGER set_order_total AFTER INSERT OR UPDATE ON order_lines
	FOR EACH ROW EXECUTE FUNCTION set_order_total();
CREATE VIEW open_orders AS
SELECT orders.id, customers.email, orders.total
  FROM orders JOIN customers ON customers.id = customer_id
 WHERE status IN ('new', 'paid');
COMMIT;
