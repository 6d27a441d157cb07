# One schema, one fingerprint: dumped and restored, in another order, by another role, in another
# encoding and collation, on a standby, upgraded by pg_upgrade.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

$ENV{PGCLIENTENCODING} = 'UTF8';
my $tmp = ${PostgreSQL::Test::Utils::tmp_check};
my @schema = sort glob "$FindBin::RealBin/schema/*.sql";
my $node = start_node('invariance', 'wal_level = replica', 'max_wal_senders = 3', 'hot_standby = on');
$node->safe_psql('postgres', 'CREATE DATABASE one TEMPLATE template0');
# one session: what one file says of the version serves the next
append_to_file("$tmp/schema.sql", join '', map { "\\i '$_'\n" } @schema, "$FindBin::RealBin/lib/every_class.sql");
my ($made, $errors) = run_file($node, 'one', "$tmp/schema.sql");
is($made, 0, 'the schema') or diag($errors);
$node->safe_psql('one', "CREATE EXTENSION schema_guard; SELECT schema_guard.guard_facets('{all}')");

# what differs between two roles that restore, or by pg_dump's way with subscriptions, is left out
my @facets = qw(structure index partitions storage comment);
my $all = "'{" . join(',', @facets, 'access', 'settings') . "}'";
my $not_access = "'{" . join(',', @facets) . "}'";

sub query
{
	my ($server, $db, $sql) = @_;
	return $server->safe_psql($db, $sql, extra_params => ['-q']);
}

my $version = query($node, 'postgres', 'SHOW server_version_num');
sub fingerprint { my ($server, $db, $facets) = @_; return query($server, $db, "SELECT schema_guard.fingerprint($facets)"); }
sub schema_file { my ($server, $db) = @_; return query($server, $db, 'SELECT schema_guard.export()'); }

# The same fingerprint; tells which lines differ if it is not.
sub same
{
	my ($server, $db, $facets, $name) = @_;
	my $sql = "SELECT object_type, object_identity, facet, attribute, definition FROM schema_guard.describe(NULL, $facets)";
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return if is(fingerprint($server, $db, $facets), fingerprint($node, 'one', $facets), $name);
	my %lines = map { $_ => 1 } split /\n/, query($node, 'one', $sql);
	my %theirs = map { $_ => 1 } split /\n/, query($server, $db, $sql);
	diag("- $_") for grep { !$theirs{$_} } sort keys %lines;
	diag("+ $_") for grep { !$lines{$_} } sort keys %theirs;
	return;
}

my $file = schema_file($node, 'one');
cmp_ok(scalar(() = $file =~ /^\S/mg), '>', 120, 'a schema of some size');
is(query($node, 'one', <<"SQL"), fingerprint($node, 'one', $all), 'whatever the session sets');
SET search_path = nowhere, "inv"; SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'sql_standard'; SET TimeZone = 'America/St_Johns';
SET extra_float_digits = -3; SET bytea_output = escape; SET quote_all_identifiers = on; SET xmloption = document; SET row_security = off; SET client_encoding = latin1;
DO \$\$ BEGIN IF current_setting('server_version_num')::int < 190000 THEN SET standard_conforming_strings = off; SET escape_string_warning = off; END IF; END \$\$;
SELECT schema_guard.fingerprint($all)
SQL
# whose own temporary tables, row types and sequences hide what they are called like
my %words = map { $_ => 1 } $file =~ /\b([A-Za-z_][A-Za-z0-9_]{0,60})\b/g;
my $hide = join '', map { "CREATE TEMP TABLE \"$_\" (a int, b text);\n" } sort keys %words;
cmp_ok(scalar keys %words, '>', 500, 'words of the schema');
is(query($node, 'one', "$hide SELECT schema_guard.fingerprint($all)"), fingerprint($node, 'one', $all), 'whatever is temporary in the session');
query($node, 'one', "CREATE ROLE inv_nobody; SELECT schema_guard.grant_role('inv_nobody', 'reader')");
query($node, 'postgres', "ALTER ROLE inv_nobody SET search_path = inv_other; ALTER ROLE inv_nobody SET DateStyle = 'German'");
is(query($node, 'one', "SET SESSION AUTHORIZATION inv_nobody; SELECT schema_guard.fingerprint($all)"), fingerprint($node, 'one', $all), 'to a role without any right');

# dump and restore
my $dump = "$tmp/one.dump";
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr('one') ], 'dumped');

sub restore
{
	my ($db, $options, @pg_restore) = @_;
	local $ENV{PGOPTIONS} = '-c schema_guard.mode=off';
	query($node, 'postgres', "CREATE DATABASE $db TEMPLATE template0 $options");
	my ($out, $err) = run_command([ 'pg_restore', '-d', $node->connstr($db), @pg_restore, $dump ]);
	# a database's own properties come with --create only
	query($node, 'postgres', "COMMENT ON DATABASE $db IS 'a database'; GRANT TEMPORARY ON DATABASE $db TO every_app");
	# 13 complains of subscriptions
	$err =~ s/^(?:pg_restore: WARNING:  .*|HINT:  .*)\n?//mg if $version < 150000;
	return $err;
}

is(restore('two', ''), '', 'restored');
same($node, 'two', $not_access, 'restored');
same($node, 'two', "'{access}'", 'restored: access');
# settings of the database itself are not in a plain dump
my $without_database = qr/^database current database\n(?:  .*\n)*/m;
sub comparable { my ($text) = @_; $text =~ s/^fingerprint: .*$//m; $text =~ s/$without_database//; return $text; }
is(comparable(schema_file($node, 'two')), comparable($file), 'the schema file, byte for byte');

query($node, 'postgres', 'CREATE ROLE inv_admin SUPERUSER LOGIN');
{
	local $ENV{PGUSER} = 'inv_admin';
	is(restore('three', 'OWNER inv_app', '--no-owner', '--no-privileges'), '', 'restored by another role');
}
same($node, 'three', $not_access, 'restored by another role');

# Another order: entries of the list shuffled within their section; what fails because something
# is not there yet is tried again, until nothing fails.
sub restore_shuffled
{
	my ($db, $seed) = @_;
	srand($seed);
	query($node, 'postgres', "CREATE DATABASE $db TEMPLATE template0; COMMENT ON DATABASE $db IS 'a database'; GRANT TEMPORARY ON DATABASE $db TO every_app");
	local $ENV{PGOPTIONS} = '-c schema_guard.mode=off -c check_function_bodies=off';
	my @left;
	foreach my $section (qw(pre-data data post-data))
	{
		my ($list) = run_command([ 'pg_restore', '-l', "--section=$section", $dump ]);
		my @entries = grep { /^\d+;/ } split /\n/, $list;
		# default privileges would be those of what comes after them, a missing access method is not seen,
		# and a function of a missing type makes the shell type itself
		my @last = grep { /DEFAULT ACL|EVENT TRIGGER/ } @entries;
		my @first = grep { / (?:SCHEMA|EXTENSION|ACCESS METHOD|SHELL TYPE) / } @entries;
		my %special = map { $_ => 1 } @first, @last;
		my @shuffled = map { $_->[1] } sort { $a->[0] <=> $b->[0] } map { [ rand(), $_ ] } grep { !$special{$_} } @entries;
		@left = (@first, @shuffled, @last);
		@left = try_again($db, $section, @left) or next;
		last;
	}
	return join "\n", @left;
}

# The entries that cannot be restored, however often they are tried.
sub try_again
{
	my ($db, $section, @left) = @_;
	while (@left)
	{
		my $use = "$tmp/$db.list";
		append_to_file($use, '');
		unlink $use;
		append_to_file($use, join("\n", @left) . "\n");
		my ($out, $err) = run_command([ 'pg_restore', '--verbose', '-d', $node->connstr($db), '-L', $use, $dump ]);
		my %failed = map { $_ => 1 } $err =~ /from TOC entry (\d+);/g;
		my @failed = grep { /^(\d+);/ && $failed{$1} } @left;
		diag(join "\n", grep { /error/ } split /\n/, $err) if @failed == @left || ($err =~ /error/ && !@failed);
		return @failed if @failed == @left;
		@left = @failed;
	}
	return;
}
foreach my $seed (1, 2)
{
	is(restore_shuffled("shuffled_$seed", $seed), '', "restored in another order: all of it ($seed)");
	same($node, "shuffled_$seed", $not_access, "restored in another order ($seed)");
	same($node, "shuffled_$seed", "'{access}'", "restored in another order: access ($seed)");
}

# other encodings and collations
my $icu = query($node, 'postgres', "SELECT count(*) > 0 FROM pg_collation WHERE collprovider = 'i' AND collencoding = -1") eq 't';
my %other = (
	latin1 => "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
	utf8 => "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
$other{icu} = "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de' LC_COLLATE 'C' LC_CTYPE 'C'" if $icu && $version >= 150000;
foreach my $name (sort keys %other)
{
	is(restore($name, $other{$name}), '', "restored: $other{$name}");
	same($node, $name, $not_access, "in $name");
	is(comparable(schema_file($node, $name)), comparable($file), "in $name: the schema file");
}

# what LATIN1 writes, UTF8 reads
my $latin_file = schema_file($node, 'latin1');
is(query($node, 'one', 'SELECT schema_guard.import(' . quoted($latin_file) . ", 'from latin1')"), fingerprint($node, 'latin1', 'NULL'), 'imported from LATIN1');
sub quoted { my ($text) = @_; $text =~ s/'/''/g; return "'$text'"; }

# SQL_ASCII takes any bytes: it can tell the fingerprint of what is ASCII
my @ascii = grep { !/names/ } @schema;
append_to_file("$tmp/ascii.sql", join '', map { "\\i '$_'\n" } @ascii);
query($node, 'postgres', 'ALTER ROLE inv_app RENAME TO inv_app_one; ALTER ROLE inv_reader RENAME TO inv_reader_one');
foreach my $db ('ascii', 'plain')
{
	query($node, 'postgres', "CREATE DATABASE $db TEMPLATE template0" . ($db eq 'ascii' ? " ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'" : ''));
	($made, $errors) = run_file($node, $db, "$tmp/ascii.sql");
	is($made, 0, "the schema in $db") or diag($errors);
	query($node, $db, 'CREATE EXTENSION schema_guard; DROP OWNED BY inv_app, inv_reader CASCADE; DROP ROLE inv_app, inv_reader');
}
query($node, 'postgres', 'ALTER ROLE inv_app_one RENAME TO inv_app; ALTER ROLE inv_reader_one RENAME TO inv_reader');
is(schema_file($node, 'ascii'), schema_file($node, 'plain'), 'SQL_ASCII');

# a standby
query($node, 'one', "SELECT schema_guard.approve('from latin1')");
$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
query($node, 'one', "ALTER TABLE inv.nothing ADD something integer; SELECT schema_guard.register('api', '1', '{\"relations\": {\"inv.nothing\": {\"select\": {\"something\": \"integer\"}}}}')");
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
same($standby, 'one', $all, 'on a standby');
is(query($standby, 'one', 'SELECT md5(string_agg(d::text, chr(10))) FROM schema_guard.describe() d'),
	query($node, 'one', 'SELECT md5(string_agg(d::text, chr(10))) FROM schema_guard.describe() d'), 'describe() on a standby');
is(schema_file($standby, 'one'), schema_file($node, 'one'), 'export() on a standby');
my ($rc, $out, $err) = run_sql($standby, 'one', "SELECT schema_guard.assert_fingerprint('" . fingerprint($node, 'one', 'NULL')
	. "'), schema_guard.assert_release('api', '1'), schema_guard.assert_contract('{\"relations\": {\"inv.orders\": {\"insert\": [\"customer_id\"]}}}')");
is("$rc $err", '0 ', 'assertions on a standby');
refused_like($standby, 'one', "SELECT schema_guard.assert_contract('{\"relations\": {\"inv.orders\": {\"select\": {\"total\": \"text\"}}}}')", 'SG001', 'does not fit', 'one that fails, too');
refused_like($standby, 'one', "SELECT schema_guard.assert_fingerprint('sg1:" . ('0' x 64) . "')", 'SG001', 'fingerprint', 'and a fingerprint that differs');
$standby->stop;

# pg_upgrade, here to the same version
my $expected = fingerprint($node, 'one', $all);
my $described = query($node, 'one', 'SELECT * FROM schema_guard.describe()');
my $kept = "SELECT * FROM schema_guard.snapshots; SELECT * FROM schema_guard.approvals; SELECT * FROM schema_guard.releases;"
	. ' SELECT * FROM schema_guard.journal; SELECT journal_head, approved, approved_snapshot, phase, problems FROM schema_guard.status';
# it always names the publication of all tables
my $missed = "SELECT count(*) FROM schema_guard.verify() WHERE object_type <> 'publication'";
query($node, 'one', "SELECT schema_guard.capture('before the upgrade'), schema_guard.approve('before the upgrade')");
my $known = query($node, 'one', $kept);
foreach my $db (qw(two three shuffled_1 shuffled_2 ascii plain), sort keys %other)
{
	query($node, $db, query($node, $db, "SELECT format('ALTER SUBSCRIPTION %1\$I SET (slot_name = NONE); DROP SUBSCRIPTION %1\$I;', subname)"
		. ' FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname = current_database()'));
	query($node, 'postgres', "DROP DATABASE $db");
}
$node->stop;
my $new = new_node('upgraded');
$new->append_conf('postgresql.conf', 'max_prepared_transactions = 10');
my $bindir = $new->config_data('--bindir');
chdir $tmp or die;
($out, $err) = run_command([ 'pg_upgrade', $version >= 150000 ? '--no-sync' : (), '-d', $node->data_dir, '-D', $new->data_dir, '-b', $bindir, '-B', $bindir,
	'-p', $node->port, '-P', $new->port, '-s', $node->host, '-U', scalar getpwuid($<) ]);
like($out, qr/Upgrade Complete/, 'pg_upgrade') or diag("$out\n$err");
$new->start;
is(query($new, 'one', 'SELECT * FROM schema_guard.describe()'), $described, 'upgraded: described as before');
is(fingerprint($new, 'one', $all), $expected, 'upgraded');
# object identifiers are others: the live state is known to be another system's, and computed anew
is(query($new, 'one', 'SELECT stale FROM schema_guard.status'), 't', 'upgraded: the live state has to be computed anew');
is(query($new, 'one', "SELECT drift IS NULL FROM (SELECT) x LEFT JOIN schema_guard.drift() ON true LIMIT 1"), 't', 'upgraded: approvals are in force');
refused_like($new, 'one', 'SET schema_guard.mode = enforce; ALTER TABLE inv.nothing ADD refused integer', 'SG002', 'column "refused" added.*before the upgrade', 'upgraded: enforced is what was approved');
is(query($new, 'one', $missed), '0', 'upgraded: nothing missed');
is(query($new, 'one', $kept), $known, 'upgraded: snapshots, approvals, releases and journal');
is(query($new, 'one', 'SELECT count(*) FROM schema_guard.verify_journal()'), '0', 'upgraded: the chain');
query($new, 'one', "SET schema_guard.mode = enforce; BEGIN; ALTER TABLE inv.nothing ADD undone integer; ALTER TABLE inv.nothing DROP undone; COMMIT");
query($new, 'one', "SET schema_guard.bypass = 'test'; ALTER TABLE inv.nothing ADD new integer");
is(query($new, 'one', 'SELECT changes->0->>\'attribute\' FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1'), 'column "new"', 'upgraded: the journal goes on');
is(query($new, 'one', $missed), '0', 'upgraded: nothing missed');
$new->stop;
done_testing();
