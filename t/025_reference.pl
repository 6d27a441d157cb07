# docs/reference.md has every function, view, column and setting, as the catalog has it. A failure says
# which lines are missing; what they mean is for whoever adds them to write.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('reference', "session_preload_libraries = 'schema_guard'");
make_database($node, 'reference');
foreach my $set (qw(reader monitor release_manager approver))
{
	$node->safe_psql('reference', "CREATE ROLE sg_$set; SELECT schema_guard.grant_role('sg_$set', '$set')");
}
my ($out, $err) = run_command(
	[ 'psql', '-X', '-q', '-A', '-t', '-F', "\t", '-R', "\x01", '-d', $node->connstr('reference'),
		'-f', "$FindBin::RealBin/lib/reference.sql" ]);
is($err, '', 'the catalog can be read');

# each entry of the page: its heading's name, and the lines below it
my %entries;
my $name = '';
foreach my $line (split /\n/, slurp_file("$FindBin::RealBin/../docs/reference.md"))
{
	$name = '' if $line =~ /^## /;
	if ($line =~ /^### (\S+)$/)
	{
		$name = $1;
		ok(!exists $entries{$name}, "$name is there once");
		$entries{$name} = [];
		next;
	}
	push @{ $entries{$name} }, $line;
}
delete $entries{''};

foreach my $row (split /\x01/, $out)
{
	my ($kind, $entry, $lines) = split /\t/, $row, 3;
	my @page = @{ delete $entries{$entry} // [] };
	my @rows = grep { /^\| `/ } @page;
	my @missing;
	# a row of a table has one more cell on the page: what the column means
	foreach my $line (grep { $_ ne '' } split /\n/, $lines)
	{
		my $start = $line =~ s/---\|$//r;
		my $found = grep { index($page[$_], $start) == 0 } 0 .. $#page;
		push @missing, $line if !$found;
	}
	is(join("\n", @missing), '', "$kind $entry");
	my @expected = map { /^\| `(\w+)/ ? $1 : () } split /\n/, $lines;
	is_deeply([ map { /^\| `(\w+)/ } @rows ], \@expected, "$kind $entry: its columns and no others") if @expected;
	next if $kind ne 'function';
	ok((grep { /^Locks: / } @page) && (grep { /^Errors: / } @page), "$entry says its locks and errors");
}
is(join(', ', sort keys %entries), '', 'there is nothing that is not there');

$node->stop;
done_testing();
