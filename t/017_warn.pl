# Mode warn: the change commits, the client is told in the very words that enforce has for it, and the
# journal marks it.
use strict;
use warnings;
use SchemaGuardTest;
use Test::More;

my $node = start_node('warn');
make_database($node, 'shop');
$node->safe_psql('shop', <<'SQL');
CREATE TABLE orders (id bigint PRIMARY KEY, customer text, total numeric(12,2) CHECK (total >= 0));
CREATE VIEW latest AS SELECT id, customer FROM orders;
SQL

# what a mode says about a change, without the words ERROR and WARNING, and what became of it
sub said
{
	my ($mode, $sql, @settings) = @_;
	my $set = join('', map { "SET $_;\n" } "schema_guard.mode = $mode", @settings);
	my ($rc, $out, $err) = run_sql($node, 'shop', $set . $sql);
	$err =~ s/^psql:[^:]*:\d+: //mg;
	my @level = $err =~ /^(ERROR|WARNING):/mg;
	$err =~ s/^(ERROR|WARNING):/LEVEL:/mg;
	$err =~ s/^LOCATION:.*\n?//mg;
	return ("@level", $err);
}

sub journal
{
	my ($fields) = @_;
	return $node->safe_psql('shop', "SELECT $fields FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1");
}

# refused, then let through with the same text; then undone
sub same_text
{
	my ($name, $change, $undo, $sqlstate, $reason, @settings) = @_;
	my $before = journal('count(*) OVER ()');
	my ($refused, $error) = said('enforce', $change, @settings);
	is($refused, 'ERROR', "$name: refused in enforce");
	like($error, qr/^LEVEL:  $sqlstate: /, "$name: with $sqlstate");
	is(journal('count(*) OVER ()'), $before, "$name: not journaled");
	my ($warned, $warning) = said('warn', $change, @settings);
	is($warned, 'WARNING', "$name: one warning in warn");
	is($warning, $error, "$name: the same text");
	is(journal('count(*) OVER ()'), $before + 1, "$name: committed and journaled");
	is(journal('mode, verdict, reason'), "warn|warned|$reason", "$name: as what it is");
	$node->safe_psql('shop', "SET schema_guard.bypass = 'test'; $undo");
	return;
}

$node->safe_psql('shop', "SELECT schema_guard.capture('monday'), schema_guard.approve('monday')");
same_text('not approved', 'ALTER TABLE orders RENAME customer TO client; ', 'ALTER TABLE orders RENAME client TO customer',
	'SG002', 'not_approved');
same_text('a transaction', "BEGIN;\nALTER TABLE orders DROP CONSTRAINT orders_total_check;\nCREATE TABLE items (n int);\nCOMMIT;",
	'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0); DROP TABLE items', 'SG002', 'not_approved');
same_text('more than 20 items', "DO \$\$ BEGIN FOR i IN 1..25 LOOP EXECUTE 'CREATE TABLE many' || i || ' ()'; END LOOP; END \$\$;",
	"DO \$\$ BEGIN FOR i IN 1..25 LOOP EXECUTE 'DROP TABLE many' || i; END LOOP; END \$\$", 'SG002', 'not_approved');
same_text('an index', 'CREATE INDEX orders_customer ON orders (customer);', 'DROP INDEX orders_customer', 'SG002', 'not_approved');
same_text('too few approvals', 'DROP VIEW latest;', 'CREATE VIEW latest AS SELECT id, customer FROM orders', 'SG002', 'not_approved',
	'schema_guard.required_approvals = 2');

# a path, and what is out of its order
$node->safe_psql('shop', 'CREATE TABLE one (); CREATE TABLE two (); CREATE TABLE three ()');
$node->safe_psql('shop', <<'SQL');
SELECT schema_guard.import_path(schema_guard.export_path('monday'), 'deployment') IS NOT NULL;
SELECT schema_guard.approve('deployment') IS NOT NULL;
SET schema_guard.bypass = 'test';
DROP TABLE one, two, three;
-- as if it had never been there
DELETE FROM schema_guard.journal_object USING schema_guard.journal_entry j
 WHERE journal_object.journal_id = j.journal_id AND j.fingerprint_after IN (SELECT fingerprint FROM schema_guard.path_steps WHERE step > 0);
DELETE FROM schema_guard.journal_entry WHERE fingerprint_after IN (SELECT fingerprint FROM schema_guard.path_steps WHERE step > 0);
UPDATE schema_guard.journal_entry SET fingerprint_before = NULL;
SQL
same_text('out of order', "BEGIN;\nCREATE TABLE one ();\nCREATE TABLE two ();\nCOMMIT;", 'DROP TABLE one, two', 'SG002', 'out_of_order',
	'schema_guard.strict_path = on');
same_text('altered', 'CREATE TABLE one (n int);', 'DROP TABLE one', 'SG002', 'not_approved', 'schema_guard.strict_path = on');

$node->safe_psql('shop',
	q{SELECT schema_guard.register('api', '1', '{"relations": {"public.orders": {"select": {"customer": "text"}}}}')});
same_text('a live release', 'ALTER TABLE orders RENAME customer TO client;', 'ALTER TABLE orders RENAME client TO customer',
	'SG003', 'breaks_release; breaks release api/1 (0 sessions)');
$node->safe_psql('shop', q{SELECT schema_guard.register('web', '1', '{"relations": {"public.latest": {"select": {"id": "bigint"}}}}')});
same_text('two of them', "BEGIN;\nDROP VIEW latest;\nALTER TABLE orders DROP customer;\nCOMMIT;",
	'ALTER TABLE orders ADD customer text; CREATE VIEW latest AS SELECT id, customer FROM orders', 'SG003',
	'breaks_release; breaks release api/1 (0 sessions), release web/1 (0 sessions)');

# PREPARE TRANSACTION warns when it is prepared, once
my ($level, $text) = said('warn', "BEGIN;\nCREATE TABLE prepared ();\nPREPARE TRANSACTION 'p';\nCOMMIT PREPARED 'p';");
is($level, 'WARNING', 'a prepared transaction: one warning');
is(journal('verdict, reason, objects'), 'warned|not_approved|{"table public.prepared"}', 'and one entry');

# what is approved, unchanged, or in a window gets no warning
$node->safe_psql('shop', "SET schema_guard.bypass = 'test'; DROP TABLE prepared");
($level, $text) = said('warn', "BEGIN;\nCREATE TABLE prepared ();\nDROP TABLE prepared;\nCOMMIT;\nCREATE TEMP TABLE t ();");
is($level, '', 'unchanged: nothing');
($level, $text) = said('warn', "SELECT schema_guard.open_window('test', '1 hour');\nCREATE TABLE prepared ();\nSELECT schema_guard.close_window();");
is($level, '', 'a window: nothing');
is(journal('verdict, reason'), 'window|test', 'but in the journal');
($level, $text) = said('warn', 'CREATE TABLE hidden ();', 'client_min_messages = error');
is($level, '', 'a client that does not want warnings gets none');
is(journal('verdict'), 'warned', 'the journal has it all the same');
like($node->safe_psql('shop', "SELECT pg_read_file(pg_current_logfile())") || do { local $/; open my $fh, '<', $node->logfile; <$fh> },
	qr/WARNING:  (?:SG002: )?schema change is not approved/, 'and so has the server\'s log');

is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.verify()'), 0, 'nothing was missed');
$node->stop;
done_testing();
