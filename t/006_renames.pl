# Who names whom: everything is renamed and moved to another schema, one thing in each transaction, and back. The
# live state, which was brought up to date by what was touched alone, is the schema each time. Once in the
# facets that are guarded by default, once in all.
use strict;
use warnings;
use FindBin;
use SchemaGuardTest;
use Test::More;

my $lib = "$FindBin::RealBin/lib";
my @schemas = glob "$FindBin::RealBin/schema/*.sql";
my $node = start_node('renames', 'fsync = off');

sub renamed_everything
{
	my ($db, $facets, @files) = @_;
	make_database($node, $db, @files);
	$node->safe_psql($db, 'CREATE SCHEMA IF NOT EXISTS elsewhere; CREATE SCHEMA excluded; ' . join ' ', map { "SELECT schema_guard.exclude('$_', 'test');" } qw(excluded excluded.%));
	$node->safe_psql($db, "SELECT schema_guard.guard_facets('$facets')") if $facets ne '';
	$node->safe_psql($db, 'SELECT count(*) FROM schema_guard.verify()');
	my $recomputed = $node->safe_psql($db, 'SELECT recomputed FROM schema_guard.status');
	my $entries = 'SELECT count(*) FROM schema_guard.journal_entry';
	my $before = $node->safe_psql($db, $entries);
	# what cannot be renamed or moved is an error
	my ($rc, $err) = run_file($node, $db, "$lib/rename_everything.sql", '-v', 'ON_ERROR_STOP=0');
	is($node->safe_psql($db, 'SELECT * FROM excluded.missed'), '', "$db: nothing is missed");
	state_is_truth($node, $db, $db);
	my $changes = $node->safe_psql($db, $entries) - $before;
	cmp_ok($changes, '>', 100, "$db: $changes changes");
	$recomputed = $node->safe_psql($db, 'SELECT recomputed FROM schema_guard.status') - $recomputed;
	cmp_ok($recomputed, '<', $changes / 4, "$db: $recomputed of them described everything");
	return;
}

renamed_everything('named', '', "$lib/named_by_others.sql");
renamed_everything('named_all', '{all}', "$lib/named_by_others.sql");
renamed_everything('every', '', "$lib/every_class.sql");
renamed_everything('schemas', '', @schemas);

$node->stop;
done_testing();
