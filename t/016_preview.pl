# preview() leaves no trace in the statistics of statements either, and works beside other sessions.
use strict;
use warnings;
use SchemaGuardTest;
use Test::More;

my $node = start_node('preview', "shared_preload_libraries = 'pg_stat_statements'", "pg_stat_statements.track = all");
make_database($node, 'shop');
$node->safe_psql('shop', 'CREATE EXTENSION pg_stat_statements; CREATE TABLE orders (id int); INSERT INTO orders SELECT generate_series(1, 1000)');

# a migration and what it would do, in one session that is told to count everything
my $ddl = 'ALTER TABLE orders ALTER id TYPE bigint; UPDATE orders SET id = id + 1';
$node->safe_psql('shop', 'SELECT pg_stat_statements_reset()');
is($node->safe_psql('shop', "SELECT kind, change, object_identity FROM schema_guard.preview('$ddl') WHERE kind IN ('item', 'rewrite')"),
	"item|changed|public.orders\nrewrite|rewritten|public.orders", 'previewed');
is($node->safe_psql('shop', "SELECT count(*) FROM pg_stat_statements WHERE query ~ '^(ALTER|UPDATE)'"), 0,
	'pg_stat_statements has not seen the DDL');
is($node->safe_psql('shop', "SELECT count(*) FROM pg_stat_statements WHERE query ~ 'preview'"), 1,
	'but who previewed it');
is($node->safe_psql('shop', 'SHOW pg_stat_statements.track'), 'all', 'and goes on counting');
$node->safe_psql('shop', "DO \$\$ BEGIN EXECUTE 'ALTER TABLE orders ADD n int'; END \$\$");
is($node->safe_psql('shop', "SELECT count(*) FROM pg_stat_statements WHERE query ~ '^ALTER'"), 1, 'what is nested, too');

$node->safe_psql('shop', "SELECT schema_guard.capture('now'), schema_guard.approve('now')");

# the gate of a transaction that has previewed and changed
my ($rc, $out, $err) = run_sql($node, 'shop', <<'SQL');
SET schema_guard.mode = enforce;
BEGIN;
SELECT count(*) FROM schema_guard.preview('DROP TABLE orders');
CREATE TABLE items (id int);
SELECT count(*) FROM schema_guard.preview('DROP TABLE items; SELECT 1/0');
COMMIT;
SQL
like($err, qr/^psql:<stdin>:5: ERROR:  22012: division by zero/, 'an error of the DDL is the caller\'s');
($rc, $out, $err) = run_sql($node, 'shop', <<'SQL', '-v', 'ON_ERROR_STOP=0');
SET schema_guard.mode = enforce;
BEGIN;
CREATE TABLE items (id int);
SAVEPOINT s;
SELECT count(*) FROM schema_guard.preview('DROP TABLE items; SELECT 1/0');
ROLLBACK TO s;
SELECT string_agg(change || ' ' || object_type, ', ') FROM schema_guard.preview('DROP TABLE items; DROP TABLE orders') WHERE kind = 'item';
COMMIT;
SQL
like($err, qr/22012: division by zero.*SG002: schema change is not approved: table public\.items added\nDETAIL:  table public\.items added\n/s,
	'judged by what it has changed, not by what it has previewed');
like($out, qr/^removed table, removed table$/m, 'a preview begins with what the transaction has changed');
is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.verify()'), 0, 'nothing was missed');

$node->stop;
done_testing();
