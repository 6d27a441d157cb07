-- one row for each thing that is not right yet
SELECT concat_ws(' ', 'shop/2.0 does not fit:', rule, object, attribute) FROM schema_guard.check_release('shop', '2.0')
UNION ALL
SELECT 'what the customer of order 2 wrote is not in customer_note'
 WHERE NOT EXISTS (SELECT FROM orders o WHERE to_jsonb(o) @> '{"id": 2, "customer_note": "Please ring twice."}')
UNION ALL
SELECT 'the answer is another journal entry'
 WHERE NOT EXISTS (SELECT FROM schema_guard.journal
					WHERE journal_id::text = :'answer' AND array_to_string(statements, ' ') LIKE '%ADD COLUMN note%');
