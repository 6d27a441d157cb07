# Texts that UTF-8 has no equivalent of: bytes that are no character, which PostgreSQL accepts in SQL_ASCII, and
# codes that an encoding has no character for. The guard works all the same, and tells one from another; its
# schema file is UTF-8, and every client can be sent what it says.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('encodings');
my $tmp = PostgreSQL::Test::Utils::tempdir();

# name, encoding, two texts that no UTF-8 stands for, and one that has an equivalent
my @databases = (
	[ 'ascii', 'SQL_ASCII', "\\377\\303", "\\377\\304", "\\303\\244" ],
	[ 'win', 'WIN1252', "\\201", "\\215", "\\344" ],
	[ 'japanese', 'EUC_JP', "\\251\\241", "\\251\\242", "\\306\\374" ]);

# The schema file is UTF-8 and is imported, here and in a UTF8 database, as the same items.
sub file_reads_back
{
	my ($db) = @_;
	my $file = "$tmp/$db.sg";
	$node->safe_psql($db, q{SELECT schema_guard.guard_facets('{all}'); SELECT schema_guard.capture('all'); SELECT schema_guard.approve('all')});
	$node->command_ok([ 'psql', '-XAtq', '-d', $node->connstr($db), '-o', $file,
		'-c', q{SET client_encoding = 'UTF8'}, '-c', q{SELECT schema_guard.export('all')} ], "$db: exported");
	command_ok([ 'iconv', '-f', 'UTF-8', '-t', 'UTF-16', '-o', '/dev/null', $file ], "$db: the file is UTF-8");
	my $text = slurp_file($file);
	my $fingerprint = $node->safe_psql($db, q{SELECT schema_guard.fingerprint('{all}')});
	$text =~ s/'/''/g;
	foreach my $into ($db, 'utf8')
	{
		my ($rc, $out, $err) = run_sql($node, $into, "SET client_encoding = 'UTF8'; SET client_min_messages = error; SELECT schema_guard.import('$text', 'file of $db')", '-XAtq');
		is("$out$err", $fingerprint, "$db: imported into $into");
	}
	is($node->safe_psql($db, "SELECT * FROM schema_guard.diff('file of $db')"), '', "$db: as what it was");
	return;
}

# Whatever returns text can be called by clients of that encoding.
sub clients_can_call
{
	my ($db, $client) = @_;
	my @from = ('describe()', 'verify()', 'drift()', "diff('all')", 'fingerprint()', 'export()', "export_path('all')",
		"preview('DROP TABLE called_by_$client')");
	$node->safe_psql($db, "CREATE TABLE called_by_$client ()");
	push @from, split /\n/, $node->safe_psql($db,
		q{SELECT relname FROM pg_class WHERE relnamespace = 'schema_guard'::regnamespace AND relkind IN ('v', 'r') ORDER BY 1});
	foreach my $from (@from)
	{
		my ($rc, $out, $err) = run_sql($node, $db, "SET client_encoding = '$client'; SELECT * FROM schema_guard.$from");
		is($err, '', "$db: $from, called by $client");
	}
	return;
}

make_database($node, 'utf8');
foreach my $case (@databases)
{
	my ($db, $encoding, $one, $other, $plain) = @$case;
	$node->safe_psql('postgres', "CREATE DATABASE $db ENCODING '$encoding' LOCALE 'C' TEMPLATE template0");
	# DDL with a text in the server's encoding
	my $run = sub {
		my ($sql, $text) = @_;
		my ($rc, $out, $err) = run_sql($node, $db,
			"SET client_encoding = SQL_ASCII; DO \$do\$ BEGIN EXECUTE replace('$sql', '_', convert_from('$text', '$encoding')); END \$do\$");
		return $err;
	};
	$run->(q{CREATE TABLE "before_" (a text DEFAULT ''_'')}, $one);
	is($node->psql($db, 'CREATE EXTENSION schema_guard', on_error_die => 0), 0, "$encoding: installed");
	is($run->(q{CREATE TABLE "t_" (a text DEFAULT ''_'', "z_" integer, "y_" integer)}, $_), '', "$encoding: DDL is not disturbed")
	  foreach $one, $other, $plain;
	my $first = $node->safe_psql($db, 'SELECT schema_guard.fingerprint()');
	$run->(q{ALTER TABLE "t_" ALTER a SET DEFAULT ''x''}, $one);
	isnt($node->safe_psql($db, 'SELECT schema_guard.fingerprint()'), $first, "$encoding: a change is seen");
	$run->(q{ALTER TABLE "t_" ALTER a SET DEFAULT ''_''}, $one);
	is($node->safe_psql($db, 'SELECT schema_guard.fingerprint()'), $first, "$encoding: and that it is undone");
	is($node->safe_psql($db, 'SELECT count(*) FROM schema_guard.journal'), 6, "$encoding: journaled");
	is($node->safe_psql($db, 'SELECT * FROM schema_guard.verify_journal()'), '', "$encoding: the chain holds");
	is($node->safe_psql($db, 'SELECT count(*) FROM schema_guard.verify()'), 0, "$encoding: nothing is missed");
	$node->safe_psql($db, "SELECT schema_guard.capture('one')");
	$run->(q{DROP TABLE "t_"}, $other);
	is($node->safe_psql($db, "SELECT change, object_type FROM schema_guard.diff('one')"), 'removed|table', "$encoding: compared");
	file_reads_back($db);
	clients_can_call($db, 'UTF8');
}

# An encoding whose characters are in another order than Unicode's: what is sorted is so in that order all the same.
$node->safe_psql('postgres', q{CREATE DATABASE koi8 ENCODING 'KOI8R' LOCALE 'C' TEMPLATE template0});
$node->safe_psql('postgres', q{CREATE DATABASE unicode});
foreach my $db ('koi8', 'unicode')
{
	my $major = $node->safe_psql($db, 'SHOW server_version_num') / 10000;
	my $columns = $major >= 15 ? qq{("\x{446}", "\x{434}")} : '';
	my $sql = <<"END";
SET client_encoding = UTF8;
SET client_min_messages = error;
CREATE TABLE t ("\x{446}" int, "\x{434}" int, "\x{430}" text);
CREATE PUBLICATION p FOR TABLE t $columns;
CREATE EXTENSION schema_guard;
SELECT schema_guard.exclude('%\x{446}x%', 'one');
SELECT schema_guard.exclude('%\x{434}x%', 'the other');
END
	$sql .= qq{CREATE STATISTICS st ON lower("\x{430}" || '\x{446}'), lower("\x{430}" || '\x{434}') FROM t;} if $major >= 14;
	utf8::encode($sql);
	$node->safe_psql($db, $sql);
	file_reads_back($db);
}
is($node->safe_psql('koi8', 'SELECT schema_guard.fingerprint()'), $node->safe_psql('unicode', 'SELECT schema_guard.fingerprint()'),
	'KOI8R: the same schema, the same fingerprint');

# A whole schema in a database that does not know its encoding, every class of objects included; what is
# valid there as UTF-8 is the same as in a database that says so.
my @schema = sort glob "$FindBin::RealBin/schema/*.sql";
$node->safe_psql('postgres', "CREATE DATABASE whole ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
make_database($node, 'same', @schema);
# the roles are there already
run_file($node, 'whole', $_, '-v', 'ON_ERROR_STOP=0') foreach @schema;
$node->safe_psql('whole', 'CREATE EXTENSION schema_guard');
# the server cuts long names that it makes up between bytes in the one, between characters in the other
$node->safe_psql($_, <<'END') foreach 'whole', 'same';
DO $$DECLARE c record; BEGIN
FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'u' AND octet_length(conname::text) > 60 LOOP
EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO short', c.t, c.conname);
END LOOP; END$$
END
is($node->safe_psql('whole', 'SELECT schema_guard.fingerprint()'), $node->safe_psql('same', 'SELECT schema_guard.fingerprint()'),
	'SQL_ASCII: valid UTF-8 is what it is in a UTF8 database');
# collations of ICU are not for this encoding
run_file($node, 'whole', "$FindBin::RealBin/lib/every_class.sql", '-v', 'ON_ERROR_STOP=0');
cmp_ok($node->safe_psql('whole', q{SELECT count(DISTINCT object_type) FROM schema_guard.describe(NULL, '{all}')}), '>', 25, 'every class');

# bytes that are none, in all sorts of texts, and texts that only look like their escapes
my ($made, undef, $make_errors) = run_sql($node, 'whole', <<'END');
SET client_encoding = SQL_ASCII;
CREATE FUNCTION pg_temp.run(statement text) RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE statement; END$$;
SELECT pg_temp.run(E'CREATE TABLE "odd_\xFF" ("c_\xC3\x5F" text DEFAULT ''\xE2\x82'' CHECK ("c_\xC3\x5F" <> ''\xFE''), b int)');
SELECT pg_temp.run(E'CREATE TABLE "odd_\\xFF" ("c_\\xC3_" text DEFAULT ''\\xE2\\x82'', "c_\xC3\xA4" int)');
SELECT pg_temp.run(E'CREATE TABLE "odd_\xC3" (a int); CREATE TABLE "odd_\xC3\xA4" (a int); CREATE TABLE "odd_z" (a int)');
SELECT pg_temp.run(E'CREATE TABLE names ("\xFF" int, "\\xFF" int, "\xC3\xA4" int CONSTRAINT "z" CHECK (true) CONSTRAINT "\xFF" CHECK (true) CONSTRAINT "\xC3\xA4" CHECK (true))');
SELECT pg_temp.run(E'CREATE VIEW "view_\xFF" AS SELECT *, ''\xFF'' AS "\xC3" FROM "odd_\xFF"');
SELECT pg_temp.run(E'CREATE FUNCTION "f_\xFF"("\xFE" int) RETURNS text LANGUAGE sql AS ''SELECT ''''\xFF\xC3\xA4\n\\x''''::text''');
SELECT pg_temp.run(E'COMMENT ON TABLE "odd_\xFF" IS ''\xFF\n\xC3''');
SELECT pg_temp.run(E'CREATE TYPE "e_\xFF" AS ENUM (''\xFF'', ''\\xFF'')');
END
is("$made $make_errors", '0 ', 'bytes that are no UTF-8');
is($node->safe_psql('whole', 'SELECT object_identity FROM schema_guard.verify()'), '', 'nothing is missed');
file_reads_back('whole');
$node->safe_psql('whole', q{DO $do$ BEGIN EXECUTE E'COMMENT ON COLUMN "odd_\xFF"."c_\xC3\x5F" IS ''\xFE'''; END $do$});
clients_can_call('whole', $_) foreach 'UTF8', 'LATIN1', 'SQL_ASCII';

# byte and literal text are two
my $before = $node->safe_psql('whole', 'SELECT schema_guard.fingerprint()');
$node->safe_psql('whole', <<'END');
SET client_encoding = SQL_ASCII;
DO $do$ BEGIN EXECUTE E'ALTER TABLE names RENAME "\xFF" TO x'; EXECUTE E'ALTER TABLE names RENAME "\\xFF" TO "\xFF"'; EXECUTE E'ALTER TABLE names RENAME x TO "\\xFF"'; END $do$;
END
isnt($node->safe_psql('whole', 'SELECT schema_guard.fingerprint()'), $before, 'a byte and the text of its escape are two');

# what is said of them can be read
$node->safe_psql('whole', <<'END');
SELECT schema_guard.capture('approved');
SELECT schema_guard.approve('approved', E'a note with \xFF');
ALTER DATABASE whole SET schema_guard.mode = 'enforce';
END
my ($rc, $out, $err) = run_sql($node, 'whole', <<'END');
SET client_encoding = UTF8;
DO $do$ BEGIN EXECUTE E'ALTER TABLE "odd_\xFF" ADD "n_\xFE" text DEFAULT ''\xFF'''; END $do$;
END
like($err, qr/SG002: .*table public\."odd_\\xFF": column "n_\\xFE" added: text DEFAULT '\\xFF'::text/, 'a refusal');
is($node->safe_psql('whole', q{SET client_encoding = UTF8; SELECT note FROM schema_guard.approval WHERE note <> ''}), 'a note with \xFF', 'a note');
($rc, $out, $err) = run_sql($node, 'whole', q{SELECT schema_guard.exclude(E'odd_\xFF', 'why')});
like($err, qr/22021: exclusion rule is not valid in UTF-8: "odd_\\xFF"/, 'no rule that a file cannot have');

$node->stop;
done_testing();
