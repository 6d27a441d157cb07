# Kea's lease database: much PL/pgSQL, and every upgrade since schema 1.0.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Utils;
use RealSchema;
use SchemaGuardTest;
use Test::More;

my $dir = real_schema('kea');
my $node = start_node('kea');

make_database($node, 'kea', "$dir/schema.sql", "$FindBin::RealBin/views_on_top.sql");
survives_dump_and_restore($node, 'kea');

# The file that makes the schema of today begins with the one of version 1.0.
my $old = "${PostgreSQL::Test::Utils::tmp_check}/kea-1.0.sql";
my ($first) = slurp_file("$dir/schema.sql") =~ /\A(.*?)^-- Schema 2\.0 specification starts here/ms;
open my $fh, '>', $old or die "$old: $!";
print $fh "${first}COMMIT;\n";
close $fh;

walks_only_the_approved_path(
	$node, 'kea',
	old => [$old],
	scripts => [ upgrade_scripts($dir) ],
	alter => {
		script => 'upgrade_006.2_to_007.0.sql',
		from => qr/client_class VARCHAR\(128\)/,
		to => 'client_class VARCHAR(127)' });

$node->stop;
done_testing();
