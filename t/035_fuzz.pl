# What reads texts from outside takes any: schema files, path files, contracts, queries. The corpus, and a
# few mutations of it; scripts/fuzz tries more of them.
#
#   SG_FUZZ_ROUNDS=100 SG_FUZZ_SEED=7	more, and others
use strict;
use warnings;
use Encode 'encode';
use FindBin;
use lib "$FindBin::RealBin/lib";
use Fuzz;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('fuzz');
$node->safe_psql('postgres', 'CREATE DATABASE fuzz TEMPLATE template0');
my $fuzz = Fuzz->new(connstr => $node->connstr('fuzz'), seed => $ENV{SG_FUZZ_SEED} // 1, timeout => '60s');
$fuzz->setup;

# every key that a contract may have is a word of the fuzzers'
my %word = map { $_ => 1 } Fuzz::tokens_of("$FindBin::RealBin/fuzz/contract.dict");
my %key = map { $_ => 1 } map { Fuzz::text_of($_) =~ /\{"(\w+)", \w*read\w*\}/g } glob "$FindBin::RealBin/../src/contracts/*.c";
cmp_ok(scalar keys %key, '>', 60, 'the keys of contracts are found');
is(join(' ', grep { !$word{qq("$_")} } sort keys %key), '', 'keys that are not in t/fuzz/contract.dict');

foreach my $kind (Fuzz::kinds())
{
	my @files = sort glob "$FindBin::RealBin/fuzz/$kind/*";
	my @answers = $fuzz->answers($kind, map { Fuzz::text_of($_) } @files);
	foreach my $i (0 .. $#files)
	{
		my ($name) = $files[$i] =~ /([^\/]+)$/;
		# what was found once, and is to be rejected, says so in its name; what libFuzzer adds may be either
		my $rejected = qr/^rejected: (?!XX|57014|53)/;
		like($answers[$i], $name =~ /^rejected/ ? $rejected : $name =~ /^reaches/ ? qr/^ok$|$rejected/ : qr/^ok$/, "$kind $name");
	}
	my @wrong = map { $fuzz->round($kind) } 1 .. $ENV{SG_FUZZ_ROUNDS} // 2;
	is(encode('UTF-8', join "\n", map { "$_->[2]: $_->[1]" } @wrong), '', "$kind, mutated");
}
note("$fuzz->{tried} inputs, $fuzz->{accepted} accepted");
unlike(slurp_file($node->logfile), qr/TRAP:|PANIC:|terminated by signal/, 'the server never crashed');

$node->stop;
done_testing();
