# A dump of a guarded database, restored into another server with the guard off: nothing that the
# guard knew is lost, and it goes on where it was.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my @migrations = sort glob "$FindBin::RealBin/../examples/outage/migrations/*.sql";
my $next = pop @migrations;
my $from = start_node('dumped');
make_database($from, 'shop', @migrations);
$from->safe_psql('shop', "SELECT schema_guard.capture('monday'), schema_guard.approve('monday')");
$from->safe_psql('shop', "SELECT schema_guard.register('api', '1', '{\"relations\": {\"public.orders\": {\"insert\": [\"customer_id\"]}}}')");
run_file($from, 'shop', $next);
$from->safe_psql('shop', "SELECT schema_guard.capture('tuesday'), schema_guard.approve('tuesday')");
$from->safe_psql('postgres', "ALTER DATABASE shop SET schema_guard.mode = 'enforce'");

sub known
{
	my ($node) = @_;
	return $node->safe_psql('shop', <<'SQL');
SELECT schema_guard.fingerprint();
SELECT name, fingerprint, approved FROM schema_guard.snapshots ORDER BY name;
SELECT application, version, contract FROM schema_guard.releases;
SELECT journal_id, verdict, statements, changes, fingerprint_after FROM schema_guard.journal;
SELECT schema_guard.export(fingerprint_before) FROM schema_guard.journal WHERE journal_id = 2;
SELECT * FROM schema_guard.diff('monday', 'tuesday');
SELECT * FROM schema_guard.drift();
SQL
}

my $dump = "${PostgreSQL::Test::Utils::tmp_check}/shop.dump";
$from->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $from->connstr('shop') ], 'dumped');
my $to = start_node('restored');
{
	local $ENV{PGOPTIONS} = '-c schema_guard.mode=off';
	$to->command_ok([ 'pg_restore', '--exit-on-error', '--create', '-d', $to->connstr('postgres'), $dump ],
		'restored');
}
is(known($to), known($from), 'snapshots, approvals, releases and the journal are there');
refused_like($to, 'shop', 'CREATE TABLE more ()', 'SG002', 'tuesday', 'the guard goes on');
refused_like($to, 'shop', 'ALTER TABLE orders DROP customer_id CASCADE', 'SG003', 'api/1', 'for releases too');
$to->safe_psql('shop', "SET schema_guard.bypass = 'test'; CREATE TABLE more ()");
is($to->safe_psql('shop', "SELECT string_agg(verdict, ' ' ORDER BY journal_id) FROM schema_guard.journal"),
	'baseline observed baseline bypass', 'the journal goes on');

$from->stop;
$to->stop;
done_testing();
