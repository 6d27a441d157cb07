# A team's deployment: the migrations run on a scratch database, what it went through is exported,
# imported in production and approved as a whole; there the same files pass, an altered one does not.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('path');
my $tmp = $PostgreSQL::Test::Utils::tmp_check;

sub write_file
{
	my ($name, $text) = @_;
	open my $fh, '>', "$tmp/$name" or die "$tmp/$name: $!";
	print $fh $text;
	close $fh;
	return "$tmp/$name";
}

my $old = write_file('001.sql', <<'SQL');
CREATE TABLE orders (id bigint PRIMARY KEY, customer text);
CREATE VIEW latest AS SELECT * FROM orders ORDER BY id DESC LIMIT 10;
SQL
my @files = (
	write_file('002.sql', "BEGIN;\nALTER TABLE orders ADD COLUMN total numeric;\nCREATE INDEX ON orders (total);\nCOMMIT;\n"),
	write_file('003.sql', "CREATE INDEX CONCURRENTLY orders_customer ON orders (customer);\n"),
	write_file('004.sql', "DO \$\$ BEGIN EXECUTE 'ALTER TABLE orders RENAME customer TO customer_name'; END \$\$;\n"),
	write_file('005.sql', "DROP INDEX CONCURRENTLY orders_customer;\n"),
	write_file('006.sql', "ALTER TABLE orders ALTER total TYPE numeric(12,2);\n"));
make_database($node, $_, $old) foreach qw(ci again production);

# CI, twice: the path file does not depend on who ran it, or when
foreach my $db (qw(ci again))
{
	foreach my $file (@files)
	{
		my ($rc, $err) = run_file($node, $db, $file);
		is($rc, 0, "$db: $file") or diag($err);
	}
}
my $path_file = $node->safe_psql('ci', 'SELECT schema_guard.export_path()');
is($node->safe_psql('again', 'SELECT schema_guard.export_path()'), $path_file, 'another run gives the same path file');
my $exported = write_file('path', "$path_file\n");
my ($digest) = $path_file =~ /^digest: (.*)$/m;
is(`sed '1,/^\$/d' $exported | sha256sum`, "$digest  -\n", 'sha256sum finds the same digest');

# production: two reviewers, none of them the pipeline
$node->safe_psql('postgres', "CREATE ROLE $_ LOGIN") foreach qw(pipeline alice bob deployer);
$node->safe_psql('production', <<'SQL');
SELECT schema_guard.grant_role('pipeline', 'release_manager');
SELECT schema_guard.grant_role('alice', 'approver');
SELECT schema_guard.grant_role('bob', 'approver');
ALTER DATABASE production SET schema_guard.required_approvals = 2;
ALTER DATABASE production SET schema_guard.mode = enforce;
ALTER DATABASE production SET schema_guard.strict_path = on;
ALTER DATABASE production OWNER TO deployer;
ALTER SCHEMA public OWNER TO deployer;
ALTER TABLE orders OWNER TO deployer;
ALTER VIEW latest OWNER TO deployer;
SQL
my $quoted = $path_file =~ s/'/''/gr;
$node->safe_psql('production', "SELECT schema_guard.import_path('$quoted', '1.5.0')", extra_params => [ '-U', 'pipeline' ]);

sub approved
{
	return $node->safe_psql('production', "SELECT approvals, approved FROM schema_guard.paths WHERE name = '1.5.0'");
}
sub deploy
{
	my ($file) = @_;
	return run_file($node, 'production', $file, '-U', 'deployer');
}
$node->safe_psql('production', "SELECT schema_guard.approve('1.5.0')", extra_params => [ '-U', 'alice' ]);
is(approved(), '1|f', 'one approval is not enough');
my ($rc, $err) = deploy($files[0]);
like($err, qr/SG002: schema change is not approved: [^\n]*\n.*has 1 of the 2 approvals required/s, 'and the gate says so');
($rc, my $out, $err) = run_sql($node, 'production', "SELECT schema_guard.approve('1.5.0')", '-U', 'pipeline');
like($err, qr/42501/, 'the pipeline cannot approve');
$node->safe_psql('production', "SELECT schema_guard.approve('1.5.0')", extra_params => [ '-U', 'bob' ]);
is(approved(), '2|t', 'two are');

# the same files, one of them altered at first, one too early at first
($rc, $err) = deploy($files[1]);
like($err, qr/SG002: .*Expected next on path "1\.5\.0" is step 1 of \d+, .*ALTER TABLE orders ADD COLUMN total numeric \(and 1 more\)/s,
	'a file out of turn is refused');
($rc, $err) = deploy($files[0]);
is($rc, 0, 'the first file') or diag($err);
foreach my $file (@files[ 1 .. 3 ])
{
	($rc, $err) = deploy($file);
	is($rc, 0, $file) or diag($err);
}
is($node->safe_psql('production', 'SELECT count(*) FROM schema_guard.drift()'), 0, 'half way is no drift');
my $altered = write_file('006altered.sql', "ALTER TABLE orders ALTER total TYPE numeric(14,2);\n");
($rc, $err) = deploy($altered);
isnt($rc, 0, 'the altered file is refused');
like($err, qr/SG002: schema change is not approved: [^\n]*\n.*Expected next on path "1\.5\.0" is step (\d+) of \1, .*ALTER TABLE orders ALTER total TYPE numeric\(12,2\)/s,
	'and the error says what was to come');
($rc, $err) = deploy($files[4]);
is($rc, 0, 'the reviewed one passes') or diag($err);
is($node->safe_psql('production', 'SELECT schema_guard.fingerprint()'),
	$node->safe_psql('ci', 'SELECT schema_guard.fingerprint()'), 'production is where CI was');
is($node->safe_psql('production', "SELECT at_step = steps FROM schema_guard.paths"), 't', 'at the end of the path');
is($node->safe_psql('production', 'SELECT count(*) FROM schema_guard.verify()'), 0, 'nothing was missed');

# back to where it was
my $back = write_file('back.sql', "ALTER TABLE orders ALTER total TYPE numeric;\n");
($rc, $err) = deploy($back);
is($rc, 0, 'rolling back to an earlier approved schema') or diag($err);
($rc, $err) = deploy($files[4]);
is($rc, 0, 'and forth again') or diag($err);

# a client cannot talk the gate out of it before the library is loaded
{
	local $ENV{PGOPTIONS} = '-c schema_guard.strict_path=off';
	($rc, $out, $err) = run_sql($node, 'production',
		'BEGIN; CREATE TEMP SEQUENCE s; CREATE TABLE t (); SHOW schema_guard.strict_path; ROLLBACK;', '-U', 'deployer');
	is($out, 'on', 'strict_path in the connection options');
}

# dumped and restored, the path is in force still
my $dump = "$tmp/production.dump";
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr('production') ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
{
	local $ENV{PGOPTIONS} = '-c schema_guard.mode=off';
	$node->command_ok([ 'pg_restore', '-d', $node->connstr('restored'), '--exit-on-error', $dump ], 'restored');
}
my $known = "SELECT p.name, p.steps, s.step, s.fingerprint, s.statements FROM schema_guard.paths p JOIN schema_guard.path_steps s ON s.path = p.name ORDER BY step";
is($node->safe_psql('restored', $known), $node->safe_psql('production', $known), 'the path is in the dump');

# A long path: what a refusal looks up does not grow with it, although nobody has analyzed our tables.
# The number of rows read, not the time, says so.
make_database($node, 'long_scratch');
$node->safe_psql('long_scratch', "DO \$\$ BEGIN FOR i IN 1..400 LOOP EXECUTE format('CREATE TABLE t%s ()', i); COMMIT; END LOOP; END \$\$");
my $long = write_file('long.path', $node->safe_psql('long_scratch', 'SELECT schema_guard.export_path()'));
$node->append_conf('postgresql.conf', 'autovacuum = off');
$node->reload;
make_database($node, 'long');
$node->safe_psql('long', "SELECT schema_guard.import_path(pg_read_file('$long'), 'long'), schema_guard.approve('long')");
$node->safe_psql('long', 'ALTER DATABASE long SET schema_guard.mode = enforce; ALTER DATABASE long SET schema_guard.strict_path = on');
my $read = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables WHERE schemaname = 'schema_guard'";
foreach my $step (1 .. 3)
{
	my $before = $node->safe_psql('long', $read);
	refused_like($node, 'long', 'CREATE TABLE other ()', 'SG002', "step $step of 400", "step $step of a long path is expected");
	my $rows = $node->safe_psql('long', $read) - $before;
	cmp_ok($rows, '<', 1500, "the refusal reads few rows: $rows");
	$node->safe_psql('long', "CREATE TABLE t$step ()");
}
is($node->safe_psql('long', 'SELECT at_step, approved FROM schema_guard.paths'), '3|t', 'walked as far');
is($node->safe_psql('long', 'SELECT count(*) FROM schema_guard.drift()'), 0, 'which is no drift');
# states of the middle can be read, so all that they need was stored
is($node->safe_psql('long', "SELECT count(*) FROM schema_guard.diff('long/0', 'long/399')"), 399, 'the states of the path');

$node->stop;
done_testing();
