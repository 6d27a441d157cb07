# From one major version to the next and the one after that, with pg_upgrade: contracts, recorded ones too, approvals,
# a path that has been walked half way, the journal and the ledgers are there afterwards, and in force. Before that,
# pg_upgrade --check says that the new version's library is missing where it is.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../lib";
use Majors;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $lib = "$FindBin::RealBin/../lib";
my $tmp = ${PostgreSQL::Test::Utils::tmp_check};
my @majors = majors();
my $node = start_major("step_0", $majors[0], "session_preload_libraries = 'schema_guard'");
query($node, 'postgres', 'CREATE DATABASE shop TEMPLATE template0; CREATE DATABASE ci TEMPLATE template0');
query($node, 'shop', "CREATE EXTENSION schema_guard; SELECT schema_guard.guard_facets('{structure,index,comment}')");

# something in every table of the guard's, and what the sessions of a release have executed
my (undef, $error) = run_file($node, 'shop', "$lib/every_table.sql", '-o', '/dev/null');
is($error, '', 'the guard has something to keep');
# which members of an extension somebody has made by hand is lost
query($node, 'shop', 'ALTER EXTENSION hstore DROP TABLE by_hand');
{
	local $ENV{PGOPTIONS} = '-c schema_guard.record=recorded/1';
	query($node, 'shop', 'SELECT id, note FROM orders WHERE id = 1; INSERT INTO orders (id, total) VALUES (1, 2)');
}
query($node, 'shop', "SELECT schema_guard.register('recorded', '1', schema_guard.recorded('recorded', '1'))");
query($node, 'shop', q{SELECT schema_guard.register('derived', '1', schema_guard.contract_of('{SELECT total FROM orders WHERE note IS NULL,DELETE FROM by_hand}'))});

# values of composite types, of ones that have been altered, too
query($node, 'postgres', 'CREATE DATABASE rows TEMPLATE template0');
query($node, 'rows', <<'SQL');
CREATE TYPE pair AS (a integer, b integer); CREATE TABLE pairs (x pair); INSERT INTO pairs VALUES ('(1,2)');
ALTER TYPE pair DROP ATTRIBUTE b, ADD ATTRIBUTE c text;
CREATE TABLE base (a integer, b integer); ALTER TABLE base ALTER a SET (n_distinct = 5);
CREATE TABLE of_rows (x base); INSERT INTO of_rows VALUES ('(1,2)'); ALTER TABLE base ADD c integer;
SQL
refused_like($node, 'shop', 'SELECT note FROM orders a, orders b', '42702', 'ambiguous', 'an incident');

# A step for each version to come, on a copy; the path is approved.
my @steps = map { "ALTER TABLE public.orders ADD step_$_ integer; COMMENT ON COLUMN public.orders.step_$_ IS 'step $_'" } 1 .. $#majors;
query($node, 'shop', "SELECT schema_guard.capture('at rest'), schema_guard.approve('at rest')");
query($node, 'postgres', 'DROP DATABASE ci; CREATE DATABASE ci TEMPLATE shop');
query($node, 'ci', "BEGIN; $_; COMMIT") foreach @steps;
query($node, 'ci', "COPY (SELECT schema_guard.export_path('at rest')) TO '$tmp/path'");
query($node, 'shop', qq{CREATE TEMP TABLE exported (path_file text); COPY exported FROM '$tmp/path';
	SELECT schema_guard.import_path(path_file, 'upgrades'), schema_guard.approve('upgrades') FROM exported});
query($node, 'postgres', "DROP DATABASE ci; ALTER DATABASE shop SET schema_guard.mode = 'enforce'; ALTER DATABASE shop SET schema_guard.strict_path = on");

# What the guard knows, in the words of its public interface.
sub known
{
	my ($server) = @_;
	return query($server, 'shop', <<'SQL');
SET TimeZone = 'UTC';
SELECT schema_guard.export(); SELECT schema_guard.fingerprint('{all}');
SELECT * FROM schema_guard.snapshots ORDER BY name; SELECT schema_guard.export(name) FROM schema_guard.snapshots ORDER BY name;
SELECT * FROM schema_guard.approvals; SELECT * FROM schema_guard.windows; SELECT * FROM schema_guard.exclusion;
SELECT application, version, state, contract, registered_at FROM schema_guard.releases ORDER BY 1, 2;
SELECT * FROM schema_guard.paths; SELECT schema_guard.export_path('monday', 'at rest');
SELECT * FROM schema_guard.journal; SELECT * FROM schema_guard.verify_journal();
SELECT * FROM schema_guard.recordings; SELECT schema_guard.recorded('recorded', '1');
SELECT * FROM schema_guard.ledgers(); SELECT * FROM schema_guard.migrations;
WITH live AS MATERIALIZED (SELECT application, version FROM schema_guard.releases WHERE state = 'live')
SELECT application, version, c.* FROM live, schema_guard.check_release(application, version) c ORDER BY 1, 2, severity, rule, object, attribute;
SELECT * FROM schema_guard.drift();
SELECT journal_head, approved, approved_snapshot, guarded_facets, live_releases, phase FROM schema_guard.status;
SQL
}

sub upgrade
{
	my ($from, $old, $to, $new, @options) = @_;
	chdir $tmp or die;
	local $ENV{PGOPTIONS} = undef;
	return run_command([ bin_of($new) . '/pg_upgrade', $new->[0] >= 15 ? '--no-sync' : (), '-d', $from->data_dir, '-D', $to->data_dir,
		'-b', bin_of($old), '-B', bin_of($new), '-p', $from->port, '-P', $to->port, '-s', $from->host, '-U', scalar getpwuid($<), @options ]);
}

# The version's installation without the library of the extension, while the code runs.
sub with_library_away
{
	my ($major, $code) = @_;
	my ($dir) = run_command([ $major->[1], '--pkglibdir' ]);
	rename "$dir/schema_guard.so", "$dir/schema_guard.away" or die "$dir: $!";
	my @result = $code->();
	rename "$dir/schema_guard.away", "$dir/schema_guard.so" or die "$dir: $!";
	return @result;
}

# What pg_upgrade has written about libraries; where depends on its version.
sub missing_libraries
{
	my ($to) = @_;
	my @files = split /\n/, `find '$tmp' -name loadable_libraries.txt`;
	return join '', map { my $text = slurp_file($_); unlink $_; $text } @files;
}

foreach my $step (1 .. $#majors)
{
	my ($old, $new) = @majors[ $step - 1, $step ];
	my $name = "$old->[0] to $new->[0]";
	my $known = known($node);
	query($node, 'rows', "INSERT INTO pairs VALUES ('(3,four)'); INSERT INTO of_rows VALUES ('(5,6,7)')");
	my $rows = query($node, 'rows', 'TABLE pairs; TABLE of_rows');
	my $to = new_major("step_$step", $new, checksums => 0);
	$to->append_conf('postgresql.conf', "max_prepared_transactions = 10\n");
	forget_attver($node, $new, qw(postgres shop rows template1));
	$node->stop;

	my ($out, $err) = with_library_away($new, sub { upgrade($node, $old, $to, $new, '--check') });
	like("$out$err", qr/Your installation references loadable libraries that are missing/, "$name: --check says so where the library is missing");
	like(missing_libraries($to), qr/could not load library "\$libdir\/schema_guard"/, "$name: and which");
	($out, $err) = upgrade($node, $old, $to, $new, '--check');
	like($out, qr/Clusters are compatible/, "$name: --check") or diag("$out$err");
	($out, $err) = upgrade($node, $old, $to, $new);
	like($out, qr/Upgrade Complete/, "$name: upgraded") or BAIL_OUT("$out$err");

	$node = $to;
	$node->append_conf('postgresql.conf', "session_preload_libraries = 'schema_guard'\n");
	$node->start;
	is_deeply([ split /\n/, known($node) ], [ split /\n/, $known ], "$name: all that the guard knew is there");
	is(query($node, 'rows', 'TABLE pairs; TABLE of_rows'), $rows, "$name: values of composite types can be read");
	is(query($node, 'shop', 'SELECT stale FROM schema_guard.status'), 't', "$name: the live state is computed anew at the next DDL");
	refused_like($node, 'shop', 'ALTER TABLE orders ADD refused integer', 'SG002', 'at rest', "$name: what is not approved is refused")
	  if $step == 1;
	refused_like($node, 'shop', 'ALTER TABLE orders DROP total CASCADE', 'SG003', 'derived/1', "$name: so is what breaks a release");
	my ($rc, undef, $said) = run_sql($node, 'shop', "BEGIN; $steps[$step - 1]; COMMIT");
	is($rc . $said, '0', "$name: the next step of the path passes");
	refused_like($node, 'shop', "BEGIN; $steps[$step - 1]x; COMMIT" =~ s/step_$step/other_$step/gr =~ s/'x/'/r, 'SG002', 'not approved', "$name: no other does");
	is(query($node, 'shop', "SELECT at_step FROM schema_guard.paths WHERE name = 'upgrades'"), $step, "$name: and the guard knows where it is");
	{
		local $ENV{PGOPTIONS} = '-c schema_guard.application=recorded/1';
		($rc, undef, $said) = run_sql($node, 'shop', 'SELECT 1');
		is($rc . $said, '0', "$name: the recorded release connects");
	}
	is(query($node, 'shop', 'SELECT * FROM schema_guard.verify(); SELECT * FROM schema_guard.verify_journal()'), '', "$name: nothing was missed");
	state_is_truth($node, 'shop', $name);
	# from 17 on there is an event trigger on login, which pg_upgrade has not made
	is(query($node, 'shop', "SELECT found FROM schema_guard.problems WHERE object_identity <> 'schema_guard_login'"), '', "$name: no problem");
	# with the list of what extensions' scripts have made, which is of this system now
	refused_like($node, 'shop', 'CREATE TABLE by_hand_too (a int); ALTER EXTENSION hstore ADD TABLE by_hand_too', 'SG002', 'by_hand_too', "$name: a member made by hand is one");
}
$node->stop;
done_testing();
