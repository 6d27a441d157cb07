# pg_repack in mode enforce, with the two rules of docs/operations.md; and that what they leave out is
# no way past the guard.
use strict;
use warnings;
use SchemaGuardTest;
use Test::More;

my $node = start_node('repack');
plan skip_all => 'pg_repack is not installed: that it works in enforce is not tested'
  if $node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_repack'") eq '0';

make_database($node, 'shop');
$node->safe_psql('shop', q{
	CREATE EXTENSION pg_repack;
	CREATE ROLE mallory LOGIN;
	GRANT CREATE, USAGE ON SCHEMA public TO mallory;
	GRANT USAGE ON SCHEMA repack TO mallory;
	CREATE FUNCTION public.harmless() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
	CREATE TABLE orders (id bigint PRIMARY KEY, total numeric CHECK (total >= 0), note text);
	CREATE INDEX ON orders (total);
	CREATE TRIGGER audit BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION harmless();
	INSERT INTO orders SELECT i, i, repeat('x', 50) FROM generate_series(1, 1000) i;
	ALTER TABLE orders OWNER TO mallory;
	SELECT schema_guard.capture('monday'), schema_guard.approve('monday')});
$node->safe_psql('postgres', "ALTER DATABASE shop SET schema_guard.mode = 'enforce'");

my @repack = ('pg_repack', '-h', $node->host, '-p', $node->port, '-d', 'shop', '-t', 'public.orders', '--no-analyze');
$node->command_fails_like(\@repack, qr/schema change is not approved.*repack/s, 'without rules pg_repack is refused');
$node->safe_psql('shop', 'SET schema_guard.mode = off; DROP EXTENSION pg_repack CASCADE; CREATE EXTENSION pg_repack; GRANT USAGE ON SCHEMA repack TO mallory; SELECT schema_guard.verify()');
$node->safe_psql('shop', q{
	SELECT schema_guard.exclude('repack.%', 'pg_repack: its copies and logs');
	SELECT schema_guard.exclude('repack\_trigger on %', 'pg_repack: its trigger');
	SELECT schema_guard.capture('with the rules'), schema_guard.approve('with the rules')});
my $entries = $node->safe_psql('shop', 'SELECT max(journal_id) FROM schema_guard.journal');
my $before = $node->safe_psql('shop', "SELECT pg_relation_filenode('orders')");
$node->command_ok(\@repack, 'with them it works');
isnt($node->safe_psql('shop', "SELECT pg_relation_filenode('orders')"), $before, 'the table is another file');
is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.drift()'), '0', 'no drift');
is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.verify()'), '0', 'nothing missed');
is($node->safe_psql('shop', 'SELECT max(journal_id) FROM schema_guard.journal'), $entries, 'nothing to journal');

# the name alone leaves nothing out
sub mallory { my ($sql, $name) = @_; return refused_like($node, 'shop', "SET ROLE mallory; $sql", 'SG002', 'trigger "repack_trigger" added', $name); }

mallory('CREATE TRIGGER repack_trigger BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION harmless()', "the trigger's name, another function");
mallory('CREATE TRIGGER repack_trigger BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()', 'a function of the system');
refused_like($node, 'shop', 'SET ROLE mallory; CREATE TRIGGER other BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION repack.repack_trigger()',
	'SG002', 'trigger "other" added', "another name, pg_repack's function");
refused_like($node, 'shop', 'SET ROLE mallory; ALTER TRIGGER audit ON orders RENAME TO repack_trigger', 'SG002', 'trigger "audit"', 'renamed to it');

# nor do an extension that is somebody's, or a function that is
$node->safe_psql('shop', q{
	SET schema_guard.mode = off;
	UPDATE pg_extension SET extowner = 'mallory'::regrole WHERE extname = 'pg_repack';
	SELECT schema_guard.verify()});
mallory('CREATE TRIGGER repack_trigger BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION repack.repack_trigger()', "an extension that is no superuser's");
$node->safe_psql('shop', q{
	SET schema_guard.mode = off;
	UPDATE pg_extension SET extowner = 10 WHERE extname = 'pg_repack';
	GRANT CREATE ON SCHEMA repack TO mallory;
	ALTER FUNCTION repack.repack_trigger() OWNER TO mallory;
	SELECT schema_guard.verify()});
mallory('CREATE TRIGGER repack_trigger BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION repack.repack_trigger()', "a function that is no superuser's");
is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.verify()'), '0', 'nothing missed');

$node->stop;
done_testing();
