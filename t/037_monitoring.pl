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
my $node = start_node('monitoring', "shared_preload_libraries = 'schema_guard'");
make_database($node, 'shop');
$node->safe_psql('shop', q{CREATE ROLE monitoring LOGIN IN ROLE pg_monitor; CREATE TABLE t (a int);
	SELECT schema_guard.register('api', '1.4.2', '{"relations": {"public.t": {"select": {"a": "integer"}}}}');
	SELECT schema_guard.register('a"b\\c', '1', '{"relations": {"public.t": {"select": {"a": "integer"}}}}');
	SELECT schema_guard.capture('one') = schema_guard.approve('one')});

sub has { return run_log([ 'sh', '-c', "command -v $_[0] > /dev/null" ]); }

sub alerts
{
	my ($port) = @_;
	my ($out, $err) = run_command([ 'sh', '-c', "curl -s http://127.0.0.1:$port/api/v1/alerts" ]);
	return $out;
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
SKIP:
{
	my $parse = 'import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as p;'
	  . 'f = list(p(sys.stdin.read())); print(len(f), [s.labels["application"] for m in f for s in m.samples if s.name == "schema_guard_release_fits"])';
	skip 'no python3-prometheus-client', 1 if !run_log([ '/usr/bin/python3', '-c', 'import prometheus_client' ]);
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
	$node->safe_psql('shop', "SELECT schema_guard.capture('two') = schema_guard.approve('two')");
	$wait->(0, 'the approval ends it');
	$_->kill_kill foreach $two, $one;
}

# the listener
SKIP:
{
	skip 'no python3-psycopg2', 1 if !run_log([ '/usr/bin/python3', '-c', 'import psycopg2' ]);
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
