# The tools of the trade in mode enforce: what they do to a schema that is approved is let through.
use strict;
use warnings;
use SchemaGuardTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('trade', 'wal_level = logical', 'max_wal_senders = 5', 'max_replication_slots = 5', "session_preload_libraries = 'schema_guard'");
my $available = $node->safe_psql('postgres', "SELECT string_agg(name, ' ') FROM pg_available_extensions");

make_database($node, 'shop');
$node->safe_psql('shop', q{
	CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, note text);
	CREATE INDEX by_customer ON orders (customer);
	CREATE MATERIALIZED VIEW customers AS SELECT DISTINCT customer FROM orders;
	CREATE UNIQUE INDEX ON customers (customer);
	CREATE PUBLICATION changes FOR TABLE orders;
	INSERT INTO orders SELECT n, n % 10, 'x' FROM generate_series(1, 1000) n});
approve_all();
$node->safe_psql('postgres', "ALTER DATABASE shop SET schema_guard.mode = 'enforce'");

# approves the schema as it is, with the guard in mode observe
sub approve_all
{
	$node->safe_psql('shop', 'SET schema_guard.mode = observe; ' . join ';', @_,
		"SELECT schema_guard.capture(n), schema_guard.approve(n) FROM (SELECT 's' || count(*) FROM schema_guard.snapshots) s (n)");
}

sub works
{
	my ($sql, $what) = @_;
	my ($rc, $out, $err) = run_sql($node, 'shop', $sql);
	is($err, '', $what);
	return $out;
}

sub program_works
{
	my ($what, @command) = @_;
	my ($out, $err) = run_command([ $command[0], '-d', $node->connstr('shop'), @command[ 1 .. $#command ] ]);
	unlike($err, qr/error|SG\d\d\d/i, $what);
	return $out;
}

# maintenance: no item of the schema
works($_, $_) foreach 'REINDEX TABLE orders', 'REINDEX TABLE CONCURRENTLY orders', 'REINDEX INDEX CONCURRENTLY by_customer', 'REINDEX DATABASE shop',
  'VACUUM FULL orders', 'VACUUM FULL', 'CLUSTER orders USING orders_pkey', 'ANALYZE', 'REFRESH MATERIALIZED VIEW customers',
  'REFRESH MATERIALIZED VIEW CONCURRENTLY customers', 'TRUNCATE orders', 'ALTER TABLE orders CLUSTER ON by_customer',
  'ALTER TABLE orders SET (fillfactor = 70)', 'ALTER TABLE orders ALTER note SET STATISTICS 500';
program_works('vacuumdb --full', 'vacuumdb', '--full');
program_works('reindexdb --concurrently', 'reindexdb', '--concurrently');
program_works('reindexdb -j', 'reindexdb', '--schema=public', '-j', '2');
program_works('clusterdb', 'clusterdb');

# what an ORM does as it starts: nothing where all is there, refused where it is not
works('SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS orders (id int); CREATE INDEX IF NOT EXISTS by_customer ON orders (customer); CREATE SCHEMA IF NOT EXISTS public;'
	  . ' ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text', 'what is missing would be created: nothing is');
refused_like($node, 'shop', 'CREATE TABLE IF NOT EXISTS carts (id int)', 'SG002', 'table public.carts added', 'something is');

# dumps
my $dir = PostgreSQL::Test::Utils::tempdir();
program_works('pg_dump -j', 'pg_dump', '-j', '2', '-Fd', '-f', "$dir/dump");
$node->safe_psql('postgres', 'CREATE DATABASE copy');
my ($out, $err) = run_command([ 'pg_restore', '-j', '2', '-d', $node->connstr('copy'), "$dir/dump" ]);
is($err, '', 'pg_restore -j');
is($node->safe_psql('copy', 'SELECT count(*) FROM schema_guard.drift()'), '0', 'the copy is approved');

# logical replication: what is set up is part of the schema, what replicates is not
refused_like($node, 'shop', 'CREATE PUBLICATION everything FOR ALL TABLES', 'SG002', 'publication everything added', 'a publication is a change');
works("SELECT pg_create_logical_replication_slot('slot', 'pgoutput')", 'a slot is none');
make_database($node, 'subscriber');
$node->safe_psql('subscriber', 'CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, note text);'
	  . "SELECT schema_guard.capture('v1'), schema_guard.approve('v1')");
$node->safe_psql('postgres', "ALTER DATABASE subscriber SET schema_guard.mode = 'enforce'");
my $from = $node->connstr('shop') =~ s/'/''/gr;
my $create = "CREATE SUBSCRIPTION incoming CONNECTION '$from' PUBLICATION changes WITH (create_slot = false, slot_name = slot)";
refused_like($node, 'subscriber', $create, 'SG002', 'subscription incoming added', 'a subscription is a change');
$node->safe_psql('subscriber', "SELECT schema_guard.open_window('replication', '1 hour')");
$node->safe_psql('subscriber', $create);
$node->safe_psql('subscriber', "SELECT schema_guard.capture('v2'), schema_guard.approve('v2'), schema_guard.close_window()");
works("INSERT INTO orders VALUES (5000, 1, 'replicated')", 'a row');
$node->poll_query_until('subscriber', 'SELECT count(*) = 1 FROM orders') or die 'nothing arrives';
is($node->safe_psql('subscriber', 'SELECT count(*) FROM schema_guard.verify()'), '0', 'the subscriber: nothing missed');
$node->safe_psql('subscriber', 'ALTER SUBSCRIPTION incoming DISABLE');
$node->safe_psql('subscriber', 'SET schema_guard.bypass = \'end of the test\'; ALTER SUBSCRIPTION incoming SET (slot_name = NONE); DROP SUBSCRIPTION incoming');

SKIP:
{
	skip 'pgTAP is not installed', 3 if $available !~ /\bpgtap\b/;
	approve_all('CREATE SCHEMA tap', 'CREATE EXTENSION pgtap SCHEMA tap', 'CREATE FUNCTION public.test_orders() RETURNS SETOF text LANGUAGE sql'
		  . " SET search_path = tap, public AS 'SELECT has_table(''orders''::name)'");
	my $tests = "SET search_path = tap, public; BEGIN; SELECT plan(2); SELECT has_column('orders', 'note'); SELECT col_not_null('orders', 'customer');"
	  . ' SELECT * FROM finish();';
	like(works("$tests ROLLBACK", 'pgTAP, rolled back'), qr/ok 1.*ok 2/s, 'its tests succeed');
	works("$tests COMMIT", 'pgTAP, committed');
	like(works('SET search_path = tap, public; SELECT * FROM runtests()', 'runtests()'), qr/^1\.\.1$/m, 'its functions are found');
}
is(works('SELECT count(*) FROM schema_guard.drift()', 'drift()'), '0', 'no drift');
is(works('SELECT count(*) FROM schema_guard.verify()', 'verify()'), '0', 'nothing missed');

SKIP:
{
	skip 'pg_cron is not installed', 2 if $available !~ /\bpg_cron\b/;
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.database_name = 'shop'\ncron.use_background_workers = on\n");
	$node->restart;
	approve_all('CREATE EXTENSION pg_cron');
	works("SELECT cron.schedule('nightly', '0 3 * * *', 'VACUUM FULL orders')", 'pg_cron: a job is scheduled');
	works("SELECT cron.unschedule('nightly')", 'and is taken out');
	works("SELECT cron.schedule('now', '* * * * *', 'REINDEX TABLE orders'), cron.schedule('bad', '* * * * *', 'CREATE TABLE by_cron (id int)')", 'jobs');
	$node->poll_query_until('shop', "SELECT count(*) = 2 FROM (SELECT DISTINCT command FROM cron.job_run_details WHERE status IN ('succeeded', 'failed')) d")
	  or die 'no job runs';
	is($node->safe_psql('shop', "SELECT command, status FROM cron.job_run_details ORDER BY command DESC LIMIT 1"), 'REINDEX TABLE orders|succeeded', 'a job of maintenance');
	like($node->safe_psql('shop', "SELECT return_message FROM cron.job_run_details WHERE command LIKE 'CREATE%' LIMIT 1"),
		qr/schema change is not approved/, 'a job that changes the schema is refused');
	$node->safe_psql('shop', "SELECT cron.unschedule(jobname) FROM cron.job");
	is(works('SELECT count(*) FROM schema_guard.drift()', 'drift()'), '0', 'no drift');
}

$node->stop;
done_testing();
