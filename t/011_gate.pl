# The gate where a server is needed: two-phase commit, restart and crash,
# commands that commit in the middle, timeouts and cancels, faults of the guard.
use strict;
use warnings;
use FindBin;
use IPC::Run;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('gate', 'log_min_messages = log', 'max_prepared_transactions = 5');
make_database($node, 'shop');
my $enforce = "SET schema_guard.mode = enforce;\n";

sub value { return $node->safe_psql('shop', $_[0]); }

# what a schema would be, approved
sub approve
{
	my ($ddl, $name) = @_;
	my $file = value("BEGIN; $ddl; SELECT schema_guard.export(); ROLLBACK");
	$file =~ s/'/''/g;
	value("SELECT schema_guard.import('$file', '$name'), schema_guard.approve('$name')");
	return;
}

value('CREATE TABLE t (a int, b text); INSERT INTO t SELECT i, i FROM generate_series(1, 100) i');
value("SELECT schema_guard.capture('start'), schema_guard.approve('start')");

# a string of many transactions is parsed once, and forgotten at its end
SKIP:
{
	skip 'PostgreSQL 13 does not show its memory contexts', 1 if value('SHOW server_version_num') < 140000;
	my $count = "INSERT INTO parsed SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'schema_guard query string'";
	my $transaction = 'BEGIN\\; CREATE TABLE one (a int)\\; DROP TABLE one\\; COMMIT\\;';
	value("CREATE TABLE parsed (n int); $transaction $count\\; $transaction $count\\; $transaction SELECT\\; $transaction; $count");
	is(value("SELECT string_agg(n::text, ' ') FROM parsed"), '1 1 0', 'a string with more transactions is kept, until its end');
	value('DROP TABLE parsed');
}

# two-phase commit: judged at PREPARE
refused_like($node, 'shop', "$enforce BEGIN; ALTER TABLE t ADD c int; PREPARE TRANSACTION 'no'",
	'SG002', 'column "c" added', 'an unapproved change is refused at PREPARE TRANSACTION');
is(value('SELECT count(*) FROM pg_prepared_xacts'), 0, 'nothing is prepared');
approve('ALTER TABLE t ADD c int', 'with c');
value("$enforce BEGIN; ALTER TABLE t ADD c int; PREPARE TRANSACTION 'yes'");
my ($rc, $out, $err) = run_sql($node, 'shop', "SET lock_timeout = '100ms'; CREATE TABLE meanwhile ()");
like($err, qr/WARNING:  55P03: .*canceling statement due to lock timeout/s,
	'who publishes waits for a prepared transaction; in observe the wait is no reason to fail');
$node->restart;
my (undef, undef, $told) = run_sql($node, 'shop', "SET schema_guard.migration_rules_size = 0; SET schema_guard.migration_rules_time = 0; SET lock_timeout = '50ms'; ALTER TABLE t ADD d int");
like($told, qr/"transaction_in_the_way": the command on table public\.t \(.*\) waits for the prepared transaction 'yes', open for \d+ s/, 'who waits for one is told');
value("COMMIT PREPARED 'yes'");
is(value("SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0"),
	'a b c', 'committed after a restart');
is(value("SELECT verdict || statements::text FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1"),
	'approved{"ALTER TABLE t ADD c int"}', 'and journaled');
is(value('SELECT object_identity FROM schema_guard.verify()'), 'public.meanwhile', 'verify() finds what nobody judged');
value('DROP TABLE meanwhile');
state_is_truth($node, 'shop', 'two-phase commit');
value("BEGIN; ALTER TABLE t ADD d int; PREPARE TRANSACTION 'undone'");
value("ROLLBACK PREPARED 'undone'");
state_is_truth($node, 'shop', 'ROLLBACK PREPARED');

# what changes nothing holds nobody up, whatever the state and the mode; this test fails by hanging
value('CREATE ROLE nobody LOGIN');
my $nothing = 'BEGIN; SET LOCAL ROLE nobody; DROP TABLE IF EXISTS nosuch';
my $bounded = "SET lock_timeout = '2s'";
foreach my $setting ('mode = observe', 'mode = warn', 'mode = enforce', 'mode = off')
{
	value("SET schema_guard.$setting; $nothing; PREPARE TRANSACTION 'nothing'");
	is(value("SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND mode = 'ShareUpdateExclusiveLock'"), 0,
		"$setting: a prepared transaction that changes nothing has no lock");
	($rc, $out, $err) = run_sql($node, 'shop', "$bounded; CREATE TABLE meanwhile (); DROP TABLE meanwhile");
	is("$rc$err", '0', 'and nobody waits for it');
	value("COMMIT PREPARED 'nothing'");
}
foreach my $missed ('UPDATE schema_guard.live_state SET stale = true',
	'ALTER EVENT TRIGGER schema_guard_ddl_start DISABLE; CREATE TABLE unseen (); ALTER EVENT TRIGGER schema_guard_ddl_start ENABLE ALWAYS; UPDATE schema_guard.live_state SET stale = true')
{
	value($missed);
	value("$nothing; PREPARE TRANSACTION 'nothing'");
	($rc, $out, $err) = run_sql($node, 'shop', "$bounded; CREATE TABLE meanwhile (); DROP TABLE meanwhile");
	is("$rc$err", '0', "nobody waits for it where the state is behind, either");
	value("COMMIT PREPARED 'nothing'");
}
# from 17 on the trigger on login has loaded the library, which sees what the disabled trigger does not
my $seen = $node->pg_version >= 17 ? 'observed' : 'unobserved';
is(value("SELECT string_agg(verdict || objects::text, ' ' ORDER BY journal_id DESC) FROM (SELECT * FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 3) j"),
	'observed{"table public.meanwhile"} observed{"table public.meanwhile"} ' . $seen . '{"table public.unseen"}',
	'what was missed is journaled by the next who changes something');
value('DROP TABLE unseen; DROP ROLE nobody');
state_is_truth($node, 'shop', 'prepared transactions that change nothing');

# a commit that could not even mark the state stale, and that comes when others have published since
value("BEGIN; CREATE TABLE first (); PREPARE TRANSACTION 'holder'");
($rc, $out, $err) = run_sql($node, 'shop', "SET lock_timeout = '50ms'; BEGIN; CREATE TABLE late (); PREPARE TRANSACTION 'late'");
like($err, qr/WARNING:  55P03: /, 'nobody could look at it');
value("COMMIT PREPARED 'holder'; CREATE TABLE between ()");
is(value('SELECT object_identity FROM schema_guard.verify()'), '', 'nor is it there yet');
value("COMMIT PREPARED 'late'");
is(value('SELECT stale FROM schema_guard.status'), 't', 'the state is behind, and known to be');
value('CREATE TABLE afterwards ()');
is(value("SELECT string_agg(verdict || objects::text, ' ' ORDER BY journal_id DESC) FROM (SELECT * FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 2) j"),
	'observed{"table public.afterwards"} unobserved{"table public.late"}', 'what was missed is nobody\'s');
value('DROP TABLE first, late, between, afterwards');
state_is_truth($node, 'shop', 'a commit that nobody could look at');

# commands that commit in the middle are judged before their first commit
refused_like($node, 'shop', "$enforce; CREATE INDEX CONCURRENTLY i ON t (a)",
	'SG002', 'index "i" added', 'CREATE INDEX CONCURRENTLY, not approved');
is(value("SELECT count(*) FROM pg_class WHERE relname = 'i'"), 0, 'no invalid index stays behind');
approve('CREATE INDEX i ON t (a)', 'with i');
{
	my ($rc, $out, $err) = $node->psql('shop', 'CREATE INDEX CONCURRENTLY i ON t (a)', extra_params => [],
		connstr => $node->connstr('shop') . " options='-c schema_guard.mode=enforce'", on_error_die => 0);
	is($rc . ($err // ''), '0', 'CREATE INDEX CONCURRENTLY, approved');
	state_is_truth($node, 'shop', 'CREATE INDEX CONCURRENTLY');
}
is(value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"), 't', 'the index is valid');
is(value("SELECT count(*) FROM schema_guard.journal WHERE statements::text LIKE '%CONCURRENTLY i ON%'"), 1,
	'CREATE INDEX CONCURRENTLY is one entry of the journal');
approve('DROP INDEX i', 'without i');
refused_like($node, 'shop', "$enforce; ALTER TABLE t DROP b; DROP INDEX CONCURRENTLY i", 'SG002', 'column "b" removed',
	'the statement before is refused');
($rc, $out, $err) = $node->psql('shop', 'DROP INDEX CONCURRENTLY i',
	connstr => $node->connstr('shop') . " options='-c schema_guard.mode=enforce'");
is($rc . $err, '0', 'DROP INDEX CONCURRENTLY, approved');
state_is_truth($node, 'shop', 'DROP INDEX CONCURRENTLY');
# one that fails says what is really there
value('INSERT INTO t VALUES (1)');
($rc, $out, $err) = run_sql($node, 'shop', 'CREATE UNIQUE INDEX CONCURRENTLY u ON t (a)');
like($err, qr/could not create unique index/, 'CREATE UNIQUE INDEX CONCURRENTLY fails on duplicates');
is(value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'u'::regclass"), 'f', 'and leaves an invalid index');
is(value('SELECT count(*) FROM schema_guard.verify()'), 0, 'the live state knows it for what it is');
value('DROP INDEX u');
value('CREATE TABLE part (a int) PARTITION BY LIST (a); CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1)');
($rc, $out, $err) = run_sql($node, 'shop', 'ALTER TABLE part DETACH PARTITION part1 CONCURRENTLY');
is(value('SELECT count(*) FROM schema_guard.verify()'), 0, 'DETACH PARTITION CONCURRENTLY');
value('DROP TABLE part, part1');

# a crash: the state is what was committed
value('CREATE TABLE before_the_crash ()');
$node->stop('immediate');
$node->start;
state_is_truth($node, 'shop', 'crash');
value('DROP TABLE before_the_crash');

# what is permanent and depends on a session's own outlives the session in a crash; the next session
# that needs the place of the temporary objects drops it
{
	my $lost = $node->background_psql('shop');
	$lost->query_safe("CREATE FUNCTION pg_temp.d() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE outlives (a int, b int DEFAULT pg_temp.d())");
	$node->stop('immediate');
	$lost->{timeout} = undef;
	eval { $lost->quit };
}
$node->start;
my $left = q{SELECT definition FROM schema_guard.describe('public.outlives') WHERE attribute = 'column "b"'};
is(value($left), 'integer DEFAULT pg_temp.d()', 'what a crash leaves');
is(value('SELECT count(*) FROM schema_guard.verify()'), 0, 'is what the live state has');
# which place a session gets is the server's business: some at once
my $place = PostgreSQL::Test::Utils::tempdir() . '/place.sql';
append_to_file($place, "CREATE TEMP TABLE t (a int);\nSELECT pg_sleep(0.5);\n");
$node->command_ok([ 'pgbench', '-n', '-c', '8', '-t', '1', '-f', $place, '-d' => $node->connstr('shop') ], 'sessions with temporary objects');
is(value($left), 'integer', 'a later session drops it');
is(value(q{SELECT change, object_identity, attribute, before, after FROM schema_guard.verify()}),
	'changed|public.outlives|column "b"|integer DEFAULT pg_temp.d()|integer', 'and nobody is to blame');
state_is_truth($node, 'shop', 'the place of temporary objects is cleared');
value('DROP TABLE outlives');

# cancels stay cancels
my $holder = $node->background_psql('shop');
$holder->query_safe('BEGIN; SELECT count(*) FROM schema_guard.verify()');
foreach my $mode ('observe', 'enforce')
{
	my $waiter = $node->background_psql('shop', on_error_stop => 0);
	$waiter->query_safe("SET schema_guard.mode = $mode");
	$waiter->query_until(qr/started/, "\\echo started\nCREATE TABLE cancelled ();\n\\echo ended\n");
	$node->poll_query_until('shop', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE TABLE cancelled%'");
	value("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE TABLE cancelled%' AND wait_event_type = 'Lock'");
	$waiter->query_until(qr/gone/, "\\echo gone\n");
	like($waiter->{stderr}, qr/ERROR:  canceling statement due to user request/, "a cancel while waiting to publish, $mode");
	$waiter->quit;
}
refused_like($node, 'shop', "$enforce SET lock_timeout = '100ms'; CREATE TABLE cancelled ()", '55P03', 'bypass',
	'lock_timeout ends the wait, in enforce with an error');
$holder->query_safe('COMMIT');
$holder->quit;
is(value("SELECT count(*) FROM pg_class WHERE relname = 'cancelled'"), 0, 'nothing was committed');

# faults of the guard: reported, and no reason to stop work but in enforce
value('SET schema_guard.mode = off; ALTER TABLE schema_guard.journal_entry RENAME TO hidden');
($rc, $out, $err) = run_sql($node, 'shop', 'CREATE TABLE unjournaled ()');
is($rc, 0, 'a damaged journal stops nothing in observe');
like($err, qr/WARNING:  42P01: schema_guard could not look at this transaction's schema changes: .*journal_entry/s, 'but is reported');
is(value('SELECT stale FROM schema_guard.live_state'), 't', 'and the state is known to be behind');
value("SELECT schema_guard.capture('enforce'), schema_guard.approve('enforce')");
refused_like($node, 'shop', "$enforce CREATE TABLE refused ()", '42P01|SG002', '', 'in enforce it is an error');
like(($node->psql('shop', "BEGIN; CREATE TABLE refused (); $enforce DROP TABLE refused, unjournaled; COMMIT"))[2] // '', qr/./, 'likewise');
($rc, $out, $err) = run_sql($node, 'shop', "$enforce SET schema_guard.bypass = 'mend'; CREATE TABLE passed ()");
is($rc, 0, 'a superuser gets past it with a bypass');
($rc, $out, $err) = run_sql($node, 'shop', "SET schema_guard.mode = off; CREATE TABLE passed2 ()");
is("$rc$err", '0', 'and by switching the guard off');
value('SET schema_guard.mode = off; ALTER TABLE schema_guard.hidden RENAME TO journal_entry');
is(value('SELECT count(*) FROM schema_guard.verify()'), 3, 'verify() finds what was not journaled');
state_is_truth($node, 'shop', 'faults');

# what cannot be described is named, and stands in nobody's way
value("CREATE FUNCTION lost() RETURNS int LANGUAGE sql AS 'SELECT 1'");
value("UPDATE pg_proc SET prolang = 999999 WHERE proname = 'lost'; UPDATE schema_guard.live_state SET stale = true");
($rc, $out, $err) = run_sql($node, 'shop', 'CREATE TABLE in_vain ()');
is("$rc$err", '0', 'a damaged object is no fault');
is(value('SELECT object_identity, attribute, found FROM schema_guard.problems'),
	'public.lost()|description|cannot be described: missing language', 'but a problem');
value("UPDATE pg_proc SET prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql') WHERE proname = 'lost'");
value('DROP TABLE in_vain; DROP FUNCTION lost()');

# refusals are in the log
like(slurp_file($node->logfile), qr/LOG:  schema change refused: not_approved, role "\w+", session role "\w+"/, 'refusals are logged');

# another session's settings do not matter, and databases without the extension are left alone
$node->safe_psql('postgres', 'CREATE TABLE elsewhere ()');
$node->safe_psql('postgres', "SET session_replication_role = replica; LOAD 'schema_guard'; CREATE TABLE elsewhere2 ()");
refused_like($node, 'shop', "$enforce SET session_replication_role = replica; CREATE TABLE replica ()",
	'SG002', 'table public.replica added', 'session_replication_role = replica is no way around');

# an ordinary role that sets things before the library is loaded
value('CREATE ROLE plain LOGIN; GRANT CREATE ON SCHEMA public TO plain; ALTER DATABASE shop SET schema_guard.mode = enforce');
foreach my $setting ('mode=off', 'bypass=because', 'required_approvals=0')
{
	($rc, $out, $err) = $node->psql('shop', 'CREATE TABLE plain ()', stdout => \$out, stderr => \$err,
		connstr => $node->connstr('shop') . " user=plain options='-c schema_guard.$setting'", on_error_die => 0);
	like($err, qr/ERROR:  schema change is not approved/, "-c schema_guard.$setting in the connection string of an ordinary role");
}
($rc, $out, $err) = $node->psql('shop', "SET schema_guard.mode = off; CREATE TABLE plain ()", stdout => \$out, stderr => \$err,
	connstr => $node->connstr('shop') . ' user=plain', on_error_die => 0, on_error_stop => 0);
like($err, qr/ERROR:  schema change is not approved/, 'SET before the library is loaded, likewise');
# likewise where the configuration file or the role has it
value('ALTER DATABASE shop RESET schema_guard.mode');
$node->append_conf('postgresql.conf', "schema_guard.mode = 'enforce'");
$node->reload;
foreach my $setting ('mode=observe', 'mode=nonsense')
{
	($rc, $out, $err) = $node->psql('shop', 'CREATE TABLE plain ()', stdout => \$out, stderr => \$err,
		connstr => $node->connstr('shop') . " user=plain options='-c schema_guard.$setting'", on_error_die => 0);
	like($err, qr/ERROR:  schema change is not approved/, "-c schema_guard.$setting against the configuration file");
}
value('ALTER ROLE plain IN DATABASE shop SET schema_guard.mode = warn');
($rc, $out, $err) = $node->psql('shop', 'CREATE TABLE plain ()', stdout => \$out, stderr => \$err,
	connstr => $node->connstr('shop') . " user=plain options='-c schema_guard.mode=off'", on_error_die => 0);
like($err, qr/WARNING:  schema change is not approved/, 'what the role has in the database comes first');
# a superuser may
($rc, $out, $err) = $node->psql('shop', 'DROP TABLE plain', stdout => \$out, stderr => \$err,
	connstr => $node->connstr('shop') . " options='-c schema_guard.mode=off'", on_error_die => 0);
is("$rc$err", '0', 'a superuser may set the mode in the connection string');
value('ALTER SYSTEM SET schema_guard.mode = observe');
$node->reload;

# One that holds a type's lock commits while another, which has to open the type to describe a domain, has the publish lock:
# what the server takes for a deadlock passes, and neither is left out.
value("CREATE TYPE held AS (a int, b int); CREATE DOMAIN of_held AS held CONSTRAINT c0 CHECK ((VALUE).a > 0)");
foreach my $i (1 .. 4)
{
	my ($said, $before) = ('', $i - 1);
	my $other = IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('shop'), '-c', 'SELECT pg_sleep(0.3)', '-c', "ALTER DOMAIN of_held RENAME CONSTRAINT c$before TO c$i" ],
		'<', \undef, '>', \my $ignored, '2>', \$said);
	my (undef, undef, $first) = run_sql($node, 'shop', "LOAD 'schema_guard'; SET deadlock_timeout = '10ms'; BEGIN; ALTER TYPE held RENAME ATTRIBUTE b TO b$i; SELECT pg_sleep(0.6); COMMIT;
		ALTER TYPE held RENAME ATTRIBUTE b$i TO b");
	$other->finish;
	is("$first$said", '', "no deadlock over a type and the publish lock, $i");
}
is(value('SELECT count(*) FROM schema_guard.verify()'), '0', 'and nothing was missed');

# temporary tables go at any moment, as no gate sees them, and with them the types of their TOAST tables (13)
my $scripts = PostgreSQL::Test::Utils::tempdir();
append_to_file("$scripts/temporary.sql", "CREATE TEMP TABLE x (a text); CREATE TEMP TABLE y (a text); DROP TABLE x, y;\n");
append_to_file("$scripts/describe.sql", "SELECT count(*) FROM schema_guard.describe();\n");
$node->command_checks_all(
	[ 'pgbench', '-n', '-c', '4', '-t', '100', '-f', "$scripts/temporary.sql", '-f', "$scripts/describe.sql", '-d' => $node->connstr('shop') ],
	0, [qr{processed: 400/400}], [qr/^(?!.*(WARNING|ERROR))/s], 'a description while temporary tables come and go');

# DROP EXTENSION is possible in enforce
value("$enforce DROP EXTENSION schema_guard");
is(value("SELECT count(*) FROM pg_event_trigger"), 0, 'DROP EXTENSION in enforce');

$node->stop;
done_testing();
