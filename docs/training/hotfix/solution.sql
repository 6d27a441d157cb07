SELECT changed_by AS answer FROM schema_guard.drift() LIMIT 1 \gset
UPDATE orders SET total = 0 WHERE total < 0;
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);
SELECT schema_guard.close_window(), schema_guard.capture('tuesday'), schema_guard.approve('tuesday');
