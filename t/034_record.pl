# What the sessions of a test run execute becomes a contract: pgbench in each protocol, all queries of sql/contract_of.sql,
# restarts, crashes, ended sessions, a standby; the contract is registered, and holds.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('primary', "session_preload_libraries = 'schema_guard'", 'hot_standby = on', 'max_wal_senders = 5',
	"wal_level = replica", 'log_min_messages = warning');
make_database($node, 'shop');

# psql whose session is recorded
sub record
{
	my ($release, $sql, $db, $options) = @_;
	local $ENV{PGOPTIONS} = "-c schema_guard.record=$release " . ($options // '');
	return run_sql($node, $db // 'shop', $sql);
}

sub recorded
{
	my ($application, $version, $path) = @_;
	$path = defined $path ? "#>> '{$path}'" : "- 'recorded'";
	return $node->safe_psql('shop', "SELECT schema_guard.recorded('$application', '$version') $path");
}

sub contract_of
{
	my ($path, @queries) = @_;
	return $node->safe_psql('shop', 'SELECT schema_guard.contract_of(ARRAY[' . join(', ', map { "\$q\$$_\$q\$" } @queries) . "], '$path')");
}

# A real application: pgbench's own script, by each protocol. Its first connection counts the branches.
$node->command_ok([ 'pgbench', '-i', '-q', '-n', '-s', '1', $node->connstr('shop') ], 'pgbench -i');
sub pgbench
{
	my ($release, @options) = @_;
	local $ENV{PGOPTIONS} = "-c schema_guard.record=$release";
	$node->command_ok([ 'pgbench', '-n', '-c', '2', '-t', '20', @options, $node->connstr('shop') ], "pgbench @options is recorded");
	return;
}
my @bench = ('UPDATE pgbench_accounts SET abalance = abalance + $1 WHERE aid = $2', 'SELECT abalance FROM pgbench_accounts WHERE aid = $1',
	'UPDATE pgbench_tellers SET tbalance = tbalance + $1 WHERE tid = $2', 'UPDATE pgbench_branches SET bbalance = bbalance + $1 WHERE bid = $2',
	'INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES ($1, $2, $3, $4, CURRENT_TIMESTAMP)', 'SELECT count(*) FROM pgbench_branches');
my %of_protocol = (simple => [ map { s/\$\d/1/gr } @bench ], extended => \@bench, prepared => \@bench);
foreach my $protocol (sort keys %of_protocol)
{
	pgbench("bench/$protocol", '-M', $protocol);
	is(recorded('bench', $protocol), contract_of('public', @{ $of_protocol{$protocol} }), "$protocol: the contract is that of the queries");
	is(recorded('bench', $protocol, 'recorded,sessions'), 3, "$protocol: three sessions");
	is(recorded('bench', $protocol, 'recorded,sessions_before'), 0, "$protocol: the setting was there first");
}
is(recorded('bench', 'simple', 'recorded,statements'), 2 * 20 * 5 + 1, 'each statement that is analysed counts');
is(recorded('bench', 'prepared', 'recorded,statements'), 2 * 5 + 1, 'a prepared one once');
# also the first of a session, which is executed after the guard has written what it needs
my $script = "$PostgreSQL::Test::Utils::tmp_check/select.pgbench";
append_to_file($script, "SELECT abalance FROM pgbench_accounts WHERE aid = 1;\n");
pgbench('bench/first', '-M', 'prepared', '-f', $script);
is(recorded('bench', 'first', 'recorded,statements'), 2, 'a session\'s first one likewise') or diag(recorded('bench', 'first', 'recorded'));

# Sessions one after the other, with a restart and a crash between them.
$node->safe_psql('shop', 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, note text)');
record('api/1', 'SELECT id FROM orders');
$node->restart;
record('api/1', "BEGIN; INSERT INTO orders (id, total) VALUES (1, 1); ROLLBACK; SET default_transaction_read_only = on; BEGIN; SELECT note FROM orders; COMMIT");
$node->stop('immediate');
$node->start;
my @orders = ('SELECT id FROM orders', 'INSERT INTO orders (id, total) VALUES (1, 1)', 'SELECT note FROM orders');
is(recorded('api', '1'), contract_of('public', @orders), 'sessions, restarts and a crash make one contract');
is(recorded('api', '1', 'recorded,sessions'), 2, 'of two sessions');

# A table of the guard's that is locked: nobody waits for it for long, and what could not be written is, later.
# It is locked until the session below sleeps.
my $lock = IPC::Run::start([ 'psql', '-X', '-q', '-c', q{BEGIN; LOCK TABLE schema_guard.recorded_release; DO $$ BEGIN FOR i IN 1 .. 3600 LOOP
		PERFORM pg_sleep(0.05), pg_stat_clear_snapshot();
		EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep.6.');
	END LOOP; END $$; COMMIT}, $node->connstr('shop') ],
	'>', \my $lock_out, '2>', \my $lock_err);
$node->poll_query_until('shop', "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'schema_guard.recorded_release'::regclass AND mode = 'AccessExclusiveLock' AND granted");
my ($locked_rc, $locked_out, $locked_err) = record('locked/1', 'SELECT note FROM orders; SELECT total FROM orders; SELECT pg_sleep(6) IS NOT NULL; SELECT note FROM orders');
$lock->finish;
is("$locked_rc|$locked_out", '0|t', 'the statements of a session that cannot write');
is(() = $locked_err =~ /WARNING:  55P03: what was executed is not recorded yet for release "locked\/1"/g, 1, 'one WARNING');
is(recorded('locked', '1', 'relations,public.orders,select'), '{"note": "text", "total": "numeric"}', 'written later');

# It is written when the session ends, if there is no further statement.
$lock = IPC::Run::start([ 'psql', '-X', '-q', '-c', 'BEGIN; LOCK TABLE schema_guard.recorded_release; SELECT pg_sleep(2); COMMIT', $node->connstr('shop') ],
	'>', \$lock_out, '2>', \$lock_err);
$node->poll_query_until('shop', "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'schema_guard.recorded_release'::regclass AND mode = 'AccessExclusiveLock' AND granted");
(undef, undef, $locked_err) = record('locked/2', "SELECT note FROM orders;\n\\! sleep 4\n");
$lock->finish;
like($locked_err, qr/not recorded yet for release "locked\/2"/, 'a session that ends after it could not write');
is(recorded('locked', '2', 'relations,public.orders,select'), '{"note": "text"}', 'has written as it ended');

# A session that is ended in its transaction has executed what it has executed.
my ($rc, $out, $err) = record('killed/1', 'BEGIN; SELECT total FROM orders; SELECT pg_terminate_backend(pg_backend_pid())');
is($rc, 2, 'a session is ended');
$node->poll_query_until('shop', "SELECT count(*) = 1 FROM schema_guard.recordings WHERE application = 'killed'");
is(recorded('killed', '1', 'relations,public.orders,select'), '{"total": "numeric"}', 'what it executed is recorded');

# Every query that sql/contract_of.sql knows.
my $sql = slurp_file("$FindBin::RealBin/../sql/contract_of.sql");
my ($schema) = $sql =~ /^(CREATE SCHEMA early;.*?)^\\set lib/ms or die;
my ($list) = $sql =~ /^INSERT INTO pg_temp\.queries \(query, arguments\) VALUES\n(.*?);\n/ms or die;
my @queries = $list =~ /^\t\(\$\$(.*?)\$\$, /mg;
cmp_ok(scalar @queries, '>=', 60, 'queries');
$node->safe_psql('shop', $schema);
my $number = 0;
($rc, $out, $err) = record('all/1', "SET search_path = early, shop, public; BEGIN; "
	  . join('; ', map { $number++; /^(call|copy|lock|truncate)/i ? $_ : "PREPARE q$number AS $_" } @queries) . '; ROLLBACK');
is("$rc|$err", '0|', 'all of them are executed or prepared');
is(recorded('all', '1'), contract_of('early, shop, public', @queries), 'and make the contract that is derived from them');

# The contract holds: what breaks it is refused, or the release is.
$node->safe_psql('shop', "SELECT schema_guard.register('bench', '1', schema_guard.recorded('bench', 'prepared'))");
refused_like($node, 'shop', "SET schema_guard.mode = enforce; ALTER TABLE pgbench_accounts RENAME abalance TO balance", 'SG003',
	'bench/1', 'a change that breaks the recorded release');
$node->safe_psql('shop', 'ALTER TABLE pgbench_accounts RENAME abalance TO balance');
{
	local $ENV{PGOPTIONS} = '-c schema_guard.application=bench/1';
	($rc, $out, $err) = run_sql($node, 'shop', 'SELECT 1');
}
is($rc, 2, 'the release does not connect any more');
like($err, qr/release bench\/1 does not fit.*column "abalance".*SG001/s, 'and is told why');

# A standby keeps nothing and says so once; the statements do what they did.
$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
{
	local $ENV{PGOPTIONS} = '-c schema_guard.record=api/2';
	($rc, $out, $err) = run_sql($standby, 'shop', 'SELECT count(*) FROM orders; SELECT count(id) FROM orders');
}
is("$rc|$out", "0|0\n0", 'statements on a standby');
is(() = $err =~ /WARNING:  25006: nothing is recorded for release "api\/2": the server is a standby/g, 1, 'one WARNING');
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is($standby->safe_psql('shop', "SELECT schema_guard.recorded('api', '1') = '" . $node->safe_psql('shop', "SELECT schema_guard.recorded('api', '1')") . "'"), 't',
	'what the primary has recorded is there');
$standby->stop;

# Where the extension is at 1.0, or is not, that is said once, too.
$node->safe_psql('postgres', 'CREATE DATABASE older; CREATE DATABASE without');
$node->safe_psql('older', "CREATE EXTENSION schema_guard VERSION '1.0'; CREATE TABLE t (x int)");
($rc, $out, $err) = record('api/1', 'SELECT count(*) FROM t; SELECT count(x) FROM t', 'older');
is("$rc|$out", "0|0\n0", 'statements where the extension is older');
is(() = $err =~ /WARNING:  SG006: what was executed is not recorded yet for release "api\/1"/g, 1, 'one WARNING');
$node->safe_psql('without', 'CREATE TABLE t (x int)');
($rc, $out, $err) = record('api/1', 'SELECT count(*) FROM t; SELECT count(x) FROM t', 'without');
is("$rc|$out", "0|0\n0", 'statements where the extension is not');
is(() = $err =~ /WARNING:  42704: a statement is not recorded for release "api\/1": extension "schema_guard" is not installed/g, 1, 'one WARNING');

# What is no release's name does not keep anybody from connecting.
($rc, $out, $err) = record('nonsense', 'SELECT count(*) FROM orders; SELECT 1');
is("$rc|$out", "0|0\n1", 'a value that is no name');
is(() = $err =~ /WARNING:  22023: nothing is recorded: schema_guard.record does not name a release/g, 1, 'one WARNING');

# A recording survives a dump.
my $dump = "$PostgreSQL::Test::Utils::tmp_check/shop.sql";
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('shop') ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE copy');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('copy') ], 'restored');
is($node->safe_psql('copy', "SELECT schema_guard.recorded('api', '1')"), $node->safe_psql('shop', "SELECT schema_guard.recorded('api', '1')"),
	'the recording is in the dump');
$node->stop;
done_testing();
