SELECT concat_ws(' ', 'shop/3.0 does not fit:', rule, object, attribute) FROM schema_guard.check_release('shop', '3.0')
UNION ALL
SELECT 'the schema is not that of the snapshot summer'
 WHERE schema_guard.fingerprint() <> (SELECT fingerprint FROM schema_guard.snapshots WHERE name = 'summer')
UNION ALL
SELECT 'the answer is another snapshot' WHERE :'answer' <> 'spring';
