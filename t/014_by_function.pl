# Changes that functions make by themselves, without a DDL statement: no event trigger
# tells of them. Where the library is loaded they are judged at commit like any other,
# elsewhere verify() finds them.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use SchemaGuardTest;
use Test::More;

my $node = start_node('by_function');
make_database($node, 'shop');
sub value { return $node->safe_psql('shop', $_[0]); }

value('CREATE SCHEMA c');
value("SELECT schema_guard.capture('none'), schema_guard.approve('none')");
my $import = "pg_import_system_collations('c')";
my $collations = "SELECT count(*) FROM pg_collation WHERE collnamespace = 'c'::regnamespace";
my $loaded = "LOAD 'schema_guard'; SET schema_guard.mode = enforce";

foreach my $way ("SELECT $import", "BEGIN; SELECT $import; COMMIT", "BEGIN; SAVEPOINT s; SELECT $import; RELEASE s; COMMIT",
	"DO \$\$ BEGIN PERFORM $import; END \$\$", "SELECT 1\\; SELECT $import",
	"CREATE TEMP TABLE x AS SELECT $import", "EXPLAIN ANALYZE SELECT $import", "EXPLAIN ANALYZE CREATE TEMP TABLE x AS SELECT $import",
	"PREPARE p AS SELECT $import; EXECUTE p", "BEGIN; DECLARE x CURSOR FOR SELECT $import; FETCH x; COMMIT",
	"BEGIN; DECLARE x CURSOR WITH HOLD FOR SELECT $import; COMMIT", "COPY (SELECT $import) TO STDOUT",
	"BEGIN; SELECT $import; PREPARE TRANSACTION 'p'")
{
	refused_like($node, 'shop', "$loaded; $way", 'SG002', 'collation c\.', "refused: $way");
	is(value($collations), 0, 'nothing is left');
}

# what changes nothing is not judged, or nothing
my ($rc, $out, $err) = run_sql($node, 'shop', <<"SQL");
$loaded;
BEGIN; SAVEPOINT s; SELECT $import > 0; ROLLBACK TO s; COMMIT;
SELECT lo_unlink(lo_create(0));
CREATE TEMP TABLE x AS SELECT 1 AS a; CREATE TEMP TABLE y (a int PRIMARY KEY, b text, c int GENERATED ALWAYS AS IDENTITY);
CREATE TEMP VIEW z AS SELECT 1; DROP TABLE y; DISCARD ALL; LOAD 'schema_guard'; SET schema_guard.mode = enforce;
VACUUM FULL pg_class; TRUNCATE schema_guard.live_signal; ANALYZE pg_class; CREATE ROLE r; DROP ROLE r;
BEGIN; CREATE TEMP TABLE x (a int) ON COMMIT DROP;
SELECT 'locks: ' || count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'object' AND classid = 'pg_extension'::regclass; COMMIT;
SQL
is("$rc $err", '0 ', 'nothing of this is refused');
is(value('SELECT recomputed FROM schema_guard.live_state'), 0, 'nor has it everything described');

value("LOAD 'schema_guard'; SELECT $import");
is(value("SELECT verdict || statements::text || (objects[1] LIKE 'collation c.%') FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1"),
	'observed{SELECT}true', 'observed: journaled as the change of a SELECT, not with its text');
is(value('SELECT count(*) FROM schema_guard.verify()'), 0, 'and verify() finds nothing');
state_is_truth($node, 'shop', 'collations of the system');

value("SET client_min_messages = error; DROP SCHEMA c CASCADE; CREATE SCHEMA c");
without_library($node, 'shop', "SELECT $import");
is(value("SELECT count(*) = ($collations) FROM schema_guard.verify()"), 't', 'verify() finds what was done without the library');
is(value('SELECT verdict FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1'), 'unobserved', 'and journals it');

$node->stop;
done_testing();
