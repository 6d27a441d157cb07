# Texts that UTF-8 has no equivalent of: bytes that are no character, which PostgreSQL accepts in SQL_ASCII, and
# codes that an encoding has no character for. The guard works all the same, and tells one from another.
use strict;
use warnings;
use SchemaGuardTest;
use Test::More;

my $node = start_node('encodings');

# name, encoding, two texts that no UTF-8 stands for, and one that has an equivalent
my @databases = (
	[ 'ascii', 'SQL_ASCII', "\\377\\303", "\\377\\304", "\\303\\244" ],
	[ 'win', 'WIN1252', "\\201", "\\215", "\\344" ],
	[ 'japanese', 'EUC_JP', "\\251\\241", "\\251\\242", "\\306\\374" ]);

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
}

$node->stop;
done_testing();
