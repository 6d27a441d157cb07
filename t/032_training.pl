# The exercises of docs/training: broken at the start, mended by the solution, and the check tells which.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename qw(basename dirname);
use SchemaGuardTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $exercises = abs_path(dirname(__FILE__) . '/../docs/training');

my %left = (
	outage => [
		'shop/2.0 does not fit: column_missing table public.orders column "customer_note"',
		'what the customer of order 2 wrote is not in customer_note', 'the answer is another journal entry' ],
	skipped => [ 'not as approved: removed table public.coupons', 'migration 2 is not in the ledger', 'the answer is another migration' ],
	hotfix => [
		'not as approved: removed table public.orders constraint "orders_total_check"',
		'not as approved: added table public.orders index "orders_by_customer"',
		'the approved schema is not called tuesday', 'a total may be negative', 'order 4 has a total of -1.00', 'window 1 is open',
		'the answer is another role' ],
	ambiguous => [ 'shop/1.4 does not fit: column_ambiguous table public.orders column "name"', 'the answer is another column' ],
	wrong_dump => [
		'shop/3.0 does not fit: column_missing table public.orders column "currency"', 'the schema is not that of the snapshot summer',
		'the answer is another snapshot' ]);

my $node = start_node('training');

sub check
{
	my ($db, $name, $answer) = @_;
	my ($out, $err) = run_command([ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-v', "answer=$answer",
			'-d', $node->connstr($db), '-f', "$exercises/$name/check.sql" ]);
	return $out . $err;
}

foreach my $name (sort keys %left)
{
	my $db = "exercise_$name";
	$node->safe_psql('postgres', "CREATE DATABASE $db");
	my ($rc, $err) = run_file($node, $db, "$exercises/$name/start.sql", '-o', '/dev/null');
	is($err, '', "$name starts");
	is(check($db, $name, 'none'), join("\n", @{ $left{$name} }), "$name: what is to be done");

	my $solution = PostgreSQL::Test::Utils::tempdir . "/$name.sql";
	append_to_file($solution, "\\i $exercises/$name/solution.sql\n\\i $exercises/$name/check.sql\n");
	my ($out, $said) = run_command([ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($db), '-f', $solution ]);
	is(($out =~ s/^[\w:|]*\n?//mgr) . $said, '', "$name: the solution leaves nothing");
}

is_deeply([ sort map { basename(dirname($_)) } glob "$exercises/*/start.sql" ], [ sort keys %left ], 'no exercise is left out');

$node->stop;
done_testing();
