# Icinga IDO and its upgrade scripts, 2.0.2 to 2.8.1.
use strict;
use warnings;
use FindBin;
use RealSchema;
use SchemaGuardTest;
use Test::More;

my $dir = real_schema('icinga');
my $node = start_node('icinga');

make_database($node, 'icinga', "$dir/schema.sql", "$FindBin::RealBin/views_on_top.sql");
survives_dump_and_restore($node, 'icinga');

walks_only_the_approved_path(
	$node, 'icinga',
	old => [ "$dir/schema.sql", "$FindBin::RealBin/icinga_back.sql" ],
	scripts => [ upgrade_scripts($dir) ],
	alter => {
		script => '2.2.0.sql',
		from => qr/is_json INTEGER default 0/,
		to => 'is_json INTEGER default 1' });

$node->stop;
done_testing();
