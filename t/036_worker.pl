# The background worker: what it does by itself, and that it is never in the way.
use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;
use Time::HiRes qw(usleep);

my $node = start_node('worker', "shared_preload_libraries = 'schema_guard'\nschema_guard.worker_naptime = 1\n"
	  . "max_prepared_transactions = 2\nlog_min_messages = info\nrestart_after_crash = on\nwal_level = replica\nmax_wal_senders = 4\nwal_log_hints = on");
make_database($node, 'shop');

sub launcher
{
	return $node->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = 'schema_guard launcher'");
}

# Waits until a query returns true.
sub soon
{
	my ($database, $query, $what) = @_;
	return ok(comes_true($node, $database, $query), $what);
}

isnt(launcher(), '', 'the launcher runs');
is($node->safe_psql('shop', 'SELECT * FROM schema_guard.problems'), '', 'and its settings in postgresql.conf are no problem');

# verify(): on its schedule, and at once where the state is stale
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.verify_interval = '1s'; SELECT schema_guard.verify()");
my $verified = $node->safe_psql('shop', 'SELECT verified_at FROM schema_guard.live_state');
soon('shop', "SELECT verified_at > '$verified' FROM schema_guard.live_state", 'verify() runs on a schedule');
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.verify_interval = '1h'");
$node->safe_psql('shop', "SET schema_guard.mode = off; CREATE TABLE unseen ()");
soon('shop', "SELECT NOT stale FROM schema_guard.live_state", 'a stale state is brought up to date');
is($node->safe_psql('shop', "SELECT count(*) FROM schema_guard.journal WHERE verdict = 'unobserved' AND 'table public.unseen' = ANY (objects)"),
	'1', 'what was missed is in the journal');
like(slurp_file($node->logfile), qr/schema_guard verify\(\) found 1 unobserved change in database/, 'and in the log');

# what is told
my $told = $node->safe_psql('shop', q{
LISTEN schema_guard;
CREATE TABLE heard (a int);
BEGIN;
SAVEPOINT s;
CREATE TABLE not_heard ();
ROLLBACK TO s;
COMMIT;
SELECT schema_guard.capture('one') = schema_guard.approve('one', expires => '2 seconds');
BEGIN;
SELECT schema_guard.revoke('one', 'not meant') IS NOT NULL;
ROLLBACK;
SELECT schema_guard.open_window('for a moment', '2 seconds');
BEGIN;
CREATE TABLE prepared ();
SELECT schema_guard.capture('two') = schema_guard.approve('two');
PREPARE TRANSACTION 'p';
COMMIT PREPARED 'p';
SELECT schema_guard.import_path(schema_guard.export_path('one'), 'way') IS NOT NULL;
SELECT schema_guard.approve('way', expires => '2 seconds') IS NOT NULL;
SET schema_guard.notify = off;
CREATE TABLE silent ();
RESET schema_guard.notify;
SELECT pg_sleep(5);
SELECT 'end';
});
my @events = map { /"event":"(\w+)"/ ? $1 : () } split /\n/, $told;
like($told, qr/"event":"change".*"objects":\["table public.heard"\]/, 'a change is told');
unlike($told, qr/not_heard/, 'nothing of what is rolled back');
unlike($told, qr/public\.prepared|public\.silent/, 'nothing of a prepared transaction, which is not hindered, and nothing where it is switched off');
ok((grep { $_ eq 'approval' } @events), 'an approval is told');
like($told, qr/"event":"approval_ended".*"reason":"expired"/, 'that it has expired, too');
is(() = $told =~ /"event":"approval_ended"[^}]*"snapshot":"way[^}]*"reason":"expired"/g, 1, 'once for a path, however many states it has');
unlike($told, qr/"reason":"revoked"/, 'but not a revocation that was rolled back');
is($node->safe_psql('shop', "SELECT count(*) FROM schema_guard.journal WHERE 'table public.prepared' = ANY (objects)"), '1',
	'the prepared change is journaled');

# a refusal, once
$node->psql('shop', 'SET schema_guard.mode = enforce; CREATE TABLE refused ()');
soon('shop', "SELECT number > 0 FROM schema_guard.told WHERE kind = 'change'", 'a refusal is told');

# the journal is pruned
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.journal_retention = '1s'; SELECT schema_guard.capture('three') = schema_guard.approve('three')");
sleep 2;
$node->reload;
soon('shop', 'SELECT count(*) > 0 FROM schema_guard.journal_cut', 'the journal is pruned');
$node->safe_psql('shop', 'ALTER DATABASE shop RESET schema_guard.journal_retention');

# nobody has to wait for a worker: databases come and go while one looks at them
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.verify_interval = '1s'");
my $failed = '';
for my $i (1 .. 15)
{
	my ($rc, $out, $err) = $node->psql('postgres', "CREATE DATABASE copy TEMPLATE shop");
	$failed .= $err if $rc != 0;
	usleep(100_000 * ($i % 5));
	($rc, $out, $err) = $node->psql('postgres', "ALTER DATABASE copy RENAME TO renamed");
	$failed .= $err if $rc != 0;
	($rc, $out, $err) = $node->psql('postgres', "DROP DATABASE renamed");
	$failed .= $err if $rc != 0;
}
is($failed, '', 'CREATE DATABASE TEMPLATE, RENAME and DROP DATABASE never fail for a worker');
$node->safe_psql('postgres', 'CREATE DATABASE closed TEMPLATE shop ALLOW_CONNECTIONS false');

# many databases
$node->safe_psql('postgres', "CREATE DATABASE many_$_ TEMPLATE shop") foreach 1 .. 50;
$node->safe_psql('many_50', "SET schema_guard.mode = off; CREATE TABLE unseen_too ()");
soon('many_50', 'SELECT NOT stale FROM schema_guard.live_state', 'the fiftieth database has its turn');
$node->safe_psql('postgres', "DROP DATABASE many_$_") foreach 2 .. 50;

# somebody ends the launcher; somebody kills it
my $pid = launcher();
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
soon('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'schema_guard launcher' AND pid <> $pid",
	'a launcher that was ended comes back');
$pid = launcher();
kill 'KILL', $pid;
comes_true($node, 'postgres', 'SELECT true') or die;
soon('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'schema_guard launcher' AND pid <> $pid",
	'and one that was killed, with the server');
$node->safe_psql('shop', "SET schema_guard.mode = off; CREATE TABLE after_crash ()");
soon('shop', 'SELECT NOT stale FROM schema_guard.live_state', 'it goes on working');
my $refused = "SELECT name, value FROM schema_guard.metrics WHERE name LIKE '%refused_changes_total'";
$node->psql('shop', 'SET schema_guard.mode = enforce; CREATE TABLE refused ()');
my $count = $node->safe_psql('shop', "$refused; SELECT pg_switch_wal() IS NULL");
$node->stop('immediate');
$node->start;
is($node->safe_psql('shop', "$refused; SELECT pg_switch_wal() IS NULL"), $count, 'counters survive a crash, and are exact');
soon('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'schema_guard launcher'", 'also after a crash of all');

# kill -9, in the middle of verify() and of pruning: a table that it needs is locked, and the worker waits for that
sub killed
{
	my ($phase, $victim, $lock, $prepare) = @_;
	my ($in, $out, $err) = ("BEGIN; LOCK TABLE schema_guard.$lock MODE; SELECT 1;\n", '', '');
	my $holder = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('shop') ],
		'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout(180));
	$holder->pump until $out =~ /^\d+$/m;
	$node->safe_psql('shop', $prepare);
	$node->reload;
	my $waits = "FROM pg_stat_activity WHERE backend_type = 'schema_guard worker' AND datname = 'shop' AND wait_event_type = 'Lock'";
	soon('postgres', "SELECT count(*) = 1 $waits", "$phase: the worker is there");
	my $process = $victim eq 'worker' ? $node->safe_psql('postgres', "SELECT pid $waits") : $victim eq 'launcher' ? launcher() : $node->safe_psql('postgres', "SELECT min(pid) FROM pg_stat_activity WHERE datname = 'shop' AND backend_type = 'client backend' AND pid <> pg_backend_pid()");
	if ($victim eq 'postmaster')
	{
		$node->kill9;
		eval { $holder->finish };
		# not before the last of the others has noticed
		until ($node->start(fail_ok => 1))
		{
			usleep(100_000);
			$node->stop('fast', fail_ok => 1);
		}
	}
	else
	{
		kill 'KILL', $process;
		eval { $holder->finish };
	}
	soon('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'schema_guard launcher'", "$phase: $victim is killed, and the launcher is back");
	soon('shop', 'SELECT NOT stale FROM schema_guard.live_state', "$phase: the work is done");
	is($node->safe_psql('shop', 'SELECT * FROM schema_guard.verify(); SELECT * FROM schema_guard.verify_journal(); SELECT * FROM schema_guard.problems'),
		'', "$phase: and all is in order");
	return;
}

$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.verify_interval = '1h'");
foreach my $victim (qw(worker launcher backend postmaster))
{
	killed('verify()', $victim, 'live_object IN ACCESS EXCLUSIVE', "SET schema_guard.mode = off; CREATE TABLE killed_$victim ()");
}
foreach my $victim (qw(worker postmaster))
{
	$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.journal_retention = '1s'; CREATE TABLE pruned_$victim (); CREATE TABLE pruned_too_$victim ();"
		  . "SELECT schema_guard.capture('pruned $victim') = schema_guard.approve('pruned $victim')");
	sleep 2;
	killed('pruning', $victim, 'journal_object IN EXCLUSIVE', "SET schema_guard.bypass = 'test'; DELETE FROM schema_guard.told WHERE kind = 'prune'");
	soon('shop', "SELECT count(*) = 1 FROM schema_guard.told WHERE kind = 'prune'", 'and it is pruned in the end');
}
$node->safe_psql('shop', "ALTER DATABASE shop RESET schema_guard.journal_retention; ALTER DATABASE shop SET schema_guard.verify_interval = '1s'");

# the extension goes, and comes again
$node->safe_psql('shop', 'DROP EXTENSION schema_guard');
sleep 2;
$node->safe_psql('shop', 'CREATE EXTENSION schema_guard; SELECT schema_guard.verify()');
$verified = $node->safe_psql('shop', 'SELECT verified_at FROM schema_guard.live_state');
soon('shop', "SELECT verified_at > '$verified' FROM schema_guard.live_state", 'an extension that was made anew is noticed');

# no slot
$node->append_conf('postgresql.conf', 'max_worker_processes = 2');
$node->restart;
ok(comes_true($node, 'postgres', 'SELECT true'), 'the server runs');
for (1 .. 100)
{
	last if slurp_file($node->logfile) =~ /schema_guard could not start a background worker/;
	usleep(100_000);
}
my $complaints = () = slurp_file($node->logfile) =~ /schema_guard could not start a background worker/g;
is($complaints, 1, 'without a slot for a worker the log says so, once');
$node->append_conf('postgresql.conf', 'max_worker_processes = 8');
$node->restart;

# on a standby there is none, until it is promoted
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('worker_standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
is($standby->safe_psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'schema_guard launcher'"), '0',
	'no launcher on a standby');
is($standby->safe_psql('shop', "$refused; SELECT 'failed: ' || sum(value) FROM schema_guard.metrics WHERE name LIKE '%part_failed'"),
	$node->safe_psql('shop', "$refused; SELECT 'failed: ' || 0"), 'the metrics can be read there, and are the same');
$standby->promote;
ok($standby->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'schema_guard launcher'"),
	'but once it is promoted');
$standby->stop;
unlike(slurp_file($node->logfile), qr/PANIC|TRAP/, 'nothing went wrong');

$node->stop;
done_testing();
