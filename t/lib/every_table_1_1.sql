-- Something in every table that no version before 1.1 has: after every_table.sql.
SELECT schema_guard.prune_journal('0');
SELECT * FROM schema_guard.verify_journal('noted');
-- a finding of the migration rules
SET schema_guard.migration_rules = warn;
SET schema_guard.migration_rules_size = 0;
INSERT INTO orders VALUES (1, 1);
ALTER TABLE orders ALTER total TYPE numeric(12,2);
RESET schema_guard.migration_rules;
SELECT schema_guard.capture('wednesday'), schema_guard.approve('wednesday');
-- a recording
SET schema_guard.record = 'api/2';
SELECT id, note FROM orders;
RESET schema_guard.record;
-- the worker's notes; there is none here
SET schema_guard.bypass = 'test';
INSERT INTO schema_guard.told VALUES ('change', now(), 1);
