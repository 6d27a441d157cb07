-- Queries that call the guard's functions work with parallel settings, too.
CREATE EXTENSION schema_guard;
CREATE TABLE measured AS SELECT i FROM generate_series(1, 20000) i;
ANALYZE measured;
SELECT FROM schema_guard.capture('now');
SELECT schema_guard.register('api', '1', '{"relations": {"public.measured": {"select": {"i": "integer"}}}}');
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET enable_parallel_append = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM measured WHERE i % 7 = 3;
SELECT count(*), (SELECT schema_guard.fingerprint() ~ '^sg1:') AS fingerprint,
	(SELECT count(*) FROM schema_guard.describe('public.measured')) AS describe,
	(SELECT count(*) FROM schema_guard.check_release('api', '1')) AS check_release,
	(SELECT count(*) FROM schema_guard.diff('now')) AS diff,
	(SELECT fingerprint ~ '^sg1:' FROM schema_guard.status) AS status,
	(SELECT fits FROM schema_guard.releases) AS releases
  FROM measured WHERE i % 7 = 3;
-- the others: each of the guard's functions that is not unsafe reads nothing
SELECT proname, proparallel FROM pg_proc WHERE pronamespace = 'schema_guard'::regnamespace AND proparallel <> 'u' ORDER BY 1;
DROP TABLE measured;
DROP EXTENSION schema_guard;
