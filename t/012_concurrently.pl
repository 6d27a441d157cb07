# Commands that commit in the middle: whatever becomes of them, the live state says what is there; and what
# was judged at the beginning is not refused at the end. The library is loaded in all sessions, because
# REINDEX fires no event trigger before PostgreSQL 17.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use SchemaGuardTest;
use Test::More;

my $node = start_node('concurrently', "session_preload_libraries = 'schema_guard'");
make_database($node, 'shop');

sub value { return $node->safe_psql('shop', $_[0]); }
sub truth { local $Test::Builder::Level = $Test::Builder::Level + 1; return state_is_truth($node, 'shop', @_); }

# the statement alone, as commands that commit want it; settings as "a=b"
sub alone
{
	my ($sql, @settings) = @_;
	my ($out, $err);
	$node->psql('shop', $sql, stdout => \$out, stderr => \$err, on_error_die => 0,
		connstr => $node->connstr('shop') . " options='" . join(' ', map { "-c $_" } @settings) . "'");
	return ($err // '') =~ s/^psql:\S+ //gmr;
}

# while another session is in a transaction that has done this
sub meanwhile
{
	my ($sql, $work) = @_;
	my $other = $node->background_psql('shop');
	$other->query_safe("BEGIN; $sql");
	$work->();
	$other->query_safe('ROLLBACK');
	$other->quit;
	return;
}

sub last_entry { return value('SELECT mode, verdict, statements::text, jsonb_array_length(changes) FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1'); }
sub journaled { return value("SELECT string_agg(c->>'change' || ' ' || (c->>'attribute'), '; ') FROM (SELECT changes FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1) j, jsonb_array_elements(changes) c"); }

value(<<'SQL');
CREATE TABLE t (a int CONSTRAINT t_key PRIMARY KEY, b int);
CREATE INDEX i ON t (b);
CREATE TABLE parted (a int, b int) PARTITION BY LIST (a);
CREATE TABLE part1 PARTITION OF parted FOR VALUES IN (1);
CREATE INDEX part_index ON parted (b);
CREATE INDEX part1_index ON part1 (a, b);
CREATE SCHEMA many;
CREATE TABLE many.a (a int PRIMARY KEY);
CREATE TABLE many.b (a int UNIQUE, b int);
CREATE INDEX ON many.b (b);
SQL

# the indexes are others afterwards, and are known as what they are
foreach my $what ('INDEX CONCURRENTLY i', 'TABLE CONCURRENTLY t', 'TABLE CONCURRENTLY part1', 'SCHEMA CONCURRENTLY many', 'DATABASE CONCURRENTLY shop', 'SCHEMA many')
{
	alone("REINDEX $what");
	truth("REINDEX $what");
}
if ($node->pg_version >= 14)
{
	alone('REINDEX TABLE CONCURRENTLY parted');
	truth('REINDEX TABLE CONCURRENTLY of a partitioned table');
}
alone('ALTER INDEX i RENAME TO j');
is(journaled(), 'renamed index "j"', 'an index is renamed after REINDEX CONCURRENTLY');
alone('ALTER INDEX j RENAME TO i');

# REINDEX CONCURRENTLY fails before the indexes change places, and after
meanwhile('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1', sub {
	like(alone('REINDEX INDEX CONCURRENTLY i', 'statement_timeout=2s'), qr/statement timeout/, 'REINDEX CONCURRENTLY waits for a snapshot');
});
is(value("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE NOT indisvalid"), 'i_ccnew', 'the copy is left');
truth('failed before the swap');
value('DROP INDEX i_ccnew');
meanwhile('SELECT count(*) FROM t', sub {
	like(alone('REINDEX INDEX CONCURRENTLY i', 'statement_timeout=2s'), qr/statement timeout/, 'REINDEX CONCURRENTLY waits for a reader');
});
is(value("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE NOT indisvalid"), 'i_ccold', 'the original is left');
truth('failed after the swap');
value('DROP INDEX i_ccold');
# with one table done
meanwhile('SELECT count(*) FROM many.b', sub {
	like(alone('REINDEX SCHEMA CONCURRENTLY many', 'statement_timeout=2s'), qr/statement timeout/, 'REINDEX SCHEMA CONCURRENTLY fails half-way');
});
truth('failed half-way');
value("DROP INDEX $_") foreach split /\n/, value('SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid');
truth('cleaned up');

# an invalid index that REINDEX makes a valid one is judged
value('INSERT INTO t VALUES (1), (2)');
like(alone('CREATE UNIQUE INDEX CONCURRENTLY u ON t ((1))'), qr/could not create unique index/, 'an invalid index');
value('DELETE FROM t WHERE a = 2');
value("SELECT schema_guard.capture('start'), schema_guard.approve('start')");
like(alone('REINDEX INDEX u', 'schema_guard.mode=enforce'), qr/schema change is not approved: table public\.t: index "u" added: [^\n]*\nDETAIL:  table public.t: index "u" added/, 'REINDEX of an invalid index is refused');
like(alone('REINDEX TABLE t', 'schema_guard.mode=enforce'), qr/schema change is not approved/, 'and of its table');
truth('REINDEX refused');
# CONCURRENTLY has begun before it is known what becomes of it
like(alone('REINDEX INDEX CONCURRENTLY u', 'schema_guard.mode=enforce'), qr/\AWARNING:  schema change is not approved: table public\.t: index "u" added: [^\n]*\nDETAIL:  table public.t: index "u" added/,
	'with CONCURRENTLY it is warned of');
is(last_entry(), 'enforce|warned|{"REINDEX INDEX CONCURRENTLY u"}|1', 'and journaled');
truth('REINDEX CONCURRENTLY of an invalid index');
value('DROP INDEX u');
truth('DROP INDEX');

# what was judged at the beginning is not refused at the end, if a window has closed or an approval was revoked meanwhile
foreach my $command (
	[ 'CREATE INDEX CONCURRENTLY late ON t (a, b)', 'added index "late"' ],
	[ 'DROP INDEX CONCURRENTLY late', '' ])
{
	value("SELECT schema_guard.open_window('at night', '1 hour')");
	my $session = $node->background_psql('shop');
	$session->query_safe('SET schema_guard.mode = enforce');
	meanwhile('SELECT count(*) FROM t; INSERT INTO t VALUES (7)', sub {
		$session->query_until(qr/begun/, "\\echo begun\n$command->[0];\n");
		$node->poll_query_until('shop', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '$command->[0]%'");
		value('SELECT schema_guard.close_window()');
	});
	$session->query_until(qr/done/, "\\echo done\n");
	my $warned = $command->[1] ne '' ? 1 : 0;
	is(scalar(() = $session->{stderr} =~ /WARNING: .*schema change is not approved/g), $warned, "$command->[0]: the window has closed");
	unlike($session->{stderr}, qr/ERROR/, 'nothing is refused');
	$session->quit;
	if ($warned)
	{
		is(last_entry(), "enforce|warned|{\"$command->[0]\"}|1", 'it is journaled');
		is(journaled(), $command->[1], 'as what it is');
	}
	truth($command->[0]);
}

# where storage is guarded, the indexes that it works on are seen; they are no change that anybody has to approve
value("SELECT schema_guard.guard_facets('{structure,index,storage}'), schema_guard.capture('storage'), schema_guard.approve('storage')");
foreach my $command ('REINDEX INDEX CONCURRENTLY i', 'REINDEX TABLE CONCURRENTLY t', 'REINDEX SCHEMA CONCURRENTLY many')
{
	is(alone($command, 'schema_guard.mode=enforce'), '', "$command with storage guarded");
	truth("$command, storage");
	is(value('SELECT count(*) FROM schema_guard.drift()'), 0, 'no drift');
}
meanwhile('SELECT count(*) FROM t', sub {
	like(alone('REINDEX INDEX CONCURRENTLY i', 'statement_timeout=2s', 'schema_guard.mode=enforce'), qr/\AERROR:  canceling statement due to statement timeout\s*(?:CONTEXT:  waiting for [^\n]*\s*)?\Z/, 'one that fails');
});
is(value('SELECT attribute FROM schema_guard.drift()'), 'invalid index "i_ccold"', 'what it leaves is drift');
truth('failed, storage');
# VACUUM says of a table that it has no index if that has only one that is not ready
value('CREATE TABLE no_other (a integer); INSERT INTO no_other VALUES (1), (1)');
like(alone('CREATE UNIQUE INDEX CONCURRENTLY not_ready ON no_other (a)'), qr/could not create unique index/, 'an index that is not ready');
alone('VACUUM no_other');
is(value("SELECT relhasindex FROM pg_class WHERE relname = 'no_other'"), 'f', 'its table has none');
is(value("SELECT attribute FROM schema_guard.describe('public.no_other', '{storage}')"), 'invalid index "not_ready"', 'it is described');
truth('VACUUM of a table with an index that is not ready');
if ($node->pg_version >= 14)
{
	value("SET schema_guard.bypass = 'test'; DROP INDEX i_ccold");
	# 19 adds no constraint to the partition that says what its bound said; others do not where there is one
	foreach my $constraint ('', 'ALTER TABLE part1 ADD CHECK (a IS NOT NULL AND a = 1)')
	{
		value($constraint);
		meanwhile('SELECT count(*) FROM parted', sub {
			like(alone('ALTER TABLE parted DETACH PARTITION part1 CONCURRENTLY', 'statement_timeout=2s'), qr/statement timeout/, 'DETACH PARTITION CONCURRENTLY fails');
		});
		truth("failed to detach, $constraint");
		alone('ALTER TABLE parted DETACH PARTITION part1 FINALIZE');
		truth("DETACH PARTITION FINALIZE, $constraint");
		value('ALTER TABLE part1 DROP CONSTRAINT IF EXISTS part1_a_check; ALTER TABLE parted ATTACH PARTITION part1 FOR VALUES IN (1)');
	}
}

$node->stop;
done_testing();
