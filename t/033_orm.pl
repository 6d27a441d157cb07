# Contracts of ORMs, from the schema that they create in a scratch database: examples/orm.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Copy qw(copy);
use File::Path qw(make_path);
use SchemaGuardTest;
use Test::More;

my $examples = abs_path('examples/orm');
my $node = start_node('orm');
my $tmp = PostgreSQL::Test::Utils::tempdir();
local $ENV{PGHOST} = $node->host;
local $ENV{PGPORT} = $node->port;
local $ENV{PGUSER} = scalar getpwuid($<);
local $ENV{PATH} = $node->config_data('--bindir') . ":$ENV{PATH}";

# The scratch database, the one with the same schema where the release is registered, and the contract.
sub derive
{
	my ($orm, $create) = @_;
	make_database($node, "${orm}_scratch");
	make_database($node, "${orm}_shop");
	foreach my $database ("${orm}_scratch", "${orm}_shop")
	{
		local $ENV{PGDATABASE} = $database;
		$create->() == 0 or die "$orm could not create its schema";
	}
	my $contract = `'$examples/contract' ${orm}_scratch ${orm}_shop 'orm 1'`;
	is($?, 0, "$orm: a contract is derived");
	$node->safe_psql("${orm}_shop", "SELECT schema_guard.register('$orm', '1', \$contract\$$contract\$contract\$)");
	is($node->safe_psql("${orm}_shop", "SELECT count(*) FROM schema_guard.check_release('$orm', '1')"), '0', "$orm: it fits");
	return;
}

sub breaks
{
	my ($orm, $change, $expected) = @_;
	is($node->safe_psql("${orm}_shop", "BEGIN; $change; SELECT severity, rule, object, attribute FROM schema_guard.check_release('$orm', '1'); ROLLBACK"),
		$expected, "$orm: $change");
	return;
}

SKIP:
{
	skip 'Django is not installed: that contracts are derived from its tables is not tested', 5
	  if system("/usr/bin/python3 -c 'import django, psycopg2' 2> /dev/null") != 0;
	make_path("$tmp/django/shop");
	copy("$examples/django/$_", "$tmp/django/$_") foreach qw(manage.py shop/__init__.py shop/models.py);
	derive('django', sub {
		return system("cd '$tmp/django' && /usr/bin/python3 manage.py makemigrations -v 0 shop && /usr/bin/python3 manage.py migrate -v 0") });
	breaks('django', 'ALTER TABLE shop_order RENAME total TO amount', qq(broken|column_missing|table public.shop_order|column "total"\nbroken|insert_new_mandatory_column|table public.shop_order|column "amount"));
	breaks('django', 'ALTER TABLE shop_customer ADD region text', '');
	breaks('django', 'ALTER TABLE shop_customer ALTER name DROP NOT NULL', 'broken|became_nullable|table public.shop_customer|column "name"');
}
SKIP:
{
	# scripts/migration-tools puts them there
	my $modules = ($ENV{SG_MIGRATION_TOOLS} // '/nowhere') . '/node_modules';
	skip 'SG_MIGRATION_TOOLS does not lead to Sequelize: that contracts are derived from its tables is not tested', 5
	  if !-d "$modules/sequelize" || system('node --version > /dev/null 2>&1') != 0;
	local $ENV{NODE_PATH} = $modules;
	derive('sequelize', sub { return system("node '$examples/sequelize/shop.js'") });
	breaks('sequelize', 'ALTER TABLE "Orders" ADD region text NOT NULL', 'broken|insert_new_mandatory_column|table public."Orders"|column "region"');
	breaks('sequelize', q(ALTER TYPE "enum_Customers_state" RENAME VALUE 'gone' TO 'left'), 'broken|enum_label_missing|type public."enum_Customers_state"|label "gone"');
	breaks('sequelize', 'ALTER TABLE "Orders" ADD region text', '');
}
$node->stop;
done_testing();
