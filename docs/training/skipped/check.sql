SELECT concat_ws(' ', 'not as approved:', change, object_type, object_identity, attribute) FROM schema_guard.drift()
UNION ALL
SELECT 'migration ' || v.version || ' is not in the ledger'
  FROM (VALUES (1), (2), (3)) v (version)
 WHERE NOT EXISTS (SELECT FROM migrations m WHERE m.version = v.version)
UNION ALL
SELECT 'the answer is another migration' WHERE :'answer' <> '2';
