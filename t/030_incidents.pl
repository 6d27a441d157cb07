# Which change of the schema an error comes of: the log's line, the error's hint, the counts; wherever an error
# can be raised, and after whatever can happen to a server.
use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;
use Time::HiRes 'usleep';

my $dir = PostgreSQL::Test::Utils::tempdir();
my %language = (de_DE => 'existiert nicht', ru_RU => 'не существует', ja_JP => '存在しません');

# the server finds locales of our own here
$ENV{LOCPATH} = $dir;
foreach my $locale (sort keys %language)
{
	system("localedef -i $locale -f UTF-8 $dir/$locale.UTF-8 >/dev/null 2>&1");
}

my $node = start_node('incidents', "shared_preload_libraries = 'schema_guard'", 'wal_level = replica', 'max_wal_senders = 4',
	'restart_after_crash = on', 'hot_standby = on', "log_line_prefix = '%e '");
make_database($node, 'shop');
make_database($node, 'other');
$node->safe_psql($_, q{
	CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, state text, note text);
	CREATE TYPE mood AS ENUM ('ok', 'sad');
	CREATE FUNCTION total(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
	INSERT INTO orders SELECT g, 1, 'sad' FROM generate_series(1, 1000) g}) foreach 'shop', 'other';

my $read = 0;

# what the log has that was not read yet
sub news
{
	my $log = slurp_file($node->logfile, $read);
	$read += do { use bytes; length $log };
	return $log;
}

# the lines of the log that explain something, since it was looked at last
sub explained
{
	return grep { /is due to a schema change/ } split /\n/, news();
}

sub count_of
{
	my ($sqlstate, $on) = @_;
	return ($on // $node)->safe_psql('shop', "SELECT coalesce(sum(count), 0) FROM schema_guard.incidents WHERE sqlstate = '$sqlstate'");
}

sub fails
{
	my ($sql, $db, $options) = @_;
	local $ENV{PGOPTIONS} = $options // '';
	my ($rc, $out, $err) = run_sql($node, $db // 'shop', $sql);
	return $err;
}

# ------------------------------------------------------------------------------------------
# the line, the hint, the row
# ------------------------------------------------------------------------------------------

fails('SELECT customer_id, nothing FROM orders');
fails('SELECT client_id FROM orders');
news();
$node->safe_psql('shop', q{SET application_name = 'deploy'; CREATE ROLE migrator SUPERUSER; SET ROLE migrator;
	ALTER TABLE orders RENAME customer_id TO client_id});
my $err = fails('SELECT customer_id FROM orders', 'shop', '-c schema_guard.application=api/1.4.2 -c schema_guard.on_unknown_release=log');
unlike($err, qr/HINT/, 'by default the client is told nothing');
my @lines = explained();
is(scalar @lines, 1, 'one line');
like($lines[0], qr/^SG010 LOG:  error 42703 is due to a schema change: table public\.orders: column "customer_id" renamed to "client_id" at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00 by role migrator \(application deploy, journal entry \d+\); declared release api\/1\.4\.2$/,
	'what, when, by whom, which entry, which release');
fails('SELECT customer_id FROM orders');
like((explained())[0], qr/; no release declared$/, 'no release');
is($node->safe_psql('shop', q{SELECT change, changed_by, sqlstate, object, release, count, first = last
	FROM schema_guard.incidents ORDER BY release}) . "\n", <<'', 'a row for each release');
table public.orders: column "customer_id" renamed to "client_id"|migrator|42703|public.orders|api/1.4.2|1|t
table public.orders: column "customer_id" renamed to "client_id"|migrator|42703|public.orders||1|t

$err = fails('SELECT o.customer_id FROM orders o', 'shop', '-c schema_guard.explain_errors=client');
like($err, qr/HINT:  .*The schema has changed: table public\.orders: column "customer_id" renamed to "client_id" at [^()]+ by role migrator \(application deploy, journal entry \d+\)\.\n/s,
	'the client can be told');
$err = fails('SELECT orders.client_idd FROM orders', 'shop', '-c schema_guard.explain_errors=client');
like($err, qr/HINT:  Perhaps you meant[^\n]*\n(?!The schema)/, 'and not of what is no change');

# another database knows nothing of it
news();
fails('SELECT customer_id, nothing FROM orders', 'other');
is_deeply([ explained() ], [], 'another database');

# nor is it told of what is rolled back, or not committed yet
$node->safe_psql('shop', 'BEGIN; ALTER TABLE orders RENAME note TO remark; ROLLBACK;
	BEGIN; SAVEPOINT s; ALTER TABLE orders DROP note; ROLLBACK TO s; ALTER TABLE orders ADD more integer; COMMIT');
fails('SELECT remark FROM orders');
is_deeply([ explained() ], [], 'rolled back');

# a thousand errors: ten lines, all counted, in the end
my $before = count_of('42703');
$node->psql('shop', "SELECT customer_id FROM orders;\n" x 1000, on_error_stop => 0);
cmp_ok(scalar explained(), '<=', 10, 'the log is not flooded');
is(count_of('42703') - $before, 1000, 'each one is counted');

# whatever the session sends: not a line for what PL/pgSQL catches, one for what it does not
news();
fails(q{DO $$ BEGIN PERFORM customer_id FROM orders; EXCEPTION WHEN undefined_column THEN NULL; END $$});
is_deeply([ explained() ], [], 'caught');

# ------------------------------------------------------------------------------------------
# languages
# ------------------------------------------------------------------------------------------

$node->safe_psql('shop', q{
	ALTER TABLE orders RENAME state TO "Zustand 1";
	ALTER TYPE mood RENAME VALUE 'sad' TO 'bad';
	ALTER FUNCTION total(integer) RENAME TO sum_of;
	CREATE TABLE "Größe" ("名前" text, "название" text);
	ALTER TABLE "Größe" RENAME "名前" TO name;
	ALTER TABLE "Größe" RENAME "название" TO name2;
	CREATE TABLE "a""b" ();
	ALTER TABLE "a""b" RENAME TO ab});
my @failing = (
	[ '42703', 'SELECT state FROM orders', 'column "state" renamed' ],
	[ '42703', 'SELECT o.state FROM orders o', 'column "state" renamed' ],
	[ '42703', 'INSERT INTO orders (state) VALUES (1)', 'column "state" renamed' ],
	[ '42703', 'SELECT g."名前" FROM "Größe" g', 'column "名前" renamed' ],
	[ '42703', 'SELECT "название" FROM "Größe"', 'column "название" renamed' ],
	[ '22P02', "SELECT 'sad'::mood", 'label "sad" renamed' ],
	[ '42883', 'SELECT public.total(1)', 'function public.total' ],
	[ '42883', 'SELECT total(1)', 'function public.total' ],
	[ '42P01', 'SELECT 1 FROM "a""b"', 'table public."a""b" renamed' ]);
foreach my $locale ('C', sort keys %language)
{
	my $messages = $locale eq 'C' ? 'C' : "$locale.UTF-8";
	my (undef, undef, $said) = run_sql($node, 'shop', "SET lc_messages = '$messages'; SELECT nothing FROM orders");
	SKIP:
	{
		skip "no messages in $locale here", 1 if $locale ne 'C' && index($said, $language{$locale}) < 0;
		foreach my $case (@failing)
		{
			my ($sqlstate, $sql, $change) = @$case;
			my ($rc, $out, $text) =
			  run_sql($node, 'shop', "SET client_encoding = utf8; SET lc_messages = '$messages'; SET schema_guard.explain_errors = client; $sql");
			like($text, qr/$sqlstate: .*The schema has changed: [^\n]*\Q$change\E/s, "$locale: $sql");
		}
	}
}

# a client whose encoding lacks a character gets the same error
$node->safe_psql('shop', 'SET client_encoding = utf8; ALTER TABLE "Größe" RENAME name2 TO "名称"');
foreach my $encoding ('utf8', 'latin1')
{
	my ($rc, $out, $text) =
	  run_sql($node, 'shop', "SET client_encoding = $encoding; SET schema_guard.explain_errors = client; SELECT name2 FROM " .
		  ($encoding eq 'utf8' ? '"Größe"' : "\"Gr\xF6\xDFe\""));
	my $name = $encoding eq 'utf8' ? '名称' : '\xE5\x90\x8D\xE7\xA7\xB0';
	like($text, qr/42703: .*The schema has changed: [^\n]*"name2" renamed to "\Q$name\E"/s, "client_encoding = $encoding");
}

# ------------------------------------------------------------------------------------------
# wherever an error is raised
# ------------------------------------------------------------------------------------------

# in parallel workers: the leader's error is the one
$before = count_of('22P02');
my $force = $node->safe_psql('shop', "SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')");
fails("SET $force = on;" . q{SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
	SET min_parallel_table_scan_size = 0; SELECT count(*) FROM orders WHERE "Zustand 1"::mood = 'ok'});
is(count_of('22P02') - $before, 1, 'in a parallel worker, counted once');

# on replication connections
$before = count_of('42703');
my ($out, $errors);
foreach my $kind ('database', 'true')
{
	IPC::Run::run([ 'psql', '-X', '-d', $node->connstr('shop') . " replication=$kind", '-c', 'SELECT state FROM orders' ],
		'<', \undef, '>', \$out, '2>', \$errors);
}
is(count_of('42703') - $before, 1, 'in a walsender');

# where the server's log has no errors, nothing happens
news();
$before = count_of('42703');
foreach my $level ('fatal', 'panic')
{
	like(fails("SET log_min_messages = $level; SET schema_guard.explain_errors = client; SELECT state FROM orders"),
		qr/ERROR:  42703: [^\n]*\n(?!.*The schema)/, "log_min_messages = $level");
}
is_deeply([ explained() ], [], 'no lines');
is(count_of('42703') - $before, 0, 'not counted');

# with locks held, among them our own, and as many as a backend can hold; in a critical section
SKIP:
{
	my $include = `pg_config --includedir-server`;
	chomp $include;
	append_to_file("$dir/fail.c", <<'C');
#include "postgres.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lwlock.h"
PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(fail_with_locks);
Datum
fail_with_locks(PG_FUNCTION_ARGS)
{
	static LWLock locks[180];
	int			n = PG_GETARG_INT32(0);

	LWLockAcquire(&GetNamedLWLockTranche("schema_guard")->lock, LW_EXCLUSIVE);
	for (int i = 0; i < n; i++)
	{
		LWLockInitialize(&locks[i], LWTRANCHE_FIRST_USER_DEFINED);
		LWLockAcquire(&locks[i], LW_EXCLUSIVE);
	}
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("column \"state\" does not exist")));
}
PG_FUNCTION_INFO_V1(fail_critically);
Datum
fail_critically(PG_FUNCTION_ARGS)
{
	START_CRIT_SECTION();
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("column \"state\" does not exist")));
}
C
	skip 'no C compiler', 1
	  if !-f "$include/postgres.h" || system("cc -shared -fPIC -I$include -o $dir/fail.so $dir/fail.c 2>$dir/cc.log") != 0;
	$node->safe_psql('shop', "
		CREATE FUNCTION fail_with_locks(integer) RETURNS void LANGUAGE c STRICT AS '$dir/fail.so';
		CREATE FUNCTION fail_critically() RETURNS void LANGUAGE c AS '$dir/fail.so'");
	$before = count_of('42703');
	foreach my $n (0, 180)
	{
		like(fails("SET schema_guard.explain_errors = client; SELECT fail_with_locks($n) FROM orders"),
			qr/column "state" does not exist.*The schema has changed: .*column "state" renamed/s, "with $n and one of our locks");
	}
	is(count_of('42703') - $before, 2, 'counted');
	news();
	fails('SELECT fail_critically() FROM orders');
	is_deeply([ explained() ], [], 'a critical section is left alone');
	ok(comes_true($node, 'shop', 'SELECT true'), 'the server is there again');
}

# ------------------------------------------------------------------------------------------
# whatever happens to the server
# ------------------------------------------------------------------------------------------

sub is_explained
{
	my ($name, $sql, $change) = @_;
	news();
	fails($sql // 'SELECT state FROM orders');
	my @said = explained();
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($said[0] // '', $change // qr/column "state" renamed to "Zustand 1"/, $name);
	return;
}

is_explained('after a crash');
$node->restart;
is_explained('after a restart, the first error');
is_explained('and the next');
$node->stop('immediate');
$node->start;
is_explained('after an immediate stop');
cmp_ok(count_of('42703'), '>', 1000, 'the counts are still there');

# a backend is killed as it fails
my $pid;
{
	my $session = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('shop') ],
		'<', \my $in, '>', \my $answer, '2>', \my $complaints, IPC::Run::timeout(60));
	$in = "SELECT pg_backend_pid();\n";
	$session->pump until $answer =~ /^(\d+)\n/;
	$pid = $1;
	$in = "SELECT state FROM orders;\n" x 50;
	$session->pump until $complaints =~ /state/;
	kill 9, $pid;
	eval { $session->finish };
}
ok(comes_true($node, 'shop', 'SELECT true'), 'kill -9: the server is there again');
is_explained('after kill -9');
is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.problems'), '0', 'and has no problems');

# prepared: nobody posts, the journal tells
$node->safe_psql('shop', q{BEGIN; ALTER TABLE orders RENAME note TO remark; PREPARE TRANSACTION 'rename'});
$node->safe_psql('shop', q{COMMIT PREPARED 'rename'});
$node->safe_psql('shop', 'CREATE TABLE something_else ()');
is_explained('COMMIT PREPARED', 'SELECT note FROM orders', qr/column "note" renamed to "remark"/);

# in sessions of their own, at once
$before = count_of('42703');
my @sessions = map {
	my ($input, $ignored, $complaints) = ("SELECT state FROM orders;\n" x 100);
	IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('shop') ], '<', \$input, '>', \$ignored, '2>', \$complaints)
} 1 .. 5;
$_->finish foreach @sessions;
cmp_ok(count_of('42703') - $before, '>=', 400, 'sessions at once do not wait for each other, and hardly lose anything');

# what a guard that was off has missed is noticed by verify()
$node->safe_psql('shop', 'SET schema_guard.mode = off; ALTER TABLE orders RENAME remark TO annotation');
$node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.verify()');
is_explained('missed', 'SELECT remark FROM orders', qr/renamed to "annotation", noticed at [^,]*\(journal entry \d+\);/);

# a standby tells, and counts nothing
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
$before = count_of('42703', $standby);
run_sql($standby, 'shop', 'SELECT state FROM orders');
like(slurp_file($standby->logfile), qr/is due to a schema change: [^\n]*column "state" renamed/, 'a standby tells');
$node->safe_psql('shop', 'ALTER TABLE orders RENAME annotation TO a_note');
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
run_sql($standby, 'shop', "SELECT annotation FROM orders;");
like(slurp_file($standby->logfile), qr/is due to a schema change: [^\n]*column "annotation" renamed/, 'also of what came since');
is(count_of('42703', $standby), $before, 'and counts nothing');
$standby->promote;
run_sql($standby, 'shop', 'SELECT annotation FROM orders');
cmp_ok(count_of('42703', $standby), '>', $before, 'until it is promoted');
$standby->stop;

# ------------------------------------------------------------------------------------------
# a copy, a dump, no library, no extension
# ------------------------------------------------------------------------------------------

$node->safe_psql('postgres', 'CREATE DATABASE copied TEMPLATE shop');
news();
fails('SELECT state FROM orders', 'copied');
is(scalar explained(), 1, 'a copy of the database has the journal');
my $dump = "$dir/shop.dump";
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, '-d', $node->connstr('shop') ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '-d', $node->connstr('restored'), $dump ], 'pg_restore');
is($node->safe_psql('restored', 'SELECT count(*) > 5 FROM schema_guard.incidents'), 't', 'a dump has the incidents');
$node->safe_psql('shop', 'DROP EXTENSION schema_guard');
news();
fails('SELECT state FROM orders');
is_deeply([ explained() ], [], 'DROP EXTENSION: nothing is explained');
unlike(news(), qr/could not/, 'and nothing fails');

$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->restart;
news();
fails('SELECT state FROM orders', 'copied');
# from 17 on the trigger on login has loaded it
is(scalar explained(), $node->pg_version >= 17 ? 1 : 0, 'without the library nothing is explained');
fails("LOAD 'schema_guard'; SELECT state FROM orders", 'copied');
is(scalar explained(), 1, 'a session that has loaded it is told when the transaction is over');

$node->stop;
done_testing();
