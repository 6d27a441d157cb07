# Names and texts that are no UTF-8, in every place where a database of encoding SQL_ASCII takes them: whatever the
# guard returns, raises, logs or sends can be read by a client of encoding UTF8.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Utils;
use SchemaGuardTest;
use Test::More;

my $ff = "\xFF";
my $node = start_node('bytes', "shared_preload_libraries = 'schema_guard'", 'allow_system_table_mods = on');
$node->safe_psql('postgres', "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
# within an E'' string
my $e = '\xFF';

# Everything in its own way, so that one that is refused stands alone; returns what went wrong.
sub make
{
	my ($sql, @options) = @_;
	my ($rc, $out, $err) = run_sql($node, 'ascii', "SET client_encoding = SQL_ASCII; SET client_min_messages = error; $sql", '-v', 'ON_ERROR_STOP=0', @options);
	return $err;
}

# What a client with encoding UTF8 is sent: no row and no message is lost to the conversion.
sub can_read
{
	my ($what, $sql, $pattern) = @_;
	my ($rc, $out, $err) = run_sql($node, 'ascii', "SET client_encoding = UTF8; $sql", '-v', 'ON_ERROR_STOP=0');
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $bad = "$out$err" =~ /invalid byte sequence|22P05|XX000|$ff/ ? $& : '';
	is($bad, '', $what) or diag("$sql\n$err");
	like("$out$err", $pattern, "$what: what it says") if $pattern;
	return;
}

# A schema with such names for whatever can have a name
is(make(<<"END"), '', 'the schema');
CREATE ROLE "role_$ff" SUPERUSER LOGIN; CREATE ROLE "plain_$ff" LOGIN;
CREATE SCHEMA "s_$ff" AUTHORIZATION "role_$ff";
CREATE TYPE "s_$ff"."enum_$ff" AS ENUM ('l_$ff', 'm');
CREATE DOMAIN "s_$ff"."dom_$ff" AS text CONSTRAINT "dc_$ff" CHECK (VALUE <> '$ff');
CREATE TYPE "s_$ff"."comp_$ff" AS ("a_$ff" int, b "s_$ff"."dom_$ff");
CREATE SEQUENCE "s_$ff"."seq_$ff";
CREATE TABLE "s_$ff"."t_$ff" ("id_$ff" int CONSTRAINT "pk_$ff" PRIMARY KEY, "note_$ff" text DEFAULT '$ff' NOT NULL, kind "s_$ff"."enum_$ff",
	c "s_$ff"."comp_$ff", d "s_$ff"."dom_$ff", "gone_$ff" int, CONSTRAINT "ck_$ff" CHECK ("note_$ff" <> 'x$ff'));
CREATE TABLE "big_$ff" ("a_$ff" int, "b_$ff" text);
CREATE INDEX "i_$ff" ON "s_$ff"."t_$ff" ("note_$ff");
CREATE STATISTICS "s_$ff"."st_$ff" ON "id_$ff", "note_$ff" FROM "s_$ff"."t_$ff";
CREATE FUNCTION "s_$ff"."f_$ff"("p_$ff" int DEFAULT 1, VARIADIC "v_$ff" text[] DEFAULT '{$ff}') RETURNS text LANGUAGE sql AS 'SELECT ''$ff''::text';
CREATE FUNCTION "s_$ff"."trig_$ff"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION "s_$ff"."ev_$ff"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE TRIGGER "tr_$ff" BEFORE INSERT ON "s_$ff"."t_$ff" FOR EACH ROW EXECUTE FUNCTION "s_$ff"."trig_$ff"('$ff');
CREATE EVENT TRIGGER "et_$ff" ON ddl_command_end EXECUTE FUNCTION "s_$ff"."ev_$ff"();
CREATE RULE "r_$ff" AS ON DELETE TO "s_$ff"."t_$ff" DO ALSO NOTHING;
CREATE POLICY "p_$ff" ON "s_$ff"."t_$ff" TO "role_$ff" USING ("note_$ff" = '$ff');
CREATE VIEW "s_$ff"."w_$ff" AS SELECT "note_$ff" AS "c_$ff" FROM "s_$ff"."t_$ff" "al_$ff";
CREATE FOREIGN DATA WRAPPER "fdw_$ff" OPTIONS ("o_$ff" 'v_$ff');
CREATE SERVER "sv_$ff" TYPE 't_$ff' VERSION 'v_$ff' FOREIGN DATA WRAPPER "fdw_$ff";
CREATE USER MAPPING FOR "role_$ff" SERVER "sv_$ff";
CREATE FOREIGN TABLE "s_$ff"."ft_$ff" ("a_$ff" int OPTIONS ("x_$ff" 'y_$ff')) SERVER "sv_$ff";
CREATE PUBLICATION "pub_$ff" FOR ALL TABLES;
CREATE TEXT SEARCH CONFIGURATION "s_$ff"."ts_$ff" (COPY = simple);
CREATE COLLATION "s_$ff"."coll_$ff" (provider = libc, locale = 'C');
COMMENT ON TABLE "s_$ff"."t_$ff" IS 'comment $ff';
ALTER DEFAULT PRIVILEGES FOR ROLE "role_$ff" IN SCHEMA "s_$ff" GRANT SELECT ON TABLES TO "plain_$ff";
GRANT SELECT ("note_$ff") ON "s_$ff"."t_$ff" TO "plain_$ff";
ALTER ROLE "plain_$ff" IN DATABASE ascii SET work_mem = '64kB';
UPDATE pg_db_role_setting SET setconfig = ARRAY[E'schema_guard.mode=nonsense_$e'] WHERE setrole = E'"plain_$e"'::regrole;
CREATE TABLE "s_$ff".schema_migrations (version varchar PRIMARY KEY);
INSERT INTO "s_$ff".schema_migrations VALUES ('v1_$ff');
CREATE TABLE "s_$ff"._sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
INSERT INTO "s_$ff"._sqlx_migrations VALUES (1, 'first $ff', now(), true, 'x', 1);
CREATE EXTENSION schema_guard;
SELECT schema_guard.guard_facets('{all}');
SELECT schema_guard.capture(E'snap_$e', E'note $e');
SELECT schema_guard.approve(E'snap_$e', E'note $e');
SELECT schema_guard.revoke(E'snap_$e', E'reason $e');
SELECT schema_guard.capture('start');
SELECT schema_guard.approve('start', E'note $e');
ALTER DATABASE ascii SET schema_guard.migration_rules = 'warn';
ALTER DATABASE ascii SET schema_guard.notify = on;
END

is(make(<<"END"), '', 'changes, journaled');
LOAD 'schema_guard'; SET schema_guard.migration_rules_size = '8kB';
SET SESSION AUTHORIZATION "role_$ff";
SELECT schema_guard.open_window(E'window $e', '1 hour');
INSERT INTO "big_$ff" SELECT g, repeat('x', 100) FROM generate_series(1, 1000) g;
ALTER TABLE "big_$ff" ALTER "a_$ff" TYPE bigint;
BEGIN; INSERT INTO "s_$ff".schema_migrations VALUES ('v2_$ff'); ALTER TABLE "s_$ff"."t_$ff" ADD "more_$ff" text DEFAULT '$ff'; COMMIT;
SET schema_guard.bypass = 'bypass $ff';
BEGIN; INSERT INTO "s_$ff"._sqlx_migrations VALUES (2, 'second $ff', now(), true, 'x', 1);
ALTER TABLE "s_$ff"."t_$ff" RENAME "gone_$ff" TO "went_$ff"; COMMIT;
RESET schema_guard.bypass;
SELECT schema_guard.close_window();
SELECT schema_guard.capture('end');
END

# What refers to objects by names: releases, in both spellings
my $contract = qq({"relations": {"\\"s_$e\\".\\"t_$e\\"": {"select": {"id_$e": "bigint", "gone_$e": "integer", "d": "\\"s_$e\\".\\"dom_$e\\""}, "insert": ["id_$e"], "not_null": ["gone_$e"]}},
  "functions": {"\\"s_$e\\".\\"f_$e\\"(integer)": "text", "\\"s_$e\\".\\"none_$e\\"(integer)": "text"}, "enums": {"\\"s_$e\\".\\"enum_$e\\"": ["l_$e", "gone_$e"]},
  "role": "plain_$e", "migrations": {"tool": "sqlx", "applied": [{"version": "1", "checksum": "00"}, {"version": "v9_$e"}]}});
# the same in a JSON string literal, which has escapes of its own
(my $json = $contract) =~ s/\\"/\\\\"/g;
is(make(<<"END"), '', 'a release whose contract has bytes');
SET client_min_messages = error; ALTER DATABASE ascii SET schema_guard.on_mismatch = 'warning';
SELECT schema_guard.register(E'app_$e', E'v_$e', E'$json');
END

my $app = "E'app_$e', E'v_$e'";
my %calls = (
	'fingerprint(text[],name)' => [ "SELECT schema_guard.fingerprint('{all}'), schema_guard.fingerprint(NULL, E's_$e')", "SELECT schema_guard.fingerprint(ARRAY[E'$e'])", "SELECT schema_guard.fingerprint(NULL, E'no_$e')" ],
	'describe(text,text[])' => [ "SELECT * FROM schema_guard.describe(NULL, '{all}')", "SELECT * FROM schema_guard.describe(E'table %$e%')", "SELECT * FROM schema_guard.describe(E'*$e', ARRAY[E'$e'])" ],
	'export(text)' => [ 'SELECT schema_guard.export()', "SELECT schema_guard.export(E'snap_$e')", "SELECT schema_guard.export(E'no_$e')" ],
	'diff(text,text)' => [ "SELECT * FROM schema_guard.diff('start')", "SELECT * FROM schema_guard.diff(E'snap_$e', 'end')", "SELECT * FROM schema_guard.diff(E'no_$e')" ],
	'drift()' => ['SELECT * FROM schema_guard.drift()'],
	'export_path(text,text)' => [ "SELECT schema_guard.export_path('start')", "SELECT schema_guard.export_path(E'no_$e')", "SELECT schema_guard.export_path('start', E'no_$e')" ],
	'import(text,text)' => [ "SELECT schema_guard.import(schema_guard.export(), E'imported_$e')", "SELECT schema_guard.import(E'$e', E'a_$e')", "SELECT schema_guard.import(replace(schema_guard.export(), 'table', E'$e'), 'x')" ],
	'import_path(text,text)' => [ "SELECT schema_guard.import_path(schema_guard.export_path('start'), E'path_$e')", "SELECT schema_guard.import_path(E'$e', 'x')", "SELECT schema_guard.import_path(schema_guard.export_path('start', 'end'), E'path_$e')" ],
	'capture(text,text)' => [ "SELECT schema_guard.capture(E'snap_$e')", "SELECT schema_guard.capture(E'new_$e', E'$e')", "SELECT schema_guard.capture(E'path_$e')" ],
	'approve(text,text,interval,text[])' => [ "SELECT schema_guard.approve(E'no_$e')", "SELECT schema_guard.approve(E'snap_$e', E'$e', NULL, ARRAY[E'$e'])", "SELECT schema_guard.approve('start', E'$e', NULL, ARRAY[E'app_$e/v_$e'])", "SELECT schema_guard.approve(E'path_$e')", "SET schema_guard.required_approvals = 2; SELECT schema_guard.approve(E'snap_$e')" ],
	'revoke(text,text)' => [ "SELECT schema_guard.revoke(E'no_$e', E'$e')", "SELECT schema_guard.revoke(E'path_$e', E'$e')", "SELECT schema_guard.revoke(E'path_$e', E'$e')" ],
	'check_release(text,text,name)' => [ "SELECT * FROM schema_guard.check_release($app)", "SELECT * FROM schema_guard.check_release($app, E'plain_$e')", "SELECT * FROM schema_guard.check_release($app, E'no_$e')", "SELECT * FROM schema_guard.check_release(E'no_$e', E'$e')" ],
	'release_fits(text,text)' => [ "SELECT schema_guard.release_fits($app)", "SELECT schema_guard.release_fits(E'$e', E'$e')" ],
	'release_sessions(text,text)' => ["SELECT schema_guard.release_sessions($app)"],
	'can_deploy(text,text,text,name)' => [ "SELECT * FROM schema_guard.can_deploy($app)", "SELECT * FROM schema_guard.can_deploy($app, 'start')", "SELECT * FROM schema_guard.can_deploy($app, E'path_$e')", "SELECT * FROM schema_guard.can_deploy($app, E'no_$e', E'no_$e')" ],
	'assert_release(text,text,name)' => [ "SELECT schema_guard.assert_release($app)", "SELECT schema_guard.assert_release($app, E'plain_$e')", "SELECT schema_guard.assert_release(E'no_$e', E'$e')", "SELECT schema_guard.assert_release(E'app_$e', E'$e')" ],
	'assert_contract(jsonb)' => [ "SELECT schema_guard.assert_contract(E'$json')", "SELECT schema_guard.assert_contract(E'{\"key_$e\": 1}')", "SELECT schema_guard.assert_contract(E'{\"relations\": {\"a_$e.b_$e\": {\"select\": {\"x\": \"type_$e\"}}}}')", "SELECT schema_guard.assert_contract(E'{\"enums\": {\"a_$e.b_$e\": [\"x_$e\"]}}')", "SELECT schema_guard.assert_contract(E'{\"relations\": {\"a.b\": {\"$e\": []}}, \"role\": \"no_$e\"}')" ],
	'assert_fingerprint(text)' => [ "SELECT schema_guard.assert_fingerprint('sg1:' || repeat('0', 64))", "SELECT schema_guard.assert_fingerprint(E'$e')", 'SELECT schema_guard.assert_fingerprint((SELECT fingerprint_before FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1))' ],
	'assert_migrations(jsonb)' => [ "SELECT schema_guard.assert_migrations(E'{\"tool\": \"sqlx\", \"applied\": [{\"version\": \"9\", \"checksum\": \"$e\"}]}')", "SELECT schema_guard.assert_migrations(E'{\"tool\": \"$e\", \"applied\": [{\"version\": \"9\"}]}')", "SELECT schema_guard.assert_migrations(E'{\"tool\": \"rails\", \"table\": \"no_$e\", \"applied\": [{\"version\": \"9_$e\"}]}')", "SELECT schema_guard.assert_migrations(E'{\"$e\": \"$e\"}')" ],
	'contract_of(text[],text)' => [ "SELECT schema_guard.contract_of(ARRAY[E'SELECT t.*, \"f_$e\"(1) FROM \"t_$e\" t WHERE kind = ''l_$e'''], E'\"s_$e\"')", "SELECT schema_guard.contract_of(ARRAY[E'SELECT \"no_$e\" FROM \"t_$e\"', E'$e'], E'\"s_$e\"')", "SELECT schema_guard.contract_of(ARRAY[E'INSERT INTO \"s_$e\".\"t_$e\" (\"id_$e\") VALUES (1) ON CONFLICT (\"id_$e\") DO UPDATE SET \"note_$e\" = ''$e''', E'CREATE TABLE \"$e\" ()'])" ],
	'contract_of_tables(text[],text[],text)' => [ "SELECT schema_guard.contract_of_tables(ARRAY[E'\"s_$e\".\"t_$e\"', E'\"s_$e\".\"w_$e\"'])", "SELECT schema_guard.contract_of_tables(ARRAY[E'\"no_$e\"'])", "SELECT schema_guard.contract_of_tables(ARRAY[E'\"t_$e\"'], ARRAY[E'$e'], E'\"s_$e\"')" ],
	'contract_of_relations(text,text[],text[])' => [ "SELECT schema_guard.contract_of_relations('start')", "SELECT schema_guard.contract_of_relations(E'no_$e')", "SELECT schema_guard.contract_of_relations('start', ARRAY[E'no_$e'])", "SELECT schema_guard.contract_of_relations('start', NULL, ARRAY[E'$e'])" ],
	'contract_of_sqlx(jsonb,text)' => [ "SELECT schema_guard.contract_of_sqlx(E'[{\"db_name\": \"PostgreSQL\", \"query\": \"SELECT a FROM \\\\\"no_$e\\\\\"\", \"describe\": {\"columns\": [], \"parameters\": {\"Left\": []}, \"nullable\": []}, \"hash\": \"$e\"}]')", "SELECT schema_guard.contract_of_sqlx(E'[{\"db_name\": \"$e\", \"query\": \"\", \"hash\": \"$e\"}]')", "SELECT schema_guard.contract_of_sqlx(E'{\"$e\": 1}')" ],
	'contract_diff(jsonb,jsonb)' => [ "SELECT * FROM schema_guard.contract_diff('{}', E'$json')", "SELECT * FROM schema_guard.contract_diff(E'$json', '{}')", "SELECT * FROM schema_guard.contract_diff(E'{\"$e\": 1}', '{}')" ],
	'ready(text,text)' => [ "SELECT * FROM schema_guard.ready($app)", "SELECT * FROM schema_guard.ready(E'no_$e', E'$e')" ],
	'register(text,text,jsonb)' => [ "SELECT schema_guard.register($app, '{}')", "SELECT schema_guard.register(E'$e/$e', E'$e', '{}')", "SELECT schema_guard.register(E'app_$e', E'2_$e', E'$json')", "SELECT schema_guard.register($app, E'$json')" ],
	'retire(text,text)' => [ "SELECT schema_guard.retire(E'app_$e', E'2_$e')", "SELECT schema_guard.retire(E'no_$e', E'$e')", "SELECT schema_guard.assert_release(E'app_$e', E'2_$e')" ],
	'recorded(text,text)' => [ "SELECT schema_guard.recorded(E'app_$e', E'v_$e')", "SELECT schema_guard.recorded('rec', '1')", "SELECT schema_guard.recorded(E'no_$e', E'$e')" ],
	'forget_recorded(text,text)' => ["SELECT schema_guard.forget_recorded(E'no_$e', E'$e')"],
	'report(text,text)' => [ map { ("SELECT schema_guard.report('drift', '$_')") } qw(text markdown html json junit sarif gitlab) ],
	'report(text,text,text[])' => [ (map { my $f = $_; ("SELECT schema_guard.report('check_release', '$f', $app)", "SELECT schema_guard.report('diff', '$f', E'snap_$e')", "SELECT schema_guard.report('can_deploy', '$f', $app, E'path_$e')", "SELECT schema_guard.report('preview', '$f', E'ALTER TABLE \"s_$e\".\"t_$e\" DROP \"went_$e\"')") } qw(text markdown html json junit sarif gitlab)), "SELECT schema_guard.report(E'$e', 'json')", "SELECT schema_guard.report('drift', E'$e')", "SELECT schema_guard.report('diff', 'json', E'no_$e', 'a', E'$e')" ],
	'report_and_verdict(text,text,text[])' => [ "SELECT * FROM schema_guard.report_and_verdict('diff', 'json', ARRAY[E'snap_$e'])", "SELECT * FROM schema_guard.report_and_verdict(E'$e', E'$e', ARRAY[E'$e'])" ],
	'preview(text)' => [ "SELECT * FROM schema_guard.preview(E'ALTER TABLE \"s_$e\".\"t_$e\" ALTER \"id_$e\" TYPE bigint, ADD \"new_$e\" text DEFAULT ''$e'' NOT NULL; DROP VIEW \"s_$e\".\"w_$e\"; COMMENT ON SCHEMA \"s_$e\" IS ''$e''')", "SELECT * FROM schema_guard.preview(E'DROP TABLE \"no_$e\"')", "SELECT * FROM schema_guard.preview(E'VACUUM \"s_$e\".\"t_$e\"')", "SELECT * FROM schema_guard.preview(E'$e')", "SELECT * FROM schema_guard.preview(E'CREATE ROLE \"$e\"; CREATE DATABASE \"$e\"')" ],
	'exclude(text,text)' => [ "SELECT schema_guard.exclude(E'x_$e', 'x')", "SELECT schema_guard.exclude('table public.nothing_*', E'why $e')" ],
	'include(text)' => [ "SELECT schema_guard.include(E'x_$e')", "SELECT schema_guard.include('table public.nothing_*')" ],
	'guard_facets(text[])' => ["SELECT schema_guard.guard_facets(ARRAY[E'$e'])"],
	'grant_role(name,text)' => [ "SELECT schema_guard.grant_role(E'plain_$e', 'reader')", "SELECT schema_guard.grant_role(E'no_$e', 'reader')", "SELECT schema_guard.grant_role(E'plain_$e', E'$e')" ],
	'open_window(text,interval)' => [ "SELECT schema_guard.open_window(E'why $e', '1 second')", "SELECT schema_guard.open_window(E'$e', '10000 years')" ],
	'close_window()' => ['SELECT schema_guard.close_window()'],
	'prune_journal(interval)' => ["BEGIN; SELECT schema_guard.prune_journal('1 microsecond'); SELECT * FROM schema_guard.journal_cut; ROLLBACK"],
	'verify()' => ['SELECT * FROM schema_guard.verify()'],
	'verify_journal(text)' => [ 'SELECT * FROM schema_guard.verify_journal()', "SELECT * FROM schema_guard.verify_journal(E'$e')" ],
	'setting_in_force(text)' => ["SELECT schema_guard.setting_in_force(E'$e')"],
	'readable(text)' => ["SELECT schema_guard.readable(E'a $e')"],
	'settings_not_in_force()' => ['SELECT * FROM schema_guard.settings_not_in_force()'],
	(map { ($_ => ["SELECT * FROM schema_guard.$_"]) } 'ledgers()', 'ledger_rows()', 'not_covered()', 'library_version()', 'live_state_is_stale()', 'metrics_text()', 'collect_metrics()'));

# what is altered of the guard itself, by such names
is(make(<<"END"), '', 'the guard, altered');
SET schema_guard.bypass = 'x';
CREATE TABLE schema_guard."extra_$ff" (a int);
CREATE FUNCTION schema_guard."extra_$ff"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; /* $ff */ END';
CREATE TRIGGER "extra_$ff" AFTER INSERT ON schema_guard.told FOR EACH STATEMENT EXECUTE FUNCTION "s_$ff"."trig_$ff"('$ff');
CREATE RULE "extra_$ff" AS ON INSERT TO schema_guard."extra_$ff" DO ALSO NOTHING;
END
# an object that cannot be described
is(make(<<"END"), '', 'an object that cannot be described');
SET schema_guard.bypass = 'x';
CREATE TYPE "s_$ff"."lost_$ff" AS (a int);
CREATE FUNCTION "s_$ff"."lost_$ff"(a "s_$ff"."lost_$ff") RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW "s_$ff"."lost_view_$ff" AS SELECT 1 AS a;
DELETE FROM pg_type WHERE typname = E'lost_$e';
DELETE FROM pg_rewrite WHERE ev_class = E'"s_$e"."lost_view_$e"'::regclass;
END

sub all_can_be_read
{
	my ($when) = @_;
	foreach my $function (split /\n/, $node->safe_psql('ascii', q{SELECT replace(oid::regprocedure::text, 'schema_guard.', '') FROM pg_proc
		WHERE pronamespace = 'schema_guard'::regnamespace AND proname NOT LIKE 'on\_%' AND proname NOT LIKE 'extra%' ORDER BY 1}))
	{
		ok($calls{$function}, "$function has a call in this test") or next;
		can_read("$when: $_", $_) foreach @{ $calls{$function} };
	}
	foreach my $relation (split /\n/, $node->safe_psql('ascii', q{SELECT relname FROM pg_class WHERE relnamespace = 'schema_guard'::regnamespace
		AND relkind IN ('v', 'r') AND relname NOT LIKE 'extra%' ORDER BY 1}))
	{
		can_read("$when: $relation", "SELECT * FROM schema_guard.$relation");
	}
	return;
}
all_can_be_read('in observe');

# a contract that is derived is the one that is taken
sub is_fit
{
	my ($contract, $name) = @_;
	my ($rc, $out, $err) = run_sql($node, 'ascii', "SET client_encoding = UTF8; SELECT schema_guard.assert_contract(c), c FROM ($contract) d (c)", '-At');
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($err, '', "$name fits");
	# it was read by a client, and comes back from there
	$out =~ s/^\|//;
	$out =~ s/'/''/g;
	($rc, $out, $err) = run_sql($node, 'ascii', "SET client_encoding = UTF8; SELECT schema_guard.assert_contract('$out')", '-At');
	is($err, '', "$name fits, sent by a client");
	return;
}
is_fit("SELECT schema_guard.contract_of(ARRAY[E'SELECT t.*, \"f_$e\"(1) FROM \"t_$e\" t WHERE kind = ''l_$e'''], E'\"s_$e\"')", 'contract_of()');
is_fit("SELECT schema_guard.contract_of_tables(ARRAY[E'\"s_$e\".\"t_$e\"', E'\"s_$e\".\"w_$e\"'])", 'contract_of_tables()');
$node->safe_psql('ascii', q{SET client_encoding = SQL_ASCII; CREATE TABLE "byte_\xFF" ("\x5C" int, "\xFF" int)});
my $looks = $node->safe_psql('ascii', q{SET client_encoding = UTF8; SELECT schema_guard.contract_of(ARRAY['SELECT * FROM "byte_\xFF"'])});
is($looks, q({"relations": {"public.\"byte_\\\\x5CxFF\"": {"star": ["\\\\x5Cx5C", "\\\\x5CxFF"], "select": {"\\\\x5Cx5C": "integer", "\\\\x5CxFF": "integer"}}}}), 'what only looks like a byte is told from one');
is_fit("SELECT '$looks'::jsonb", 'that');

# so is one that is recorded, in this session and once it is over
run_sql($node, 'ascii', "SET client_encoding = SQL_ASCII; SET schema_guard.record = 'rec/1'; SELECT \"id_$ff\" FROM \"s_$ff\".\"t_$ff\" WHERE kind = 'l_$ff'");
is_fit("SELECT schema_guard.recorded('rec', '1')", 'recorded()');
is($node->safe_psql('ascii', q{SELECT schema_guard.recorded('rec', '1')->'relations' ->> '"s_\xFF"."t_\xFF"'}),
	q({"uses": {"kind": [{"label": "l_\\\\xFF"}, {"returns": "boolean", "operator": "=", "arguments": ["*", "'*"]}]}, "select": {"kind": "\"s_\\\\xFF\".\"enum_\\\\xFF\"", "id_\\\\xFF": "integer"}}), 'what was recorded');

# what is refused, and errors that come of a change
is(make(<<"END"), '', 'enforced');
SET schema_guard.bypass = 'x';
DELETE FROM pg_proc WHERE proname = E'lost_$e'; DELETE FROM pg_class WHERE relname = E'lost_view_$e';
DROP TRIGGER "extra_$ff" ON schema_guard.told;
SELECT count(*) FROM schema_guard.verify();
SELECT schema_guard.approve(schema_guard.capture('enforced'));
ALTER DATABASE ascii SET schema_guard.mode = enforce;
END
can_read('a refusal', "DO \$\$ BEGIN EXECUTE E'ALTER TABLE \"s_$e\".\"t_$e\" ADD \"refused_$e\" text DEFAULT ''$e'''; END \$\$", qr/SG002.*refused_\\xFF/);
can_read('a refusal of what breaks a release', "SELECT schema_guard.open_window('x', '1 minute'); DO \$\$ BEGIN EXECUTE E'ALTER TABLE \"s_$e\".\"t_$e\" DROP \"id_$e\"'; END \$\$", qr/SG003/);
can_read('a notification', "LISTEN schema_guard; SELECT schema_guard.open_window('x', '1 minute'); DO \$\$ BEGIN EXECUTE E'ALTER TABLE \"s_$e\".\"t_$e\" RENAME \"went_$e\" TO \"here_$e\"'; END \$\$; SELECT 1", qr/Asynchronous notification.*"objects":\["table \\"s_\\\\xFF/s);
# the server's own message cannot be sent, whatever is done: what the guard adds to the log can be read
run_sql($node, 'ascii', "SET client_encoding = SQL_ASCII; SET schema_guard.application = 'app/1'; SELECT \"went_$ff\" FROM \"s_$ff\".\"t_$ff\"");
is($node->safe_psql('ascii', 'SELECT count(*) FROM schema_guard.incidents'), 1, 'an incident');
{
	my ($out, $err);
	local $ENV{PGOPTIONS} = "-c schema_guard.application=app_$ff/v_$ff -c client_encoding=SQL_ASCII";
	(undef, $out, $err) = run_sql($node, 'ascii', 'SELECT 1');
	unlike($err, qr/$ff|invalid byte sequence/, 'a connection that is warned');
	$node->safe_psql('ascii', 'ALTER DATABASE ascii SET schema_guard.on_mismatch = error');
	(undef, $out, $err) = run_sql($node, 'ascii', 'SELECT 1');
	like($err, qr/FATAL:  .*app_\\xFF.*\(SG001\)/, 'a connection that is refused');
}
all_can_be_read('in enforce');

# the log: of what it says by itself, all is UTF-8
my @lines = grep { !/LOG:  statement:/ && /(?:LOG|WARNING|NOTICE):  .*(?:schema_guard|schema change|migration rule|release)/ && /[\x80-\xFF]/ } split /\n/, slurp_file($node->logfile);
is(join("\n", @lines), '', 'the log');

$node->stop;
done_testing();
