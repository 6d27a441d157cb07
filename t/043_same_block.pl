# Two transactions store the same new block at the same moment: the one that has looked for it and not found it
# is stopped by gdb until another session's import has stored it. Neither fails, and it is stored once.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

system('gdb --version >/dev/null 2>&1') == 0 or plan skip_all => 'gdb is not installed';

my $node = start_node('same_block', "session_preload_libraries = 'schema_guard'");
make_database($node, 'shop');
my $file = $node->safe_psql('shop', 'BEGIN; CREATE TABLE t (a int); SELECT schema_guard.export(); ROLLBACK;');
$node->safe_psql('shop', "SELECT schema_guard.capture('now'); SELECT schema_guard.approve('now'); SELECT schema_guard.open_window('test', '1 hour')");

my $dir = PostgreSQL::Test::Utils::tempdir();
my $session = $node->background_psql('shop');
my $pid = $session->query_safe("SELECT pg_backend_pid()");
my $gdb = fork() // die "fork: $!";
if ($gdb == 0)
{
	open(STDOUT, '>', "$dir/gdb.log");
	open(STDERR, '>&', \*STDOUT);
	exec('gdb', '-q', '-batch', '-p', $pid, '-ex', 'break sg_table_insert_new', '-ex', "shell touch $dir/attached",
		'-ex', 'continue', '-ex', "shell touch $dir/stopped; while [ ! -e $dir/go ]; do sleep 0.1; done", '-ex', 'detach');
}

# waits for a file, ten seconds at most
sub wait_for_file
{
	my ($name) = @_;
	for (1..100)
	{
		return 1 if -e "$dir/$name";
		select(undef, undef, undef, 0.1);
	}
	return 0;
}

SKIP:
{
	skip 'gdb cannot attach to a server process here', 3 if !wait_for_file('attached') || slurp_file("$dir/gdb.log") =~ /ptrace:|Cannot access|not being run/;
	$session->query_until(qr/begun/, "\\echo begun\nSET schema_guard.mode = enforce; CREATE TABLE t (a int);\n\\echo done\n");
	ok(wait_for_file('stopped'), 'a commit is about to store a block');
	$node->safe_psql('shop', "SELECT schema_guard.import(\$sg\$$file\n\$sg\$, 'imported')");
	append_to_file("$dir/go", '');
	$session->query_until(qr/done/, '');
	is($node->safe_psql('shop', "SELECT count(*) FROM pg_class WHERE relname = 't'"), 1, 'it commits all the same');
	is($node->safe_psql('shop', q{SELECT count(*) FROM schema_guard.object_text WHERE object_identity = 'public.t'}), 1,
		'the block is stored once');
}
append_to_file("$dir/go", '');
$session->quit;
waitpid($gdb, 0);

state_is_truth($node, 'shop', 'afterwards');
$node->stop;
done_testing();
