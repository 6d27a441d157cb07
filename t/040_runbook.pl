# docs/runbook.md: what its alerts are about is provoked, the commands of the sections are run as they stand there, by the role that
# the page names, and what it says to be over is over. docs/monitoring.md: its commands run.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('runbook', "shared_preload_libraries = 'schema_guard'", 'schema_guard.worker_naptime = 1');
make_database($node, 'shop');
$node->safe_psql('shop', q{CREATE TABLE orders (id bigint, customer_id bigint); CREATE ROLE night LOGIN; SELECT schema_guard.grant_role('night', 'approver'), schema_guard.grant_role('night', 'release_manager');
	GRANT pg_monitor TO night;
	SELECT schema_guard.capture('one'), schema_guard.approve('one');
	SELECT schema_guard.register('api', '1.4.2', schema_guard.contract_of(ARRAY['SELECT id, customer_id FROM orders']));
	ALTER DATABASE shop SET schema_guard.mode = 'enforce'; CREATE ROLE api LOGIN});

# the statements of the pages, by the headings above them
my %statements;
foreach my $page (qw(runbook monitoring))
{
	my $heading = '';
	my $text = slurp_file("$FindBin::RealBin/../docs/$page.md");
	while ($text =~ /^\#\#+ ([^\n]*)|```sql\n(.*?)```|`((?:SELECT|SHOW|SET|ALTER|RESET|LISTEN) [^`]*;)`/msg)
	{
		my ($new, $block, $line) = ($1, $2, $3);
		$heading = "$page: $new" if defined $new;
		push @{ $statements{$heading} }, $line // (split /(?<=;)\n/, $block) if defined $block || defined $line;
	}
}

# Runs the statement of a section that has this in it; returns what it prints.
sub page
{
	my ($heading, $part, $role) = @_;
	my ($name) = grep { /^runbook: .*\b\Q$heading\E\b/ } sort keys %statements;
	my $list = $statements{ $name // '' } // [];
	my ($i) = grep { $list->[$_] =~ /\Q$part\E/ } 0 .. $#$list;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return fail("$heading: there is no $part") if !defined $i;
	my $sql = splice @$list, $i, 1;
	my ($rc, $out, $err) = run_sql($node, 'shop', $sql, '-U', $role // 'night');
	unlike("$rc $err", qr/^[^0]|ERROR/, $sql);
	return $out;
}

# What a metric is, summed up.
sub metric
{
	my ($name, $value, $what) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is($node->safe_psql('shop', "SELECT sum(value) FROM schema_guard.metrics WHERE name = 'schema_guard_$name'"), $value, $what);
}

sub by_superuser { return $node->safe_psql('shop', "SET schema_guard.bypass = 'test'; $_[0]"); }

# a connection of the application, with its declaration
sub connect_as
{
	local $ENV{PGOPTIONS} = "-c schema_guard.application=$_[0]";
	return run_sql($node, 'shop', 'SELECT 1', '-U', 'api');
}

# ------------------------------------------------------------------------------------------
# a change is refused, made in a window, and is drift then
# ------------------------------------------------------------------------------------------

refused_like($node, 'shop', 'CREATE TABLE urgent (a integer)', 'SG002', 'not approved', 'a change is refused');
metric('refused_changes_total', 1, 'SchemaChangesRefused');
like(page('SchemaChangesRefused', 'SELECT refused_at'), qr/\|SG002\|schema change is not approved: table public.urgent added$/, 'which');
page('SchemaChangesRefused', 'open_window');
$node->safe_psql('shop', 'CREATE TABLE urgent (a integer)');
metric('open_windows', 1, 'SchemaWindowOpen');
like(page('SchemaWindowOpen', 'approved_until'), qr/^one\|$/, 'which approval');
like(page('SchemaWindowOpen', 'windows'), qr/incident 4711/, 'which window');
page('SchemaChangesRefused', 'close_window');
metric('open_windows', 0, 'it is over');
metric('drift_items', 1, 'SchemaDrift');
like(page('SchemaDrift', 'SELECT * FROM schema_guard.drift()'), qr/^added\|table\|public.urgent\|.*\|postgres\|window\|\d+\|1$/s, 'what has drifted');
page('SchemaDrift', 'capture');
page('SchemaDrift', 'approve');
is(page('SchemaDrift', 'count(*)'), '0', 'it is over');

# ------------------------------------------------------------------------------------------
# a release breaks: its connections are refused, its queries fail
# ------------------------------------------------------------------------------------------

by_superuser('ALTER TABLE orders RENAME customer_id TO client_id');
metric('release_fits', 0, 'SchemaReleaseBroken');
is(page('SchemaReleaseBroken', 'fits IS FALSE'), 'api|1.4.2', 'which release');
like(page('SchemaReleaseBroken', 'check_release'), qr/column_missing\|.*"customer_id".*\|postgres\|\d+$/, 'why');
like((connect_as('api/1.4.2'))[2], qr/SG001/, 'it does not get in');
like((connect_as('api/9'))[2], qr/SG004/, 'nor does a release that is not registered');
metric('refused_connections_total', 2, 'SchemaConnectionsRefused');
like(page('SchemaConnectionsRefused', 'SELECT refused_at'), qr/\|api\/9\|SG004\|.*\|api\/1.4.2\|SG001\|/s, 'which');
unlike(page('SchemaReleaseBroken', 'pg_db_role_setting'), qr/on_mismatch/, 'what is set before');
page('SchemaReleaseBroken', 'on_mismatch = ', 'postgres');
page('SchemaConnectionsRefused', 'on_unknown_release = ', 'postgres');
is((connect_as('api/1.4.2'))[1] . (connect_as('api/9'))[1], '11', 'both get in');
$node->safe_psql('shop', 'ALTER DATABASE shop RESET schema_guard.on_mismatch; ALTER DATABASE shop RESET schema_guard.on_unknown_release');
run_sql($node, 'shop', 'SELECT customer_id FROM orders');
ok($node->poll_query_until('shop', 'SELECT count(*) = 1 FROM schema_guard.incidents'), 'SchemaIncidents');
like(page('SchemaIncidents', 'incidents'), qr/"customer_id" renamed to "client_id".*\|postgres\|42703\|/, 'which change');
like(page('SchemaIncidents', 'journal'), qr/ALTER TABLE orders RENAME customer_id TO client_id/, 'what was run');
page('SchemaReleaseBroken', 'retire');
metric('live_releases', 0, 'it is over');

# ------------------------------------------------------------------------------------------
# the guard itself
# ------------------------------------------------------------------------------------------

# the worker would find it out by itself within a second or two
$node->safe_psql('postgres', 'ALTER SYSTEM SET schema_guard.worker_naptime = 3600');
$node->safe_psql('postgres', "ALTER DATABASE shop SET schema_guard.verify_interval = 0");
$node->restart;
$node->safe_psql('shop', 'SET schema_guard.mode = off; CREATE TABLE unseen (a integer)');
metric('live_state_stale', 1, 'SchemaStateStale');
like(page('SchemaStateStale', 'verify()'), qr/^added\|table\|public.unseen\|/, 'what was missed');
is(page('SchemaStateStale', 'is_stale'), 'f', 'it is over');
like(page('SchemaNotVerified', 'pg_stat_activity'), qr/^\d+\|schema_guard launcher\|/m, 'SchemaNotVerified: the launcher runs');
is(page('SchemaNotVerified', 'shared_preload_libraries'), 'schema_guard', 'it is preloaded');
is(page('SchemaNotVerified', 'verify_interval'), '0', 'and was switched off');
page('SchemaNotVerified', 'verify()');
like(page('SchemaNotVerified', 'last_verify_at'), qr/^\d{4}-/, 'it is over');
by_superuser('ALTER EVENT TRIGGER schema_guard_ddl_start DISABLE');
metric('problems', 1, 'SchemaGuardProblems');
like(page('SchemaGuardProblems', 'problems'), qr/schema_guard_ddl_start\|definition\|.*disabled/, 'which');
page('SchemaGuardProblems', 'ENABLE ALWAYS', 'postgres');
metric('problems', 0, 'it is over');
cmp_ok(page('SchemaMetricsFailed', 'metrics'), '>', 40, 'the metrics');

# ------------------------------------------------------------------------------------------
# out of the guard's way and back, and whatever else the pages have
# ------------------------------------------------------------------------------------------

like(page('When the guard itself', 'pg_db_role_setting'), qr/^schema_guard.mode=enforce$/m, 'the mode is set for the database');
page('When the guard itself', "mode = 'observe'", 'postgres');
is((run_sql($node, 'shop', 'CREATE TABLE meanwhile (a integer)'))[0], 0, 'nothing is refused');
page('When the guard itself', "mode = 'enforce'", 'postgres');
refused_like($node, 'shop', 'CREATE TABLE afterwards (a integer)', 'SG002', 'not approved', 'as before');
page('Other errors', 'UPDATE', 'postgres');
foreach my $heading (sort keys %statements)
{
	foreach my $sql (@{ $statements{$heading} })
	{
		my ($rc, $out, $err) = run_sql($node, 'shop', $sql);
		unlike("$rc $err", qr/^[^0]|ERROR/, "$heading: " . $sql =~ s/\s+/ /gr);
	}
}

$node->stop;
done_testing();
