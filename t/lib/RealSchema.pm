# Checks on schemas that nobody here wrote; scripts/real-schemas fetches them.
package RealSchema;

use strict;
use warnings;
use Exporter 'import';
use File::Basename;
use File::Glob ':bsd_glob';		# a space in a path is a space
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

our @EXPORT = qw(real_schema upgrade_scripts survives_dump_and_restore walks_only_the_approved_path);

# The directory that holds the schema, or the end of the test.
sub real_schema
{
	my ($name) = @_;
	my $dir = ($ENV{SG_REAL_SCHEMAS} // '') . "/$name";
	die "no $name schema: run scripts/test real" if !-s "$dir/schema.sql";
	return $dir;
}

# The upgrade scripts in order, from one on.
sub upgrade_scripts
{
	my ($dir, $first) = @_;
	return grep { !defined $first || basename($_) ge $first } sort glob("$dir/upgrade/*.sql");
}

# The schema file of the live schema.
sub schema_file { my ($node, $db) = @_; return $node->safe_psql($db, 'SELECT schema_guard.export()'); }
sub fingerprint { my ($node, $db) = @_; return $node->safe_psql($db, 'SELECT schema_guard.fingerprint()'); }

# pg_dump and psql into a new database: same fingerprint, same schema file, byte for byte.
sub survives_dump_and_restore
{
	my ($node, $db) = @_;
	my $dump = "${PostgreSQL::Test::Utils::tmp_check}/$db.dump.sql";

	my $captured = $node->safe_psql($db, "SELECT schema_guard.capture('as installed')");
	my $file = schema_file($node, $db);
	my $items = $node->safe_psql($db, 'SELECT count(*) FROM schema_guard.describe()');
	cmp_ok($items, '>', 100, "$db: described, $items items");
	is($captured, fingerprint($node, $db), "$db: captured");

	my $schema_file = "${PostgreSQL::Test::Utils::tmp_check}/$db.schema";
	append_to_file($schema_file, $file);
	is(`sh examples/fingerprint.sh "$schema_file"`, "$captured\n", "$db: sha256sum finds the same fingerprint");

	$node->command_ok([ 'pg_dump', '--schema-only', '-f', $dump, $node->connstr($db) ], "$db: dumped");
	$node->safe_psql('postgres', "CREATE DATABASE ${db}_restored");
	my ($rc, $err) = run_file($node, "${db}_restored", $dump);
	is($err, '', "$db: restored");
	is(fingerprint($node, "${db}_restored"), $captured, "$db: same fingerprint after dump and restore");
	ok(schema_file($node, "${db}_restored") eq $file, "$db: same schema file after dump and restore")
	  or show_difference($file, schema_file($node, "${db}_restored"));
	return;
}

sub show_difference
{
	my ($before, $after) = @_;
	my %seen = map { $_ => 1 } split /\n/, $before;
	my @new = grep { !delete $seen{$_} } split /\n/, $after;
	my @gone = sort keys %seen;
	diag(join("\n", map { "only before: $_" } @gone[ 0 .. ($#gone > 9 ? 9 : $#gone) ]));
	diag(join("\n", map { "only after:  $_" } @new[ 0 .. ($#new > 9 ? 9 : $#new) ]));
	return;
}

# The scripts run on one database that only observes. Another has nothing but the old schema
# approved: the path that the journal has seen is exported, imported and approved there. Then the same
# scripts pass there in mode enforce, in the order of the path, and one with one line altered does not.
#   old     files that make the old schema
#   scripts the upgrade scripts
#   alter   { script => name of one of them, from => qr//, to => text }
sub walks_only_the_approved_path
{
	my ($node, $name, %path) = @_;
	my ($ci, $production) = ("${name}_ci", "${name}_production");
	my $file = "${PostgreSQL::Test::Utils::tmp_check}/$name.path";

	foreach my $db ($ci, $production)
	{
		make_database($node, $db, @{ $path{old} });
		$node->safe_psql($db, "SELECT schema_guard.capture('old'), schema_guard.approve('old')");
	}
	is(fingerprint($node, $production), fingerprint($node, $ci), "$name: the old schemas are the same");

	my @broken = grep { (run_file($node, $ci, $_))[0] != 0 } @{ $path{scripts} };
	is("@broken", '', "$name: all scripts run while the guard observes");

	# to a file and back: a path file may be larger than a command line
	$node->safe_psql($ci, "COPY (SELECT schema_guard.export_path('old')) TO '$file'");
	my $approved = $node->safe_psql($production, qq{
		CREATE TEMP TABLE exported (path_file text);
		COPY exported FROM '$file';
		SELECT schema_guard.import_path(path_file, 'upgrade') = schema_guard.approve('upgrade') FROM exported;
		SELECT steps, approved, at_step FROM schema_guard.paths});
	my ($steps) = $approved =~ /(\d+)\|t\|0$/;
	cmp_ok($steps // 0, '>', 0, "$name: the journal has seen a path, imported and approved") or diag($approved);

	$node->safe_psql('postgres', "ALTER DATABASE $production SET schema_guard.strict_path = on");
	$node->safe_psql('postgres', "ALTER DATABASE $production SET schema_guard.mode = 'enforce'");
	@broken = ();
	foreach my $script (@{ $path{scripts} })
	{
		alteration_is_refused($node, $production, $name, $script, $path{alter})
		  if basename($script) eq $path{alter}{script};
		my ($rc, $err) = run_file($node, $production, $script);
		push @broken, basename($script) . ": $err" if $rc != 0;
	}
	is("@broken", '', "$name: the same scripts pass where their path is approved");
	is(fingerprint($node, $production), fingerprint($node, $ci), "$name: both end with the same schema");
	ok(schema_file($node, $production) eq schema_file($node, $ci), "$name: and with the same schema file")
	  or show_difference(schema_file($node, $ci), schema_file($node, $production));
	is($node->safe_psql($production, 'SELECT count(*) FROM schema_guard.verify()'), '0', "$name: nothing had been missed");
	return;
}

sub alteration_is_refused
{
	my ($node, $db, $name, $script, $alter) = @_;
	my $text = slurp_file($script);
	$text =~ s/$alter->{from}/$alter->{to}/ or die "nothing to alter in $script";
	my $altered = "${PostgreSQL::Test::Utils::tmp_check}/$name.altered.sql";
	open my $fh, '>', $altered or die "$altered: $!";
	print $fh $text;
	close $fh;

	my $before = schema_file($node, $db);
	my ($rc, $err) = run_file($node, $db, $altered, $text =~ /^(START TRANSACTION|BEGIN);/m ? () : '--single-transaction');
	isnt($rc, 0, "$name: psql fails on the altered script");
	like($err, qr/ERROR:  SG002: /, "$name: it is refused");
	ok(schema_file($node, $db) eq $before, "$name: and the schema is what it was");
	return;
}

1;
