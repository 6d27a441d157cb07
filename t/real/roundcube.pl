# Roundcube and its upgrade scripts, 2013 to 2022.
use strict;
use warnings;
use FindBin;
use RealSchema;
use SchemaGuardTest;
use Test::More;

my $dir = real_schema('roundcube');
my $node = start_node('roundcube');

make_database($node, 'roundcube', "$dir/schema.sql", "$FindBin::RealBin/views_on_top.sql");
survives_dump_and_restore($node, 'roundcube');

walks_only_the_approved_path(
	$node, 'roundcube',
	old => [ "$dir/schema.sql", "$FindBin::RealBin/roundcube_back.sql" ],
	scripts => [ upgrade_scripts($dir, '2013011000.sql') ],
	alter => {
		script => '2018021600.sql',
		from => qr/filename varchar\(128\) NOT NULL/,
		to => 'filename varchar(255) NOT NULL' });

$node->stop;
done_testing();
