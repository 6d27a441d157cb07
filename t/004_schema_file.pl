# Schema files outside the database: recomputed with sha256sum, carried to databases of other
# encodings, and the work of a capture seen from another session.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('schema_file');
my $tmp = $PostgreSQL::Test::Utils::tmp_check;
my $script = "$FindBin::RealBin/../examples/fingerprint.sh";

# psql's output, as people redirect it into a file.
sub export_to
{
	my ($db, $file, $reference) = @_;
	my $argument = defined $reference ? "'$reference'" : '';
	$node->command_ok(
		[ 'psql', '-XAtq', '-d', $node->connstr($db), '-o', $file,
			'-c', "SET client_encoding = 'UTF8'", '-c', "SELECT schema_guard.export($argument)" ],
		"$db: exported");
	return;
}

# The script's status, standard output and standard error.
sub recomputed
{
	my ($file) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'sh', $script, $file ], '>', \$out, '2>', \$err);
	my $status = $? >> 8;
	chomp $out;
	return ($status, $out, $err);
}

sub import_from
{
	my ($db, $file, $name) = @_;
	my $text = slurp_file($file);
	$text =~ s/'/''/g;
	$node->safe_psql($db, "SET client_encoding = 'UTF8'; SELECT schema_guard.import('$text', '$name')");
	return $node->safe_psql($db, "SELECT fingerprint FROM schema_guard.snapshots WHERE name = '$name'");
}

# 2,000 tables and what else there is: the script says the same as the server
my $schema = "$tmp/many.sql";
open my $fh, '>', $schema or die "$schema: $!";
print $fh "CREATE TABLE t$_ (id bigint PRIMARY KEY, \"a: \"\"b\\\" text DEFAULT E'x\\ny');\n" foreach 1 .. 2000;
print $fh "CREATE TYPE e AS ENUM ('new', 'it''s: paid');\n";
print $fh "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS E'\\nBEGIN\\n\\n  RETURN 1; -- \\t\\\\\\\\ \\r\\nEND\\n';\n";
close $fh;
make_database($node, 'empty');
make_database($node, 'many', $schema);
foreach my $db ('empty', 'many')
{
	my $file = "$tmp/$db.sg";
	export_to($db, $file);
	my ($status, $computed, $err) = recomputed($file);
	is("$status $err", '0 ', "$db: the script accepts the file");
	is($computed, $node->safe_psql($db, 'SELECT schema_guard.fingerprint()'), "$db: and computes the fingerprint");
	is(import_from($db, $file, 'from a file'), $computed, "$db: the file is imported as it is");
}

# one character changed: neither accepts it
my $text = slurp_file("$tmp/many.sg");
$text =~ s/bigint/bigimt/;
open $fh, '>', "$tmp/edited.sg" or die;
print $fh $text;
close $fh;
my ($status, $computed, $err) = recomputed("$tmp/edited.sg");
is($status, 1, 'the script notices an edit');
like($err, qr/the file declares sg1:[0-9a-f]{64}/, 'and says so');
$text =~ s/'/''/g;
refused_like($node, 'many', "SELECT schema_guard.import('$text', 'edited')", 'SG005', 'disagree', 'so does import');

# The same schema in databases of other encodings: same file, same fingerprint. In EUC_JP and
# UTF-8 the bytes of these names have another order.
my %names = (
	LATIN1 => [ 'zzz', "\xc3\xa4\xc3\xb6\xc3\xbc", "\xc3\x9f", "\xc3\xa9t\xc3\xa9" ],
	EUC_JP => [ 'zzz', "\xe4\xba\x9c", "\xe4\xb8\x80", "\xe3\x81\x82", "\xe9\xbb\x92", "\xe8\xa1\xa8" ]);
foreach my $encoding (sort keys %names)
{
	my %fingerprint;
	foreach my $db (lc $encoding, lc "${encoding}_as_utf8")
	{
		my $server_encoding = $db =~ /utf8/ ? 'UTF8' : $encoding;
		$node->safe_psql('postgres',
			"CREATE DATABASE $db ENCODING '$server_encoding' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
		my $sql = "SET client_encoding = 'UTF8'; CREATE EXTENSION schema_guard;";
		$sql .= qq{CREATE TABLE "$_" ("$_" text DEFAULT '$_' CONSTRAINT "$_" CHECK ("$_" <> ''));}
		  foreach @{ $names{$encoding} };
		$sql .= 'CREATE TABLE all_names (id int'
		  . join('', map { qq{, CONSTRAINT "$_" CHECK (id <> 0)} } reverse @{ $names{$encoding} }) . ');';
		$node->safe_psql($db, $sql);
		$fingerprint{$db} = $node->safe_psql($db, 'SELECT schema_guard.fingerprint()');
		export_to($db, "$tmp/$db.sg");
		is((recomputed("$tmp/$db.sg"))[1], $fingerprint{$db}, "$db: the script computes the fingerprint");
	}
	my ($native, $utf8) = sort keys %fingerprint;
	is($fingerprint{$native}, $fingerprint{$utf8}, "$encoding: same fingerprint as in UTF8");
	ok(slurp_file("$tmp/$native.sg") eq slurp_file("$tmp/$utf8.sg"), "$encoding: same file as in UTF8");
	is(import_from($native, "$tmp/$utf8.sg", 'from utf8'), $fingerprint{$utf8}, "$encoding: reads the file of UTF8");
	is($node->safe_psql($native, "SELECT count(*) FROM schema_guard.diff('from utf8')"), '0', "$encoding: no difference");
}

# a capture that takes long says in pg_stat_activity how far it is
my ($lock, $in, $out) = (undef, "BEGIN; LOCK TABLE schema_guard.object_text IN SHARE MODE; SELECT 'locked';\n", '');
$lock = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('many') ], '<', \$in, '>', \$out);
IPC::Run::pump($lock) until $out =~ /locked/;
my $capture = IPC::Run::start(
	[ 'psql', '-XAtq', '-d', $node->connstr('many'), '-c', q{SELECT schema_guard.capture('slow')} ],
	'<', \undef, '>', \my $captured);
ok($node->poll_query_until('many', q{
	SELECT count(*) = 1 FROM pg_stat_activity
	 WHERE query ~ '^/\* schema_guard: \d+ objects stored \*/ SELECT schema_guard.capture' AND state = 'active'}),
	'a capture that waits says how far it is');
$in = "COMMIT;\n\\q\n";
IPC::Run::finish($lock);
IPC::Run::finish($capture);
like($captured, qr/^sg1:[0-9a-f]{64}$/, 'and goes on');

$node->stop;
done_testing();
