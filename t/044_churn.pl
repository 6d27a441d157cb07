# The schema changes all the time: what describes it comes to an end all the same, and no change fails because of it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('churn', "session_preload_libraries = 'schema_guard'");
make_database($node, 'shop');

# what takes longer to describe than a change takes
$node->safe_psql('shop', q{DO $$ BEGIN FOR i IN 1..500 LOOP
	EXECUTE format('CREATE TABLE t%s (a int PRIMARY KEY, b text DEFAULT upper($b$x$b$), c numeric CHECK (c > 0))', i);
END LOOP; END $$});

my $dir = PostgreSQL::Test::Utils::tempdir();
append_to_file("$dir/change.sql", "CREATE TABLE churn_:client_id (a int);\nDROP TABLE churn_:client_id;\n");
append_to_file("$dir/describe.sql", q{SELECT schema_guard.fingerprint() ~ '^sg1:' AS ok \gset
SELECT schema_guard.capture('now' || random()) ~ '^sg1:' AS ok \gset
SELECT count(*) > 500 AS ok FROM schema_guard.describe() \gset
});

my $connection = $node->connstr('shop');
my $churn = IPC::Run::start([ 'pgbench', '-n', '-f', "$dir/change.sql", '-c', '4', '-T', '600', $connection ], '>', \my $out, '2>', \my $err);
ok($node->poll_query_until('shop', 'SELECT count(*) > 520 FROM schema_guard.journal'), 'changes come in');
$node->command_checks_all([ 'pgbench', '-n', '-f', "$dir/describe.sql", '-c', '1', '-t', '20', $connection ],
	0, [qr{processed: 20/20}], [qr/^(?!.*(ERROR|WARNING|FATAL))/s], 'described 20 times');
my $before = $node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.journal');
ok($node->poll_query_until('shop', "SELECT count(*) > $before + 20 FROM schema_guard.journal"), 'changes still come in');
$churn->signal('TERM');
$churn->finish;
unlike($err, qr/ERROR|WARNING|FATAL/, 'no change fails');
is($node->safe_psql('shop', 'SELECT * FROM schema_guard.verify()'), '', 'and each was seen');
$node->stop;
done_testing();
