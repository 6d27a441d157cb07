# Zabbix: 173 tables, and the upgrade that rebuilds its history tables.
use strict;
use warnings;
use FindBin;
use RealSchema;
use SchemaGuardTest;
use Test::More;

my $dir = real_schema('zabbix');
my $node = start_node('zabbix');

make_database($node, 'zabbix', "$dir/schema.sql", "$FindBin::RealBin/views_on_top.sql");
survives_dump_and_restore($node, 'zabbix');

walks_only_the_approved_path(
	$node, 'zabbix',
	old => ["$dir/schema.sql"],
	scripts => [ upgrade_scripts($dir) ],
	alter => {
		script => 'history_pk_prepare.sql',
		from => qr/DOUBLE PRECISION DEFAULT '0\.0000'/,
		to => "DOUBLE PRECISION DEFAULT '0.0001'" });

$node->stop;
done_testing();
