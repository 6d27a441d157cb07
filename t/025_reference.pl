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

# the errors of the section on SQLSTATEs look as the page shows them
my ($section) = slurp_file("$FindBin::RealBin/../docs/reference.md") =~ /^## SQLSTATEs\n(.*)\z/ms;
my %shown = map { $_ => 1 } $section =~ /^\| `(SG\d+)` /mg;
my @examples = $section =~ /^`(SG\d+)`: [^\n]*\n\n```sql\n(.*?)\n```\n\n```text\n(.*?)\n```/msg;
$node->safe_psql('reference', <<'END');
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, total numeric(12,2) NOT NULL DEFAULT 0);
SELECT schema_guard.register('api', '1.4.2',
    '{"relations": {"public.orders": {"select": {"id": "bigint", "total": "numeric(12,2)"}}}}');
SELECT schema_guard.capture('monday');
SELECT schema_guard.approve('monday');
ALTER DATABASE reference SET schema_guard.mode = 'enforce';
END
while (my ($state, $sql, $text) = splice @examples, 0, 3)
{
	$node->safe_psql('reference', "UPDATE pg_extension SET extversion = '1.0' WHERE extname = 'schema_guard'")
	  if $state eq 'SG006';
	my ($found, $error) = run_command(
		[ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('reference'), '-c', $sql, '-c', '\echo :SQLSTATE' ]);
	is($error, $text, "the error of $state");
	is($found, $state, "its SQLSTATE is $state");
	delete $shown{$state};
}
is(join(' ', sort keys %shown), 'SG010', 'each SQLSTATE but that of the log has an example');

$node->stop;
done_testing();
