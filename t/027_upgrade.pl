# Upgrades: from each version that there was, with something in every table, the extension becomes what a new
# installation is. And while library and extension are of different versions, whichever is newer, the guard
# says so, and stops nobody who mends it.
#
# On a copy of PostgreSQL, which gets scripts of versions that there are not.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $lib = "$FindBin::RealBin/lib";
my $dir = PostgreSQL::Test::Utils::tempdir();
my ($copy, $err) = run_command([ "$FindBin::RealBin/../scripts/private-postgres", "$dir/pg" ]);
is($err, '', 'a copy of PostgreSQL');
my ($bin) = $copy =~ m{^(.*)/pg_config$};
my ($scripts) = run_command([ $copy, '--sharedir' ]);
$scripts .= '/extension';
my ($version) = slurp_file("$scripts/schema_guard.control") =~ /^default_version = '(.*)'/m;
my $script_of_1_0 = slurp_file("$scripts/schema_guard--1.0.sql");

sub write_script
{
	my ($name, $text) = @_;
	append_to_file("$scripts/schema_guard--$name.sql", $text);
	return;
}

sub part_of_1_0
{
	my ($pattern) = @_;
	$script_of_1_0 =~ /($pattern)/ or die "the script of 1.0 has no $pattern";
	return $1;
}

# 0.9 lacks a function, which the script to 1.0 adds. What every script does at its end, if it leads to the
# library's version: a new installation has a state at once. ALTER EXTENSION is DDL that is judged, and
# leaves one behind when it commits.
my $function = part_of_1_0(qr/^CREATE FUNCTION schema_guard\.revoke\(.*?^COMMENT ON FUNCTION schema_guard\.revoke.*?;\n/ms);
write_script('0.9', $script_of_1_0 =~ s/\Q$function\E//r =~ s/(library_version.*) '1\.0' THEN/$1 '0.9' THEN/r);
write_script('0.9--1.0', $function . <<'SQL');
DO $$ BEGIN
	IF pg_catalog.current_setting('schema_guard.mode') OPERATOR(pg_catalog.<>) 'off'
		AND schema_guard.library_version() OPERATOR(pg_catalog.=) '1.0'
		AND NOT EXISTS (SELECT FROM schema_guard.live_state) THEN
		PERFORM schema_guard.verify();
	END IF;
EXCEPTION WHEN active_sql_transaction THEN
	NULL;
END $$;
SQL

# one that makes a difference which must be seen, and one that no library knows: tables have other
# columns, a function of C is not there
write_script("$version--98", 'CREATE FUNCTION schema_guard.another() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;');
write_script("$version--99", <<'SQL');
CREATE FUNCTION schema_guard.newer() RETURNS text LANGUAGE c AS 'MODULE_PATHNAME', 'schema_guard_library_version';
UPDATE pg_catalog.pg_proc SET prosrc = 'schema_guard_newer' WHERE oid = 'schema_guard.newer()'::pg_catalog.regprocedure;
ALTER TABLE schema_guard.snapshot ADD newer text NOT NULL DEFAULT 'yes';
ALTER TABLE schema_guard.live_state ALTER system_identifier TYPE numeric;
ALTER TABLE schema_guard.journal_object RENAME TO journal_item;
SQL
write_script("99--$version", <<'SQL');
DROP FUNCTION schema_guard.newer();
ALTER TABLE schema_guard.snapshot DROP newer;
ALTER TABLE schema_guard.live_state ALTER system_identifier TYPE bigint;
ALTER TABLE schema_guard.journal_item RENAME TO journal_object;
SQL

my $node = PostgreSQL::Test::Cluster->new('upgrade', install_path => $bin =~ s{/bin$}{}r);
$node->init(allows_streaming => 1, extra => [ '--encoding=UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "session_preload_libraries = 'schema_guard'\n");
$node->start;

sub make_with
{
	my ($db, $as) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $db");
	$node->safe_psql($db, "CREATE EXTENSION schema_guard VERSION '$as'");
	return;
}

# what the catalogs say about the extension, an entry for each row
sub catalog
{
	my ($db) = @_;
	my ($out, $error) = run_command([ "$bin/psql", '-X', '-q', '-d', $node->connstr($db), '-f', "$lib/extension_catalog.sql" ]);
	is($error, '', "$db: the catalog can be read");
	return [ split /\n\n(?=pg_)/, $out ];
}

sub differences
{
	my ($left, $right) = @_;
	my %count;
	$count{$_}-- foreach @$left;
	$count{$_}++ foreach @$right;
	return sort map { ($count{$_} < 0 ? '-' : '+') . $_ } grep { $count{$_} } keys %count;
}

sub catalogs_differing
{
	return join ' ', map { /^(\S+)/ } @_;
}

make_with('fresh', $version);
my $fresh = catalog('fresh');
cmp_ok(scalar @$fresh, '>', 1000, 'the catalogs have rows about the extension');

# the comparison sees differences
make_with('another', $version);
is_deeply([ differences($fresh, catalog('another')) ], [], 'two installations are alike');
$node->safe_psql('another', "ALTER EXTENSION schema_guard UPDATE TO '98'");
is(catalogs_differing(differences($fresh, catalog('another'))),
	'+pg_depend +pg_depend +pg_extension +pg_proc -pg_extension', 'a function more is seen');
make_with('altered', $version);
$node->safe_psql('altered', q{
	COMMENT ON VIEW schema_guard.status IS 'other';
	GRANT SELECT ON schema_guard.release TO PUBLIC;
	ALTER EVENT TRIGGER schema_guard_ddl_end ENABLE;
	ALTER TABLE schema_guard.release ALTER registered_at DROP DEFAULT});
is(catalogs_differing(differences($fresh, catalog('altered'))),
	'+pg_attribute +pg_class +pg_description +pg_event_trigger'
	  . ' -pg_attrdef -pg_attribute -pg_class -pg_depend -pg_description -pg_event_trigger',
	'so are a comment, a grant, the state of an event trigger, a default');

# A database whose guard has something in every table.
make_with('filled', $version);
my (undef, $error) = run_file($node, 'filled', "$lib/every_table.sql", '-o', '/dev/null');
is($error, '', 'the guard has something to keep');
refused_like($node, 'filled', 'SET schema_guard.mode = enforce; CREATE TABLE refused ()', 'SG002', 'not approved', 'one refused');
refused_like($node, 'filled', 'SELECT note FROM orders a, orders b', '42702', 'ambiguous', 'an incident');
# the tables in which there is nothing
sub empty_tables
{
	my ($db) = @_;
	return join ' ', grep { $node->safe_psql($db, "SELECT count(*) FROM $_") eq '0' } sort keys %{ columns_of($db) };
}

is(empty_tables('filled'),
	# but those of pruning, recording, rules and the worker, which no version before 1.1 has
	'schema_guard.journal_anchor schema_guard.journal_state schema_guard.journal_verified schema_guard.journal_window'
	  . ' schema_guard.live_signal schema_guard.migration_finding schema_guard.recorded_item schema_guard.recorded_release schema_guard.told',
	'something is in every table of 1.0 that can have rows');
$node->safe_psql('postgres', 'CREATE DATABASE whole TEMPLATE filled');
(undef, $error) = run_file($node, 'whole', "$lib/every_table_1_1.sql", '-o', '/dev/null');
unlike($error, qr/ERROR/, 'and more, in another one');
is(empty_tables('whole'), 'schema_guard.live_signal', 'there, something is in every table that can have rows');

# the columns of the guard's tables
sub columns_of
{
	my ($db) = @_;
	return { map { split /\|/, $_, 2 } split /\n/, $node->safe_psql($db, <<'SQL') };
SELECT c.oid::regclass, coalesce(string_agg(quote_ident(attname), ', ' ORDER BY attname COLLATE "C"), '')
  FROM pg_class c LEFT JOIN pg_attribute ON c.oid = attrelid AND attnum > 0 AND NOT attisdropped
 WHERE relnamespace = 'schema_guard'::regnamespace AND relkind = 'r'
 GROUP BY c.oid
SQL
}

# what these columns have in them; the live state is compared with the catalogs instead
sub rows_of
{
	my ($db, $columns) = @_;
	return join "\n", map { "$_: " . $node->safe_psql($db, "SELECT $columns->{$_} FROM $_ AS t ORDER BY t::text COLLATE \"C\"") }
	  grep { !/live_/ } sort keys %$columns;
}

# A copy of that database with an extension of the version "as" and the same rows. The library of that
# version is not at hand to write them. A copy, because the live state has OIDs.
sub fill_with
{
	my ($db, $as) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $db TEMPLATE filled");
	$node->safe_psql($db, qq{SET schema_guard.mode = off; SET client_min_messages = error;
		DROP EXTENSION schema_guard; CREATE EXTENSION schema_guard VERSION '$as'});
	my $columns = columns_of($db);
	my $copy = '';
	foreach my $table (grep { $columns->{$_} ne '' } sort keys %$columns)
	{
		$node->safe_psql('filled', "COPY (SELECT $columns->{$table} FROM $table) TO '$dir/$db.$table'");
		$copy .= "DELETE FROM $table; COPY $table ($columns->{$table}) FROM '$dir/$db.$table';";
	}
	# an entry about a ledger, the last one, is what no version before 1.1 has written
	$copy .= "DELETE FROM schema_guard.journal_entry WHERE verdict = 'recorded';"
	  if !exists $columns->{'schema_guard.journal_migration'};
	# without DDL, and each in a session of its own, for nobody is told of it
	my $triggers = "tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'schema_guard'::regnamespace) AND NOT tgisinternal";
	my $enable = $node->safe_psql($db, "SELECT format('UPDATE pg_trigger SET tgenabled = %L WHERE oid = %s;', tgenabled, oid) FROM pg_trigger WHERE $triggers");
	$node->safe_psql($db, $_) foreach "UPDATE pg_trigger SET tgenabled = 'D' WHERE $triggers", $copy, $enable;
	$node->safe_psql($db, "SELECT setval($_)") foreach split /\n/,
	  $node->safe_psql('filled', q{SELECT format('%L, %s', schemaname || '.' || sequencename, last_value)
		FROM pg_sequences WHERE schemaname = 'schema_guard' AND last_value IS NOT NULL});
	return $columns;
}

my @versions = split /\n/, $node->safe_psql('postgres', <<"SQL");
SELECT source FROM pg_extension_update_paths('schema_guard')
 WHERE target = '$version' AND path IS NOT NULL AND source NOT IN ('98', '99') ORDER BY source
SQL
is($versions[0], '0.9', 'there are versions to begin with');
foreach my $old (@versions)
{
	my $db = "from_$old" =~ s/\W/_/gr;
	my $columns = fill_with($db, $old);
	my $rows = rows_of($db, $columns);
	my (undef, $out, $said) = run_sql($node, $db, 'SET schema_guard.mode = enforce; ALTER EXTENSION schema_guard UPDATE');
	is($said, '', "$old: updated, in mode enforce");
	is_deeply([ differences($fresh, catalog($db)) ], [], "$old: it is what a new installation is");
	is(rows_of($db, $columns), $rows, "$old: all that it knew is there");
	is($node->safe_psql($db, 'SELECT phase, approved, approved_snapshot, live_releases, problems FROM schema_guard.status'),
		'armed|t|tuesday|{api/1}|', "$old: and is in force");
	is($node->safe_psql($db, 'SELECT * FROM schema_guard.verify(); SELECT * FROM schema_guard.verify_journal()'),
		'', "$old: nothing was missed");
	state_is_truth($node, $db, $old);
	refused_like($node, $db, 'SET schema_guard.mode = enforce; CREATE TABLE refused ()', 'SG002', 'tuesday', "$old: it goes on");
}

# new ones: by way of all scripts, and those that were made without a state
rename "$scripts/schema_guard--1.0.sql", "$scripts/1.0" or die $!;
make_with('step_by_step', $version);
rename "$scripts/1.0", "$scripts/schema_guard--1.0.sql" or die $!;
$node->safe_psql('postgres', 'CREATE DATABASE stateless');
$node->safe_psql('stateless', "SET schema_guard.mode = off; CREATE EXTENSION schema_guard VERSION '0.9'");
$node->safe_psql('stateless', 'ALTER EXTENSION schema_guard UPDATE');
foreach my $db (qw(step_by_step stateless))
{
	is_deeply([ differences($fresh, catalog($db)) ], [], "$db: it is what a new installation is");
	is($node->safe_psql($db, 'SELECT fingerprint = schema_guard.fingerprint() FROM schema_guard.status'), 't', "$db: it has a state");
}

# Library and extension of different versions.
my @refused = (
	"capture('x')", "approve('monday')", "export('monday')", "import('', 'x')", "diff('monday')", 'drift()', 'verify()',
	"preview('CREATE TABLE t ()')", "open_window('r', '1 hour')", 'close_window()', "exclude('a', 'b')", "include('a')",
	"guard_facets('{all}')", "register('api', '2', '{}')", "retire('api', '1')", "check_release('api', '1')",
	"assert_release('api', '1')", "can_deploy('api', '1')", "assert_contract('{}')", "assert_fingerprint('sg1:')",
	"export_path('monday')", "import_path('', 'x')", 'verify_journal()');

sub disagree
{
	my ($db, $newer, $hint, $mend) = @_;
	my ($rc, $out, $said);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	foreach my $call (@refused)
	{
		refused_like($node, $db, "SELECT * FROM schema_guard.$call", 'SG006', $hint, "$newer is newer: $call");
	}
	like($node->safe_psql($db, 'SELECT schema_guard.fingerprint()'), qr/^sg1:/, "$newer is newer: what needs no table works");
	like($node->safe_psql($db, 'SELECT * FROM schema_guard.problems'), qr/^extension\|schema_guard\|version\|/m, "$newer is newer: problems says so");

	# the gate, by mode
	foreach my $mode (qw(off observe warn enforce))
	{
		my $refused = $mode eq 'enforce';
		($rc, $out, $said) = run_sql($node, $db, "SET schema_guard.mode = $mode; CREATE TABLE made_in_$mode (a int)");
		like($said, $refused ? qr/ERROR:  SG006: .*$hint/s : qr/WARNING:  SG006: .*$hint/s, "$newer is newer: DDL in mode $mode")
		  if $mode ne 'off';
		is($rc, $refused ? 3 : 0, "$newer is newer: DDL in mode $mode, " . ($refused ? 'refused' : 'done'));
	}
	($rc, $out, $said) = run_sql($node, $db, "SET schema_guard.mode = enforce; CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1); SELECT * FROM orders");
	is($said, '', "$newer is newer: what is no DDL of the schema, in enforce");

	# an application connects
	foreach my $mode (qw(observe enforce))
	{
		local $ENV{PGOPTIONS} = '-c schema_guard.application=api/1';
		$node->safe_psql('postgres', "ALTER DATABASE $db SET schema_guard.mode = $mode");
		($rc, $out, $said) = run_sql($node, $db, 'SELECT 1');
		is($out, '1', "$newer is newer: a release connects in mode $mode");
		like($said, qr/WARNING:  .*could not check release api\/1: .*$hint/s, "$newer is newer: and is told");
	}
	$node->safe_psql('postgres', "ALTER DATABASE $db SET schema_guard.mode = enforce");

	# the ways out, in mode enforce
	($rc, $out, $said) = run_sql($node, $db, 'BEGIN; DROP EXTENSION schema_guard; CREATE TABLE t (a int); COMMIT');
	is($said, '', "$newer is newer: DROP EXTENSION, in mode enforce");
	$node->safe_psql('postgres', "DROP DATABASE $db");
	return;
}

fill_with('library_newer', '0.9');
disagree('library_newer', 'library', "HINT:  .*Run ALTER EXTENSION schema_guard UPDATE TO '$version'");
$node->safe_psql('postgres', 'CREATE DATABASE extension_newer TEMPLATE whole');
$node->safe_psql('extension_newer', "ALTER EXTENSION schema_guard UPDATE TO '99'");
refused_like($node, 'extension_newer', 'SELECT schema_guard.newer()', '42883', 'could not find function', 'a function of a newer library');
disagree('extension_newer', 'extension', 'HINT:  .*Install the library of version 99');

# and back
$node->safe_psql('postgres', 'CREATE DATABASE there_and_back TEMPLATE whole');
$node->safe_psql('there_and_back', "ALTER EXTENSION schema_guard UPDATE TO '99'");
my (undef, undef, $said) = run_sql($node, 'there_and_back', "SET schema_guard.mode = enforce; ALTER EXTENSION schema_guard UPDATE TO '$version'");
is($said, '', 'back to the version of the library, in mode enforce');
is($node->safe_psql('there_and_back', 'SELECT problems FROM schema_guard.status'), '', 'and all is well');
my $columns = columns_of('whole');
is(rows_of('there_and_back', $columns), rows_of('whole', $columns), 'and all that it knew is there');

# A dump has the rows of every table, but of those that follow from others or are the server's own. One of 1.0,
# restored, is of this version as well.
sub dump_restores
{
	my ($db) = @_;
	my $columns = columns_of($db);
	delete @$columns{ map { "schema_guard.$_" } qw(journal_identity journal_verified told) };
	$node->command_ok([ "$bin/pg_dump", '-Fc', '-f', "$dir/$db.dump", '-d', $node->connstr($db) ], "$db: pg_dump");
	$node->safe_psql('postgres', "CREATE DATABASE ${db}_restored");
	$node->command_ok([ "$bin/pg_restore", '-d', $node->connstr("${db}_restored"), "$dir/$db.dump" ], "$db: pg_restore");
	foreach my $table (sort keys %$columns)
	{
		my %one = ($table => $columns->{$table});
		my ($restored, $was) = (rows_of("${db}_restored", \%one), rows_of($db, \%one));
		# what is restored is described anew, so the store may have more
		my %more = map { ($_ => 1) } split /\n/, $restored;
		$restored = $was if $table eq 'schema_guard.object_text' && !grep { !$more{$_} } split /\n/, $was;
		is($restored, $was, "$db restored: $table");
	}
	is($node->safe_psql("${db}_restored", 'SELECT * FROM schema_guard.verify(); SELECT * FROM schema_guard.verify_journal(); SELECT problems FROM schema_guard.status'),
		'', "$db restored: and in order");
	return;
}
dump_restores('whole');
fill_with('of_1_0', '1.0');
dump_restores('of_1_0');
is_deeply([ differences($fresh, catalog('of_1_0_restored')) ], [], 'of_1_0 restored: it is what a new installation is');
refused_like($node, 'of_1_0_restored', 'SET schema_guard.mode = enforce; CREATE TABLE refused ()', 'SG002', 'tuesday', 'of_1_0 restored: it goes on');

# A primary and its standby: both have the new library, then the extension is updated on the primary, in mode enforce.
fill_with('rolling', '1.0');
$node->safe_psql('postgres', "ALTER DATABASE rolling SET schema_guard.mode = 'enforce'");
$node->backup('rolling');
my $standby = PostgreSQL::Test::Cluster->new('standby', install_path => $bin =~ s{/bin$}{}r);
$standby->init_from_backup($node, 'rolling', has_streaming => 1);
$standby->start;

# what a session of the release is told on the server
sub connects
{
	my ($server) = @_;
	local $ENV{PGOPTIONS} = '-c schema_guard.application=api/1';
	my ($rc, $out, $err) = run_sql($server, 'rolling', 'SELECT 1');
	return "$out$err";
}
foreach my $server ($node, $standby)
{
	my $name = $server->name;
	like(connects($server), qr/^1.*WARNING:  .*could not check release api\/1: .*UPDATE TO '\Q$version\E'/s, "$name, before: a release connects and is told");
	refused_like($server, 'rolling', "SELECT schema_guard.assert_release('api', '1')", 'SG006', "UPDATE TO '$version'", "$name, before: a call says what to do");
	like($server->safe_psql('rolling', 'SELECT schema_guard.fingerprint()'), qr/^sg1:/, "$name, before: the fingerprint is known");
}
(undef, undef, $said) = run_sql($node, 'rolling', 'ALTER EXTENSION schema_guard UPDATE');
is($said, '', 'updated on the primary');
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
foreach my $server ($node, $standby)
{
	my $name = $server->name;
	is(connects($server), '1', "$name, after: a release connects");
	is($server->safe_psql('rolling', "SELECT schema_guard.assert_release('api', '1'); SELECT phase, approved, problems FROM schema_guard.status"),
		"\narmed|t|", "$name, after: all is well");
}
is($standby->safe_psql('rolling', 'SELECT schema_guard.export()'), $node->safe_psql('rolling', 'SELECT schema_guard.export()'), 'both describe the same');
$standby->promote;
is($standby->safe_psql('rolling', 'SELECT * FROM schema_guard.verify()'), '', 'promoted: nothing was missed');
refused_like($standby, 'rolling', 'CREATE TABLE refused ()', 'SG002', 'tuesday', 'promoted: it goes on');
$standby->stop;

$node->stop;
done_testing();
