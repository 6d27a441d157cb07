# MediaWiki: enums, triggers, full-text search. Its upgrades are PHP's work.
use strict;
use warnings;
use FindBin;
use RealSchema;
use SchemaGuardTest;
use Test::More;

my $dir = real_schema('mediawiki');
my $node = start_node('mediawiki');

make_database($node, 'mediawiki', "$dir/schema.sql", "$FindBin::RealBin/views_on_top.sql");
survives_dump_and_restore($node, 'mediawiki');

$node->stop;
done_testing();
