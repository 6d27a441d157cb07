# A release is checked at its first statement: shared_preload_libraries.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use SchemaGuardTest;
use Test::More;

my $node = start_node('shared', "shared_preload_libraries = 'schema_guard'");
make_database($node, 'shop');
$node->safe_psql('shop', q{
	CREATE TABLE public.orders (id bigint PRIMARY KEY);
	CREATE PROCEDURE public.work() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
	GRANT SELECT, INSERT ON public.orders TO PUBLIC;
	SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"id": "bigint"}}}}');
	CREATE ROLE app LOGIN;
});

sub session
{
	my ($release, $sql, $db) = @_;
	return run_session($node->connstr($db // 'shop') . " user=app options='-c schema_guard.application=$release'", $sql);
}

is_deeply([ session('api/1', "SELECT 1;\nCALL public.work();\nDO 'BEGIN END';\nCOPY public.orders TO STDOUT;\nSELECT 2;\n") ],
	[ 0, "1\n2", '' ], 'a release that fits');
is_deeply([ session('api/9', 'SELECT 1', 'postgres') ], [ 0, '1', '' ], 'a database without the extension');
is($node->safe_psql('postgres', 'CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);
	INSERT INTO schema_migrations VALUES (1, false); DROP TABLE schema_migrations'), '', 'where a ledger is a table like others');

foreach my $first ('SELECT 1', 'COPY public.orders TO STDOUT', 'CALL public.work()', "DO 'BEGIN END'",
	'PREPARE one AS SELECT 1; EXECUTE one', 'BEGIN; DECLARE c CURSOR FOR SELECT 1')
{
	my ($rc, $out, $err) = session('api/9', $first);
	is($rc, 2, "$first: the session ends");
	like($err, qr/FATAL:  release api\/9 is not registered/, "$first: and is told why");
}

# a transaction of its own kind begins as it would without schema_guard
is_deeply([ session('api/1', "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE;\nSELECT 1;\nCOMMIT;\n") ],
	[ 0, '1', '' ], 'serializable, read only, deferrable');
my (undef, $out) = session('api/1', "BEGIN;\nINSERT INTO public.orders VALUES (1);\nSELECT schema_guard.assert_release('api', '1');\nROLLBACK;\nSELECT count(*) FROM public.orders;\n");
is($out, "\n0", 'a transaction that has written asks too');

# a parallel query's workers are none of it
$node->safe_psql('shop', 'INSERT INTO public.orders SELECT generate_series(2, 50000); ANALYZE public.orders');
is_deeply([ session('api/1', "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;\nSELECT count(*) FROM public.orders;\n") ],
	[ 0, '49999', '' ], 'a parallel query');

$node->restart;
is_deeply([ session('api/1', 'SELECT 1') ], [ 0, '1', '' ], 'after a restart');
$node->stop;
done_testing();
