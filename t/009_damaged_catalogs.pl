# Each reference in each catalog that is read, led nowhere, each stored tree damaged, each list too
# short, each number and code a wrong one: whatever is damaged, everything is described, a release is checked with the
# privileges of its role, and nothing fails or crashes.
use strict;
use warnings;
use FindBin;
use SchemaGuardTest;
use Test::More;

my $node = start_node('damaged', 'allow_system_table_mods = on', 'log_min_error_statement = panic');
if ($node->safe_psql('postgres', 'SHOW debug_assertions') eq 'on')
{
	$node->stop;
	plan skip_all => 'a server with assertions has some of its own about its catalogs, such as pg_class.relam';
}
make_database($node, 'damaged');
my ($rc, $err) = run_file($node, 'damaged', "$FindBin::RealBin/lib/every_class.sql");
is($rc, 0, 'made') or diag($err);
$node->safe_psql('damaged', <<'SQL');
CREATE TYPE pair AS (a int, b text);
CREATE TYPE state AS ENUM ('new');
CREATE DOMAIN code AS text COLLATE "C" DEFAULT 'x' CHECK (VALUE <> '');
CREATE TABLE overriding (c code DEFAULT NULL);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE FUNCTION f(a pair, b state[] DEFAULT '{}') RETURNS code LANGUAGE sql AS 'SELECT NULL::code';
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
CREATE TABLE parent (id int PRIMARY KEY, s state, c code DEFAULT 'y', e int CHECK (e > 0)) PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF parent FOR VALUES FROM (0) TO (10);
CREATE TABLE old (a int GENERATED ALWAYS AS IDENTITY, parent_id int REFERENCES parent, p pair);
CREATE TABLE child () INHERITS (old);
ALTER TABLE old REPLICA IDENTITY FULL;
ALTER TABLE child REPLICA IDENTITY FULL;
CREATE INDEX ON old (abs(a)) WHERE a > 0;
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER trg BEFORE UPDATE OF a ON old FOR EACH ROW WHEN (new.a > 0) EXECUTE FUNCTION trg('x');
CREATE POLICY own ON old TO current_user USING (a > 0);
CREATE VIEW v AS SELECT * FROM old JOIN parent ON parent_id = id;
CREATE VIEW w AS SELECT id, e, c FROM parent WHERE e > 0;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO old (parent_id) VALUES (new.parent_id);
GRANT SELECT ON old TO PUBLIC;
COMMENT ON TABLE old IS 'x';
CREATE CAST (text AS pg_node_tree) WITHOUT FUNCTION;
CREATE ROLE app;
GRANT SELECT ON v TO app;
SELECT count(*) FROM schema_guard.verify();
SELECT schema_guard.register('app', '1', schema_guard.contract_of_tables('{old,parent,part,child}', '{select,insert,update,delete}', 'public'));
SELECT schema_guard.register('app', '2', schema_guard.contract_of('{"SELECT * FROM v", "INSERT INTO v (parent_id) VALUES (1)", "SELECT f(p), total(a) FROM old GROUP BY p", "DELETE FROM w", "INSERT INTO w (e) VALUES (1)"}', 'public'));
SQL

my $fingerprint = $node->safe_psql('damaged', "SELECT schema_guard.fingerprint('{all}')");
($rc, my $out, $err) = run_sql($node, 'damaged', <<'SQL');
SET client_min_messages = error;
DO $do$
DECLARE
	r record;
	value text;
	version text;
	place tid;
	done int := 0;
	-- what is newer is not the guard's own
	guard oid := (SELECT max(oid) FROM pg_class WHERE relnamespace = 'schema_guard'::regnamespace);
BEGIN
	FOR r IN SELECT c.relname AS catalog, quote_ident(a.attname) AS "column", k.attname AS key,
					CASE format_type(a.atttypid, NULL)
						WHEN 'oid' THEN ARRAY['0', '4000000000']
						WHEN 'regproc' THEN ARRAY['0', '4000000000']
						WHEN 'oidvector' THEN ARRAY[$$''$$, $$'0'$$, $$'4000000000 4000000000 4000000000'$$]
						WHEN 'int2vector' THEN ARRAY[$$''$$, $$'0'$$, $$'77 -77 77'$$]
						WHEN 'oid[]' THEN ARRAY[$$'{}'$$, $$'{NULL}'$$, $$'{0,4000000000}'$$]
						WHEN 'smallint[]' THEN ARRAY[$$'{}'$$, $$'{NULL}'$$, $$'{0,77}'$$]
						WHEN 'pg_node_tree' THEN ARRAY[format('left(%I::text, -9)::pg_node_tree', a.attname),
							$$''::text::pg_node_tree$$, $$'{VAR}'::text::pg_node_tree$$, $$'({VAR})'::text::pg_node_tree$$]
						WHEN '"char"' THEN ARRAY[$$'Z'$$, $$''$$]
						WHEN 'smallint' THEN ARRAY['-1', '0', '32767', '7']
						WHEN 'integer' THEN ARRAY['-1', '0', '2147483647', '7', '-2147483648']
						WHEN 'boolean' THEN ARRAY[format('NOT %I', a.attname)]
						WHEN '"char"[]' THEN ARRAY[$$'{}'$$, $$'{Z}'$$, $$'{NULL}'$$, $$'{{i,o},{i,o}}'$$, $$'{i,i,i,i,i,i,i,i,i,i,o}'$$]
						WHEN 'text[]' THEN ARRAY[$$'{}'$$, $$'{NULL}'$$, $$'{{a=1,b=2},{c,d}}'$$, $$'{x}'$$, $$'{=}'$$, $$'[5:6]={a=1,b}'$$]
						WHEN 'bytea' THEN ARRAY[$$''$$, $$'\\x00'$$, $$'abc'$$]
						WHEN 'name' THEN ARRAY[$$''$$]
						WHEN 'text' THEN ARRAY[$$''$$, $$'('$$]
						WHEN 'aclitem[]' THEN ARRAY[$$'{}'$$]
						ELSE '{}'
					END || CASE WHEN a.attnotnull THEN NULL ELSE 'NULL' END AS "values"
			   FROM pg_class c JOIN pg_attribute a ON c.oid = a.attrelid
			  CROSS JOIN LATERAL (SELECT attname FROM pg_attribute
								   WHERE attrelid = c.oid AND attnum > 0 AND atttypid = 'oid'::regtype
								   ORDER BY attnum LIMIT 1) k
			  WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND a.attname <> 'oid' AND a.attnum > 0
				AND c.relname !~ '^pg_statistic$|pg_database$|statistic_ext_data|largeobject|init_privs|^pg_depend$|^pg_shdepend$|authid|tablespace|auth_members'
			  ORDER BY 1, a.attnum
	LOOP
		FOR place IN EXECUTE format('SELECT ctid FROM pg_catalog.%I WHERE %I > %s AND %s IS NOT NULL ORDER BY ctid DESC LIMIT 4',
									r.catalog, r.key, guard, r."column")
		LOOP
			FOREACH value IN ARRAY r."values" LOOP
				BEGIN
					BEGIN
						EXECUTE format('UPDATE pg_catalog.%I SET %s = %s WHERE ctid = %L', r.catalog, r."column", value, place);
					EXCEPTION WHEN OTHERS THEN CONTINUE;
					END;
					BEGIN
						PERFORM schema_guard.fingerprint('{all}');
						done := done + 1;
					EXCEPTION WHEN OTHERS THEN
						RAISE INFO 'FAILED %.% = %: %', r.catalog, r."column", value, SQLERRM;
					END;
					FOREACH version IN ARRAY '{1,2}'::text[] LOOP
						BEGIN
							PERFORM count(*) FROM schema_guard.check_release('app', version, 'app');
						EXCEPTION WHEN OTHERS THEN
							RAISE INFO 'FAILED release % %.% = %: % %', version, r.catalog, r."column", value, SQLSTATE, SQLERRM;
						END;
					END LOOP;
					RAISE EXCEPTION USING errcode = 'ZZZZZ';
				EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
				END;
			END LOOP;
		END LOOP;
	END LOOP;
	RAISE INFO 'damaged: %', done;
END $do$;
SQL
unlike($err, qr/FAILED/, 'described and checked whatever is damaged');
my ($count) = $err =~ /damaged: (\d+)/;
note("$count damages");
cmp_ok($count, '>', 500, 'and so much was') or diag($err);
($rc, $out, $err) = run_sql($node, 'damaged', <<'SQL');
BEGIN;
UPDATE pg_index SET indexprs = '{VAR}'::text::pg_node_tree WHERE indexprs IS NOT NULL AND indrelid = 'old'::regclass;
UPDATE pg_class SET relacl = '{}' WHERE oid = 'child'::regclass;
SELECT severity, rule, object, found FROM schema_guard.check_release('app', '1', 'app') WHERE object ~ 'child';
ROLLBACK;
SQL
is($out, 'risky|privilege_missing|relation public.child|what role "app" lacks cannot be told: ACL arrays must be one-dimensional',
	'of what is damaged it is said that the privileges cannot be told');
is($node->safe_psql('damaged', "SELECT schema_guard.fingerprint('{all}')"), $fingerprint, 'the same again when it is undone');
is($node->safe_psql('damaged', 'SELECT change, object_type, object_identity, attribute FROM schema_guard.verify()'),
	'', 'and no change');
$node->stop;
done_testing();
