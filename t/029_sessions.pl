# What a session declares and how that is checked, whatever the server's version: by application_name, by
# the login event trigger (PostgreSQL 17), while every table of the contract is locked, on a standby.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('sessions');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "session_preload_libraries = 'schema_guard'\n");
$node->start;
make_database($node, 'shop');
$node->safe_psql('shop', q{
	CREATE TABLE public.orders (id bigint PRIMARY KEY, note text);
	CREATE TABLE public.items (id bigint PRIMARY KEY);
	CREATE VIEW public.seen AS SELECT id FROM public.items;
	SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"note": "text"}}, "public.items": {"select": {"id": "bigint"}},
		"public.seen": {"select": {"id": "bigint"}}}}');
	SELECT schema_guard.register('api', '2', '{"relations": {"public.orders": {"select": {"lost": "text"}}}}');
	CREATE ROLE app LOGIN;
	GRANT SELECT ON ALL TABLES IN SCHEMA public TO app;
	ALTER DATABASE shop SET schema_guard.use_application_name = on});

# What app gets who connects under this name: the output, or the error's first line.
sub named
{
	my ($name, $sql, $options, $server) = @_;
	local $ENV{PGAPPNAME} = $name;
	local $ENV{PGOPTIONS} = $options // '';
	my (undef, $out, $err) = run_session(($server // $node)->connstr('shop') . ' user=app', $sql // 'SELECT 1');
	return $err eq '' ? $out : $err =~ /(?:FATAL|ERROR|WARNING):  ([^\n]*)/ ? $1 : $err;
}

my $misfit = 'release api/2 does not fit the schema: table public.orders: column "lost" (text) is missing';

sub by_name
{
	my ($how) = @_;
	is(named('api/1'), '1', "$how: a release that fits");
	is(named('api/2'), "$misfit (SG001)", "$how: one that does not");
	is(named('api/9'), 'release api/9 is not registered (SG004)', "$how: an unknown one of an application that is known");
	is(named($_), '1', "$how: declares nothing: '$_'") foreach 'psql', 'PostgreSQL JDBC Driver', 'DBeaver/23', '/1', 'api/', '/', 'api', '';
	is(named('api/2', undef, '-c schema_guard.application=api/1'), '1', "$how: what is set counts first");
	is(named('api/1', undef, '-c schema_guard.application=api/2'), "$misfit (SG001)", "$how: also where it does not fit");
	return;
}

by_name('session_preload_libraries');
is(named('api/1', "SET application_name = 'api/2'; SELECT 1"), $misfit, 'set later: checked at the next statement');
is(named('api/1', "SET application_name = 'DBeaver/23'; SELECT 1; SET application_name = 'api/1'; SELECT 2"), "1\n2", 'and what is no release is let through');
is(named('psql', 'SET schema_guard.use_application_name = off'), 'permission denied to set parameter "schema_guard.use_application_name"', 'nobody but a superuser sets it');
is(named('api/2', undef, "-c search_path=public"), "$misfit (SG001)", 'other options do not matter');
$node->safe_psql('shop', 'ALTER ROLE app SET schema_guard.require_application = on');
is(named('psql'), 'session of role "app" declares no release', 'required: psql is no release');
is(named('DBeaver/23'), 'session of role "app" declares no release', 'required: nor is a name with a slash');
is(named('api/1'), '1', 'required: declared by name');
$node->safe_psql('shop', 'ALTER ROLE app RESET schema_guard.require_application');
$node->safe_psql('shop', "ALTER DATABASE shop SET schema_guard.on_unknown_release = 'warning'");
is(named('api/9'), 'release api/9 is not registered', 'on_unknown_release goes for it as well');
$node->safe_psql('shop', 'ALTER DATABASE shop RESET schema_guard.on_unknown_release');
is($node->safe_psql('shop', q{SELECT release FROM schema_guard.refusals WHERE sqlstate = 'SG001' ORDER BY number LIMIT 1}), 'api/2', 'a refusal says what was declared');
{
	local $ENV{PGAPPNAME} = 'api/1';
	$node->safe_psql('shop', 'CREATE TABLE public.by_release (id int)');
	is($node->safe_psql('shop', 'SELECT release FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1'), 'api/1', 'so does the journal');
}

# --- every table of the contract is locked, and nobody waits; on a standby the lock is replayed
$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
sub caught_up { $node->wait_for_catchup($standby, 'replay', $node->lsn('write')); return; }

my ($in, $held, $errors) = ('', '', '');
my $holder = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('shop') ], '<', \$in, '>', \$held, '2>', \$errors);
$in = "BEGIN;\nLOCK public.orders, public.items, public.seen IN ACCESS EXCLUSIVE MODE;\nSELECT pg_current_wal_lsn(), pg_switch_wal();\nSELECT 'held';\n";
$holder->pump until $held =~ /held/;
# a write of its own: a lock of a transaction that has no number is not sent
$in = "CREATE TEMP TABLE t (); SELECT txid_current(), 'numbered';\n";
$holder->pump until $held =~ /numbered/;
caught_up();
foreach my $server ($node, $standby)
{
	my $where = $server->name;
	my $start = time;
	is(named('api/1', undef, '', $server), '1', "$where: all is locked: a release that fits");
	is(named('api/2', undef, '', $server), "$misfit (SG001)", "$where: one that does not");
	is(named('psql', "SELECT ready FROM schema_guard.ready('api', '1')", '', $server), 't', "$where: ready");
	is(named('psql', "SELECT * FROM schema_guard.ready('api', '2')", '', $server), "f|$misfit", "$where: not ready");
	is(named('psql', "SET default_transaction_read_only = on; SELECT * FROM schema_guard.ready('api', '9')", '', $server), 'f|release api/9 is not registered', "$where: read-only");
	cmp_ok(time - $start, '<', 10, "$where: answered at once");
}
is($standby->safe_psql('shop', q{SELECT count(*) > 0 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'public.orders'::regclass}), 't', 'the standby has the locks');
# what is not known to fit has to be described, under the locks
$in = "ROLLBACK;\nSELECT 'over';\n";
$holder->pump until $held =~ /over/;
$node->safe_psql('shop', 'UPDATE schema_guard.release SET fits_fingerprint = NULL');
$in = "BEGIN;\nLOCK public.orders, public.items, public.seen IN ACCESS EXCLUSIVE MODE;\nSELECT txid_current(), 'again';\n";
$holder->pump until $held =~ /again/;
caught_up();
foreach my $server ($node, $standby)
{
	my $start = time;
	is(named('api/1', undef, '', $server), '1', $server->name . ': and one that is not known to fit');
	cmp_ok(time - $start, '<', 5, $server->name . ': answered at once');
}
$in = "ROLLBACK;\n\\q\n";
$holder->finish;
$standby->stop;

# --- the same text, however the library is loaded
my $details = sub { named(@_); };
sub whole_refusal
{
	local $ENV{PGAPPNAME} = 'api/2';
	my (undef, undef, $err) = run_session($node->connstr('shop') . ' user=app', 'SELECT 1');
	$err =~ s/^psql:[^\n]*?(?=FATAL)//;
	# libpq says more where the connection itself fails; psql says that the server has ended it
	$err =~ s/\n(?:server closed the connection|\tThis probably means|\tbefore or while|connection to server was lost|psql:<stdin>:1: ).*//sg;
	return $err;
}
my $refusal = whole_refusal();
like($refusal, qr/^FATAL:  \Q$misfit\E \(SG001\)\nDETAIL:  .*\nHINT:  /, 'the whole refusal');
$node->append_conf('postgresql.conf', "session_preload_libraries = ''\nshared_preload_libraries = 'schema_guard'\n");
$node->restart;
by_name('shared_preload_libraries');
is(whole_refusal(), $refusal, 'shared_preload_libraries: the same text');
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''\n");
$node->restart;
SKIP:
{
	my $major = $node->safe_psql('postgres', 'SHOW server_version_num') / 10000;
	if ($major < 17)
	{
		is(named('api/2'), '1', 'before 17 nothing is checked without preloading');
		is($node->safe_psql('shop', q{SELECT count(*) FROM pg_event_trigger WHERE evtname = 'schema_guard_login'}), '0', 'and there is no login event trigger');
		skip 'PostgreSQL has login event triggers from 17 on', 1;
	}
	by_name('login event trigger');
	is(whole_refusal(), $refusal, 'login event trigger: the same text');
	is($node->safe_psql('shop', 'SELECT problems FROM schema_guard.status'), '', 'the trigger is as installed');
	is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.verify()'), '0', 'and no difference');
	{
		local $ENV{PGOPTIONS} = '-c event_triggers=off -c schema_guard.application=api/2';
		is($node->safe_psql('shop', 'SELECT 1'), '1', 'event_triggers = off is the way out');
	}
	{
		local $ENV{PGOPTIONS} = '-c schema_guard.on_mismatch=warning';
		is(named('psql', 'SELECT 1'), '1', 'a client without a declaration');
	}
	is($node->psql('shop', 'SELECT 1', connstr => $node->connstr('shop') . q{ options='-c schema_guard.application=api/2 -c schema_guard.on_mismatch=log'}), 0, 'a superuser gets in');
	$node->safe_psql('shop', 'ALTER EXTENSION schema_guard DROP EVENT TRIGGER schema_guard_login; DROP EVENT TRIGGER schema_guard_login');
	is(named('api/2'), '1', 'without the trigger nothing is checked');
	my $found = $node->safe_psql('shop', q{SELECT found FROM schema_guard.problems WHERE object_identity = 'schema_guard_login'});
	like($found, qr/^missing: CREATE EVENT TRIGGER/, 'as after pg_upgrade: the problem says what to run');
	$node->safe_psql('shop', $found =~ s/^missing: //r);
	is($node->safe_psql('shop', 'SELECT problems FROM schema_guard.status'), '', 'which mends it');
	is(named('api/2'), "$misfit (SG001)", 'and it checks again');
	$node->safe_psql('shop', 'ALTER TABLE schema_guard.release RENAME TO lost');
	like(named('api/1'), qr/^schema_guard could not check release api\/1/, 'a fault is a warning');
	$node->safe_psql('shop', 'ALTER TABLE schema_guard.lost RENAME TO release');
}

# What a client on the network changes is journaled with its address, and that is no alteration of the journal.
$node->append_conf('postgresql.conf', "listen_addresses = '127.0.0.1'");
$node->append_conf('pg_hba.conf', 'host all all 127.0.0.1/32 trust');
$node->restart;
make_database($node, 'remote');
my ($tcp_rc, undef, $tcp_err) = run_session('host=127.0.0.1 port=' . $node->port . ' dbname=remote', 'CREATE TABLE remote (a int)');
is($tcp_rc . $tcp_err, '0', 'a change over TCP');
is($node->safe_psql('remote', 'SELECT host(client_address) FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1'), '127.0.0.1', 'the journal has the address');
is($node->safe_psql('remote', 'SELECT * FROM schema_guard.verify_journal()'), '', 'and is what it was');

$node->stop;
done_testing();
