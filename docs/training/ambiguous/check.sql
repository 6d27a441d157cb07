SELECT concat_ws(' ', 'shop/1.4 does not fit:', rule, object, attribute) FROM schema_guard.check_release('shop', '1.4')
UNION ALL
SELECT 'what was in the new column is gone'
 WHERE NOT EXISTS (SELECT FROM orders o, jsonb_each_text(to_jsonb(o)) c WHERE o.id = 3 AND c.value = 'for the garden')
UNION ALL
SELECT 'the answer is another column' WHERE :'answer' NOT IN ('orders.name', 'public.orders.name');
