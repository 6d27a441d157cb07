# pg_partman makes partitions and template tables as it goes: with the rule of docs/operations.md no drift.
use strict;
use warnings;
use SchemaGuardTest;
use Test::More;

my $node = start_node('partman');
plan skip_all => 'pg_partman is not installed: what it makes is not tested'
  if $node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_partman'") eq '0';

make_database($node, 'shop');
$node->safe_psql('shop', q{
	CREATE SCHEMA partman;
	CREATE EXTENSION pg_partman SCHEMA partman;
	CREATE TABLE public.events (id bigint NOT NULL, at timestamptz NOT NULL, note text CHECK (note <> '')) PARTITION BY RANGE (at);
	CREATE INDEX ON public.events (id);
	SELECT schema_guard.exclude('partman.template\_%', 'pg_partman: templates');
	SELECT schema_guard.capture('monday'), schema_guard.approve('monday')});
$node->safe_psql('postgres', "ALTER DATABASE shop SET schema_guard.mode = 'enforce'");

my $create = $node->safe_psql('shop', "SELECT extversion FROM pg_extension WHERE extname = 'pg_partman'") =~ /^4/
  ? "SELECT partman.create_parent('public.events', 'at', 'native', 'daily')"
  : "SELECT partman.create_parent('public.events', 'at', '1 day')";
my ($rc, $out, $err) = run_sql($node, 'shop', $create);
is($err, '', 'partitions and a template are made in enforce');
my $partitions = $node->safe_psql('shop', "SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass");
cmp_ok($partitions, '>', 5, 'there they are');
$node->safe_psql('shop', "UPDATE partman.part_config SET premake = 8, retention = '1 day', retention_keep_table = false");
($rc, $out, $err) = run_sql($node, 'shop', 'SELECT partman.run_maintenance()');
is($err, '', 'maintenance makes and drops some');
isnt($node->safe_psql('shop', "SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass"), $partitions, 'they are others');
is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.drift()'), '0', 'no drift');
is($node->safe_psql('shop', 'SELECT count(*) FROM schema_guard.verify()'), '0', 'nothing missed');
refused_like($node, 'shop', 'ALTER TABLE events_default ADD CHECK (id > 0)', 'SG002', 'events_default', 'a partition that is to differ is refused');

$node->stop;
done_testing();
