# bin/schema_guard: each command says what its function says, hostile arguments and files arrive byte by byte, and the
# exit status tells findings from errors.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $command = "$FindBin::RealBin/../bin/schema_guard";
my $node = start_node('command');
my $dir = PostgreSQL::Test::Utils::tempdir();
my $hostile = "it's \\o /tmp/x; :SQLSTATE \$sg\$ é";

$node->safe_psql('postgres', 'CREATE ROLE dba SUPERUSER LOGIN; CREATE ROLE plain LOGIN');
make_database($node, 'shop');
$node->safe_psql('shop', 'CREATE TABLE orders (id int PRIMARY KEY, note text)');
# 19 has no other strings any more
$node->safe_psql('postgres', q{DO $$ BEGIN IF current_setting('server_version_num')::int < 190000 THEN
	ALTER ROLE dba SET standard_conforming_strings = off; END IF; END $$});

$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGUSER} = 'dba';
$ENV{PGDATABASE} = 'shop';
$ENV{PGOPTIONS} = '';

# a psqlrc, variables and a client encoding of the caller's do not get in
append_to_file("$dir/psqlrc", "\\pset format html\n\\set ON_ERROR_STOP on\n");
$ENV{PSQLRC} = "$dir/psqlrc";
$ENV{PGCLIENTENCODING} = 'LATIN1';

# exit status, output and errors of the command, with standard input
sub run_command_line
{
	my ($input, @arguments) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ $command, @arguments ], '<', \$input, '>', \$out, '2>', \$err);
	return ($? >> 8, $out, $err);
}

# the whole of it
sub says
{
	my ($name, $arguments, $status, $out, $err, $input) = @_;
	my ($rc, $got_out, $got_err) = run_command_line($input // '', @$arguments);
	$got_out =~ s/ +$//mg;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($rc, $status, "$name: status");
	is($got_out, $out, "$name: output") if defined $out;
	ref $err ? like($got_err, $err, "$name: errors") : is($got_err, $err // '', "$name: errors");
	return;
}

sub value
{
	my ($sql) = @_;
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	return $node->safe_psql('shop', $sql);
}

my $now = value('SELECT schema_guard.fingerprint()');

# snapshots
says('fingerprint', ['fingerprint'], 0, "$now\n");
says('drift without an approval', ['drift'], 2, undef, qr/^ERROR:  no snapshot is approved/);
says('capture', [ 'capture', $hostile, "$hostile\n\\q\n" ], 0, "$now\n");
says('approve', [ 'approve', $hostile, "it's\\" ], 0, "$now\n");
is(value('SELECT name || chr(10) || $$\q$$ || chr(10) = note FROM schema_guard.snapshots'), 't', 'a hostile name and note arrive as they are');
is(value('SELECT note FROM schema_guard.approvals'), "it's\\", 'so does the note of an approval');
says('drift, none', ['drift'], 0, '');
says('drift, none, as CSV', [ '--csv', 'drift' ],
	0, "change,object_type,object_identity,facet,attribute,before,after,changed_at,changed_by,verdict,journal_id\n");

says('export to a file', [ 'export', '-o', "$dir/file.sg" ], 0, '');
my (undef, $exported) = run_command_line('', 'export');
is($exported, slurp_file("$dir/file.sg"), 'to the standard output likewise');
like($exported, qr/\Aschema_guard schema file\n.*\n\z/s, 'a schema file');
says('import', [ 'import', "$dir/file.sg", 'again' ], 0, "$now\n");
says('import from the standard input', [ 'import', '-', 'once more' ], 0, "$now\n", '', $exported);
(my $altered = $exported) =~ s/: text$/: varchar/m;
says('import of an altered file', [ 'import', '-', 'altered' ],
	4, '', qr/^ERROR:  schema file's text and fingerprint disagree\n/, $altered);
says('import of no file', [ 'import', "$dir/nosuch", 'x' ], 2, '', qr/^schema_guard: there is no file ".*nosuch"$/);
says('export to nowhere', [ 'export', '-o', "$dir/nosuch/x" ], 2, '', qr/^schema_guard: cannot write/);

# changes
value('ALTER TABLE orders ADD COLUMN "t\'\\o" text');
says("drift, found", ["drift"], 4, undef);
says('drift into a file', [ 'drift', '-o', "$dir/drift" ], 4, '');
is(slurp_file("$dir/drift"), (run_command_line('', 'drift'))[1], 'all of it');
says('drift to nowhere', [ 'drift', '-o', "$dir/nosuch/x" ], 2, '', qr/^schema_guard: cannot write/);
says("$_ into a file", [ $_, '-o', "$dir/$_" ], 0, '') foreach qw(fingerprint status);
isnt(slurp_file("$dir/$_"), '', "$_: there it is") foreach qw(fingerprint status);
# psql skips the rest of a line with a NUL byte
says('a file with a NUL byte', [ 'preview', '-' ], 2, '', "schema_guard: there is a NUL byte in \"-\"\n", "CREATE TABLE carts (id int);\0 DROP TABLE orders;\n");
says('diff', [ 'diff', 'again' ], 4, <<'END');
 change | object_type | object_identity |   facet   |   attribute   | before | after
--------+-------------+-----------------+-----------+---------------+--------+-------
 added  | table       | public.orders   | structure | column "t'\o" | -      | text

END
says('diff, none', [ 'diff', 'again', 'once more' ], 0, '');
says('diff as CSV', [ 'diff', 'again', '--csv' ], 4, <<'END');
change,object_type,object_identity,facet,attribute,before,after
added,table,public.orders,structure,"column ""t'\o""",,text
END
says('diff with nothing', [ 'diff', 'nosuch' ], 2, '', qr/^ERROR:  snapshot "nosuch" does not exist\nHINT: /);
says('verify', ['verify'], 0, '');
my $later = value('SELECT schema_guard.fingerprint()');

# preview
my $ddl = "ALTER TABLE orders DROP COLUMN note; -- \$sg\$ \$sgg\$ \\o :x\nSELECT 'it''s';";
says('preview, refused', [ '--csv', 'preview', '-' ], 4, undef, '', $ddl);
is((run_command_line($ddl, '--csv', 'preview', '-'))[1] =~ s/sg1:\w+/sg1/gr, <<'END', 'preview');
kind,change,object_type,object_identity,attribute,before,after,approved_in,bytes
item,removed,table,public.orders,"column ""note""",text,,,
lock,locked,table,public.orders,,,AccessExclusiveLock,,
verdict,refused,schema,,not_approved,sg1,sg1,,
END
says('preview, allowed', [ 'preview', '-' ], 0, undef, '', 'ALTER TABLE orders DROP COLUMN "t\'\\o"');
says('preview of nonsense', [ 'preview', '-' ], 2, '', qr/^ERROR:  syntax error/, 'nonsense');
is(value('SELECT schema_guard.fingerprint()'), $later, 'nothing of it stays');

# paths
says('path export', [ 'path', 'export', $now, $later, '-o', "$dir/file.path" ], 0, '');
says('path import', [ 'path', 'import', "$dir/file.path", 'p' ], 0, "$later\n");
says('approve a path', [ 'approve', 'p' ], 0, "$later\n");
is(value('SELECT name, approved FROM schema_guard.paths'), 'p|t', 'it is approved');
says('revoke', [ 'revoke', 'p', 'no' ], 0, "$later\n");

# releases
my $contract = '{"relations": {"public.orders": {"select": {"id": "integer", "gone": "text"}}}}';
says('register', [ 'register', 'my/api/1', '-' ], 0, '', qr/^WARNING:  release my\/api\/1 does not fit the schema/, $contract);
is(value('SELECT application, version FROM schema_guard.releases'), 'my/api|1', 'name and version');
says('register nonsense', [ 'register', 'api/2', '-' ], 2, '', qr/^ERROR:  invalid input syntax for type json/, '{');
foreach my $arguments ([ 'check', 'my/api/1' ], [ 'can-deploy', 'my/api/1', 'again' ])
{
	says($arguments->[0], $arguments, 4, <<'END');
 severity |      rule      |       object        |   attribute   | needed | found | changed_at | changed_by | journal_id
----------+----------------+---------------------+---------------+--------+-------+------------+------------+------------
 broken   | column_missing | table public.orders | column "gone" | text   | -     | -          | -          |          -

END
}
says('ready, not', [ 'ready', 'my/api/1' ], 4, '', qr/^ERROR:  release my\/api\/1 does not fit the schema: .* is missing\n/);
$node->safe_psql('shop', q{ALTER DATABASE shop SET session_preload_libraries = 'schema_guard'});
{
	local $ENV{PGOPTIONS} = '-c schema_guard.application=my/api/1';
	says('a connection refused', [ 'ready', 'my/api/1' ], 4, '', qr/FATAL:  release my.api.* \(SG001\)$/m);
}
value('ALTER TABLE orders ADD COLUMN gone text');
says('ready', [ 'ready', 'my/api/1' ], 0, '');
says('check, none', [ 'check', 'my/api/1' ], 0, '');
$node->safe_psql('shop',
	'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;'
	. q(SELECT schema_guard.register('risk', '1', '{"relations": {"public.orders": {"insert": ["id"]}}}');)
	. 'CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f()');
my ($rc, $out) = run_command_line('', 'check', 'risk/1', '--csv');
like($out, qr/\n(?:risky,|\z)/, 'what is risky is printed');
is($rc, 0, 'and is no finding');
says('retire', [ 'retire', 'my/api/1' ], 0, '');
says('ready, retired', [ 'ready', 'my/api/1' ], 4, '', qr/^ERROR:  release my\/api\/1 is retired\n/);

# reports
value('CREATE TABLE "x\\:y" ()');
foreach my $case (
	[ [ 'drift', '--format=gitlab' ], "report('drift', 'gitlab')" ],
	[ [ 'report', 'diff', 'again', '--format', 'json' ], "report('diff', 'json', 'again')" ],
	[ [ 'report', 'drift' ], "report('drift', 'markdown')" ],
	[ [ 'report', 'check', 'risk/1' ], "report('check_release', 'markdown', 'risk', '1')", 0 ],
	[ [ 'can-deploy', 'risk/1', 'again', '--format=sarif', '--schema-file', "it's.sg" ], "report('can_deploy', 'sarif', 'risk', '1', 'again')", 0 ],
	[ [ 'report', 'preview', '-', '--format', 'json' ], "report('preview', 'json', \$ddl\$$ddl\$ddl\$)" ])
{
	my ($arguments, $call, $status) = @$case;
	says("@$arguments", $arguments, $status // 4,
		value("SET schema_guard.schema_file = " . ("@$arguments" =~ /it's/ ? "\$\$it's.sg\$\$" : "'schema.sg'") . "; SELECT schema_guard.$call") . "\n",
		'', $ddl);
}
says('a report into a file', [ 'report', 'drift', '--format=html', '-o', "$dir/drift.html" ], 4, '');
like(slurp_file("$dir/drift.html"), qr/\A<!DOCTYPE html>.*<\/html>\n\z/s, 'is in the file');
says('no such format', [ 'drift', '--format=pdf' ], 2, '', qr/^ERROR:  format "pdf" does not exist\nHINT: /);
says('nothing to report', ['report'], 2, '', qr/^schema_guard: report: drift, diff, preview, check or can-deploy\?\n/);
says('no format', [ 'status', '--format=json' ], 2, '', qr/^schema_guard: status has no format/);

# everything else is an error
says('no privilege', [ '-d', 'user=plain dbname=shop', 'drift' ], 2, '', qr/^ERROR:  permission denied/);
says('no extension', [ '--dbname=postgres', 'fingerprint' ], 2, '', qr/^ERROR:  schema "schema_guard" does not exist/);
says('no database', [ '-d', 'nosuch', 'drift' ], 2, '', qr/database "nosuch" does not exist/);
says('no command', [], 2, '', qr/^schema_guard: what the extension/);
says('no such command', ['nosuch'], 2, '', qr/^schema_guard: there is no command "nosuch"\n/);
says('no such option', ['--nosuch'], 2, '', qr/^schema_guard: there is no option --nosuch\n/);
says('too few', ['approve'], 2, '', qr/^schema_guard: approve: an argument is missing\n/);
says('too many', [ 'drift', 'x' ], 2, '', qr/^schema_guard: drift: too many arguments\n/);
says('no release', [ 'check', 'api' ], 2, '', qr/^schema_guard: a release is APP\/VERSION, not "api"\n/);
says('an argument that looks like an option', [ 'diff', '--', '--csv' ], 2, '', qr/snapshot "--csv" does not exist/);
says('help', ['--help'], 0, undef, '');
says('version', ['--version'], 0, value(
	q{SELECT format('library %s, extension %1$s', schema_guard.library_version())}) . "\n");
like((run_command_line('', 'status'))[1], qr/^mode +\| observe$/m, 'status');


$node->stop;
done_testing();
