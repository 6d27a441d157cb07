# What the TAP tests share.
package SchemaGuardTest;

use strict;
use warnings;
use Exporter 'import';
use File::Basename 'dirname';
use File::Temp;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(new_node start_node make_database run_session run_sql run_file comes_true refused_like state_is_truth without_library);

# A cluster that is UTF-8 whatever the caller's locale is.
sub new_node
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(extra => [ '--encoding=UTF8', '--no-locale' ]);
	return $node;
}

# A running cluster; further lines for postgresql.conf as arguments.
sub start_node
{
	my ($name, @conf) = @_;
	my $node = new_node($name);
	$node->append_conf('postgresql.conf', join("\n", 'max_prepared_transactions = 10', @conf, ''));
	$node->start;
	return $node;
}

# A database, after what the SQL files do to it, with the extension.
sub make_database
{
	my ($node, $db, @files) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $db");
	foreach my $file (@files)
	{
		my ($rc, $err) = run_file($node, $db, $file);
		$rc == 0 or die "$file: $err";
	}
	$node->safe_psql($db, 'CREATE EXTENSION schema_guard');
	return;
}

# Whether the query gives "t" within two minutes, also while the server comes back from a crash: then psql ends before
# it has read its input, which poll_query_until() does not survive.
sub comes_true
{
	my ($node, $db, $query) = @_;
	foreach (1 .. 1200)
	{
		my ($out, $err) = ('', '');
		IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr($db), '-c', $query ], '<', \undef, '>', \$out, '2>', \$err);
		return 1 if $out eq "t\n";
		select undef, undef, undef, 0.1;
	}
	return 0;
}

# psql's exit status, output and errors. The server may end the session before psql has read its input, which
# is therefore a file: writing into a pipe would then end the test.
sub run_session
{
	my ($connstr, $sql, @options) = @_;
	my ($input, $out, $err) = (File::Temp->new, '', '');
	print {$input} $sql;
	close $input or die $!;
	IPC::Run::run([ 'psql', '-X', '-A', '-t', '-q', '-d', $connstr, @options, '-f', '-' ], '<', "$input", '>', \$out, '2>', \$err);
	die 'psql: signal ' . ($? & 127) if $? & 127;
	chomp $out;
	chomp $err;
	return ($? >> 8, $out, $err);
}

# Likewise, each error with its SQLSTATE: "ERROR:  SG002: …".
sub run_sql
{
	my ($node, $db, $sql, @options) = @_;
	return run_session($node->connstr($db), $sql, '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', @options);
}

# Likewise for a file, as an administrator runs one: psql -f.
sub run_file
{
	my ($node, $db, $file, @options) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run(
		[ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', @options, '-f', $file,
			'-d', $node->connstr($db) ],
		'<', \undef, '>', \$out, '2>', \$err);
	return ($? >> 8, $err);
}

# The statement fails with this SQLSTATE, and its message matches.
sub refused_like
{
	my ($node, $db, $sql, $sqlstate, $pattern, $name) = @_;
	my ($rc, $out, $err) = run_sql($node, $db, $sql);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($err, qr/(?:ERROR|FATAL):  $sqlstate: .*$pattern/s, $name);
	return;
}

# As superuser, in a session that has not loaded the library: from 17 on the trigger on login would load it.
sub without_library
{
	my ($node, $db, $sql) = @_;
	local $ENV{PGOPTIONS} = $node->pg_version >= 17 ? '-c event_triggers=off' : $ENV{PGOPTIONS};
	return $node->safe_psql($db, $sql);
}

# The live state is, row by row, what the catalogs say.
sub state_is_truth
{
	my ($node, $db, $name) = @_;
	my $dir = dirname(__FILE__);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my ($out, $err) = run_command([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr($db), '-f', "$dir/live_state.sql" ]);
	is($out . $err . $node->safe_psql($db, "SELECT 'stale' FROM schema_guard.live_state WHERE stale"), '',
		"$name: the live state is the schema");
	return;
}

1;
