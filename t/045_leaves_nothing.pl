# scripts/leaves-nothing, with which pg_regress starts psql: what a test leaves behind is added to its output, nothing else is.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('leaves');

# what is added to the output of a test, and its exit status
sub left_by
{
	my ($sql) = @_;
	my ($out, $err) = ('', '');
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port);
	IPC::Run::run([ "$FindBin::RealBin/../scripts/leaves-nothing", 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres' ], \$sql, \$out, \$err);
	return $? >> 8, join ', ', sort map { /^left behind: (.*)/ ? $1 : () } split /\n/, $out;
}

is_deeply([ left_by('CREATE TEMP TABLE t (a serial PRIMARY KEY, b text); CREATE SCHEMA far; DROP SCHEMA far; CREATE EXTENSION schema_guard; DROP EXTENSION schema_guard') ],
	[ 0, '' ], 'nothing');
is_deeply([ left_by('SELECT nothing_of_the_kind') ], [ 3, '' ], 'a test that fails');
my @leftovers = (
	'CREATE SCHEMA far' => 'schema far',
	'CREATE ROLE regress_far' => 'role regress_far',
	'GRANT pg_monitor TO regress_far' => qr/\brole regress_far in role pg_monitor\b/,
	"ALTER DATABASE postgres SET work_mem = '1MB'" => qr/^settings of database \d+ and role 0: \{work_mem=1MB\}$/,
	'GRANT CREATE ON SCHEMA public TO regress_far' => qr/^privileges on schema public: .*regress_far=C/,
	'SELECT lo_create(4711)' => 'large object 4711',
	'CREATE EXTENSION schema_guard' => qr/\bextension schema_guard\b.*\bschema schema_guard\b/);
while (my ($sql, $expected) = splice @leftovers, 0, 2)
{
	my (undef, $left) = left_by($sql);
	like($left, ref $expected ? $expected : qr/^\Q$expected\E$/, $sql);
}
$node->stop;
done_testing();
