# State equals truth: after random DDL over all classes, in transactions, savepoints, DO blocks,
# procedures, two-phase commits, several sessions and with the server killed in between, verify() finds
# nothing, the live state is row by row what verify() would compute, the journal chains, and the server's
# log has no fault of the guard. RandomDDL.pm makes the statements, RandomDDLRun.pm checks.
#
#   SG_RANDOM_DDL_SECONDS=600	runs for so long, with random seeds; the default is a fixed set of seeds
#   SG_RANDOM_DDL_SEED=7		this seed alone
#
# A failure prints the seed and where the script is kept; scripts/random-ddl runs it again and shrinks it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use RandomDDLRun;
use SchemaGuardTest;
use Test::More;

my @seeds = (1 .. 6);
my $batches = 16;

my $node = start_node('random_ddl', 'fsync = off', 'restart_after_crash = on', 'max_logical_replication_workers = 0');
my $run = RandomDDLRun->new(
	connstr => sub { return $node->connstr($_[0]); },
	log => sub { return slurp_file($node->logfile); },
	crash => \&crash);
$run->prepare;

# Kills a backend: the postmaster ends all others and recovers from the WAL.
sub crash
{
	my $pid = $node->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'random%' LIMIT 1");
	return if $pid eq '';
	kill 9, $pid;
	select undef, undef, undef, 0.1;
	comes_true($node, 'postgres', 'SELECT true');
	return;
}

sub run_seed
{
	my ($seed, %limit) = @_;
	my $file = "$PostgreSQL::Test::Utils::log_path/random_ddl_$seed.sql";
	my @problems = $run->run_seed($seed, file => $file, %limit);
	is(join("\n", @problems), '', "seed $seed");
	diag("the script: $file") if @problems;
	return;
}

if (my $seconds = $ENV{SG_RANDOM_DDL_SECONDS})
{
	my $until = time + $seconds;
	my $seed = $ENV{SG_RANDOM_DDL_SEED} // time % 1_000_000_000;
	while (time < $until) { run_seed($seed++, batches => 40); }
}
else
{
	run_seed($_, batches => $batches) foreach $ENV{SG_RANDOM_DDL_SEED} // @seeds;
}
note($run->report);
cmp_ok($run->{statements}, '>', 100, "$run->{statements} statements, $run->{batches} batches");
cmp_ok($run->{recomputed}, '<', $run->{entries}, "$run->{entries} entries in the journals, $run->{recomputed} commits described everything");

$node->stop;
done_testing();
