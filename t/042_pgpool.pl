# What becomes of a declaration behind pgpool-II, whose next client gets the connection of the one before, and a refusal.
use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my ($pgpool) = grep { -x } map { "$_/pgpool" } split(/:/, $ENV{PATH}), '/usr/sbin', '/usr/local/sbin';
plan skip_all => 'pgpool-II is not installed' if !defined $pgpool;

my $node = start_node('pooled');
make_database($node, 'shop');
$node->safe_psql('shop', q{
	CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2));
	SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"total": "numeric(12,2)"}}}}');
	SELECT schema_guard.register('report', '1', '{"relations": {"public.orders": {"select": {"id": "bigint"}}}}');
	CREATE ROLE app LOGIN;
	ALTER DATABASE shop SET session_preload_libraries = 'schema_guard';
	ALTER DATABASE shop SET schema_guard.use_application_name = on});

my $dir = PostgreSQL::Test::Utils::tempdir_short();
my $port = PostgreSQL::Test::Cluster::get_free_port();
my ($host, $server) = ($node->host, $node->port);
PostgreSQL::Test::Utils::append_to_file("$dir/$_", '') foreach qw(pcp.conf pool_hba.conf);
# one process that keeps one connection: all clients share it
PostgreSQL::Test::Utils::append_to_file("$dir/pgpool.conf", <<"CONF");
listen_addresses = ''
port = $port
socket_dir = '$dir'
pcp_listen_addresses = ''
pcp_port = @{[ PostgreSQL::Test::Cluster::get_free_port() ]}
pcp_socket_dir = '$dir'
backend_hostname0 = '$host'
backend_port0 = $server
backend_clustering_mode = 'raw'
num_init_children = 1
max_pool = 1
pid_file_name = '$dir/pid'
logdir = '$dir'
work_dir = '$dir'
memqcache_oiddir = '$dir'
sr_check_period = 0
CONF
my $running = IPC::Run::start([ $pgpool, '-n', '-f', "$dir/pgpool.conf", '-F', "$dir/pcp.conf", '-a', "$dir/pool_hba.conf" ], '<', \undef, '>&', "$dir/out");

# What a client gets that sends these commands, one after the other, through the pooler.
sub pooled
{
	my ($name, $options, @commands) = @_;
	local ($ENV{PGAPPNAME}, $ENV{PGOPTIONS}) = ($name, $options);
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-h', $dir, '-p', $port, '-U', 'app', '-d', 'shop', map { ('-c', $_) } @commands ],
		'<', \undef, '>', \$out, '2>', \$err);
	return "$out$err" =~ s/\s+\z//r;
}

foreach (1 .. 100)
{
	last if pooled('', '', 'SELECT 1') eq '1';
	select undef, undef, undef, 0.1;
}
my $declared = q{SELECT current_setting('schema_guard.application')};
is(pooled('psql', '', $declared), '', 'nothing is declared');
is(pooled('psql', '-c schema_guard.application=api/1', $declared), 'api/1', 'declared in the options');
is(pooled('psql', '', $declared), '', 'and by no other client');
is(pooled('psql', '', "SET schema_guard.application = 'report/1'", $declared), 'report/1', 'declared by SET');
is(pooled('psql', '', $declared), '', 'and by no other client');

# what is refused, and on whose account
$node->safe_psql('shop', 'ALTER TABLE orders RENAME total TO amount');
my $refused = qr/release api\/1 does not fit the schema: table public\.orders: column "total" \(numeric\(12,2\)\) is missing \(SG001\)/;
like(pooled('psql', '-c schema_guard.application=api/1', 'SELECT 1'), $refused, 'options: refused as it connects');
is(pooled('psql', '', 'SELECT 2'), '2', 'another client is not');
like(pooled('api/1', '', 'SELECT 1'), $refused, 'application_name: refused as it connects');
is(pooled('report/1', '', 'SELECT 2'), '2', 'one that fits is not');
is(pooled('psql', '', 'SELECT 3', 'SHOW application_name'), "3\npsql", 'nor is one that declares nothing');

$running->signal('INT');
$running->finish;
$node->stop;
done_testing();
