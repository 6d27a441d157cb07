# A physical standby serves everything that reads; logical replication goes on between guarded databases.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('primary', 'wal_level = logical', 'max_wal_senders = 10', 'max_replication_slots = 10', 'hot_standby = on',
	"session_preload_libraries = 'schema_guard'");
$node->safe_psql('postgres', 'CREATE DATABASE shop');
$node->safe_psql('shop', 'CREATE TABLE orders (id int PRIMARY KEY, note text); CREATE VIEW v AS SELECT id FROM orders;
	CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES (1, false)');
$node->safe_psql('shop', 'CREATE EXTENSION schema_guard');
sub on_primary { my ($sql) = @_; return $node->safe_psql('shop', $sql); }
on_primary(<<'SQL');
SELECT schema_guard.capture('first'), schema_guard.approve('first');
SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"id": "integer"}}}}');
ALTER TABLE orders ADD more int;
SELECT schema_guard.capture('second');
SQL

# A standby, which is behind no more.
$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
on_primary('ALTER TABLE orders ADD still_more int');
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is($standby->safe_psql('shop', 'SELECT pg_is_in_recovery()'), 't', 'a standby');

# Every function that is STABLE, every view: what they say there is what they say on the primary.
my %calls = (
	'fingerprint(text[],name)' => "SELECT schema_guard.fingerprint(), schema_guard.fingerprint('{all}', 'public')",
	'describe(text,text[])' => 'SELECT * FROM schema_guard.describe()',
	'export(text)' => "SELECT schema_guard.export(), schema_guard.export('first')",
	'diff(text,text)' => "SELECT * FROM schema_guard.diff('first')",
	'drift()' => 'SELECT * FROM schema_guard.drift()',
	'export_path(text,text)' => "SELECT schema_guard.export_path('first')",
	'check_release(text,text,name)' => "SELECT * FROM schema_guard.check_release('api', '1')",
	'release_fits(text,text)' => "SELECT schema_guard.release_fits('api', '1')",
	'can_deploy(text,text,text,name)' => "SELECT * FROM schema_guard.can_deploy('api', '1', 'first')",
	'assert_release(text,text,name)' => "SELECT schema_guard.assert_release('api', '1')",
	'assert_contract(jsonb)' => q(SELECT schema_guard.assert_contract('{"relations": {"public.orders": {"insert": ["id"]}}}')),
	'assert_fingerprint(text)' => 'SELECT schema_guard.assert_fingerprint(schema_guard.fingerprint())',
	'contract_of(text[],text)' => q(SELECT schema_guard.contract_of('{SELECT id FROM orders}', 'public')),
	'contract_of_tables(text[],text[],text)' => q(SELECT schema_guard.contract_of_tables('{public.orders}', '{select,insert}')),
	'contract_of_relations(text,text[],text[])' => q(SELECT schema_guard.contract_of_relations('first', '{public.orders}', '{select}')),
	'contract_of_sqlx(jsonb,text)' => q(SELECT schema_guard.contract_of_sqlx('[{"db_name": "PostgreSQL", "query": "SELECT id FROM orders",
		"describe": {"columns": [], "parameters": {"Left": []}, "nullable": []}, "hash": "0"}]', 'public')),
	'contract_diff(jsonb,jsonb)' => q(SELECT * FROM schema_guard.contract_diff('{}', '{"relations": {"public.orders": {"insert": ["id"]}}}')),
	'ready(text,text)' => q(SELECT * FROM schema_guard.ready('api', '1')),
	'assert_migrations(jsonb)' => q(SELECT schema_guard.assert_migrations('{"tool": "golang-migrate", "applied": [{"version": "1"}]}')),
	'collect_metrics()' => 'SELECT * FROM schema_guard.collect_metrics()',
	'metrics_text()' => 'SELECT schema_guard.metrics_text()',
	'live_state_is_stale()' => 'SELECT schema_guard.live_state_is_stale()',
	'library_version()' => 'SELECT schema_guard.library_version()',
	'readable(text)' => q(SELECT schema_guard.readable('a')),
	'setting_in_force(text)' => "SELECT schema_guard.setting_in_force('schema_guard.mode')",
	'settings_not_in_force()' => 'SELECT * FROM schema_guard.settings_not_in_force()',
	'not_covered()' => 'SELECT * FROM schema_guard.not_covered()',
	'verify_journal(text)' => 'SELECT * FROM schema_guard.verify_journal((SELECT journal_head FROM schema_guard.status))');
foreach my $function (split /\n/, on_primary("SELECT substr(oid::regprocedure::text, 14) FROM pg_proc WHERE pronamespace = 'schema_guard'::regnamespace AND provolatile <> 'v' ORDER BY 1"))
{
	ok($calls{$function}, "$function has a call in this test") or next;
	is($standby->safe_psql('shop', $calls{$function}), on_primary($calls{$function}), "$function on a standby");
}
foreach my $view (split /\n/, on_primary("SELECT relname FROM pg_class WHERE relnamespace = 'schema_guard'::regnamespace AND relkind = 'v' ORDER BY 1"))
{
	is($standby->safe_psql('shop', "SELECT * FROM schema_guard.$view"), on_primary("SELECT * FROM schema_guard.$view"), "$view on a standby");
}
on_primary('DROP TABLE schema_migrations');
# assertions that fail, also as it connects
refused_like($standby, 'shop', q(SELECT schema_guard.assert_contract('{"relations": {"public.orders": {"insert": ["gone"]}}}')), 'SG001', 'does not fit', 'a contract that does not fit');
refused_like($standby, 'shop', "SELECT schema_guard.assert_fingerprint('sg1:" . ('0' x 64) . "')", 'SG001', 'fingerprint', 'another fingerprint');
refused_like($standby, 'shop', "SELECT schema_guard.assert_release('api', '2')", 'SG004', 'not registered', 'a release that nobody knows');
my ($rc, $out, $err);
sub connect_as
{
	my ($release) = @_;
	$standby->psql('shop', 'SELECT 1', stdout => \$out, stderr => \$err, on_error_die => 0,
		connstr => $standby->connstr('shop') . " options='-c schema_guard.application=$release'");
	return $err;
}
is(connect_as('api/1'), '', 'the declared release connects');
like(connect_as('api/2'), qr/FATAL:  release api\/2 is not registered/, 'one that nobody knows does not');
on_primary("SET schema_guard.bypass = 'test'; ALTER TABLE orders RENAME id TO order_id");
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
like(connect_as('api/1'), qr/FATAL:  release api\/1 does not fit the schema/, 'nor one that does not fit any more');
on_primary("SET schema_guard.bypass = 'test'; ALTER TABLE orders RENAME order_id TO id");
unlike(slurp_file($standby->logfile), qr/cannot execute|cannot assign/, 'they are not counted, and that is no fault');
# what writes says that it cannot

# A ledger on a standby: known, then changed where nobody looks, and two migrators at once.
sub assert_on_standby
{
	$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
	return scalar $standby->psql('shop', q(SELECT schema_guard.assert_release('ledger', '1')));
}
$node->safe_psql('shop', 'CREATE TABLE dbmate_migrations (version varchar(128) PRIMARY KEY)');
$node->safe_psql('shop', q(INSERT INTO dbmate_migrations VALUES ('1'), ('2')));
$node->safe_psql('shop', q(SELECT schema_guard.register('ledger', '1', '{"migrations": {"tool": "dbmate", "applied": [{"version": "1"}, {"version": "2"}]}}')));
is(assert_on_standby(), 0, 'the ledger has what the release declares');
my @migrators = map { $node->background_psql('shop', on_error_stop => 1) } 3, 4;
my $version = 2;
foreach my $migrator (@migrators)
{
	$version++;
	$migrator->query_safe("BEGIN; CREATE TABLE by_$version (id int); INSERT INTO dbmate_migrations VALUES ('$version')");
}
$_->query_safe('COMMIT') foreach @migrators;
$_->quit foreach @migrators;
is(assert_on_standby(), 0, 'two migrators at once: both are newer');
is($standby->safe_psql('shop', q(SELECT string_agg(rule, ' ') FROM schema_guard.check_release('ledger', '1'))), 'migration_newer migration_newer', 'and known as such');
$node->safe_psql('shop', q(SET schema_guard.mode = off; DELETE FROM dbmate_migrations WHERE version = '1'));
is(assert_on_standby(), 3, 'a row that was taken away where nobody looks');
$node->safe_psql('shop', q(SET schema_guard.mode = off; INSERT INTO dbmate_migrations VALUES ('1')));
is(assert_on_standby(), 0, 'and put back');
$node->safe_psql('shop', q(SELECT schema_guard.retire('ledger', '1'); DROP TABLE by_3, by_4, dbmate_migrations));

refused_like($standby, 'shop', "SELECT schema_guard.capture('x')", '25006', 'read-only', 'capture() on a standby');
refused_like($standby, 'shop', 'SELECT * FROM schema_guard.verify()', '25006', 'cannot execute schema_guard.verify\(\) in a read-only transaction', 'verify() on a standby');
$standby->stop;

# Logical replication into a database in enforce: rows, TRUNCATE, the initial copy, a slot's restart.
on_primary("INSERT INTO orders VALUES (1, 'copied'); CREATE PUBLICATION p FOR TABLE orders");
my $subscriber = start_node('subscriber', 'wal_level = logical', "session_preload_libraries = 'schema_guard'");
$subscriber->safe_psql('postgres', 'CREATE DATABASE shop');
$subscriber->safe_psql('shop', 'CREATE TABLE orders (id int PRIMARY KEY, note text, more int, still_more int)');
$subscriber->safe_psql('shop', 'CREATE EXTENSION schema_guard');
sub on_subscriber { my ($sql) = @_; return $subscriber->safe_psql('shop', $sql); }
(my $connection = $node->connstr('shop')) =~ s/'/''/g;
on_subscriber("CREATE SUBSCRIPTION s CONNECTION '$connection' PUBLICATION p");
on_subscriber("SELECT schema_guard.capture('subscribed'), schema_guard.approve('subscribed')");
$subscriber->safe_psql('postgres', "ALTER DATABASE shop SET schema_guard.mode = 'enforce'");
$subscriber->restart;
my $entries = on_subscriber('SELECT count(*) FROM schema_guard.journal');

sub arrives
{
	my ($expected, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	$subscriber->poll_query_until('shop', "SELECT coalesce(string_agg(id || coalesce(note, ''), ' ' ORDER BY id), '') = '$expected' FROM orders");
	is(on_subscriber("SELECT coalesce(string_agg(id || coalesce(note, ''), ' ' ORDER BY id), '') FROM orders"), $expected, $name);
	return;
}
arrives('1copied', 'the initial copy');
on_primary("INSERT INTO orders VALUES (2, 'new'); UPDATE orders SET note = 'changed' WHERE id = 1");
arrives('1changed 2new', 'rows');
on_primary('TRUNCATE orders');
arrives('', 'TRUNCATE');
on_primary("BEGIN; INSERT INTO orders VALUES (3); SET schema_guard.bypass = 'test'; CREATE TABLE beside (a int); INSERT INTO orders VALUES (4); COMMIT");
arrives('3 4', 'a transaction with DDL');
on_primary("BEGIN; INSERT INTO orders VALUES (5); PREPARE TRANSACTION 'two'");
on_primary("COMMIT PREPARED 'two'");
arrives('3 4 5', 'a prepared transaction');
$subscriber->stop('immediate');
on_primary('INSERT INTO orders VALUES (6)');
$subscriber->start;
arrives('3 4 5 6', 'after a crash');
refused_like($subscriber, 'shop', 'ALTER TABLE orders ADD extra int', 'SG002', 'column "extra" added', 'the subscriber is guarded');
is(on_subscriber('SELECT count(*) FROM schema_guard.journal'), $entries, 'replication is nothing for the journal');
is(on_subscriber('SELECT count(*) FROM schema_guard.verify()'), 0, 'nothing was missed');
on_subscriber("SET schema_guard.bypass = 'test'; ALTER SUBSCRIPTION s REFRESH PUBLICATION; DROP SUBSCRIPTION s");
is(on_subscriber("SELECT verdict, statements FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1"), 'bypass|{"DROP SUBSCRIPTION s"}', 'dropping the subscription is a change');
# All tables are published, the guard's among them: every sync ends, and nothing enters the subscriber's guard.
on_primary("SET schema_guard.bypass = 'test'; CREATE PUBLICATION everything FOR ALL TABLES");
is(on_primary('SELECT object_type, object_identity, attribute, found FROM schema_guard.problems'), 'publication|everything|tables of schema_guard|published', 'problems has it');
is(on_primary('SELECT count(*) FROM schema_guard.verify()'), 0, 'which is no missed change');
my $rows = join(' UNION ALL ', map { "SELECT '$_', md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM schema_guard.$_ t" }
  split /\n/, on_subscriber("SELECT relname FROM pg_class WHERE relnamespace = 'schema_guard'::regnamespace AND relkind = 'r' ORDER BY 1")) . ' ORDER BY 1';
on_subscriber("SET schema_guard.bypass = 'test'; CREATE TABLE beside (a int); DELETE FROM orders");
on_subscriber("SET schema_guard.bypass = 'test'; CREATE SUBSCRIPTION s2 CONNECTION '$connection' PUBLICATION everything WITH (copy_data = true)");
my $kept = on_subscriber($rows);
ok($subscriber->poll_query_until('shop', "SELECT count(*) = 0 FROM pg_subscription_rel WHERE srsubstate <> 'r'"), 'every sync ends')
  or diag(on_subscriber("SELECT string_agg(srrelid::regclass::text, ', ') FROM pg_subscription_rel WHERE srsubstate <> 'r'"));
on_primary("SELECT schema_guard.capture('published'), schema_guard.approve('published'); SET schema_guard.bypass = 'test'; ALTER TABLE beside ADD b int; ALTER TABLE beside DROP b; INSERT INTO beside VALUES (1)");
ok($subscriber->poll_query_until('shop', 'SELECT count(*) = 1 FROM beside'), 'rows of other tables arrive');
is(on_subscriber($rows), $kept, 'nothing of the guard does');
on_subscriber("SET schema_guard.bypass = 'test'; DROP SUBSCRIPTION s2");
is(on_subscriber('SELECT count(*) FROM schema_guard.verify()'), 0, 'and nothing was missed');
is(on_subscriber('SELECT count(*) FROM schema_guard.verify_journal()'), 0, 'the chain is whole');

unlike(slurp_file($subscriber->logfile), qr/schema_guard could not/, 'no worker was disturbed');
$subscriber->stop;
$node->stop;
done_testing();
