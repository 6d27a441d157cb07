# A release is checked as it connects: session_preload_libraries.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('connect', "session_preload_libraries = 'schema_guard'", 'log_min_messages = log');
make_database($node, 'shop');
$node->safe_psql('shop', q{
	CREATE TABLE public.orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
	SELECT schema_guard.register('api', '1.4.2', '{"relations": {"public.orders": {"select": {"customer_id": "bigint"}}}}');
	CREATE ROLE app LOGIN;
	CREATE ROLE batch LOGIN;
	GRANT SELECT ON public.orders TO app;
	ALTER ROLE batch SET schema_guard.application = 'api/1.4.2';
});

# psql with a declaration in the connection string
sub connect_as
{
	my ($user, $release, $sql, $db) = @_;
	my $options = defined $release ? " options='-c schema_guard.application=$release'" : '';
	return run_session($node->connstr($db // 'shop') . " user=$user$options", $sql // 'SELECT 1');
}

sub connects { my ($name, @as) = @_; my ($rc, $out, $err) = connect_as(@as); is("$rc|$out|$err", '0|1|', $name); return; }

sub refused
{
	my ($pattern, $name, @as) = @_;
	my ($rc, $out, $err) = connect_as(@as);
	is($rc, 2, "$name: no connection");
	like($err, qr/FATAL:  $pattern/s, $name);
	like($err, qr/FATAL:  [^\n]* \(\w{5}\)$/m, "$name: with its SQLSTATE");
	return;
}

sub warned
{
	my ($pattern, $name, @as) = @_;
	my ($rc, $out, $err) = connect_as(@as);
	is("$rc|$out", '0|1', "$name: connected");
	like($err, qr/^WARNING:  $pattern/s, "$name: warned");
	return;
}

my $misfit = qr/release api\/1\.4\.2 does not fit the schema: table public\.orders: column "customer_id" \(bigint\) is missing(?: \(SG001\))?\nDETAIL:  table public\.orders: column "customer_id" \(bigint\) is missing\nHINT:  /;

# --- it fits
connects('a release that fits', 'app', 'api/1.4.2');
connects('declared by ALTER ROLE', 'batch');
connects('nothing declared', 'app');
connects('an empty declaration', 'app', '');
connects('a database without the extension', 'app', 'api/9', undef, 'postgres');
refused(qr/release api\/9 is not registered \(SG004\)\nDETAIL:  Live releases of application api: 1\.4\.2\./, 'an unknown release', 'app', 'api/9');
refused(qr/"api" is not the name of a release/, 'not a release at all', 'app', 'api');
refused(qr/release ap'i\/1"2 is not registered/, 'quotes', 'app', q{ap\'i/1"2});

# --- somebody changes the schema while a session is connected
my $session;
{
	local $ENV{PGUSER} = 'app';
	local $ENV{PGOPTIONS} = '-c schema_guard.application=api/1.4.2';
	$session = $node->background_psql('shop', on_error_stop => 0) if $node->can('background_psql');
}

$node->safe_psql('shop', 'ALTER TABLE public.orders RENAME customer_id TO client_id');
refused($misfit, 'a release that does not fit', 'app', 'api/1.4.2');
my (undef, undef, $err) = connect_as('app', 'api/1.4.2');
like($err, qr/HINT:  table public\.orders: column "customer_id" was renamed to "client_id" at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00 by role \w+ \(session \w+, application [\w. ]+, journal entry \d+\)/,
	'with what changed, when and by whom');
my (undef, undef, $asserted) = run_sql($node, 'shop', q{SELECT schema_guard.assert_release('api', '1.4.2')});
my ($said) = $asserted =~ /(release api.*)\nLOCATION/s;
ok(index($err =~ s/ \(SG001\)$//mr, $said) > 0, 'the error is the one of assert_release') or diag("$err\n$asserted");
refused($misfit, 'declared by ALTER ROLE', 'batch');
connects('nothing declared', 'app');
my $superuser = scalar getpwuid($<);
refused($misfit, 'a superuser who declares it', $superuser, 'api/1.4.2');
$node->safe_psql('shop', "ALTER ROLE $superuser IN DATABASE shop SET schema_guard.application = 'api/1.4.2'");
refused($misfit, 'and one for whom ALTER ROLE declares it', $superuser);
{
	local $ENV{PGOPTIONS} = '-c schema_guard.on_mismatch=warning';
	warned($misfit, 'who gets in by the options of the connection', $superuser);
	$node->safe_psql('shop', "ALTER ROLE $superuser IN DATABASE shop RESET schema_guard.application");
}

# --- reactions
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.on_mismatch = 'warning'");
warned($misfit, 'on_mismatch = warning', 'app', 'api/1.4.2');
refused(qr/release api\/9 is not registered/, 'which does not touch unknown releases', 'app', 'api/9');
my $offset = -s $node->logfile;
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.on_mismatch = 'log'");
connects('on_mismatch = log', 'app', 'api/1.4.2');
like(slurp_file($node->logfile, $offset), qr/LOG:  release api\/1\.4\.2 does not fit the schema/, 'is in the log');
$node->safe_psql('shop', "ALTER DATABASE shop RESET schema_guard.on_mismatch");
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.on_unknown_release = 'warning'");
warned(qr/release api\/9 is not registered/, 'on_unknown_release = warning', 'app', 'api/9');
warned(qr/"api" is not the name/, 'and for what is no release', 'app', 'api');
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.on_unknown_release = 'log'");
connects('on_unknown_release = log', 'app', 'api/9');
$node->safe_psql('shop', "ALTER DATABASE shop RESET schema_guard.on_unknown_release");
like((connect_as('app', 'api/1.4.2', "SET schema_guard.on_mismatch = 'log'"))[2], qr/FATAL/, 'the reaction is not for the application to choose');
my ($rc, $out, $denied) = $node->psql('postgres', 'SELECT 1', connstr => $node->connstr('shop')
	  . " user=app options='-c schema_guard.application=api/1.4.2 -c schema_guard.on_mismatch=log'");
isnt($rc, 0, 'nor in the connection string');

# --- mode off, retired releases
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.mode = 'off'");
connects('mode off', 'app', 'api/1.4.2');
$node->safe_psql('shop', "ALTER DATABASE shop RESET schema_guard.mode");
$node->safe_psql('shop', "ALTER TABLE public.orders RENAME client_id TO customer_id");
connects('repaired', 'app', 'api/1.4.2');
$node->safe_psql('shop', q{SELECT schema_guard.register('api', '1.0', '{"relations": {"public.orders": {}}}'), schema_guard.retire('api', '1.0')});
refused(qr/release api\/1\.0 is retired \(SG004\)\nDETAIL:  It was retired at .* by role/, 'a retired release', 'app', 'api/1.0');

# --- connected sessions; several statements in one session, errors go on
sub statements
{
	my ($user, $release, @sql) = @_;
	my ($rc, $out, $err) = connect_as($user, $release, join(";\n", @sql) . ";\n");
	return ($out, $err);
}
my ($rows, $errors) = statements('app', undef,
	"SET schema_guard.application = 'api'", 'SELECT 1',
	"SET schema_guard.application = 'api/9'", 'SELECT 2', 'SHOW schema_guard.application',
	'BEGIN', 'SELECT 3', 'ROLLBACK', "COPY (SELECT 4) TO STDOUT", "DO 'BEGIN END'", 'RESET schema_guard.application', 'SELECT 5');
is($rows, "1\napi/9\n5", 'SET in a session is checked at the next statement; SHOW, ROLLBACK and RESET always work');
my @sg = $errors =~ /ERROR:  (release api\/9 is not registered|invalid value)/g;
is(scalar @sg, 5, 'each statement in between fails') or diag($errors);

my ($seen, $seen_err) = statements($superuser, 'api/1.4.2',
	'SELECT 1', 'ALTER TABLE public.orders RENAME customer_id TO client_id', 'SELECT 2',
	"SET schema_guard.on_mismatch = 'warning'", 'SELECT 3', 'SELECT 4',
	'ALTER TABLE public.orders RENAME client_id TO customer_id', 'SELECT 5');
is($seen, "1\n3\n4\n5", 'who changes the schema under a session of its own has it refused until told to go on');
my @warnings = $seen_err =~ /WARNING:  $misfit/g;
is(scalar @warnings, 1, 'and is warned once') or diag($seen_err);

SKIP:
{
	skip 'no background_psql', 4 if !defined $session;
	my $change = sub { $node->safe_psql('shop', "ALTER TABLE public.orders RENAME $_[0]"); };
	is($session->query('SELECT count(*) FROM public.orders'), '0', 'a session that stayed connected, in order again');
	$change->('customer_id TO client_id');
	$session->query('SELECT count(*) FROM public.orders');
	like($session->{stderr}, $misfit, 'is refused once the schema has changed');
	$session->{stderr} = '';
	$change->('client_id TO customer_id');
	is($session->query('SELECT count(*) FROM public.orders'), '0', 'and works again once that is undone');
	$session->quit;
}

# --- a lock on the table, or on the guard's own, holds nobody up
my %held = (
	'the table of the contract' => 'ALTER TABLE public.orders ADD extra int',
	'the releases' => 'LOCK schema_guard.release',
	'the live state' => 'LOCK schema_guard.live_state');
foreach my $what (sort keys %held)
{
	my ($in, $holder_out, $holder_err) = ('', '', '');
	my $holder = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('shop') ], '<', \$in, '>', \$holder_out, '2>', \$holder_err);
	$in = "BEGIN;\n$held{$what};\nSELECT 'held';\n";
	$holder->pump until $holder_out =~ /held/;
	my $start = time;
	my ($rc, $out) = connect_as('app', 'api/1.4.2');
	cmp_ok(time - $start, '<', 5, "a lock on $what: connected at once");
	is("$rc|$out", '0|1', "a lock on $what: connected");
	$in = "ROLLBACK;\n\\q\n";
	$holder->finish;
}

# --- faults
$node->safe_psql('shop', 'ALTER TABLE schema_guard.release RENAME TO lost');
warned(qr/schema_guard could not check release api\/1\.4\.2: relation "schema_guard\.release" does not exist/, 'a fault', 'app', 'api/1.4.2');
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.mode = 'enforce'");
refused(qr/schema_guard could not check release api\/1\.4\.2: [^\n]* \(42P01\)\n.*HINT:  In mode enforce/s, 'a fault in enforce', 'app', 'api/1.4.2');
warned(qr/schema_guard could not check/, 'which never keeps a superuser out', $superuser, 'api/1.4.2');
$node->safe_psql('shop', "ALTER DATABASE shop RESET schema_guard.mode");
$node->safe_psql('shop', 'ALTER TABLE schema_guard.lost RENAME TO release');

# --- refused connections are counted, wherever anything can be written
sub refused_connections { return $node->safe_psql('shop', 'SELECT refused_connections FROM schema_guard.status'); }
my $before = refused_connections();
cmp_ok($before, '>', 0, 'refused connections are counted');
connects('a release that fits', 'app', 'api/1.4.2');
refused(qr/release api\/9 is not registered/, 'one more', 'app', 'api/9');
$node->safe_psql('postgres', 'ALTER ROLE app SET default_transaction_read_only = on');
refused(qr/release api\/9 is not registered/, 'one more, read-only', 'app', 'api/9');
$node->safe_psql('postgres', 'ALTER ROLE app RESET default_transaction_read_only');
is(refused_connections(), $before + 2, 'these and no others');

# what is wrong with the counter changes nothing for the client, who does not wait for it either
{
	my ($in, $holder_out, $holder_err) = ('', '', '');
	my $holder = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('shop') ], '<', \$in, '>', \$holder_out, '2>', \$holder_err);
	$in = "BEGIN;\nALTER SEQUENCE schema_guard.refused_connections OWNED BY NONE;\nSELECT 'held';\n";
	$holder->pump until $holder_out =~ /held/;
	my $start = time;
	refused(qr/release api\/9 is not registered/, 'the counter is locked', 'app', 'api/9');
	cmp_ok(time - $start, '<', 5, 'refused at once');
	$in = "ROLLBACK;\n\\q\n";
	$holder->finish;
}
$offset = -s $node->logfile;
$node->safe_psql('shop', 'ALTER SEQUENCE schema_guard.refused_connections RENAME TO lost');
refused(qr/release api\/9 is not registered/, 'no counter', 'app', 'api/9');
ok($node->wait_for_log(qr/LOG:  schema_guard could not count a refused connection: relation "schema_guard\.refused_connections" does not exist/, $offset), 'the log has it');
$node->safe_psql('shop', 'ALTER SEQUENCE schema_guard.lost RENAME TO refused_connections');
is(refused_connections(), $before + 2, 'nothing was counted');

# --- and kept, with what they were told; whatever is in the way of that, the client does not wait for it
my $newest = q{SELECT kind, number = (SELECT refused_connections FROM schema_guard.status), session_role, release, sqlstate, message
	FROM schema_guard.refusals ORDER BY refused_at DESC, number DESC LIMIT 1};
# The row is written when the backend ends, which its client does not wait for.
sub newest_refusal
{
	$node->poll_query_until('shop', q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'app')}) or die 'sessions of app do not end';
	return $node->safe_psql('shop', $newest);
}
refused(qr/release api\/9 is not registered/, 'one to be kept', 'app', 'api/9');
is(newest_refusal(), 'connection|t|app|api/9|SG004|release api/9 is not registered', 'the view refusals has it');
$node->safe_psql('postgres', 'ALTER ROLE app SET default_transaction_read_only = on');
$node->safe_psql('postgres', q{ALTER ROLE app SET default_transaction_isolation = 'serializable'});
refused(qr/release api\/8 is not registered/, 'read-only and serializable', 'app', 'api/8');
like(newest_refusal(), qr/\|api\/8\|/, 'kept');
$node->safe_psql('postgres', 'ALTER ROLE app RESET ALL');
{
	my ($in, $holder_out, $holder_err) = ('', '', '');
	my $holder = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('shop') ], '<', \$in, '>', \$holder_out, '2>', \$holder_err);
	$in = "BEGIN;\nLOCK TABLE schema_guard.refusal IN SHARE MODE;\nSELECT 'held';\n";
	$holder->pump until $holder_out =~ /held/;
	my $start = time;
	$offset = -s $node->logfile;
	refused(qr/release api\/9 is not registered/, 'the table is locked', 'app', 'api/9');
	cmp_ok(time - $start, '<', 5, 'refused at once');
	ok($node->wait_for_log(qr/LOG:  schema_guard could not keep a refusal: table schema_guard\.refusal is locked/, $offset), 'the log has it');
	$in = "ROLLBACK;\n\\q\n";
	$holder->finish;
	like(newest_refusal(), qr/^connection\|f\|.*api\/8/, 'its number is missing');
}
$node->safe_psql('postgres', q{ALTER SYSTEM SET synchronous_standby_names = 'nobody'});
$node->reload;
{
	my $start = time;
	refused(qr/release api\/7 is not registered/, 'the synchronous standby is gone', 'app', 'api/7');
	cmp_ok(time - $start, '<', 5, 'refused at once');
}
$node->safe_psql('postgres', q{SET synchronous_commit = local; ALTER SYSTEM RESET synchronous_standby_names});
$node->reload;
like(newest_refusal(), qr/\|api\/7\|/, 'kept');
$offset = -s $node->logfile;
$node->safe_psql('shop', 'ALTER TABLE schema_guard.refusal RENAME TO lost');
refused(qr/release api\/9 is not registered/, 'no table', 'app', 'api/9');
ok($node->wait_for_log(qr/relation "schema_guard\.refusal" does not exist/, $offset), 'the log has it');
$node->safe_psql('shop', 'ALTER TABLE schema_guard.lost RENAME TO refusal');

# --- many connections
my $script = PostgreSQL::Test::Utils::tempdir() . '/one.sql';
append_to_file($script, "SELECT 1;\n");
chmod 0755, $script;
$node->command_checks_all(
	[ 'pgbench', '-n', '-C', '-c', '4', '-t', '50', '-f', $script, '-d' => $node->connstr('shop')
		  . " user=app options='-c schema_guard.application=api/1.4.2'" ],
	0, [qr{processed: 200/200}], [qr/^(?!.*(WARNING|FATAL))/s], 'pgbench -C');

$node->stop;
done_testing();
