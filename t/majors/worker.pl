# pg_upgrade from one major version to the next, where the old and the new server have the background worker: it runs before and
# after, and nothing of it while pg_upgrade does; what was counted stays counted.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../lib";
use Majors;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $tmp = ${PostgreSQL::Test::Utils::tmp_check};
my @majors = majors();
my @conf = ("shared_preload_libraries = 'schema_guard'", 'schema_guard.worker_naptime = 1', 'schema_guard.verify_interval = 1', 'log_min_messages = debug1');
my $node = start_major('worker_0', $majors[0], @conf);
query($node, 'postgres', "CREATE DATABASE shop TEMPLATE template0; ALTER DATABASE shop SET schema_guard.mode = 'enforce'");
query($node, 'shop', 'CREATE TABLE orders (id bigint, customer_id bigint); CREATE EXTENSION schema_guard; ALTER TABLE orders RENAME customer_id TO client_id');
query($node, 'shop', "SELECT schema_guard.capture('one'), schema_guard.approve('one'); SELECT schema_guard.register('api', '1', schema_guard.contract_of('{SELECT id FROM orders}'))");
refused_like($node, 'shop', 'CREATE TABLE refused (a integer)', 'SG002', 'not approved', 'something is refused');
refused_like($node, 'shop', 'SELECT customer_id FROM orders', '42703', 'customer_id', 'an incident');
run_sql($node, 'shop', 'SELECT customer_id FROM orders');

# what is counted, and what must not have become more
sub counted
{
	return query($node, 'shop', q{SELECT name, labels, value FROM schema_guard.metrics WHERE name ~ '_total$|journal_entries|live_releases|release_fits|approved$|drift'
		ORDER BY 1, 2::text;
		SELECT changed_at, sqlstate, count FROM schema_guard.incidents; SELECT count(*), max(number) FROM schema_guard.refusals});
}

# The worker has verified since.
sub verified_ok
{
	my ($name) = @_;
	my $now = query($node, 'shop', 'SELECT clock_timestamp()');
	ok($node->poll_query_until('shop', "SELECT last_verify_at > '$now' AND NOT stale FROM schema_guard.status"), "$name: the worker verifies");
	return;
}

verified_ok($majors[0][0]);
foreach my $step (1 .. $#majors)
{
	my ($old, $new) = @majors[ $step - 1, $step ];
	my $name = "$old->[0] to $new->[0]";
	my $to = new_major("worker_$step", $new, checksums => 0);
	$to->append_conf('postgresql.conf', join("\n", 'max_prepared_transactions = 10', @conf, ''));
	forget_attver($node, $new, qw(postgres shop template1));
	ok($node->poll_query_until('shop', 'SELECT count(*) = 1 FROM schema_guard.incidents'), "$name: the incident is counted");
	my $counted = counted();
	$node->stop;

	chdir $tmp or die;
	my ($out, $err) = do
	{
		local $ENV{PGOPTIONS} = undef;
		run_command([ bin_of($new) . '/pg_upgrade', '--retain', $new->[0] >= 15 ? '--no-sync' : (), '-d', $node->data_dir, '-D', $to->data_dir,
			'-b', bin_of($old), '-B', bin_of($new), '-p', $node->port, '-P', $to->port, '-s', $node->host, '-U', scalar getpwuid($<) ]);
	};
	like($out, qr/Upgrade Complete/, "$name: upgraded") or BAIL_OUT("$out$err");
	# from 15 on in a directory within the new cluster's, before that in the current one
	my @logs = split /\n/, `find '$tmp' -name 'pg_upgrade_server*.log'`;
	isnt(scalar(@logs), 0, "$name: pg_upgrade's servers have written logs");
	is(join('', grep { /schema_guard (launcher|worker)/ } map { split /^/, slurp_file($_) } @logs), '', "$name: the worker ran in none of them");
	unlink @logs;

	$node = $to;
	$node->start;
	verified_ok($name);
	is(counted(), $counted, "$name: what was counted stays counted");
	is(query($node, 'shop', "SELECT count(*) FROM schema_guard.journal WHERE verdict = 'unobserved'"), '0', "$name: and nothing was missed");
	refused_like($node, 'shop', 'ALTER TABLE orders DROP id', 'SG003', 'api/1', "$name: the guard is in force");
	is(query($node, 'shop', "SELECT value FROM schema_guard.metrics WHERE name = 'schema_guard_refused_changes_total'"), 1 + $step, "$name: and goes on counting");
}
$node->stop;
done_testing();
