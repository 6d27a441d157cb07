# A dump of a guarded database, restored in every way into another server: nothing that the guard
# knew is lost, the schema has the same fingerprint, and the guard goes on where it was.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $tmp = $PostgreSQL::Test::Utils::tmp_check;
my @migrations = sort glob "$FindBin::RealBin/../examples/outage/migrations/*.sql";
my $next = pop @migrations;
my $from = start_node('dumped');
make_database($from, 'shop', @migrations);
# enough to do after the data for several workers at once
$from->safe_psql('shop', <<'SQL');
CREATE ROLE migrator LOGIN;
CREATE TABLE many (id int PRIMARY KEY, k int UNIQUE CHECK (k > 0));
DO $$ BEGIN
	FOR i IN 1..20 LOOP
		EXECUTE format('CREATE TABLE many%s (id int PRIMARY KEY, k int REFERENCES many (k), m text)', i);
		EXECUTE format('CREATE INDEX ON many%s (m)', i);
		EXECUTE format('CREATE TRIGGER t BEFORE UPDATE ON many%s FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()', i);
	END LOOP;
END $$;
INSERT INTO many SELECT i, i FROM generate_series(1, 1000) i;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM many;
CREATE STATISTICS s ON id, k FROM many;
GRANT CREATE, USAGE ON SCHEMA public TO migrator;
SELECT schema_guard.guard_facets('{structure,index,comment}'), schema_guard.exclude('public.staging\_%', 'loaded every night');
CREATE TABLE staging_1 (a int);
SELECT schema_guard.capture('monday'), schema_guard.approve('monday');
SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"insert": ["customer_id"]}}}');
SELECT schema_guard.open_window('to be restored', '1 hour');
SQL
run_file($from, 'shop', $next);
$from->safe_psql('shop', "SELECT schema_guard.close_window(); COMMENT ON TABLE many IS 'the last change'; SELECT schema_guard.capture('tuesday'), schema_guard.approve('tuesday', 'a \"note\"')");
$from->safe_psql('shop', "SET schema_guard.bypass = 'undone'; CREATE TABLE undone (); DROP TABLE undone");
$from->safe_psql('postgres', "ALTER DATABASE shop SET schema_guard.mode = 'enforce'");

sub known
{
	my ($node, $db) = @_;
	return $node->safe_psql($db, <<'SQL');
SELECT schema_guard.fingerprint(), schema_guard.fingerprint('{structure,index,partitions,access,comment}');
SELECT * FROM schema_guard.snapshots ORDER BY name;
SELECT * FROM schema_guard.approvals;
SELECT application, version, state, contract, registered_at FROM schema_guard.releases;
SELECT * FROM schema_guard.windows;
SELECT * FROM schema_guard.journal;
SELECT * FROM schema_guard.exclusion;
SELECT schema_guard.export(fingerprint_after) FROM schema_guard.journal WHERE journal_id >= (SELECT max(journal_id) FROM schema_guard.journal WHERE verdict = 'scope');
SELECT * FROM schema_guard.diff('monday', 'tuesday');
SELECT * FROM schema_guard.drift();
SELECT journal_head, approved_snapshot, guarded_facets, live_releases, problems, phase FROM schema_guard.status;
SELECT * FROM schema_guard.verify_journal();
SQL
}
my $known = known($from, 'shop');

# the restored guard refuses and permits what the original does; DDL by a superuser and by nobody special
sub goes_on
{
	my ($node, $db, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $enforce = 'SET schema_guard.mode = enforce;';
	is(known($node, $db), $known, "$name: all that the guard knew is there");
	refused_like($node, $db, "$enforce CREATE TABLE more ()", 'SG002', 'tuesday', "$name: what is not approved is refused");
	refused_like($node, $db, "$enforce ALTER TABLE orders DROP customer_id CASCADE", 'SG003', 'api/1', "$name: so is what breaks a release");
	my ($rc, $out, $err);
	$node->safe_psql($db, "ALTER DATABASE $db SET schema_guard.mode = 'enforce'");
	($rc, $out, $err) = $node->psql($db, 'CREATE TABLE mine ()', stdout => \$out, stderr => \$err, on_error_die => 0,
		connstr => $node->connstr($db) . ' user=migrator');
	like($err, qr/ERROR:  schema change is not approved/, "$name: to anybody");
	$node->safe_psql($db, "$enforce BEGIN; DROP TABLE many1; CREATE TABLE many1 (id int PRIMARY KEY, k int REFERENCES many (k), m text);"
		. 'CREATE INDEX ON many1 (m); CREATE TRIGGER t BEFORE UPDATE ON many1 FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger(); COMMIT');
	my ($head) = $known =~ /^(\d+):[0-9a-f]{64}\|/m;
	$node->safe_psql($db, "$enforce SET schema_guard.bypass = 'test'; CREATE TABLE more ()");
	is($node->safe_psql($db, "SELECT string_agg(journal_id || verdict, ' ' ORDER BY journal_id) FROM schema_guard.journal WHERE journal_id > $head"),
		($head + 1) . 'bypass', "$name: the journal goes on");
	is($node->safe_psql($db, 'SELECT count(*) FROM schema_guard.verify()'), 0, "$name: nothing was missed");
	is($node->safe_psql($db, 'SELECT count(*) FROM schema_guard.verify_journal()'), 0, "$name: the chain goes on");
	return;
}

my $to = start_node('restored', "log_min_messages = log");
$to->safe_psql('postgres', 'CREATE ROLE migrator LOGIN');

sub restored
{
	my ($name, $db, $options, @command) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	local $ENV{PGOPTIONS} = $options;
	$to->safe_psql('postgres', "SET client_min_messages = warning; DROP DATABASE IF EXISTS $db");
	$to->safe_psql('postgres', "CREATE DATABASE $db TEMPLATE template0") if $db ne 'shop';
	my ($out, $err) = run_command([ @command ]);
	# in enforce a superuser is told that nothing is approved yet
	$err =~ s/^.*WARNING:  schema changes are not refused yet.*\n?//mg;
	$err =~ s/^HINT:  Begin with SELECT schema_guard.*\n?//mg;
	is($err, '', "$name: no errors");
	return;
}

my ($plain, $plain_create, $inserts, $custom, $directory, $all) = map { "$tmp/dump.$_" } qw(sql create.sql inserts.sql custom directory all.sql);
$from->command_ok([ 'pg_dump', '-f', $plain, $from->connstr('shop') ], 'pg_dump');
$from->command_ok([ 'pg_dump', '-C', '-f', $plain_create, $from->connstr('shop') ], 'pg_dump -C');
$from->command_ok([ 'pg_dump', '--inserts', '-f', $inserts, $from->connstr('shop') ], 'pg_dump --inserts');
$from->command_ok([ 'pg_dump', '-Fc', '-f', $custom, $from->connstr('shop') ], 'pg_dump -Fc');
$from->command_ok([ 'pg_dump', '-Fd', '-j', '2', '-f', $directory, $from->connstr('shop') ], 'pg_dump -Fd -j 2');
$from->command_ok([ 'pg_dumpall', '-f', $all, '-d', $from->connstr('postgres') ], 'pg_dumpall');

my @psql = ('psql', '-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1');
my @ways = (
	[ 'psql', 'one', '', @psql, '-d', $to->connstr('one'), '-f', $plain ],
	[ 'psql, enforce', 'two', '-c schema_guard.mode=enforce', @psql, '-d', $to->connstr('two'), '-f', $plain ],
	[ 'psql -1', 'three', '-c schema_guard.mode=enforce', @psql, '-1', '-d', $to->connstr('three'), '-f', $plain ],
	[ 'pg_dump -C', 'shop', '', @psql, '-d', $to->connstr('postgres'), '-f', $plain_create ],
	[ '--inserts', 'four', '', @psql, '-d', $to->connstr('four'), '-f', $inserts ],
	[ 'pg_restore', 'five', '', 'pg_restore', '-e', '-d', $to->connstr('five'), $custom ],
	[ 'pg_restore, enforce', 'six', '-c schema_guard.mode=enforce', 'pg_restore', '-e', '-d', $to->connstr('six'), $custom ],
	[ 'pg_restore -1', 'seven', '', 'pg_restore', '-1', '-d', $to->connstr('seven'), $custom ],
	[ 'pg_restore -C', 'shop', '', 'pg_restore', '-e', '-C', '-d', $to->connstr('postgres'), $custom ],
	[ 'guard off', 'eight', '-c schema_guard.mode=off', 'pg_restore', '-e', '-d', $to->connstr('eight'), $custom ],
	(map { [ "pg_restore -j 4, $_", 'nine', "-c schema_guard.mode=$_", 'pg_restore', '-e', '-j', 4, '-d', $to->connstr('nine'), $custom ] } qw(observe enforce off)),
	[ 'pg_restore -j 4 of a directory', 'shop', '', 'pg_restore', '-e', '-C', '-j', 4, '-d', $to->connstr('postgres'), $directory ]);
foreach my $way (@ways)
{
	restored(@$way);
	# with the guard off there is no live state before the first DDL or verify()
	is($to->safe_psql($way->[1], 'SELECT count(*) FROM schema_guard.verify()'), 0, "$way->[0]: nothing was missed")
	  if $way->[2] =~ /off/;
	goes_on($to, $way->[1], $way->[0]);
}

# a schema of which nothing comes after the data
$from->safe_psql('postgres', 'CREATE DATABASE bare TEMPLATE template0');
$from->safe_psql('bare', "CREATE EXTENSION schema_guard; CREATE TABLE t (a int); SELECT schema_guard.capture('bare'), schema_guard.approve('bare')");
$from->command_ok([ 'pg_dump', '-Fc', '-f', "$tmp/dump.bare", $from->connstr('bare') ], 'pg_dump of a bare schema');
restored('a bare schema', 'bare', '', 'pg_restore', '-e', '-d', $to->connstr('bare'), "$tmp/dump.bare");
is($to->safe_psql('bare', 'SELECT phase FROM schema_guard.status'), 'armed', 'a bare schema: armed');

# likewise with facets of its own, which are known after the data has begun: not taken for the state of the default ones
$from->safe_psql('bare', q(ALTER TABLE t SET (fillfactor = 70); SELECT schema_guard.guard_facets('{structure,storage}')));
$from->command_ok([ 'pg_dump', '-f', "$tmp/dump.facets", $from->connstr('bare') ], 'pg_dump of a bare schema with facets');
restored('facets', 'facets', '', @psql, '-d', $to->connstr('facets'), '-f', "$tmp/dump.facets");
is($to->safe_psql('facets', 'SELECT stale FROM schema_guard.status'), 't', 'facets: the live state is known to be of others');
is($to->safe_psql('facets', 'SELECT count(*) FROM schema_guard.verify()'), 1, 'facets: verify() describes them');
is($to->safe_psql('facets', 'SELECT phase FROM schema_guard.status'), 'armed', 'facets: armed');

# a dump of everything
my $whole = start_node('whole');
$whole->command_ok([ @psql, '-v', 'ON_ERROR_STOP=0', '-d', $whole->connstr('postgres'), '-f', $all ], 'pg_dumpall restored');
goes_on($whole, 'shop', 'pg_dumpall');
$whole->stop;

# a journal that does not lead to the schema that was restored: the guard says so until verify()
sub value { my ($sql) = @_; return $to->safe_psql('ten', $sql); }
$to->safe_psql('postgres', 'CREATE DATABASE ten');
{
	my ($list) = run_command([ 'pg_restore', '-l', $custom ]);
	append_to_file("$tmp/list", join '', map { "$_\n" } grep { !/COMMENT public TABLE many / } split /\n/, $list);
	run_command([ 'pg_restore', '-d', $to->connstr('ten'), '-L', "$tmp/list", $custom ]);
}
is(value('SELECT phase, problems FROM schema_guard.status'), 'restoring|{"restore schema_guard"}', 'another schema was restored');
my ($rc, $out, $err) = run_sql($to, 'ten', 'SET schema_guard.mode = enforce; CREATE TABLE a (); CREATE TABLE b ()');
is($rc, 0, 'a superuser is not judged');
is(scalar(() = $err =~ /NOTICE: .*schema changes are not judged.*\n.*verify/g), 1, 'and told so');
value("ALTER DATABASE ten SET schema_guard.mode = 'enforce'");
($rc, $out, $err) = $to->psql('ten', 'CREATE TABLE c ()', stdout => \$out, stderr => \$err, on_error_die => 0, connstr => $to->connstr('ten') . ' user=migrator');
like($err, qr/ERROR:  schema change is not approved/, 'anybody else is');
is(value('SELECT * FROM schema_guard.verify()'), '', 'verify() has nothing to compare with');
is(value('SELECT phase, problems FROM schema_guard.status'), 'armed|', 'and ends the restore');
is(value('SELECT verdict, fingerprint_before, fingerprint_after = schema_guard.fingerprint() FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1'),
	'baseline||t', 'the journal begins anew');
is(value('SELECT count(*) FROM schema_guard.verify_journal()'), 0, 'its chain goes on');
is(value('SELECT object_identity, attribute FROM schema_guard.drift() WHERE facet = \'comment\''), 'public.many|comment', 'what differs from the approved schema is drift');
refused_like($to, 'ten', 'CREATE TABLE c ()', 'SG002', 'tuesday', 'and enforced is what is approved');

# the store skips what it has
is(value('SET schema_guard.bypass = \'test\'; WITH i AS (INSERT INTO schema_guard.object_text SELECT * FROM schema_guard.object_text RETURNING 1) SELECT count(*) FROM i'), 0, 'what is stored is not stored twice');

# into a database that the guard guards already: the way is to drop the extension with all of it
($out, $err) = run_command([ 'pg_restore', '--data-only', '-t', 'journal_entry', '-d', $to->connstr('ten'), $custom ]);
like($err, qr/table schema_guard\.journal_entry is written by schema_guard alone/, 'a journal into a guard that is armed');
# all of another database's rows: none comes in
my $dumped = "FROM pg_class, pg_extension WHERE extname = 'schema_guard' AND pg_class.oid = ANY (extconfig) AND relkind = 'r'";
sub rows { return join "\n", map { value("SELECT '$_', t FROM $_ t ORDER BY t::text") } split /\n/, value("SELECT pg_class.oid::regclass $dumped ORDER BY 1"); }
my $armed = rows();
($out, $err) = run_command([ 'pg_restore', '--data-only', '-d', $to->connstr('ten'), $custom ]);
is(scalar(() = $err =~ /ERROR:  table schema_guard\.\w+ is written by schema_guard alone/g),
	value("SELECT count(*) $dumped"),
	'the data of another guarded database into a guard that is armed');
is(rows(), $armed, 'nothing of it is there');
{
	local $ENV{PGOPTIONS} = '-c schema_guard.mode=off';
	value('ALTER DATABASE ten RESET schema_guard.mode; DROP TABLE a, b');
	($out, $err) = run_command([ 'pg_restore', '--clean', '--if-exists', '-d', $to->connstr('ten'), $custom ]);
	is($err, '', 'pg_restore --clean with the guard off');
}
is(value('SELECT count(*) FROM schema_guard.verify()'), 0, 'nothing was missed');
goes_on($to, 'ten', 'pg_restore --clean');

# a ledger of migrations: the verdict is right, whether or not its rows come along
make_database($from, 'ledger');
$from->safe_psql('ledger', <<'SQL');
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(),
	success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
INSERT INTO _sqlx_migrations VALUES (1, 'one', now(), true, '\x01', 1);
SELECT schema_guard.register('api', '1', '{"migrations": {"tool": "sqlx", "applied": [{"version": 1, "checksum": "01"}]}}');
SELECT schema_guard.assert_release('api', '1');
SQL
foreach my $without ('', '--exclude-table-data=_sqlx_migrations')
{
	run_command([ 'pg_dump', '-Fc', '-f', "$tmp/dump.ledger", grep({ $_ } $without), $from->connstr('ledger') ]);
	$to->safe_psql('postgres', $_) foreach 'DROP DATABASE IF EXISTS ledger', 'CREATE DATABASE ledger';
	($out, $err) = run_command([ 'pg_restore', '-j', '2', '-d', $to->connstr('ledger'), "$tmp/dump.ledger" ]);
	is($err, '', "a ledger is restored $without");
	($rc, $out, $err) = run_sql($to, 'ledger', "SELECT schema_guard.assert_release('api', '1')");
	if ($without) { like($err, qr/SG001: .*migration "1" is not applied/, 'the release does not fit without them'); }
	else { is($err, '', 'the release fits'); }
}

$from->stop;
$to->stop;
done_testing();
