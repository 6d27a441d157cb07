# The README's examples do what it says. After a change of what they print:
#	SG_README=/tmp/README.md scripts/test t/090_readme.pl
# writes the README with the new outputs there; read the difference before you take it.
use strict;
use warnings;
use Cwd 'realpath';
use FindBin;
use PostgreSQL::Test::Utils;
use Readme;
use SchemaGuardTest;
use Test::More;

my $top = realpath("$FindBin::RealBin/..");
my $readme = slurp_file("$top/README.md");
my @blocks = readme_blocks($readme);
my $dir = PostgreSQL::Test::Utils::tempdir();
symlink("$top/examples", "$dir/examples") or die "$dir/examples: $!";

# who and what is there when the README begins
my $node = start_node('readme', "timezone = 'UTC'");
$node->safe_psql('postgres', 'CREATE ROLE dba SUPERUSER LOGIN');
$node->safe_psql('postgres', "CREATE ROLE $_ LOGIN") foreach qw(migrator api pipeline alice bob);
foreach my $db (qw(shop ci))
{
	$node->safe_psql('postgres', "CREATE DATABASE $db OWNER migrator");
	$node->safe_psql($db, 'ALTER SCHEMA public OWNER TO migrator');
	foreach my $file (sort glob "$top/examples/outage/migrations/00[1-4]*.sql")
	{
		my ($rc, $err) = run_file($node, $db, $file, '-U', 'migrator');
		$rc == 0 or die "$file: $err";
	}
}

$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGUSER} = 'dba';
$ENV{PGDATABASE} = 'shop';
delete $ENV{PGAPPNAME};
my @outputs;
foreach my $block (@blocks)
{
	my ($status, $output) = readme_run($block, $dir);
	push @outputs, $output;
	my $what = "README.md, line $block->{line}";
	if (defined $block->{output})
	{
		is(readme_normalize($output), readme_normalize($block->{output}), $what);
	}
	else
	{
		ok($status == 0, $what) or diag($output);
	}
}
cmp_ok(scalar(@blocks), '>', 15, 'examples were found');
if (defined $ENV{SG_README})
{
	open my $fh, '>', $ENV{SG_README} or die "$ENV{SG_README}: $!";
	print $fh readme_with_outputs($readme, \@blocks, \@outputs);
	close $fh;
}

$node->stop;
done_testing();
