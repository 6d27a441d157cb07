# What becomes of a declaration behind PgBouncer, in each of its ways to share connections; and
# schema_guard.require_application, which refuses those who declare nothing.
use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('pooled', "session_preload_libraries = 'schema_guard'", 'wal_level = replica', 'max_wal_senders = 3');
make_database($node, 'shop');
$node->safe_psql('shop', q{
	CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2));
	GRANT ALL ON orders TO PUBLIC;
	SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"total": "numeric(12,2)"}}}}');
	SELECT schema_guard.register('report', '1', '{"relations": {"public.orders": {"select": {"id": "bigint"}}}}');
	CREATE ROLE app LOGIN;
	CREATE ROLE declared LOGIN;
	ALTER ROLE declared SET schema_guard.application = 'report/1'});
$node->safe_psql('postgres', 'CREATE DATABASE other');

# ------------------------------------------------------------------------------------------
# who declares nothing
# ------------------------------------------------------------------------------------------

sub as
{
	my ($role, $sql, $options, $db) = @_;
	local $ENV{PGUSER} = $role;
	local $ENV{PGOPTIONS} = $options // '';
	my ($rc, $out, $err) = run_sql($node, $db // 'shop', $sql);
	return $rc == 0 ? $out : $err =~ s/\nLOCATION.*//sr;
}

my $refused = qr/ERROR:  SG004: session of role "app" declares no release.*\nHINT:  .*SET LOCAL/s;

is(as('app', 'SELECT 1'), '1', 'nobody has to declare a release');
$node->safe_psql('postgres', 'ALTER DATABASE shop SET schema_guard.require_application = on');
like(as('app', 'SELECT 1'), $refused, 'required: refused without one');
like(as('app', $_), $refused, "refused: $_") foreach 'COPY orders TO STDOUT', 'DO $$ BEGIN END $$', 'PREPARE p AS SELECT 1; EXECUTE p', 'BEGIN; SELECT 1; COMMIT',
  'BEGIN; DECLARE c CURSOR FOR SELECT 1';
like(as('app', 'SELECT 1', '-c schema_guard.require_application=off'), $refused, 'the client cannot switch it off');
like(as('app', 'SET schema_guard.require_application = off'), qr/42501: permission denied/, 'nor later');
is(as('app', 'SELECT 1', '-c schema_guard.application=api/1'), '1', 'declared in the options');
is(as('app', "SET schema_guard.application = 'api/1'; SELECT 1"), '1', 'declared by SET');
is(as('declared', 'SELECT 1'), '1', 'declared by the role');
like(as('app', "BEGIN; SET LOCAL schema_guard.application = 'api/1'; SELECT 'in it'; COMMIT; SELECT 'after it'"), $refused, 'declared for a transaction: not after it');
like(as('app', "SET schema_guard.application = 'api/1'; RESET schema_guard.application; SELECT 1"), $refused, 'taken back');
like(as('app', "SET schema_guard.application = 'api/2'; SELECT 1"), qr/SG004: .*api\/2/, 'an unknown one');
is(as('postgres', 'SELECT 1'), '1', 'superusers get in');
is(as('app', 'SELECT 1', '', 'other'), '1', 'so does everybody where there is no extension');
is(as('app', 'SELECT 1', '', 'postgres'), '1', 'and where it is not required');
$node->safe_psql('postgres', 'ALTER ROLE app SET schema_guard.require_application = off');
is(as('app', 'SELECT 1'), '1', 'a role may be exempt');
$node->safe_psql('postgres', 'ALTER ROLE app RESET schema_guard.require_application; ALTER DATABASE shop RESET schema_guard.require_application');
$node->safe_psql('postgres', 'ALTER ROLE app SET schema_guard.require_application = on');
like(as('app', 'SELECT 1'), $refused, 'required of a role');
is(as('app', 'SELECT 1', '', 'other'), '1', 'but not where there is no extension');
$node->safe_psql('postgres', "ALTER DATABASE shop SET schema_guard.mode = 'off'");
is(as('app', 'SELECT 1'), '1', 'nor in mode off');
$node->safe_psql('postgres', 'ALTER DATABASE shop RESET schema_guard.mode; ALTER ROLE app RESET schema_guard.require_application');

# what works in the background is no session: no worker has to declare anything
$node->safe_psql('postgres', 'ALTER SYSTEM SET schema_guard.require_application = on; SELECT pg_reload_conf()');
$node->safe_psql('shop', 'ALTER TABLE orders SET (parallel_workers = 2)');
is(as('app', q{BEGIN; SET LOCAL schema_guard.application = 'api/1'; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0;
	SET LOCAL min_parallel_table_scan_size = 0; SELECT count(*) FROM orders; COMMIT}), '0', 'parallel workers');
$node->command_ok([ 'pg_basebackup', '-D', PostgreSQL::Test::Utils::tempdir() . '/b', '-c', 'fast', '-d', $node->connstr('postgres'), '--no-sync' ], 'a base backup');
$node->safe_psql('postgres', 'ALTER SYSTEM RESET schema_guard.require_application; SELECT pg_reload_conf()');

# ------------------------------------------------------------------------------------------
# PgBouncer
# ------------------------------------------------------------------------------------------

my ($pgbouncer) = grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin', '/usr/local/sbin';
if (!defined $pgbouncer)
{
	$node->stop;
	SKIP: { skip 'pgbouncer is not installed: what the guard does behind it is not tested', 1; }
	done_testing();
	exit;
}

my $dir = PostgreSQL::Test::Utils::tempdir_short();
my $port = PostgreSQL::Test::Cluster::get_free_port();
my $running;

sub start_pgbouncer
{
	my ($mode, @lines) = @_;
	my $server = 'host=' . $node->host . ' port=' . $node->port . ' dbname=shop';
	open my $fh, '>', "$dir/ini" or die "$dir/ini: $!";
	print $fh map { "$_\n" } '[databases]', "app = $server user=app", "declared = $server user=declared",
	  '[pgbouncer]', 'listen_addr =', "listen_port = $port", "unix_socket_dir = $dir", "logfile = $dir/log",
	  'auth_type = any', "pool_mode = $mode", 'default_pool_size = 1', 'server_login_retry = 0', @lines;
	close $fh;
	$running = IPC::Run::start([ $pgbouncer, '-q', "$dir/ini" ], '<', \undef, '>&', "$dir/out");
	foreach (1 .. 100)
	{
		last if -S "$dir/.s.PGSQL.$port";
		select undef, undef, undef, 0.1;
	}
	return;
}

sub stop_pgbouncer { $running->signal('INT'); $running->finish; unlink "$dir/.s.PGSQL.$port"; return; }

# What a client gets that sends these commands, one after the other, through the pooler.
sub pooled
{
	my ($db, $options, @commands) = @_;
	local $ENV{PGOPTIONS} = $options;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-v', 'VERBOSITY=verbose', '-h', $dir, '-p', $port, '-U', 'app', '-d', $db, map { ('-c', $_) } @commands ],
		'<', \undef, '>', \$out, '2>', \$err);
	$err =~ s/\nLOCATION.*//s;
	return "$out$err" =~ s/\s+\z//r;
}

my $declared = 'SHOW schema_guard.application';
my $options = '-c schema_guard.application=api/1';

foreach my $mode (qw(session transaction))
{
	start_pgbouncer($mode);
	like(pooled('app', $options, 'SELECT 1'), qr/unsupported startup parameter/, "$mode: options are refused");
	is(pooled('declared', '', $declared), 'report/1', "$mode: the role's setting");
	is(pooled('app', '', "SELECT schema_guard.assert_release('api', '1')", $declared), '', "$mode: the call fits, and declares nothing");
	is(pooled('app', '', "BEGIN", "SET LOCAL schema_guard.application = 'api/1'", $declared, 'COMMIT', $declared), 'api/1', "$mode: SET LOCAL is for the transaction");
	is(pooled('app', '', $declared), '', "$mode: and for no other client");
	is(pooled('app', '', "SET schema_guard.application = 'api/1'", $declared), 'api/1', "$mode: SET");
	is(pooled('app', '', $declared), $mode eq 'session' ? '' : 'api/1', "$mode: " . ($mode eq 'session' ? 'is not the next client\'s' : 'is the next client\'s'));
	stop_pgbouncer();

	start_pgbouncer($mode, 'ignore_startup_parameters = options');
	is(pooled('app', $options, $declared), '', "$mode: ignored options are dropped");
	$node->safe_psql('postgres', 'ALTER ROLE app SET schema_guard.require_application = on');
	stop_pgbouncer();

	start_pgbouncer($mode, 'ignore_startup_parameters = options');
	like(pooled('app', $options, 'SELECT 1'), $refused, "$mode: required: the client is told");
	is(pooled('app', '', "BEGIN; SET LOCAL schema_guard.application = 'api/1'; SELECT 1; COMMIT"), '1', "$mode: required: SET LOCAL");
	like(pooled('app', '', 'SELECT 1'), $refused, "$mode: required: the next client has declared nothing");
	is(pooled('declared', '', 'SELECT 1'), '1', "$mode: required: the role's setting");
	$node->safe_psql('postgres', 'ALTER ROLE app RESET schema_guard.require_application');
	stop_pgbouncer();
}

# From 1.20 on PgBouncer keeps apart what the server reports.
SKIP:
{
	my ($out) = run_command([ $pgbouncer, '--version' ]);
	my ($major, $minor) = $out =~ /PgBouncer (\d+)\.(\d+)/;
	skip "PgBouncer $major.$minor knows no track_extra_parameters", 8 if $major == 1 && $minor < 20;
	foreach my $mode (qw(session transaction))
	{
		start_pgbouncer($mode, 'track_extra_parameters = schema_guard.application');
		is(pooled('app', '', "SET schema_guard.application = 'api/1'", $declared), 'api/1', "$mode, tracked: SET");
		is(pooled('app', '', $declared), '', "$mode, tracked: is not the next client's");
		is(pooled('app', $options, $declared), 'api/1', "$mode, tracked: options");
		is(pooled('app', '', $declared), '', "$mode, tracked: are not the next client's");
		stop_pgbouncer();
	}
}

# PgBouncer keeps application_name apart for each client.
sub pooled_as
{
	local $ENV{PGAPPNAME} = shift;
	return pooled('app', '', @_);
}

$node->safe_psql('shop', 'ALTER DATABASE shop SET schema_guard.use_application_name = on; ALTER ROLE app SET schema_guard.require_application = on');
foreach my $mode (qw(session transaction))
{
	start_pgbouncer($mode);
	is(pooled_as('api/1', 'SELECT 1'), '1', "$mode, by name: declared");
	like(pooled_as('psql', 'SELECT 1'), $refused, "$mode, by name: the next client has declared nothing");
	is(pooled_as('report/1', 'SELECT 1', 'SHOW application_name'), "1\nreport/1", "$mode, by name: another release");
	like(pooled_as('report/9', 'SELECT 1'), qr/SG004: release report\/9 is not registered/, "$mode, by name: one that is not registered");
	is(pooled_as('api/1', 'SELECT 1'), '1', "$mode, by name: declared again");
	stop_pgbouncer();
}
$node->safe_psql('shop', 'ALTER ROLE app RESET schema_guard.require_application');

# A release that does not fit is refused through the pooler as well.
$node->safe_psql('shop', 'ALTER TABLE orders RENAME total TO amount');
start_pgbouncer('transaction');
like(pooled('app', '', "BEGIN; SET LOCAL schema_guard.application = 'api/1'; SELECT 1; COMMIT"), qr/SG001: release api\/1 does not fit/, 'SET LOCAL of a release that does not fit');
is(pooled('app', '', "BEGIN; SET LOCAL schema_guard.application = 'report/1'; SELECT 1; COMMIT"), '1', 'and on the same connection one that does');
like(pooled_as('api/1', 'SELECT 1'), qr/SG001: release api\/1 does not fit/, 'application_name of a release that does not fit');
is(pooled_as('report/1', 'SELECT 1'), '1', 'and on the same connection of one that does');
stop_pgbouncer();

$node->stop;
done_testing();
