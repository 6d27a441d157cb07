SELECT concat_ws(' ', 'not as approved:', change, object_type, object_identity, attribute) FROM schema_guard.drift()
UNION ALL
SELECT 'the approved schema is not called tuesday' WHERE NOT EXISTS (SELECT FROM schema_guard.status WHERE approved_snapshot = 'tuesday')
UNION ALL
SELECT 'a total may be negative' WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'orders_total_check' AND convalidated)
UNION ALL
SELECT 'the index is gone' WHERE to_regclass('public.orders_by_customer') IS NULL
UNION ALL
SELECT 'order ' || id || ' has a total of ' || total FROM orders WHERE total < 0
UNION ALL
SELECT 'order 4 is gone' WHERE NOT EXISTS (SELECT FROM orders WHERE id = 4)
UNION ALL
SELECT 'window ' || window_id || ' is open' FROM schema_guard.windows WHERE open
UNION ALL
SELECT 'the answer is another role' WHERE :'answer' <> 'nightshift';
