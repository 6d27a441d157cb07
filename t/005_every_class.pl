# Every class of objects that is not a relation, a type or a function: what a dump brings back is
# described as it was, and no password that is in them is anywhere in schema_guard or in the log.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $secret = qr/hunter2/;
my @quiet = ('log_statement = none', 'log_min_error_statement = panic');
my $from = start_node('every', @quiet);
make_database($from, 'every');
my ($rc, $err) = run_file($from, 'every', "$FindBin::RealBin/lib/every_class.sql");
is($rc, 0, 'made') or diag($err);

# no secrets
my $everything = $from->safe_psql('every', 'SELECT array_to_string(array_agg(d::text), chr(10))'
	. " FROM schema_guard.describe(NULL, '{all}') d");
unlike($everything, $secret, 'not in descriptions');
like($everything, qr/option ""+password""+",\(hidden\)|option .*password.*\(hidden\)/, 'but that there is one');
like($everything, qr/password_required.*false/, 'yes and no are no secrets');
unlike($from->safe_psql('every', "SELECT schema_guard.guard_facets('{all}'); SELECT schema_guard.capture('all');"
	. "SELECT schema_guard.approve('all'); SELECT schema_guard.export(); SELECT schema_guard.export('all')"),
	$secret, 'not in schema files');
my $journal = $from->safe_psql('every', 'SELECT journal FROM schema_guard.journal');
like($journal, qr/CREATE SUBSCRIPTION/, 'the journal has it');
unlike($journal, $secret, 'not in the journal');

my ($out, $change);
$from->safe_psql('postgres', "ALTER DATABASE every SET schema_guard.mode = 'enforce'");
($rc, $out, $err) = run_sql($from, 'every',
	"ALTER SERVER every_server OPTIONS (SET password 'hunter2-other', ADD passphrase 'hunter2-new')");
like($err, qr/SG002: .*passphrase.*\(hidden\)/s, 'refused');
unlike($err, $secret, 'not in what is refused');
($rc, $out, $err) = run_sql($from, 'every', 'SELECT change, attribute, before, after FROM schema_guard.preview('
	. q{$$ALTER USER MAPPING FOR PUBLIC SERVER every_server OPTIONS (ADD password 'hunter2-map')$$)});
like($out, qr/password.*\(hidden\)/, 'previewed');
unlike($out, $secret, 'not in previews');

# no event trigger fires for event triggers: noticed where the library is loaded, found by verify() otherwise
refused_like($from, 'every', 'SELECT schema_guard.library_version(); CREATE EVENT TRIGGER noticed ON sql_drop EXECUTE FUNCTION every.look()',
	'SG002', 'event trigger noticed', 'noticed by the library');
without_library($from, 'every', 'CREATE EVENT TRIGGER unnoticed ON sql_drop EXECUTE FUNCTION every.look()');
is($from->safe_psql('every', 'SELECT change, object_type, object_identity FROM schema_guard.verify()'),
	'added|event trigger|unnoticed', 'found by verify()');
$from->safe_psql('every', 'DROP EVENT TRIGGER unnoticed');
$from->safe_psql('postgres', 'ALTER DATABASE every RESET schema_guard.mode');

sub dump_of
{
	my ($file, @options) = @_;
	$from->command_ok([ 'pg_dump', @options, '-f', $file, $from->connstr('every') ], "pg_dump @options");
	return slurp_file($file);
}

my $dump = "${PostgreSQL::Test::Utils::tmp_check}/every.sql";
unlike(dump_of("$dump.data", '--data-only'), $secret, 'not in a dump of the tables');
unlike($from->safe_psql('every', "SELECT query_to_xml('SELECT t::text FROM ' || c.oid::regclass || ' t', true, true, '')"
		. " FROM pg_class c WHERE relnamespace = 'schema_guard'::regnamespace AND relkind = 'r'"),
	$secret, 'not in any table');
like(dump_of($dump, '--create'), $secret, 'the database has them');
unlike(slurp_file($from->logfile), $secret, 'not in the log');

# dump and restore
my $fingerprint = $from->safe_psql('every', "SELECT schema_guard.fingerprint('{all}')");
my $file = $from->safe_psql('every', 'SELECT schema_guard.export()');
my $to = start_node('restored', @quiet);
$to->safe_psql('postgres', 'CREATE ROLE every_app; CREATE ROLE "every Owner"');
{
	local $ENV{PGOPTIONS} = '-c schema_guard.mode=off -c client_min_messages=error';
	($rc, $err) = run_file($to, 'postgres', $dump);
	unlike($err, qr/ERROR/, 'restored');
}
is($to->safe_psql('every', "SELECT schema_guard.fingerprint('{all}')"), $fingerprint, 'the same in every facet');
is($to->safe_psql('every', 'SELECT schema_guard.export()'), $file, 'the same schema file');
is($to->safe_psql('every', 'SELECT count(*) FROM schema_guard.drift()'), 0, 'no drift');

$from->stop;
$to->stop;
done_testing();
