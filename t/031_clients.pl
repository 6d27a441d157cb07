# Real drivers: examples/clients has the same program for each. A release that fits, one that does not, one that is
# unknown: whole outputs and exit statuses are compared. What a machine lacks is skipped, with its name.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $clients = "$FindBin::RealBin/../examples/clients";
my $node = PostgreSQL::Test::Cluster->new('clients');
$node->init(extra => [ '--encoding=UTF8', '--no-locale', '-A', 'trust' ]);
my $port = PostgreSQL::Test::Cluster::get_free_port();
$node->append_conf('postgresql.conf', "listen_addresses = '127.0.0.1'\nport = $port\n");
$node->{_port} = $port;
$node->start;
make_database($node, 'shop');
$node->safe_psql('shop', q{
	CREATE ROLE api LOGIN;
	CREATE TABLE public.orders (id bigint PRIMARY KEY, note text);
	SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"id": "bigint"}}}}');
	SELECT schema_guard.register('api', '2', '{"relations": {"public.orders": {"select": {"note": "text", "id": "bigint"}}}}');
	SELECT schema_guard.register('größe', 'it''s "1"', '{"relations": {"public.orders": {"select": {"note": "text"}}}}')});
$node->safe_psql('shop', 'ALTER TABLE public.orders RENAME note TO "re""mark"');
my $when = $node->safe_psql('shop', q{SELECT to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00' FROM schema_guard.journal_entry ORDER BY journal_id DESC LIMIT 1});
my $entry = $node->safe_psql('shop', 'SELECT max(journal_id) FROM schema_guard.journal_entry');
my $superuser = $node->safe_psql('shop', 'SELECT session_user');
my $url = "postgresql://api\@127.0.0.1:$port/shop";

# What psql says in words, each driver keeps in fields.
my $misfit = 'release api/2 does not fit the schema: table public.orders: column "note" (text) is missing';
my $detail = 'table public.orders: column "note" (text) is missing';
my $hint = qq{table public.orders: column "note" was renamed to "re""mark" at $when by role $superuser (session $superuser, application 031_clients.pl, journal entry $entry)\n}
  . q{All problems with their causes: SELECT * FROM schema_guard.check_release('api', '2')};
my %expected = (
	1 => [ 0, "fits\n" ],
	2 => [ 1, "SQLSTATE SG001\n$misfit\nDETAIL: $detail\nHINT: $hint\n" ],
	9 => [ 1, "SQLSTATE SG004\nrelease api/9 is not registered\nDETAIL: Live releases of application api: 2, 1.\n"
		  . "HINT: The deploy pipeline registers a release with SELECT schema_guard.register('api', '9', contract).\n" ]);

sub run_program
{
	my @command = @_;
	local $ENV{DATABASE_URL} = $url;
	local $ENV{NODE_PATH} = join ':', grep { defined && -d } $ENV{SG_NODE_MODULES}, qw(/usr/local/lib/node_modules /usr/lib/node_modules /usr/share/nodejs);
	local $ENV{PGAPPNAME};
	my ($out, $err) = ('', '');
	my $ok = eval { IPC::Run::run(\@command, '<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout(300)); 1 };
	return ($ok ? $? >> 8 : 127, $out, $err);
}

# Runs what finds out whether the driver is there.
sub there { my ($status) = run_program(@_); return $status == 0; }

sub compare
{
	my ($driver, @command) = @_;
	foreach my $version (sort keys %expected)
	{
		my ($status, $out, $err) = run_program(@command, 'api', $version);
		is_deeply([ $status, $out ], $expected{$version}, "$driver: api/$version") or diag($err);
	}
	my ($status, $out, $err) = run_program(@command, 'größe', q{it's "1"});
	like("$status $out", qr/^1 SQLSTATE SG001\nrelease größe\/it's "1" does not fit/, "$driver: quotes and letters") or diag($err);
	return;
}

# psql shows it in its own way
{
	my ($status, $out, $err) = run_program("$clients/psql.sh", 'api', '1');
	is("$status $out$err", "0 fits\n", 'psql: a release that fits');
	($status, $out, $err) = run_program("$clients/psql.sh", 'api', '2');
	$err =~ s/^psql:<stdin>:\d+: //;
	$err =~ s/LOCATION: .*\n//;
	is("$status $out$err", "3 ERROR:  SG001: $misfit\nDETAIL:  $detail\nHINT:  $hint\n", 'psql: one that does not');
}

my $dir = PostgreSQL::Test::Utils::tempdir();
my @programs = (
	[ 'psycopg 3', [ '/usr/bin/python3', '-c', 'import psycopg' ], [ '/usr/bin/python3', "$clients/psycopg3.py" ] ],
	[ 'asyncpg', [ '/usr/bin/python3', '-c', 'import asyncpg' ], [ '/usr/bin/python3', "$clients/asyncpg_pool.py" ] ],
	[ 'SQLAlchemy', [ '/usr/bin/python3', '-c', 'import sqlalchemy, psycopg2' ], [ '/usr/bin/python3', "$clients/sqlalchemy_event.py" ] ],
	[ 'node pg', [ 'node', '-e', 'require("pg")' ], [ 'node', "$clients/node-pg.js" ] ],
	[ 'postgres.js', [ 'node', '-e', 'require("postgres")' ], [ 'node', "$clients/postgresjs.js" ] ],
	[ 'JDBC', [ 'sh', '-c', 'test -f /usr/share/java/postgresql.jar && java -version' ],
		[ 'java', '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-cp', '/usr/share/java/postgresql.jar', "$clients/Jdbc.java" ] ],
	[ 'Go lib/pq', [ 'sh', '-c', "GOCACHE=$dir/go GO111MODULE=off GOPATH=/usr/share/gocode go build -o $dir/pq $clients/pq.go" ], [ "$dir/pq" ] ],
	[ 'Rust tokio-postgres', [ 'sh', '-c', "test -d /usr/share/cargo/registry/tokio-postgres-* && cp -r $clients/tokio-postgres $dir/rust && cd $dir/rust &&"
		  . ' cargo build -q --offline --config \'source.crates-io.replace-with="debian"\' --config \'source.debian.directory="/usr/share/cargo/registry"\'' ],
		[ "$dir/rust/target/debug/assert-release" ] ],
	[ 'Perl DBD::Pg', [ '/usr/bin/perl', '-MDBD::Pg', '-e', '1' ], [ '/usr/bin/perl', "$clients/dbd-pg.pl" ] ],
	[ 'PHP PDO', [ 'php', '-r', 'exit(extension_loaded("pdo_pgsql") ? 0 : 1);' ], [ 'php', "$clients/pdo.php" ] ],
	[ 'Ruby pg', [ '/usr/bin/ruby', '-e', 'require "pg"' ], [ '/usr/bin/ruby', "$clients/ruby-pg.rb" ] ]);
foreach my $program (@programs)
{
	my ($driver, $test, $command) = @$program;
	SKIP:
	{
		skip "$driver is not installed", 4 if !there(@$test);
		compare($driver, @$command);
	}
}

# TCP with TLS: the refusal of a declared release is the same
SKIP:
{
	my $tls = $node->data_dir;
	skip 'a server without SSL', 2 if $node->safe_psql('postgres', "SELECT setting ~ 'ssl' FROM pg_config WHERE name = 'CONFIGURE'") ne 't';
	skip 'no openssl', 2 if system("openssl req -new -x509 -days 2 -nodes -subj /CN=localhost -keyout $tls/server.key -out $tls/server.crt 2>/dev/null") != 0;
	chmod 0600, "$tls/server.key";
	$node->append_conf('postgresql.conf', "ssl = on\nsession_preload_libraries = 'schema_guard'\n");
	$node->restart;
	my @psql = ('psql', '-XAtq', '-c', 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()', '-d');
	my ($status, $out, $err) = run_program(@psql, "$url?sslmode=require&options=-c%20schema_guard.application%3Dapi/1");
	skip 'this server has no TLS', 2 if $err =~ /does not support SSL/;
	is("$status $out$err", "0 t\n", 'TLS: a release that fits');
	($status, $out, $err) = run_program(@psql, "$url?sslmode=require&options=-c%20schema_guard.application%3Dapi/2");
	like("$status $err", qr/^2 .*FATAL:  \Q$misfit\E \(SG001\)\nDETAIL:  \Q$detail\E\nHINT:  \Q$hint\E$/s, 'TLS: one that does not');
}

$node->stop;
done_testing();
