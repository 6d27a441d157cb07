# examples/monitoring, examples/notify and docs/runbook.md: what they say works.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $top = "$FindBin::RealBin/..";
my $rules = "$top/examples/monitoring";
my $node = start_node('monitoring', "shared_preload_libraries = 'schema_guard'", "listen_addresses = '127.0.0.1'");
make_database($node, 'shop');
$node->safe_psql('shop', q{CREATE ROLE monitoring LOGIN IN ROLE pg_monitor; CREATE TABLE t (a int);
	SELECT schema_guard.register('api', '1.4.2', '{"relations": {"public.t": {"select": {"a": "integer"}}}}');
	SELECT schema_guard.register('a"b\\c', '1', '{"relations": {"public.t": {"select": {"a": "integer"}}}}');
	SELECT schema_guard.capture('one') = schema_guard.approve('one')});

$node->safe_psql('shop', 'ALTER TABLE t RENAME a TO b');
$node->psql('shop', 'SELECT a FROM t');
$node->safe_psql('shop', 'ALTER TABLE t RENAME b TO a');

sub has { return run_log([ 'sh', '-c', "command -v $_[0] > /dev/null" ]); }
sub has_python { return has('/usr/bin/python3') && run_log([ '/usr/bin/python3', '-c', "import $_[0]" ]); }

sub alerts
{
	my ($port) = @_;
	my ($out, $err) = run_command([ 'sh', '-c', "curl -s http://127.0.0.1:$port/api/v1/alerts" ]);
	return $out;
}

# the queries of the dashboard's panels have data
sub dashboard
{
	my ($port) = @_;
	my $expressions = 'import json, sys; d = json.load(open(sys.argv[1])); assert d["schemaVersion"] >= 36;'
	  . 'print("\n".join(t["expr"] for p in d["panels"] for t in p["targets"]))';
	my ($out, $err) = run_command([ '/usr/bin/python3', '-c', $expressions, "$rules/grafana.json" ]);
	my @queries = split /\n/, $out;
	cmp_ok(scalar @queries, '>', 15, 'the dashboard has queries');
	foreach my $query (@queries)
	{
		my $plain = $query =~ s/\$instance/.*/r;
		my $found = '';
		for (1 .. 20)
		{
			($found) = run_command([ 'curl', '-s', '-G', '--data-urlencode', "query=$plain", "http://127.0.0.1:$port/api/v1/query" ]);
			last if $found =~ /"value":\[/;
			sleep 1;
		}
		like($found, qr/"status":"success".*"value":\[[\d.]+,"/, "dashboard: $query");
	}
	if ($ENV{SG_DASHBOARD})
	{
		# for whoever draws it
		append_to_file($ENV{SG_DASHBOARD}, "http://127.0.0.1:$port\n");
		sleep 60;
	}
	return;
}

# each command of the runbook that asks
my $runbook = slurp_file("$top/docs/runbook.md");
my @commands = $runbook =~ /`((?:SELECT|SHOW)[^`]*;)`/g;
cmp_ok(scalar @commands, '>', 20, 'the runbook has commands');
foreach my $command (grep { !/capture|approve|retire|open_window|close_window/ } @commands)
{
	my ($rc, $out, $err) = $node->psql('shop', $command);
	is($rc, 0, $command);
}
# each alert has its section
my $alerts = slurp_file("$rules/alerts.yml");
like($runbook, qr/^### .*\b$_\b/m, "the runbook has $_") foreach $alerts =~ /alert: (\w+)/g;

SKIP:
{
	skip 'no promtool', 1 if !has('promtool');
	my ($out, $err) = run_command([ 'promtool', 'test', 'rules', "$rules/alerts_test.yml" ]);
	like($out . $err, qr/SUCCESS/, 'the alert rules do what their test says');
}
# each query of each definition, as a role that has pg_monitor and nothing else: rows come, and no other than metrics can be read
SKIP:
{
	my $statements = <<'PYTHON';
import sys, yaml
def walk(node, key=None):
    if isinstance(node, dict):
        for k, v in node.items():
            walk(v, k)
    elif isinstance(node, list):
        for v in node:
            walk(v, key)
    elif isinstance(node, str) and (key == 'query' or 'SELECT' in node):
        if key == 'queries':
            walk(yaml.safe_load(node))
        else:
            print(' '.join(node.split()))
walk(yaml.safe_load(open(sys.argv[1])))
PYTHON
	skip 'no python3-yaml', 1 if !has_python('yaml');
	foreach my $file (qw(postgres_exporter sql_exporter cloudnativepg pgwatch))
	{
		my ($out, $err) = run_command([ '/usr/bin/python3', '-c', $statements, "$rules/$file.yml" ]);
		my @queries = split /\n/, $out;
		cmp_ok(scalar @queries, '>=', $file eq 'pgwatch' ? 1 : 6, "$file.yml has queries") or diag($err);
		foreach my $query (@queries)
		{
			my ($rc, $rows, $error) = $node->psql('shop', $query, connstr => $node->connstr('shop') . ' user=monitoring');
			is($error, '', "$file.yml: " . substr($query, 0, 100));
			isnt($rows, '', 'and rows come');
		}
	}
	my ($rc, $out, $err) = $node->psql('shop', 'SELECT * FROM schema_guard.journal_entry', connstr => $node->connstr('shop') . ' user=monitoring');
	like($err, qr/permission denied/, 'pg_monitor sees the metrics, not the journal');
}

# each metric is in the manual, and each that the manual has is there or may be absent
{
	my @names = split /\n/, $node->safe_psql('shop', 'SELECT DISTINCT name FROM schema_guard.metrics');
	my $manual = slurp_file("$top/docs/monitoring.md");
	like($manual, qr/^\| .*`$_`/m, "monitoring.md has $_") foreach @names;
	my %is = map { ($_ => 1) } @names, qw(schema_guard_schema_approved_until_timestamp_seconds schema_guard_window_expires_timestamp_seconds);
	my ($table) = $manual =~ /^\| metric \|.*?\n\n/ms ? $& : '';
	is(join(' ', grep { !$is{$_} } $table =~ /`(schema_guard_\w+)`/g), '', 'and no others');
}

# promtool's reader knows the older format only: names have their suffixes there, and there is no type info
SKIP:
{
	skip 'no promtool', 1 if !has('promtool');
	my $text = $node->safe_psql('shop', 'SELECT schema_guard.metrics_text()') . "\n";
	my %suffix = map { /(\S+) (\S+)/; ($1 => $2 eq 'counter' ? '_total' : '_info') } $text =~ /^# TYPE (\S+ (?:counter|info))$/mg;
	$text =~ s/^# (TYPE|HELP) (\S+) /"# $1 $2" . ($suffix{$2} \/\/ '') . ' '/gem;
	$text =~ s/^# TYPE (\S+) info$/# TYPE $1 gauge/mg;
	my $said = '';
	IPC::Run::run([ 'promtool', 'check', 'metrics' ], '<', \$text, '>', \$said, '2>&1');
	is($said, '', 'promtool check metrics');
}
SKIP:
{
	my $parse = 'import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as p;'
	  . 'f = list(p(sys.stdin.read())); print(len(f), [s.labels["application"] for m in f for s in m.samples if s.name == "schema_guard_release_fits"])';
	skip 'no python3-prometheus-client', 1 if !has_python('prometheus_client');
	my $text = $node->safe_psql('shop', 'SELECT schema_guard.metrics_text()') =~ s/\s*\z/\n/r;
	my $out = '';
	IPC::Run::run([ '/usr/bin/python3', '-c', $parse ], '<', \$text, '>', \$out);
	like($out, qr/^2\d \['a"b\\\\c', 'api'\]/, 'metrics_text() is OpenMetrics');
}

# a drift is made, the alert fires, the approval ends it
SKIP:
{
	skip 'no prometheus, exporter or curl', 3 if !has('prometheus') || !has('prometheus-postgres-exporter') || !has('curl');
	my ($exporter, $server) = (PostgreSQL::Test::Cluster::get_free_port(), PostgreSQL::Test::Cluster::get_free_port());
	my $dir = PostgreSQL::Test::Utils::tempdir;
	append_to_file("$dir/alerts.yml", $alerts =~ s/for: 1m/for: 1s/r);
	append_to_file("$dir/prometheus.yml", "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [$dir/alerts.yml]\n"
		  . "scrape_configs: [{job_name: shop, static_configs: [{targets: ['127.0.0.1:$exporter']}]}]\n");
	local $ENV{DATA_SOURCE_NAME} = 'user=monitoring dbname=shop host=' . $node->host . ' port=' . $node->port;
	my $log = "$dir/log";
	my $one = IPC::Run::start([ 'prometheus-postgres-exporter', "--web.listen-address=127.0.0.1:$exporter",
			"--extend.query-path=$rules/postgres_exporter.yml", '--disable-default-metrics' ], '>&', $log);
	my $two = IPC::Run::start([ 'prometheus', "--config.file=$dir/prometheus.yml", "--storage.tsdb.path=$dir/data",
			"--web.listen-address=127.0.0.1:$server" ], '>&', $log);
	my $wait = sub {
		my ($wanted, $what) = @_;
		my $found;
		for (1 .. 60)
		{
			$found = alerts($server) =~ /"SchemaDrift"[^}]*\}[^}]*\}[^}]*"firing"/ ? 1 : 0;
			last if $found == $wanted;
			sleep 1;
		}
		is($found, $wanted, $what);
	};
	sleep 3;
	$wait->(0, 'no alert');
	$node->safe_psql('shop', 'CREATE TABLE drifted ()');
	$wait->(1, 'drift: the alert fires');
	dashboard($server);
	$node->safe_psql('shop', "SELECT schema_guard.capture('two') = schema_guard.approve('two')");
	$wait->(0, 'the approval ends it');
	$_->kill_kill foreach $two, $one;
}

# sql_exporter
SKIP:
{
	skip 'no sql_exporter or curl', 1 if !has('prometheus-sql-exporter') || !has('curl');
	my $port = PostgreSQL::Test::Cluster::get_free_port();
	my $dir = PostgreSQL::Test::Utils::tempdir;
	my $where = 'postgres://monitoring@127.0.0.1:' . $node->port . '/shop?sslmode=disable';
	append_to_file("$dir/sql.yml", slurp_file("$rules/sql_exporter.yml") =~ s{postgres://[^']*}{$where}r =~ s/15s/1s/r);
	my $log = "$dir/log";
	my $exporter = IPC::Run::start([ 'prometheus-sql-exporter', '-config.file', "$dir/sql.yml", '-web.listen-address', "127.0.0.1:$port" ], '>&', $log);
	my $out = '';
	for (1 .. 30)
	{
		($out) = run_command([ 'curl', '-s', "http://127.0.0.1:$port/metrics" ]);
		last if $out =~ /^sql_schema_guard_state\{/m;
		sleep 1;
	}
	ok($out =~ /^sql_schema_guard_$_\{/m, "sql_exporter: $_")
	  foreach qw(drift_items release_fits release_problems release_sessions incidents_total problems part_failed state);
	$exporter->kill_kill;
}

# the listener
SKIP:
{
	skip 'no python3-psycopg2', 1 if !has_python('psycopg2');
	my $out = '';
	my $listener = IPC::Run::start([ '/usr/bin/python3', "$top/examples/notify/listen.py", $node->connstr('shop') ], '>', \$out);
	sleep 3;
	$node->safe_psql('shop', 'CREATE TABLE told ()');
	for (1 .. 50)
	{
		$listener->pump_nb;
		last if $out =~ /\n/;
		select undef, undef, undef, 0.1;
	}
	like($out, qr/^\S+ change \{.*"objects": \["table public.told"\]/, 'the listener prints a change');
	$listener->kill_kill;
}

$node->stop;
done_testing();
