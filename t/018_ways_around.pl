# Ways around the guard that need a server of their own: the owner of the database, extensions'
# scripts, single-user mode; and a guard that is damaged: it stops nothing but in enforce, and
# there a superuser always gets out. docs/security.md has a line for each.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('ways', 'allow_system_table_mods = off');
make_database($node, 'shop');
my $enforce = "SET schema_guard.mode = enforce;\n";

sub value { my ($sql, $db) = @_; return $node->safe_psql($db // 'shop', $sql); }

sub as_owner
{
	my ($sql) = @_;
	my ($out, $err);
	$node->psql('shop', "\\set VERBOSITY verbose\n$sql", stdout => \$out, stderr => \$err, on_error_die => 0, on_error_stop => 0,
		connstr => $node->connstr('shop') . ' user=owner');
	return $err;
}

value('CREATE TABLE t (a int, b text DEFAULT lower(\'X\'), PRIMARY KEY (a))');
value("SELECT schema_guard.capture('start'), schema_guard.approve('start')");

# The owner of the database, who is no superuser.
value('CREATE ROLE owner LOGIN; ALTER DATABASE shop OWNER TO owner; ALTER DATABASE shop SET schema_guard.mode = enforce');
my $tables = "SELECT oid::regclass FROM pg_class WHERE relnamespace = 'schema_guard'::regnamespace AND relkind = 'r' ORDER BY 1";
foreach my $table (split /\n/, value($tables))
{
	my @attempts = ("SELECT FROM $table", "INSERT INTO $table SELECT", "UPDATE $table SET ctid = ctid", "DELETE FROM $table",
		"TRUNCATE $table", "COPY $table TO STDOUT", "BEGIN; LOCK TABLE $table IN SHARE ROW EXCLUSIVE MODE; ROLLBACK", "DROP TABLE $table CASCADE",
		"ALTER TABLE $table DISABLE TRIGGER ALL", "CREATE RULE x AS ON INSERT TO $table DO INSTEAD NOTHING",
		"CREATE TRIGGER x BEFORE INSERT ON $table EXECUTE FUNCTION suppress_redundant_updates_trigger()");
	my $errors = as_owner(join ";\n", @attempts);
	is(scalar(() = $errors =~ /ERROR:  (?:42501|0A000|428C9): /g), scalar @attempts, "the owner of the database and $table") or diag($errors);
}
foreach my $sql ('ALTER DATABASE shop SET schema_guard.mode = off', 'ALTER DATABASE shop RESET ALL; CREATE TABLE owned ()',
	"ALTER DATABASE shop SET schema_guard.bypass = 'x'", 'ALTER ROLE owner SET schema_guard.mode = off',
	'ALTER DATABASE shop SET event_triggers = off', 'ALTER DATABASE shop SET session_replication_role = replica',
	'ALTER DATABASE shop SET schema_guard.required_approvals = 1',
	'CREATE FUNCTION public.f() RETURNS void LANGUAGE sql SET schema_guard.mode = off AS \'SELECT\'',
	"SELECT set_config('schema_guard.mode', 'off', false); CREATE TABLE owned ()",
	'DROP EXTENSION schema_guard', 'ALTER EXTENSION schema_guard DROP FUNCTION schema_guard.on_ddl()',
	'ALTER EXTENSION schema_guard UPDATE', 'DROP EVENT TRIGGER schema_guard_ddl_end', 'DROP SCHEMA schema_guard CASCADE',
	'ALTER SCHEMA schema_guard RENAME TO x', 'ALTER SCHEMA schema_guard OWNER TO owner', 'REASSIGN OWNED BY ' . getpwuid($<) . ' TO owner',
	'UPDATE pg_class SET relname = relname', 'CREATE EVENT TRIGGER x ON ddl_command_start EXECUTE FUNCTION schema_guard.on_ddl()',
	'SELECT schema_guard.approve(\'start\')', 'SELECT schema_guard.verify()', 'CREATE TABLE owned ()')
{
	like(as_owner($sql), qr/ERROR:  (?:42501|42704|SG002): /, "the owner of the database: $sql");
}
value('ALTER DATABASE shop RESET schema_guard.mode; ALTER DATABASE shop OWNER TO CURRENT_USER');
is(value("SELECT to_regclass('owned')"), '', 'nothing of it is there');

# A role that may write all data, and does so with all of it.
value('CREATE ROLE writer LOGIN; GRANT USAGE ON SCHEMA schema_guard TO writer; GRANT ALL ON ALL TABLES IN SCHEMA schema_guard TO writer');
value("DO \$\$ BEGIN EXECUTE (SELECT string_agg(format('GRANT %I TO writer', rolname), '; ') FROM pg_roles WHERE rolname IN ('pg_write_all_data', 'pg_read_all_data', 'pg_maintain')); EXCEPTION WHEN null_value_not_allowed THEN NULL; END \$\$");
my $dumped = join '', map { value("SELECT '$_', t FROM $_ t ORDER BY t::text") } split /\n/, value($tables);
foreach my $table (split /\n/, value($tables))
{
	my @attempts = ("INSERT INTO $table SELECT", "UPDATE $table SET ctid = ctid", "DELETE FROM $table", "TRUNCATE $table", "COPY $table FROM '/dev/null'",
		"INSERT INTO $table SELECT * FROM $table", "SET session_replication_role = replica", "SET schema_guard.bypass = 'x'");
	my ($out, $err);
	$node->psql('shop', join(";\n", @attempts), stdout => \$out, stderr => \$err, on_error_die => 0, on_error_stop => 0, connstr => $node->connstr('shop') . ' user=writer');
	is(scalar(() = $err =~ /ERROR:  /g), scalar @attempts, "who may write all data, and $table") or diag($err);
}
is(join('', map { value("SELECT '$_', t FROM $_ t ORDER BY t::text") } split /\n/, value($tables)), $dumped, 'nothing is changed');
value('DROP OWNED BY writer; DROP ROLE writer');

# What an extension's script does is judged like anything else; what it leaves outside of the extension, too.
my $extensions = $node->config_data('--sharedir') . '/extension';
SKIP:
{
	skip "$extensions cannot be written", 5 if !-w $extensions;
	append_to_file("$extensions/sg_probe.control", "default_version = '1'\nrelocatable = false\n");
	append_to_file("$extensions/sg_probe--1.sql", "CREATE TABLE public.probed (a int);\nCREATE TABLE public.left_behind (a int);\nALTER EXTENSION sg_probe DROP TABLE public.left_behind;\n");
	append_to_file("$extensions/sg_probe--1--2.sql", "ALTER TABLE public.left_behind ADD b int;\nALTER TABLE public.probed ADD b int;\n");
	refused_like($node, 'shop', "$enforce CREATE EXTENSION sg_probe", 'SG002', 'table public.left_behind added', 'CREATE EXTENSION, with what its script leaves behind');
	value('CREATE EXTENSION sg_probe');
	is(value('SELECT array_to_string(objects, \', \') FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1'),
		'extension sg_probe, table public.left_behind', 'in the journal');
	refused_like($node, 'shop', "$enforce ALTER EXTENSION sg_probe UPDATE TO '2'", 'SG002', 'column "b" added', 'ALTER EXTENSION UPDATE');
	refused_like($node, 'shop', "$enforce ALTER EXTENSION sg_probe DROP TABLE public.probed", 'SG002', 'table public.probed added', 'ALTER EXTENSION DROP');
	value('DROP TABLE left_behind; DROP EXTENSION sg_probe');
	unlink glob "$extensions/sg_probe*";
	is(value('SELECT count(*) FROM schema_guard.verify()'), 0, 'nothing was missed');
}

# Catalogs edited by hand, with what PostgreSQL has to allow it.
value('SET allow_system_table_mods = on; UPDATE pg_attribute SET attname = \'renamed\' WHERE attrelid = \'t\'::regclass AND attname = \'b\'');
is(value('SELECT change, attribute, before FROM schema_guard.verify()'), 'renamed|column "renamed"|column "b"', 'verify() finds an edited catalog');
value('UPDATE pg_attribute SET attname = \'b\' WHERE attrelid = \'t\'::regclass AND attname = \'renamed\'');
is(value('SELECT count(*) FROM schema_guard.verify()'), 1, 'and that it is as it was');

# Single-user mode: PostgreSQL fires no event triggers there.
$node->stop;
my ($out, $err) = ('', '');
IPC::Run::run([ 'postgres', '--single', '-j', '-D', $node->data_dir, 'shop' ], '<',
	\"CREATE TABLE single_user (a int)\n\n;\n", '>', \$out, '2>', \$err);
$node->start;
is(value('SELECT change, object_identity FROM schema_guard.verify()'), 'added|public.single_user', 'verify() finds what was done in single-user mode');
is(value('SELECT verdict FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1'), 'unobserved', 'and journals it');
value('DROP TABLE single_user');

# The guard itself damaged. In every case: outside of enforce DDL goes on; in enforce it is judged, or
# refused with the fault and the way out; the ways out work; nobody else is bothered.
my $steps = <<'SQL';
\warn observe
SET schema_guard.mode = observe;
CREATE TABLE in_observe (a int);
\warn warn
SET schema_guard.mode = warn;
CREATE TABLE in_warn (a int);
\warn enforce
SET schema_guard.mode = enforce;
CREATE TABLE in_enforce (a int);
\warn queries
SELECT FROM t;
CREATE TEMP TABLE x (a int);
INSERT INTO t SELECT 3;
\warn bypass
SET schema_guard.bypass = 'repair';
CREATE TABLE bypassed (a int);
RESET schema_guard.bypass;
\warn off
SET schema_guard.mode = off;
CREATE TABLE switched_off (a int);
\warn drop
SET schema_guard.mode = enforce;
SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relname ~ '^in_|bypassed|switched_off';
SET client_min_messages = error;
DROP EXTENSION schema_guard CASCADE;
\warn end
SQL

sub damaged
{
	my ($what, $damage) = @_;
	value('DROP DATABASE IF EXISTS damaged', 'postgres');
	value('CREATE DATABASE damaged TEMPLATE shop', 'postgres');
	my ($rc, $out, $err) = run_sql($node, 'damaged', "SET schema_guard.mode = off;\n$damage;\n$steps", '-v', 'ON_ERROR_STOP=0');
	my ($damaging, %said) = split /^(observe|warn|enforce|queries|bypass|off|drop|end)\n?$/m, $err;
	my @failed = map { "$_: $said{$_}" } grep { $said{$_} =~ /ERROR|server closed/ } qw(observe warn queries bypass off drop);
	push @failed, "damaging: $damaging" if $damaging =~ /ERROR/;
	push @failed, "enforce: $said{enforce}"
	  if $said{enforce} !~ /ERROR:  SG002: /
	  && $said{enforce} !~ /ERROR: .*HINT: .*schema_guard\.bypass = 'reason'.* or SET schema_guard\.mode = off/s;
	push @failed, "there: $out" if $out !~ /^bypassed in_observe in_warn switched_off$/m;
	is(join("\n", @failed), '', $what);
	return;
}

value("INSERT INTO t SELECT 2; SELECT schema_guard.register('api', '1', '{\"relations\": {\"public.t\": {\"select\": {\"a\": \"integer\"}}}}')");
foreach my $table (split /\n/, value("SELECT relname FROM pg_class WHERE relnamespace = 'schema_guard'::regnamespace AND relkind = 'r' AND relnatts > 0 ORDER BY 1"))
{
	my $first = value("SELECT attname FROM pg_attribute WHERE attrelid = 'schema_guard.$table'::regclass AND attnum = 1");
	damaged("no $table", "ALTER TABLE schema_guard.$table RENAME TO elsewhere");
	damaged("$table without column $first", "DO \$\$ BEGIN ALTER TABLE schema_guard.$table DROP COLUMN $first;"
		. " EXCEPTION WHEN dependent_objects_still_exist THEN ALTER TABLE schema_guard.$table RENAME COLUMN $first TO elsewhere; END \$\$");
	damaged("$table with nulls", "SET session_replication_role = replica; DO \$\$ DECLARE c name; BEGIN"
		. " FOR c IN SELECT attname FROM pg_attribute WHERE attrelid = 'schema_guard.$table'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
		. " AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisprimary AND attnum = ANY (indkey)) LOOP"
		. " EXECUTE format('ALTER TABLE schema_guard.$table ALTER COLUMN %I DROP IDENTITY IF EXISTS, ALTER COLUMN %I DROP NOT NULL', c, c);"
		. " EXECUTE format('UPDATE schema_guard.$table SET %I = NULL', c); END LOOP; END \$\$");
	damaged("$table without its indexes and empty", "SET session_replication_role = replica; DELETE FROM schema_guard.$table;"
		. " DO \$\$ DECLARE i record; BEGIN FOR i IN SELECT indexrelid::regclass AS index, conname FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid AND contype IN ('p', 'u') WHERE indrelid = 'schema_guard.$table'::regclass LOOP"
		. " IF i.conname IS NULL THEN EXECUTE format('DROP INDEX %s', i.index); ELSE EXECUTE format('ALTER TABLE schema_guard.$table DROP CONSTRAINT %I CASCADE', i.conname); END IF; END LOOP; END \$\$");
}
damaged('no counter of refused attempts', 'ALTER SEQUENCE schema_guard.refused_attempts RENAME TO elsewhere');
damaged('another version', "UPDATE pg_extension SET extversion = '0.9' WHERE extname = 'schema_guard'");
damaged('a fingerprint that is none', "UPDATE schema_guard.live_state SET fingerprint = repeat('x', 1000)");
damaged('digests that are none', "UPDATE schema_guard.live_object SET digest = '\\x00'");
damaged('buckets that are none', "UPDATE schema_guard.live_bucket SET members = '\\x00'");
damaged('blocks that are none', "UPDATE schema_guard.object_text SET block = 'x'");
# catalogs that cannot be read
my $stale = 'UPDATE schema_guard.live_state SET stale = true';
damaged('an expression that is none', "CREATE TABLE lost (a int DEFAULT 1); UPDATE pg_attrdef SET adbin = (SELECT ev_action FROM pg_rewrite LIMIT 1) WHERE adrelid = 'lost'::regclass; $stale");
damaged('a function of no language', "CREATE FUNCTION lost() RETURNS int LANGUAGE sql AS 'SELECT 1'; UPDATE pg_proc SET prolang = 999999 WHERE proname = 'lost'; $stale");
damaged('a table of no schema', "CREATE TABLE lost (a int); UPDATE pg_class SET relnamespace = 999999 WHERE relname = 'lost'; $stale");
damaged('a column of no type', "CREATE TABLE lost (a int); UPDATE pg_attribute SET atttypid = 999999 WHERE attrelid = 'lost'::regclass AND attname = 'a'; $stale");
damaged('a constraint of no table', "CREATE TABLE lost (a int UNIQUE); UPDATE pg_constraint SET conrelid = 999999 WHERE conname = 'lost_a_key'; $stale");

unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:/, 'the server never crashed');
$node->stop;
done_testing();
