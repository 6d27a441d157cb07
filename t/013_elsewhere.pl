# What a transaction does elsewhere goes with it: postgres_fdw commits its remote
# transactions in a callback, which must not come before the gate.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use SchemaGuardTest;
use Test::More;

my $node = start_node('elsewhere');
if ($node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'") != 1)
{
	$node->stop;
	plan skip_all => 'postgres_fdw is not installed';
}
my ($host, $port) = ($node->host, $node->port);

$node->safe_psql('postgres', 'CREATE DATABASE remote');
$node->safe_psql('remote', 'CREATE TABLE r (what text)');
make_database($node, 'shop');
$node->safe_psql('shop', <<"SQL");
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'remote');
CREATE USER MAPPING FOR PUBLIC SERVER s;
CREATE FOREIGN TABLE f (what text) SERVER s OPTIONS (table_name 'r');
CREATE TABLE t (a int);
CREATE FUNCTION ddl_then_remote(what text) RETURNS void LANGUAGE plpgsql AS \$\$
BEGIN ALTER TABLE t ADD b int; INSERT INTO f VALUES (what); END \$\$;
CREATE FUNCTION remote_then_ddl(what text) RETURNS void LANGUAGE plpgsql AS \$\$
BEGIN INSERT INTO f VALUES (what); ALTER TABLE t ADD b int; END \$\$;
CREATE PROCEDURE proc(what text) LANGUAGE plpgsql AS \$\$
BEGIN ALTER TABLE t ADD b int; INSERT INTO f VALUES (what); COMMIT; END \$\$;
CREATE FUNCTION to_remote() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN INSERT INTO f VALUES (TG_ARGV[0]); RETURN NULL; END \$\$;
CREATE FUNCTION to_ddl() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN ALTER TABLE t ADD b int; RETURN NULL; END \$\$;
CREATE TABLE u (a int);
CREATE TABLE v (a int);
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON u DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION to_remote('deferred');
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON v DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION to_ddl();
CREATE FUNCTION remote_row(what text) RETURNS int LANGUAGE plpgsql AS \$\$
BEGIN INSERT INTO f VALUES (what); RETURN 1; END \$\$;
SELECT schema_guard.capture('now'), schema_guard.approve('now');
ALTER DATABASE shop SET schema_guard.mode = enforce;
SQL

# what is run, and what its transaction does
my @transactions = (
	[ 'implicit: DDL, then remote', "SELECT ddl_then_remote('x')" ],
	[ 'implicit: remote, then DDL', "SELECT remote_then_ddl('x')" ],
	[ 'explicit: DDL, then remote', "BEGIN; ALTER TABLE t ADD b int; INSERT INTO f VALUES ('x'); COMMIT" ],
	[ 'explicit: remote, then DDL', "BEGIN; INSERT INTO f VALUES ('x'); ALTER TABLE t ADD b int; COMMIT" ],
	[ 'DDL that is the last statement of a string', "INSERT INTO f VALUES ('x')\\; ALTER TABLE t ADD b int" ],
	[ 'remote that is the last statement of a string', "ALTER TABLE t ADD b int\\; INSERT INTO f VALUES ('x')" ],
	[ 'a DO block', "DO \$\$ BEGIN ALTER TABLE t ADD b int; INSERT INTO f VALUES ('x'); END \$\$" ],
	[ 'a procedure that commits', "CALL proc('x')" ],
	[ 'remote in a savepoint', "BEGIN; ALTER TABLE t ADD b int; SAVEPOINT s; INSERT INTO f VALUES ('x'); RELEASE s; COMMIT" ],
	[ 'DDL in a savepoint', "BEGIN; INSERT INTO f VALUES ('x'); SAVEPOINT s; ALTER TABLE t ADD b int; RELEASE s; COMMIT" ],
	[ 'both in a savepoint', "BEGIN; SAVEPOINT s; ALTER TABLE t ADD b int; INSERT INTO f VALUES ('x'); RELEASE s; COMMIT" ],
	[ 'remote after a savepoint that is undone',
		"BEGIN; ALTER TABLE t ADD b int; SAVEPOINT s; INSERT INTO f VALUES ('gone'); ROLLBACK TO s; INSERT INTO f VALUES ('x'); COMMIT" ],
	[ 'remote in a deferred trigger', "BEGIN; INSERT INTO u VALUES (1); ALTER TABLE t ADD b int; COMMIT" ],
	[ 'DDL in a deferred trigger', "BEGIN; INSERT INTO f VALUES ('x'); INSERT INTO v VALUES (1); COMMIT" ],
	[ 'both in deferred triggers', "BEGIN; INSERT INTO v VALUES (1); INSERT INTO u VALUES (1); COMMIT" ],
	[ 'a cursor that runs at commit',
		"BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT remote_row('x'); ALTER TABLE t ADD b int; COMMIT" ],
	[ 'COPY', "BEGIN; ALTER TABLE t ADD b int; COPY f FROM PROGRAM 'echo x'; COMMIT" ],
	[ 'PREPARE TRANSACTION', "BEGIN; ALTER TABLE t ADD b int; INSERT INTO f VALUES ('x'); PREPARE TRANSACTION 'p'", 'SG002|0A000' ],
);

# 13 has no TRUNCATE of a foreign table
push @transactions, [ 'TRUNCATE', 'BEGIN; ALTER TABLE t ADD b int; TRUNCATE f; COMMIT' ] if $node->pg_version >= 14;

# each in a session of its own, in which the libraries are loaded in this order
my @orders = (
	[ 'nothing is loaded', '' ],
	[ 'schema_guard first', "LOAD 'schema_guard'; SELECT FROM f" ],
	[ 'postgres_fdw first', "SELECT FROM f; LOAD 'schema_guard'" ],
);

sub far { return $node->safe_psql('remote', 'SELECT string_agg(what, \' \' ORDER BY what) FROM r'); }

$node->safe_psql('remote', "INSERT INTO r VALUES ('before')");
foreach my $order (@orders)
{
	foreach my $transaction (@transactions)
	{
		my ($name, $sql, $sqlstate) = @$transaction;

		refused_like($node, 'shop', "$order->[1];\n$sql", $sqlstate // 'SG002', '', "$name, $order->[0]: refused");
		is(far(), 'before', "$name, $order->[0]: nothing is done elsewhere");
	}
}

# what is approved is done in both places
my $file = $node->safe_psql('shop', 'SET schema_guard.mode = observe; BEGIN; ALTER TABLE t ADD b int; SELECT schema_guard.export(); ROLLBACK');
$file =~ s/'/''/g;
$node->safe_psql('shop', "SELECT schema_guard.import('$file', 'with b'), schema_guard.approve('with b')");
$node->safe_psql('shop', "BEGIN; ALTER TABLE t ADD b int; INSERT INTO f VALUES ('done'); COMMIT");
is(far(), 'before done', 'an approved change and what goes with it');
state_is_truth($node, 'shop', 'together with postgres_fdw');

# what fails elsewhere is not done here either
$node->safe_psql('remote', <<'SQL');
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
CREATE CONSTRAINT TRIGGER no AFTER INSERT ON r DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no();
SQL
my $entries = $node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.journal');
my ($rc, $out, $err) = run_sql($node, 'shop', "SET schema_guard.mode = observe; BEGIN; ALTER TABLE t ADD c int; INSERT INTO f VALUES ('late'); COMMIT");
like($err, qr/not today/, 'the remote commit fails after the gate has passed');
is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.journal'), $entries, 'nothing is journaled');
state_is_truth($node, 'shop', 'a remote commit that fails');

$node->stop;
done_testing();
