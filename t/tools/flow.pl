# Migration tools, real ones, through the whole flow: the CI database walks the migrations, the path is approved, and
# production walks it under strict_path.  There a file that was altered after CI is refused; with the right
# file the same command goes on.  Each tool's project is in t/tools/NAME; its two migrations lead to the same tables.
#
# scripts/migration-tools gets them: npm's into the folder that SG_MIGRATION_TOOLS names.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use SchemaGuardTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $projects = abs_path(dirname(__FILE__));

# missing: a command that fails where the tool is not there.  second: the migration that is altered.
# exclude: the tool's own tables, which are not the application's schema.  ledger: how many migrations they say were applied.
# steps: how often the tool commits a change of the schema on its way through two migrations.
my @tools = (
	{ name => 'sqitch', steps => 2, missing => 'sqitch --version && perl -MDBD::Pg -e 1', second => 'deploy/total.sql',
		exclude => 'sqitch%', ledger => 'SELECT count(*) FROM sqitch.changes' },
	{ name => 'alembic', steps => 1, missing => '/usr/bin/python3 -c "import alembic, psycopg2"', second => 'versions/0002_total.py',
		exclude => 'public.alembic\_version%', ledger => 'SELECT version_num::int FROM alembic_version' },
	{ name => 'django', steps => 2, missing => '/usr/bin/python3 -c "import django, psycopg2"', second => 'shop/migrations/0002_total.py',
		exclude => 'public.django\_migrations%', ledger => q(SELECT count(*) FROM django_migrations WHERE app = 'shop') },
	{ name => 'activerecord', steps => 2, missing => 'ruby -e "require %q(active_record); require %q(pg)"',
		second => 'db/migrate/20260112090000_total.rb', exclude => ['public.schema\_migrations%', 'public.ar\_internal\_metadata%'],
		ledger => 'SELECT count(*) FROM schema_migrations' },
	{ name => 'dbmate', steps => 2, missing => 'dbmate --version', second => 'db/migrations/20260112090000_total.sql',
		exclude => 'public.schema\_migrations%', ledger => 'SELECT count(*) FROM schema_migrations' },
	{ name => 'node-pg-migrate', steps => 1, missing => 'node-pg-migrate --version', second => 'migrations/1768208400000_total.js',
		exclude => 'public.pgmigrations%', ledger => 'SELECT count(*) FROM pgmigrations' },
	{ name => 'knex', steps => 1, missing => 'knex --version', second => 'migrations/20260112090000_total.js',
		exclude => 'public.knex\_migrations%', ledger => 'SELECT count(*) FROM knex_migrations' },
	{ name => 'sequelize', steps => 3, missing => 'sequelize-cli --version', second => 'migrations/20260112090000-total.js',
		exclude => 'public."SequelizeMeta"%', ledger => 'SELECT count(*) FROM "SequelizeMeta"' },
	{ name => 'typeorm', steps => 1, missing => 'typeorm --version', second => 'migrations/1768208400000-total.js',
		exclude => 'public.migrations%', ledger => 'SELECT count(*) FROM migrations' },
	{ name => 'drizzle', steps => 1, missing => q(node -e 'require("drizzle-orm/node-postgres/migrator"); require("pg")'), second => 'drizzle/0001_total.sql',
		exclude => 'drizzle%', ledger => 'SELECT count(*) FROM drizzle.__drizzle_migrations' },
	{ name => 'graphile-migrate', steps => 2, missing => 'graphile-migrate --version', second => 'migrations/committed/000002-total.sql',
		exclude => 'graphile\_migrate%', ledger => 'SELECT count(*) FROM graphile_migrate.migrations',
		own_check => [ qr/has the file been tampered with/, '--! AllowInvalidHash' ] },
);

my $node = start_node('tools', q(listen_addresses = '127.0.0.1'));
if (my $node_tools = $ENV{SG_MIGRATION_TOOLS})
{
	$ENV{PATH} = "$node_tools/node_modules/.bin:$ENV{PATH}";
	$ENV{NODE_PATH} = "$node_tools/node_modules";
}
$ENV{HOME} = PostgreSQL::Test::Utils::tempdir;
$ENV{$_} = 'none' foreach qw(SQITCH_SYSTEM_CONFIG SQITCH_USER_CONFIG);

# The tool's project in a folder of its own, and what it prints when it runs there.
sub project
{
	my ($tool) = @_;
	my $dir = PostgreSQL::Test::Utils::tempdir . "/$tool->{name}";
	system('cp', '-r', "$projects/$tool->{name}", $dir) == 0 or die "cp: $?";
	symlink("$ENV{NODE_PATH}", "$dir/node_modules") if $ENV{NODE_PATH};
	return $dir;
}

sub migrate
{
	my ($dir, $db) = @_;
	local $ENV{PGHOST} = '127.0.0.1';
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = $db;
	local $ENV{PGUSER} = getpwuid($<);
	local $ENV{DATABASE_URL} = "postgresql://$ENV{PGUSER}\@127.0.0.1:$ENV{PGPORT}/$db?sslmode=disable";
	my $out = '';
	IPC::Run::run([ 'sh', '-c', "cd '$dir' && ./migrate" ], '<', \undef, '>&', \$out, IPC::Run::timeout(120));
	my $rc = $? >> 8;
	diag($out) if $ENV{SG_SHOW_TOOLS};
	return ($rc, $out);
}

sub write_file
{
	my ($file, $text) = @_;
	open my $fh, '>', $file or die "$file: $!";
	print $fh $text;
	close $fh;
	return;
}

# The file says `amount` where CI had read `total`.
sub alter
{
	my ($file) = @_;
	my $text = slurp_file($file);
	$text =~ s/\btotal\b/amount/g;
	write_file($file, $text);
	return;
}

# As somebody does who knows how to get past the tool's own check.
sub append_header
{
	my ($file, $header) = @_;
	my $text = slurp_file($file);
	$text =~ s/\n\n/\n$header\n\n/;
	write_file($file, $text);
	return;
}

sub guard
{
	my ($db, $tool) = @_;
	make_database($node, $db);
	foreach my $pattern (map { ref $_ ? @$_ : $_ } $tool->{exclude})
	{
		$node->safe_psql($db, "SELECT schema_guard.exclude('$pattern', 'ledger of $tool->{name}')");
	}
	return;
}

foreach my $tool (@tools)
{
	subtest $tool->{name} => sub {
		plan skip_all => "$tool->{name} is not installed" if system("($tool->{missing}) > /dev/null 2>&1") != 0;
		my $name = $tool->{name} =~ s/-/_/gr;
		my ($ci, $production) = ("ci_$name", "production_$name");
		my $dir = project($tool);

		guard($ci, $tool);
		my ($rc, $out) = migrate($dir, $ci);
		is($rc, 0, 'the CI database walks the migrations') or diag($out);
		my $path = $node->safe_psql($ci, 'SELECT schema_guard.export_path()');

		guard($production, $tool);
		$path =~ s/'/''/g;
		$node->safe_psql($production, "SELECT schema_guard.import_path('$path', 'january')");
		$node->safe_psql($production, "SELECT schema_guard.approve('january')");
		$node->safe_psql('postgres', "ALTER DATABASE $production SET schema_guard.mode = 'enforce'");
		$node->safe_psql('postgres', "ALTER DATABASE $production SET schema_guard.strict_path = on");

		my $right = slurp_file("$dir/$tool->{second}");
		alter("$dir/$tool->{second}");
		($rc, $out) = migrate($dir, $production);
		if ($tool->{own_check})
		{
			my ($message, $header) = @{ $tool->{own_check} };
			like($out, $message, 'the tool itself sees that the file was altered');
			append_header("$dir/$tool->{second}", $header);
			($rc, $out) = migrate($dir, $production);
		}
		isnt($rc, 0, 'the altered file ends the deployment');
		like($out, qr/schema change is not approved: it differs from step \d of path .{0,2}january.{0,2}: table public.\w+: column .{1,2}total.{1,2} renamed to .{1,2}amount/, 'and the output says why');
		is($node->safe_psql($production, q(SELECT count(*) FROM pg_attribute WHERE attname = 'amount')), '0', 'nothing of it is left');
		is($node->safe_psql($production, q(SELECT count(*) FROM schema_guard.drift() d WHERE d.attribute LIKE '%amount%')), '0', 'no drift by it');

		write_file("$dir/$tool->{second}", $right);
		($rc, $out) = migrate($dir, $production);
		is($rc, 0, 'with the right file the same command goes on') or diag($out);
		is($node->safe_psql($production, "$tool->{ledger}"), '2', 'both are in the ledger');
		is($node->safe_psql($production, 'SELECT schema_guard.fingerprint()'), $node->safe_psql($ci, 'SELECT schema_guard.fingerprint()'),
			'production is where CI was');
		is($node->safe_psql($production, 'SELECT at_step, steps FROM schema_guard.paths'), "$tool->{steps}|$tool->{steps}",
			'at the end of the path, which has a step for each commit of the tool');
		is($node->safe_psql($production, 'SELECT count(*) FROM schema_guard.drift()'), '0', 'no drift');
		($rc, $out) = migrate($dir, $production);
		is($rc, 0, 'run again it has nothing to do') or diag($out);
	};
}

$node->stop;
done_testing();
