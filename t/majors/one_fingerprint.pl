# One schema, one fingerprint, on every major version: what an older PostgreSQL has is dumped with a newer pg_dump,
# restored there, and described there byte for byte as it was. The schemas are those of the tests, those that other
# people wrote, and the databases that PostgreSQL's own regression suite leaves behind.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../lib";
use Majors;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

# What PostgreSQL itself makes of a dump: docs/fingerprint.md lists it ("From one major version to the next").
# [ source before, target from, lines of the description ]
my $seven = 'INSERT, SELECT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER';
my @real_changes = (
	[ 16, 16, qr/^\+ subscription \| \S+ \| structure \| run as owner \| $/ ],
	[ 17, 17, qr/^(- (table|view) \| \S+ \| access \| privileges of \S+ \| ALL|\+ (table|view) \| \S+ \| access \| privileges of \S+ \| $seven)$/ ],
	[ 17, 17, qr/^[-+] table \| public\.(less|datdba_only) \| access \| privileges of \S+ \| INSERT, SELECT, UPDATE, TRUNCATE, REFERENCES, TRIGGER(, MAINTAIN)?$/ ]);

my @majors = majors();
my $tmp = ${PostgreSQL::Test::Utils::tmp_check};
my %core = map { split /=/, $_, 2 } split ' ', $ENV{SG_CORE_SOURCES} // '';
my $has_adjustments = eval { require PostgreSQL::Test::AdjustUpgrade; 1 };
my $guard_all = "CREATE EXTENSION IF NOT EXISTS schema_guard; SELECT schema_guard.guard_facets('{all}')";

# The items, a line each; all of them, or those of the default facets.
sub items
{
	my ($node, $db, $facets) = @_;
	return split /\x1e/, query($node, $db, "SELECT coalesce(string_agg(concat_ws(' | ', object_type, object_identity, facet, attribute, definition), E'\\x1e'
			ORDER BY object_type, object_identity, facet, attribute), '') FROM schema_guard.describe(NULL, '$facets')");
}

# databases => what makes them
my %schemas = (tests => [ (sort glob "$FindBin::RealBin/../schema/*.sql"), "$FindBin::RealBin/../lib/every_class.sql" ]);
if (my $real = $ENV{SG_REAL_SCHEMAS})
{
	foreach my $schema (glob "$real/*/schema.sql")
	{
		my ($name) = $schema =~ m{([^/]+)/schema\.sql$};
		$schemas{$name} = [ $schema, "$FindBin::RealBin/../real/views_on_top.sql" ];
	}
}

# What real changes is made of, which nothing else should contain.
my $grants = "$tmp/grants.sql";
append_to_file($grants, 'CREATE TABLE public.everything (a int); GRANT ALL ON public.everything TO PUBLIC; CREATE TABLE public.less (a int); REVOKE DELETE ON public.less FROM CURRENT_USER');
$schemas{grants} = [$grants];

# The databases of the source; the names of those that were made.
sub make_databases
{
	my ($node, $major) = @_;
	foreach my $db (sort keys %schemas)
	{
		query($node, 'postgres', "CREATE DATABASE $db TEMPLATE template0");
		# one session: what one file says of the version serves the next
		my $file = "$tmp/$major->[0].$db.sql";
		append_to_file($file, join '', map { "\\i '$_'\n" } @{ $schemas{$db} });
		my ($rc, $err) = run_file($node, $db, $file);
		is($rc, 0, "$major->[0]: $db is made") or diag($err);
	}
	if (!$core{ $major->[0] } || !$has_adjustments)
	{
		note("$major->[0]: without the database of PostgreSQL's regression suite, which needs its sources and PostgreSQL::Test of 16 or later");
		return keys %schemas;
	}
	make_core_database($node, $major, $core{ $major->[0] });
	adjust($node, 'regression');
	return (keys %schemas, 'regression');
}

# The functions in C that the suite's objects need, always at the same place.
sub put_core_library
{
	my ($major) = @_;
	my $tree = $core{ $major->[0] } // return;
	my ($include) = run_command([ $major->[1], '--includedir-server' ]);
	my ($lib) = run_command([ $major->[1], '--pkglibdir' ]);
	mkdir "$tmp/core";
	unlink "$tmp/core/regress.so";
	system_or_bail('cc', '-O1', '-fPIC', '-shared', '-fwrapv', '-fno-strict-aliasing', '-w', "-I$include", '-o', "$tmp/core/regress.so",
		"$tree/src/test/regress/regress.c");
	system_or_bail('cp', "$lib/refint.so", "$lib/autoinc.so", "$tmp/core/");
	return;
}

sub make_core_database
{
	my ($node, $major, $tree) = @_;
	my $dir = "$tmp/suite-$major->[0]";
	put_core_library($major);
	system_or_bail('cp', '-r', "$tree/src/test/regress", $dir);
	mkdir "$dir/$_" for qw(testtablespace sql expected);
	my ($lib) = run_command([ $major->[1], '--pkglibdir' ]);
	my $pg_regress = "$lib/pgxs/src/test/regress/pg_regress";
	local $ENV{TZ} = 'UTC';
	run_log([ $pg_regress, "--inputdir=$dir", "--outputdir=$dir", $major->[0] >= 17 ? "--expecteddir=$dir" : (), "--dlpath=$tmp/core",
		'--bindir=' . bin_of($major), '--max-connections=20', '--host=' . $node->host, '--port=' . $node->port, '--user=' . scalar getpwuid($<),
		"--schedule=$dir/parallel_schedule" ]);
	return;
}

# Drops what no newer version has any more, as PostgreSQL's own test of pg_upgrade does.
sub adjust
{
	my ($node, $db) = @_;
	my $statements = PostgreSQL::Test::AdjustUpgrade::adjust_database_contents($node->pg_version, $db => 1);
	query($node, $db, $_) foreach @{ $statements->{$db} // [] };
	return;
}

sub restore
{
	my ($from, $to, $source, $target, $db) = @_;
	my $bin = bin_of($target);
	my ($dump, $err) = ("$tmp/$db.dump.sql");
	unlink $dump;
	# types in it may be of functions in C
	put_core_library($source) if $db eq 'regression';
	(undef, $err) = run_command([ "$bin/pg_dump", '--create', '-f', $dump, $from->connstr($db) ]);
	return $err if $err =~ /error/;
	forget_attver_in($dump, $target);
	put_core_library($target) if $db eq 'regression';
	local $ENV{PGOPTIONS} = '-c schema_guard.mode=off -c client_min_messages=error';
	(undef, $err) = run_command([ "$bin/psql", '-X', '-q', '-o', '/dev/null', '-d', $to->connstr('postgres'), '-f', $dump ]);
	return join "\n", grep { /ERROR|FATAL|server/ } split /\n/, $err;
}

foreach my $older (0 .. $#majors - 1)
{
	my $source = $majors[$older];
	my $from = start_major("from_$source->[0]", $source, 'wal_level = logical');
	my @dbs = sort(make_databases($from, $source));
	query($from, $_, $guard_all) foreach @dbs;
	foreach my $target (@majors[ $older + 1 .. $#majors ])
	{
		my $pair = "$source->[0] to $target->[0]";
		my $to = start_major("from_$source->[0]_to_$target->[0]", $target, 'wal_level = logical');
		my ($roles) = run_command([ bin_of($target) . '/pg_dumpall', '--roles-only', '-d', $from->connstr('postgres') ]);
		append_to_file("$tmp/$pair.roles", $roles);
		run_command([ bin_of($target) . '/psql', '-X', '-q', '-d', $to->connstr('postgres'), '-f', "$tmp/$pair.roles" ]);
		foreach my $db (@dbs)
		{
			next if $db eq 'regression' && !$core{ $target->[0] };
			is(restore($from, $to, $source, $target, $db), '', "$pair: $db restored");
			compare($from, $to, $source, $target, $db);
		}
		$to->stop;
	}
	$from->stop;
}

sub compare
{
	my ($from, $to, $source, $target, $db) = @_;
	my $pair = "$source->[0] to $target->[0]";
	my @changes = map { $_->[2] } grep { $source->[0] < $_->[0] && $target->[0] >= $_->[1] } @real_changes;
	foreach my $facets ('{structure,index}', '{all}')
	{
		my @before = items($from, $db, $facets);
		my @after = items($to, $db, $facets);
		my %count;
		$count{$_}-- foreach @before;
		$count{$_}++ foreach @after;
		my @differ = map { ($count{$_} < 0 ? '- ' : '+ ') . $_ } sort grep { $count{$_} } keys %count;
		my @unexpected = grep { my $line = $_; !grep { $line =~ $_ } @changes } @differ;
		is(join("\n", @unexpected), '', "$pair: $db, $facets: " . @before . ' items are as they were');
		next if @differ;
		is(query($to, $db, "SELECT schema_guard.fingerprint('$facets')"), query($from, $db, "SELECT schema_guard.fingerprint('$facets')"),
			"$pair: $db, $facets: the same fingerprint");
		ok(query($to, $db, 'SELECT schema_guard.export()') eq query($from, $db, 'SELECT schema_guard.export()'), "$pair: $db: the same schema file")
		  if $facets eq '{all}';
	}
	return;
}

done_testing();
