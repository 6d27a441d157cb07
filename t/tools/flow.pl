# Migration tools, real ones, through the whole flow: the CI database walks the migrations, the path is approved, and
# production walks it under strict_path.  There a file that was altered after CI is refused; with the right
# file the same command goes on.  Then the ledger is compared with the files, and the tool goes down and up again.  Each tool's project is in t/tools/NAME; its two migrations lead to the same tables.
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
my $releases = 0;

# missing: a command that fails where the tool is not there.  second: the migration that is altered.
# exclude: the tool's own tables, which are not the application's schema.  ledger: how many migrations they say were applied.
# steps: how often the tool commits a change of the schema on its way through two migrations.
# declare: what examples/migrations/declare is told.  skip: takes the first migration out of the ledger.  down: undoes the second.
my @tools = (
	{ name => 'sqitch', steps => 2, missing => 'sqitch --version && perl -MDBD::Pg -e 1', second => 'deploy/total.sql',
		exclude => 'sqitch%', ledger => 'SELECT count(*) FROM sqitch.changes',
		declare => [ 'sqitch', '.' ],
		skip => q(DELETE FROM sqitch.dependencies; DELETE FROM sqitch.tags; DELETE FROM sqitch.changes WHERE change = 'orders'),
		down => q(sqitch revert --y --to orders "db:pg://$PGUSER@$PGHOST:$PGPORT/$PGDATABASE") },
	{ name => 'alembic', steps => 1, missing => '/usr/bin/python3 -c "import alembic, psycopg2"', second => 'versions/0002_total.py',
		exclude => 'public.alembic\_version%', ledger => 'SELECT version_num::int FROM alembic_version',
		declare => [ 'alembic', 'versions' ],
		down => q(/usr/bin/python3 -c "import alembic.config, sys; alembic.config.main(sys.argv[1:])" downgrade 0001) },
	{ name => 'django', steps => 2, missing => '/usr/bin/python3 -c "import django, psycopg2"', second => 'shop/migrations/0002_total.py',
		exclude => 'public.django\_migrations%', ledger => q(SELECT count(*) FROM django_migrations WHERE app = 'shop'),
		declare => [ 'django', '.' ],
		skip => q(DELETE FROM django_migrations WHERE app = 'shop' AND name = '0001_orders'),
		down => q(/usr/bin/python3 manage.py migrate --no-color shop 0001) },
	{ name => 'activerecord', steps => 2, missing => 'ruby -e "require %q(active_record); require %q(pg)"',
		second => 'db/migrate/20260112090000_total.rb', exclude => ['public.schema\_migrations%', 'public.ar\_internal\_metadata%'],
		ledger => 'SELECT count(*) FROM schema_migrations',
		declare => [ 'rails', 'db/migrate' ],
		skip => q(DELETE FROM schema_migrations WHERE version = '20260105090000'),
		down => q(./migrate 20260105090000) },
	{ name => 'dbmate', steps => 2, missing => 'dbmate --version', second => 'db/migrations/20260112090000_total.sql',
		exclude => 'public.schema\_migrations%', ledger => 'SELECT count(*) FROM schema_migrations',
		declare => [ 'dbmate', 'db/migrations' ],
		skip => q(DELETE FROM schema_migrations WHERE version = '20260105090000'),
		down => q(dbmate --no-dump-schema rollback) },
	{ name => 'node-pg-migrate', steps => 1, missing => 'node-pg-migrate --version', second => 'migrations/1768208400000_total.js',
		exclude => 'public.pgmigrations%', ledger => 'SELECT count(*) FROM pgmigrations',
		declare => [ 'node-pg-migrate', 'migrations' ],
		skip => q(DELETE FROM pgmigrations WHERE name LIKE '%orders'),
		down => q(node-pg-migrate down) },
	{ name => 'knex', steps => 1, missing => 'knex --version', second => 'migrations/20260112090000_total.js',
		exclude => 'public.knex\_migrations%', ledger => 'SELECT count(*) FROM knex_migrations',
		declare => [ 'knex', 'migrations' ],
		skip => q(DELETE FROM knex_migrations WHERE name LIKE '%orders.js'),
		down => q(./migrate down) },
	{ name => 'sequelize', steps => 3, missing => 'sequelize-cli --version', second => 'migrations/20260112090000-total.js',
		exclude => 'public."SequelizeMeta"%', ledger => 'SELECT count(*) FROM "SequelizeMeta"',
		declare => [ 'sequelize', 'migrations' ],
		skip => q(DELETE FROM "SequelizeMeta" WHERE name LIKE '%orders.js'),
		down => q(sequelize-cli db:migrate:undo --config config.js --migrations-path migrations) },
	{ name => 'typeorm', steps => 1, missing => 'typeorm --version', second => 'migrations/1768208400000-total.js',
		exclude => 'public.migrations%', ledger => 'SELECT count(*) FROM migrations',
		declare => [ 'typeorm', 'migrations' ],
		skip => q(DELETE FROM migrations WHERE name LIKE 'Orders%'),
		down => q(typeorm migration:revert -d data-source.js) },
	{ name => 'drizzle', steps => 1, missing => q(node -e 'require("drizzle-orm/node-postgres/migrator"); require("pg")'), second => 'drizzle/0001_total.sql',
		exclude => 'drizzle%', ledger => 'SELECT count(*) FROM drizzle.__drizzle_migrations',
		declare => [ 'drizzle', 'drizzle' ],
		skip => q(DELETE FROM drizzle.__drizzle_migrations WHERE id = (SELECT min(id) FROM drizzle.__drizzle_migrations)) },
	{ name => 'graphile-migrate', steps => 2, missing => 'graphile-migrate --version', second => 'migrations/committed/000002-total.sql',
		exclude => 'graphile\_migrate%', ledger => 'SELECT count(*) FROM graphile_migrate.migrations',
		own_check => [ qr/has the file been tampered with/, '--! AllowInvalidHash' ],
		declare => [ 'graphile-migrate', 'migrations/committed' ],
		skip => q(ALTER TABLE graphile_migrate.migrations DROP CONSTRAINT migrations_previous_hash_fkey; DELETE FROM graphile_migrate.migrations WHERE previous_hash IS NULL) },
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
	return run_tool($dir, $db, './migrate');
}

sub run_tool
{
	my ($dir, $db, $command) = @_;
	local $ENV{PGHOST} = '127.0.0.1';
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = $db;
	local $ENV{PGUSER} = getpwuid($<);
	local $ENV{DATABASE_URL} = "postgresql://$ENV{PGUSER}\@127.0.0.1:$ENV{PGPORT}/$db?sslmode=disable";
	my $out = '';
	IPC::Run::run([ 'sh', '-c', "cd '$dir' && $command" ], '<', \undef, '>&', \$out, IPC::Run::timeout(120));
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

# What a release that is built from the project's files declares.
sub declaration
{
	my ($tool, $dir) = @_;
	my ($name, $folder) = @{ $tool->{declare} };
	my ($out, $err);
	IPC::Run::run([ abs_path("$projects/../../examples/migrations/declare"), $name, "$dir/$folder" ], '>', \$out, '2>', \$err)
		or die "declare: $err";
	return $out;
}

# The rules that a release of that declaration breaks after the change, with how many migrations each.
sub rules
{
	my ($db, $declared, $change) = @_;
	my $version = ++$releases;
	return $node->safe_psql($db, join '; ', 'SET client_min_messages = error', 'BEGIN', ($change // ()),
		"DO \$do\$ BEGIN PERFORM schema_guard.register('shop', '$version', jsonb_build_object('migrations', $declared)); END \$do\$",
		"SELECT string_agg(r, ' ' ORDER BY r) FROM (SELECT rule || ' ' || count(*) AS r FROM schema_guard.check_release('shop', '$version') GROUP BY rule) q",
		'ROLLBACK');
}

# The ledger that the tool has written is what its files say; and what it means if they do not.
sub check_declaration
{
	my ($tool, $dir, $db) = @_;
	my $declared = declaration($tool, $dir) =~ s/'/''/gr;
	my $others = $tool->{name} eq 'django' ? $node->safe_psql($db, q(SELECT count(*) FROM django_migrations WHERE app <> 'shop')) : 0;
	my $newer = sub { my ($n) = @_; return $n + $others > 0 ? 'migration_newer ' . ($n + $others) : '' };
	is($node->psql($db, "SELECT schema_guard.assert_migrations('$declared')"), 0, 'the ledger has what declare finds in the files');
	is(rules($db, "'$declared'::jsonb"), $newer->(0), 'nothing else is in it');
	is(rules($db, "'$declared'::jsonb #- '{applied,-1}'"), $newer->(1), 'an older release is only told of the newer migration');
	is(rules($db, "'$declared'::jsonb", $tool->{skip}), join(' ', grep { $_ ne '' } $newer->(0), 'migration_skipped 1'), 'one was skipped') if $tool->{skip};
	return if $declared !~ /checksum/;
	is(rules($db, qq(jsonb_set('$declared'::jsonb, '{applied,0,checksum}', '"00"'))), 'migration_edited 1', 'one was edited');
	return;
}

# Down and up again: the same schema, and the same ledger.
sub check_down
{
	my ($tool, $dir, $db) = @_;
	my $there = $node->safe_psql($db, 'SELECT schema_guard.fingerprint()');
	my ($rc, $out) = run_tool($dir, $db, $tool->{down});
	is($rc, 0, 'it goes down') or diag($out);
	isnt($node->safe_psql($db, 'SELECT schema_guard.fingerprint()'), $there, 'the schema is another');
	my $declared = declaration($tool, $dir);
	like(rules($db, "'$declared'::jsonb"), qr/migration_missing 1/, 'and the migration is missing');
	($rc, $out) = migrate($dir, $db);
	is($rc, 0, 'and up again') or diag($out);
	is($node->safe_psql($db, 'SELECT schema_guard.fingerprint()'), $there, 'to the same schema');
	unlike(rules($db, "'$declared'::jsonb"), qr/missing|skipped|disagrees|edited/, 'and the same ledger');
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
		check_declaration($tool, $dir, $production);
		check_down($tool, $dir, $ci) if $tool->{down};
	};
}

$node->stop;
done_testing();
