# A backup by a role that is no superuser: what pg_dump and pg_dumpall need of the guard is the set
# "reader", or pg_read_all_data, and nothing else.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $node = start_node('backup');
my $version = $node->safe_psql('postgres', 'SHOW server_version_num');
my $dir = PostgreSQL::Test::Utils::tempdir();

$node->safe_psql('postgres', "CREATE ROLE $_ LOGIN") foreach qw(owner reader monitor release_manager approver read_all);
make_database($node, 'shop');
$node->safe_psql('postgres', 'ALTER DATABASE shop OWNER TO owner');
$node->safe_psql('shop', q{
	SET ROLE owner;
	CREATE SCHEMA shop;
	CREATE TABLE shop.orders (id serial PRIMARY KEY, total numeric);
	RESET ROLE;
	SELECT schema_guard.capture('monday'), schema_guard.approve('monday');
	SELECT schema_guard.open_window('a window', '1 hour'), schema_guard.close_window();
	SELECT schema_guard.register('api', '1', '{"relations": {"shop.orders": {"select": {"id": "integer"}}}}')});

# what pg_dump says as that role; '' if it is done
sub dump_error
{
	my ($role, @options) = @_;
	my ($out, $err) = run_command([ 'pg_dump', '-U', $role, '-f', "$dir/$role.sql", @options, $node->connstr('shop') ]);
	return $err;
}

my @kinds = ([], ['--schema-only'], ['-Fc'], [ '-Fd', '-j', '2' ]);

# 18 has its own words for a sequence
like(dump_error('owner'), qr/permission denied for \w+ |may lack SELECT privilege on the sequence/, 'the owner of the database and all that is in it may not dump the guard');

# the sets, for roles that may read the rest
foreach my $set (qw(reader monitor release_manager approver))
{
	$node->safe_psql('shop', "SELECT schema_guard.grant_role('$set', '$set'); GRANT owner TO $set");
	foreach my $kind (@kinds)
	{
		unlink "$dir/$set.sql" if -f "$dir/$set.sql";
		is(dump_error($set, @$kind), '', "$set: pg_dump @$kind");
	}
}
my ($rc, $out, $err) = run_sql($node, 'shop', 'SET ROLE reader; DELETE FROM schema_guard.journal_entry');
like($err, qr/42501: permission denied for table journal_entry/, 'read, not written');
$node->safe_psql('shop', "SELECT schema_guard.grant_role('owner', 'reader')");
is(dump_error('owner'), '', 'the owner with the set "reader"');

SKIP:
{
	skip 'there is no pg_read_all_data before 14', 5 if $version < 140000;
	$node->safe_psql('postgres', 'GRANT pg_read_all_data TO read_all');
	foreach my $kind (@kinds)
	{
		unlink "$dir/read_all.sql" if -f "$dir/read_all.sql";
		is(dump_error('read_all', @$kind), '', "pg_read_all_data: pg_dump @$kind");
	}
	$node->command_ok([ 'pg_dumpall', '-U', 'read_all', '--no-role-passwords', '-f', "$dir/all.sql" ], 'pg_read_all_data: pg_dumpall');
}
$node->command_ok([ 'pg_dumpall', '-U', 'reader', '--no-role-passwords', '-f', "$dir/all.sql" ], 'reader: pg_dumpall');

# and it is all there
$node->safe_psql('postgres', 'CREATE DATABASE restored');
is(dump_error('owner'), '', 'dumped once more');
($rc, $err) = run_file($node, 'restored', "$dir/owner.sql");
is($err, '', 'restored');
is($node->safe_psql('restored', 'SELECT phase, approved, approved_snapshot, live_releases FROM schema_guard.status'),
	'armed|t|monday|{api/1}', 'what the guard knew is there');
is($node->safe_psql('restored', 'SELECT count(*) FROM schema_guard.verify_journal()'), '0', 'the chain holds');
is($node->safe_psql('restored', "SELECT has_table_privilege('reader', 'schema_guard.journal_entry', 'SELECT')"), 't', 'and the privileges');

$node->stop;
done_testing();
