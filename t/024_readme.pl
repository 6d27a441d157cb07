# The examples of README.md and of the pages on daily work do what they say. After a change of what they print:
#	SG_README=/tmp/new scripts/test t/024_readme.pl
# writes README.md and docs/ with the new outputs into that directory; read the differences before you take them.
use strict;
use warnings;
use Cwd 'realpath';
use FindBin;
use PostgreSQL::Test::Utils;
use Readme;
use SchemaGuardTest;
use Test::More;

# each begins with the database that the one before leaves; README.md's uninstalling comes last
my @pages = qw(README.md docs/dba.md docs/application.md docs/pipeline.md);
my $last_heading = "\n## Uninstall\n";

my $top = realpath("$FindBin::RealBin/..");
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

# where `make install` puts the command
$ENV{PATH} = "$top/bin:$ENV{PATH}";
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGUSER} = 'dba';
$ENV{PGDATABASE} = 'shop';
delete $ENV{PGAPPNAME};

my %text = map { $_ => slurp_file("$top/$_") } @pages;
my %blocks = map { $_ => [ readme_blocks($text{$_}) ] } @pages;
my $end = 1 + (substr($text{'README.md'}, 0, index($text{'README.md'}, $last_heading)) =~ tr/\n//);
run_block('README.md', $_) foreach grep { $_->{line} <= $end } @{ $blocks{'README.md'} };
foreach my $page (@pages[ 1 .. $#pages ])
{
	run_block($page, $_) foreach @{ $blocks{$page} };
	cmp_ok(scalar @{ $blocks{$page} }, '>', 3, "$page has examples");
}
run_block('README.md', $_) foreach grep { $_->{line} > $end } @{ $blocks{'README.md'} };

# what is quoted elsewhere on a page is a part of what was printed
foreach my $page (@pages)
{
	my $printed = readme_normalize(join('', map { $_->{printed} } @{ $blocks{$page} }));
	foreach my $line (map { split /\n/ } readme_excerpts($text{$page}))
	{
		cmp_ok(index($printed, readme_normalize($line)), '>=', 0, "$page quotes: $line");
	}
}
foreach my $page (defined $ENV{SG_README} ? @pages : ())
{
	foreach my $new ($ENV{SG_README}, "$ENV{SG_README}/docs")
	{
		-d $new or mkdir $new or die "$new: $!";
	}
	open my $fh, '>', "$ENV{SG_README}/$page" or die "$ENV{SG_README}/$page: $!";
	print $fh readme_with_outputs($text{$page}, $blocks{$page});
	close $fh;
}

$node->stop;
done_testing();

# Runs a block, compares what it prints, and keeps that.
sub run_block
{
	my ($page, $block) = @_;
	my $what = "$page, line $block->{line}";
	my ($status, $printed) = readme_run($block, $dir);
	$block->{printed} = $printed;
	if (defined $block->{output})
	{
		is(readme_normalize($printed), readme_normalize($block->{output}), $what);
	}
	else
	{
		ok($status == 0, $what) or diag($printed);
	}
	return;
}
