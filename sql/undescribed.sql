-- Objects that cannot be described: each kind of reference that leads nowhere is a placeholder and
-- an item of its object, in problems, and stops nothing else.
CREATE EXTENSION schema_guard;
-- whatever the superuser of the tests is called
CREATE ROLE regress_sg_owner SUPERUSER;
SET SESSION AUTHORIZATION regress_sg_owner;
SET client_min_messages = warning;
SET allow_system_table_mods = on;
CREATE ROLE regress_sg_gone;
CREATE SCHEMA d;
CREATE SCHEMA lost;
CREATE TYPE d.pair AS (a int, b text);
CREATE TYPE d.state AS ENUM ('new');
CREATE DOMAIN d.code AS text DEFAULT 'x' CHECK (VALUE <> '');
CREATE TYPE d.span AS RANGE (subtype = float8);
CREATE FUNCTION d.same(a int, b int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = $2';
CREATE OPERATOR d.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = d.same);
CREATE FUNCTION d.f(a d.pair, b int DEFAULT 1) RETURNS d.state LANGUAGE sql AS 'SELECT NULL::d.state';
CREATE FUNCTION d.trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION d.number() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE AGGREGATE d.agg(int) (SFUNC = int4pl, STYPE = int);
CREATE CAST (d.pair AS text) WITH INOUT;
CREATE TABLE d.t (id int PRIMARY KEY, state d.state, n int DEFAULT d.number(), c text COLLATE "C");
CREATE INDEX t_state ON d.t (state);
CREATE INDEX t_number ON d.t ((n + d.number()));
CREATE TABLE d.child (t_id int CONSTRAINT child_fkey REFERENCES d.t, CONSTRAINT positive CHECK (t_id > 0));
CREATE TRIGGER trg BEFORE INSERT ON d.child FOR EACH ROW EXECUTE FUNCTION d.trg();
CREATE POLICY own ON d.child TO regress_sg_gone USING (true);
CREATE VIEW d.v AS SELECT id, state FROM d.t;
CREATE SEQUENCE d.seq;
CREATE STATISTICS d.stat ON id, n FROM d.t;
CREATE TEXT SEARCH CONFIGURATION d.words (COPY = simple);
CREATE FUNCTION lost.in_a_schema() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE lost.t (a int);
CREATE TABLE d.other (a int, b text DEFAULT 'b');

-- what a damage does to the description of everything; it is undone
CREATE PROCEDURE damage(what text, facets text[] DEFAULT '{all}') LANGUAGE plpgsql AS $$
DECLARE
	r record;
BEGIN
	CREATE TEMP TABLE before AS SELECT * FROM schema_guard.describe(NULL, facets);
	BEGIN
		EXECUTE what;
		RAISE INFO '%', what;
		PERFORM schema_guard.fingerprint(facets), schema_guard.fingerprint('{all}', 'd');
		FOR r IN
			SELECT c.sign, (c.object_type || ' ' || c.object_identity) COLLATE "C" AS object, c.attribute, c.definition
			  FROM ((SELECT '-' AS sign, * FROM before
					 EXCEPT ALL SELECT '-', * FROM schema_guard.describe(NULL, facets))
					UNION ALL
					(SELECT '+', * FROM schema_guard.describe(NULL, facets)
					 EXCEPT ALL SELECT '+', * FROM before)) c
			 -- what not every version has, or has by the dozen
			 WHERE c.object_identity !~ '^d\._|multirange' AND c.attribute !~ '^mapping'
			 ORDER BY 2, c.attribute COLLATE "C", c.sign DESC
		LOOP
			RAISE INFO '  % %  %: %', r.sign, r.object, r.attribute, r.definition;
		END LOOP;
		RAISE EXCEPTION USING errcode = 'ZZZZZ';
	EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
	END;
	DROP TABLE before;
END $$;
\set QUIET on

CALL damage($$DELETE FROM pg_type WHERE oid = 'd.pair'::regtype$$);
CALL damage($$DELETE FROM pg_type WHERE oid = 'd.state'::regtype$$);
CALL damage($$DELETE FROM pg_proc WHERE proname = 'same'$$);
CALL damage($$DELETE FROM pg_proc WHERE proname = 'number'$$);
CALL damage($$DELETE FROM pg_proc WHERE proname = 'trg'$$);
CALL damage($$UPDATE pg_operator SET oprcom = 9999999, oprnegate = 9999999, oprleft = 9999999 WHERE oprname = '==='$$);
CALL damage($$UPDATE pg_attribute SET atttypid = 9999999 WHERE attrelid = 'd.other'::regclass AND attname = 'a'$$);
CALL damage($$UPDATE pg_attribute SET attcollation = 9999999 WHERE attrelid = 'd.t'::regclass AND attname = 'c'$$);
CALL damage($$UPDATE pg_constraint SET confrelid = 9999999, conkey = '{7}' WHERE conname = 'child_fkey'$$);
CALL damage($$UPDATE pg_constraint SET confkey = '{7}' WHERE conname = 'child_fkey'$$);
CALL damage($$UPDATE pg_constraint SET conbin = NULL WHERE conname = 'positive'$$);
CALL damage($$UPDATE pg_class SET relacl = '{}' WHERE oid = 'd.other'::regclass$$);
CALL damage($$UPDATE pg_attribute SET attacl = '{}' WHERE attrelid = 'd.other'::regclass AND attname = 'b'$$);
CALL damage($$UPDATE pg_index SET indkey = '9', indclass = '9999999', indcollation = '9999999' WHERE indexrelid = 'd.t_state'::regclass$$);
CALL damage($$DELETE FROM pg_class WHERE oid = 'd.t_state'::regclass$$);
CALL damage($$UPDATE pg_class SET relam = 9999999, reltablespace = 9999999 WHERE oid = 'd.t'::regclass$$);
CALL damage($$UPDATE pg_class SET relowner = 9999999 WHERE oid = 'd.t'::regclass$$);
CALL damage($$INSERT INTO pg_db_role_setting SELECT oid, 9999999, '{work_mem=1MB}' FROM pg_database WHERE datname = current_database()$$);
CALL damage($$UPDATE pg_policy SET polroles = '{9999999}'$$);
CALL damage($$UPDATE pg_type SET typbasetype = 9999999, typcollation = 9999999 WHERE typname = 'code'$$);
CALL damage($$DELETE FROM pg_range WHERE rngtypid = 'd.span'::regtype$$);
CALL damage($$DELETE FROM pg_aggregate WHERE aggfnoid = 'd.agg'::regproc$$);
CALL damage($$UPDATE pg_cast SET casttarget = 9999999 WHERE castsource = 'd.pair'::regtype$$);
CALL damage($$UPDATE pg_statistic_ext SET stxrelid = 9999999$$);
CALL damage($$UPDATE pg_ts_config SET cfgparser = 9999999 WHERE cfgname = 'words'$$);
CALL damage($$UPDATE pg_proc SET prolang = 9999999, prorettype = 9999999 WHERE proname = 'trg'$$);
CALL damage($$DELETE FROM pg_namespace WHERE nspname = 'lost'$$);
CALL damage($$DELETE FROM pg_class WHERE oid = 'd.t'::regclass$$, '{structure}');

-- what is stored as a tree is cut off, empty, no tree, or another one: all else of the object shows
CREATE TABLE d.trees (a int DEFAULT 1, b int GENERATED ALWAYS AS (a + 1) STORED, CONSTRAINT small CHECK (a < 9))
	PARTITION BY RANGE ((a + 1));
CREATE TABLE d.trees_1 PARTITION OF d.trees FOR VALUES FROM (0) TO (9);
CREATE INDEX trees_sum ON d.trees ((a + b), a) WHERE a > 0;
CREATE TRIGGER trg BEFORE INSERT ON d.trees FOR EACH ROW WHEN (new.a > 0) EXECUTE FUNCTION d.trg();
CREATE POLICY mine ON d.trees USING (a > 0) WITH CHECK (a > 1);
CREATE VIEW d.w AS SELECT a FROM d.trees;
ALTER VIEW d.w ALTER a SET DEFAULT 3;
CREATE RULE w_insert AS ON INSERT TO d.w WHERE new.a > 0 DO INSTEAD INSERT INTO d.trees (a) VALUES (new.a);
CREATE DOMAIN d.few AS int DEFAULT 1 CHECK (VALUE < 9);
CREATE FUNCTION d.h(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE damage_tree(catalog regclass, col text, condition text) LANGUAGE plpgsql AS $$
DECLARE
	tree text;
BEGIN
	CREATE CAST (text AS pg_node_tree) WITHOUT FUNCTION;
	FOREACH tree IN ARRAY ARRAY[format('left(%I::text, -9)', col), '''''::text', '''{VAR}''::text', '''({VAR})''::text'] LOOP
		CALL damage(format('UPDATE %s SET %I = (%s)::pg_node_tree WHERE %s', catalog, col, tree, condition),
					'{structure,index,partitions}');
	END LOOP;
	DROP CAST (text AS pg_node_tree);
END $$;
CALL damage_tree('pg_attrdef', 'adbin', $$adrelid = 'd.trees'::regclass AND adnum = 1$$);
CALL damage_tree('pg_constraint', 'conbin', $$conname = 'small' AND conrelid = 'd.trees'::regclass$$);
CALL damage_tree('pg_index', 'indexprs', $$indexrelid = 'd.trees_sum'::regclass$$);
CALL damage_tree('pg_index', 'indpred', $$indexrelid = 'd.trees_sum'::regclass$$);
CALL damage_tree('pg_trigger', 'tgqual', $$tgrelid = 'd.trees'::regclass$$);
CALL damage_tree('pg_policy', 'polqual', $$polname = 'mine'$$);
CALL damage_tree('pg_partitioned_table', 'partexprs', $$partrelid = 'd.trees'::regclass$$);
CALL damage_tree('pg_class', 'relpartbound', $$oid = 'd.trees_1'::regclass$$);
CALL damage_tree('pg_rewrite', 'ev_qual', $$rulename = 'w_insert'$$);
CALL damage_tree('pg_rewrite', 'ev_action', $$rulename = 'w_insert'$$);
CALL damage_tree('pg_rewrite', 'ev_action', $$ev_class = 'd.w'::regclass AND rulename = '_RETURN'$$);
CALL damage_tree('pg_constraint', 'conbin', $$contypid = 'd.few'::regtype$$);
CALL damage_tree('pg_type', 'typdefaultbin', $$oid = 'd.few'::regtype$$);
CALL damage_tree('pg_proc', 'proargdefaults', $$oid = 'd.h'::regproc$$);
-- lists that are too short
CALL damage($$UPDATE pg_index SET indexprs = NULL WHERE indexrelid = 'd.trees_sum'::regclass$$, '{structure,index}');
CALL damage($$UPDATE pg_index SET indclass = '', indoption = '' WHERE indexrelid = 'd.trees_sum'::regclass$$, '{structure,index}');
CALL damage($$UPDATE pg_partitioned_table SET partexprs = NULL WHERE partrelid = 'd.trees'::regclass$$, '{structure}');
CALL damage($$UPDATE pg_partitioned_table SET partclass = '' WHERE partrelid = 'd.trees'::regclass$$, '{structure}');
CALL damage($$UPDATE pg_constraint SET conkey = '{NULL}' WHERE conname = 'child_fkey'$$, '{structure}');
CALL damage($$UPDATE pg_proc SET proargtypes = '' WHERE oid = 'd.h'::regproc$$, '{structure}');
DROP TABLE d.trees CASCADE;
DROP DOMAIN d.few;
DROP FUNCTION d.h;

-- nested too deeply for max_stack_depth, but not for the stack
CREATE TABLE d.deep (a int);
DO $$ BEGIN EXECUTE 'ALTER TABLE d.deep ALTER a SET DEFAULT 1' || repeat('+1', 2000); END $$;
SET max_stack_depth = '250kB';
SELECT attribute, length(definition) FROM schema_guard.describe('d.deep');
RESET max_stack_depth;
DROP TABLE d.deep;

-- what a role without any right can do to itself in older minor versions: an operator that is the commutator
-- of one that is gone
CREATE ROLE regress_sg_plain;
CREATE SCHEMA plain AUTHORIZATION regress_sg_plain;
SET ROLE regress_sg_plain;
CREATE FUNCTION plain.eq(a bool, b bool) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = $2';
CREATE OPERATOR plain.==== (LEFTARG = bool, RIGHTARG = bool, FUNCTION = plain.eq);
CREATE OPERATOR plain.##== (LEFTARG = bool, RIGHTARG = bool, FUNCTION = plain.eq, COMMUTATOR = OPERATOR(plain.====), NEGATOR = OPERATOR(plain.##!=));
CREATE OPERATOR plain.##!= (LEFTARG = bool, RIGHTARG = bool, FUNCTION = plain.eq);
DROP OPERATOR plain.==== (bool, bool);
DROP OPERATOR plain.##!= (bool, bool);
RESET ROLE;
SELECT count(*) FROM schema_guard.verify();
SELECT s.fingerprint = schema_guard.fingerprint() AS same, s.stale FROM schema_guard.live_state s;
DROP SCHEMA plain CASCADE;
DROP ROLE regress_sg_plain;
SELECT count(*) FROM schema_guard.verify();

-- two that look the same then
CREATE FUNCTION d.g(a d.state) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION d.g(a d.pair) RETURNS int LANGUAGE sql AS 'SELECT 1';
CALL damage($$DELETE FROM pg_type WHERE oid IN ('d.state'::regtype, 'd.pair'::regtype)$$, '{structure}');

-- for good, under enforce: others go on, and what is approved passes
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
SELECT 'd.pair'::regtype::oid AS pair, 'd.state'::regtype::oid AS state, 'd.number'::regproc::oid AS number \gset
UPDATE pg_proc SET proargtypes = '9999999 23' WHERE proname = 'f';
UPDATE pg_proc SET proargtypes = '9999998' WHERE oid = 'd.g(d.state)'::regprocedure;
UPDATE pg_proc SET proargtypes = '9999999' WHERE oid = 'd.g(d.pair)'::regprocedure;
UPDATE pg_proc SET oid = 9999997 WHERE proname = 'number';
SELECT count(*) > 0 FROM schema_guard.verify();
SELECT object_type, object_identity, attribute, found FROM schema_guard.problems ORDER BY 1, 2;
SELECT count(*) FROM schema_guard.verify();
SELECT schema_guard.capture('base') IS NOT NULL;
SELECT schema_guard.export('base') LIKE '%function d.f(???,integer)%', schema_guard.export() = schema_guard.export('base');
SELECT schema_guard.import(schema_guard.export('base'), 'again') IS NOT NULL;
SELECT count(*) FROM schema_guard.diff('base');
SELECT schema_guard.approve('base') IS NOT NULL;
SET schema_guard.mode = 'enforce';
DROP TABLE IF EXISTS nosuch;
ALTER TABLE d.other ADD c int;
BEGIN;
SET LOCAL schema_guard.bypass = 'test';
ALTER TABLE d.other ADD c int;
COMMIT;
SELECT schema_guard.capture('two') IS NOT NULL, schema_guard.approve('two') IS NOT NULL;
BEGIN;
SET LOCAL schema_guard.bypass = 'test';
ALTER TABLE d.other DROP c;
COMMIT;
ALTER TABLE d.other ADD c int;
SELECT change, object_identity, attribute FROM schema_guard.preview('ALTER TABLE d.other DROP c') WHERE change IS NOT NULL;
-- a change of what cannot be described is seen as far as it shows
ALTER FUNCTION d.f STABLE;
RESET schema_guard.mode;
SELECT schema_guard.assert_contract('{"relations": {"d.t": {"select": {"id": "integer"}}, "d.other": {"select": {"a": "integer"}}}}');
-- repaired, it is gone from problems
SELECT format('%s 23', :pair) AS args \gset
UPDATE pg_proc SET proargtypes = :'args' WHERE proname = 'f';
UPDATE pg_proc SET proargtypes = :'state' WHERE proargtypes = '9999998';
UPDATE pg_proc SET proargtypes = :'pair' WHERE proargtypes = '9999999';
UPDATE pg_proc SET oid = :number WHERE oid = 9999997;
SELECT count(*) > 0 FROM schema_guard.verify();
SELECT * FROM schema_guard.problems;
-- an extension whose schema is missing, and whose members are compared with what its script made
CREATE EXTENSION pg_trgm SCHEMA d;
BEGIN;
UPDATE pg_extension SET extnamespace = 9999999 WHERE extname = 'pg_trgm';
SELECT attribute, definition FROM schema_guard.describe('pg_trgm', '{structure}') ORDER BY attribute COLLATE "C";
ROLLBACK;
DROP EXTENSION pg_trgm;
DROP EXTENSION schema_guard;
DROP SCHEMA d, lost CASCADE;
DROP PROCEDURE damage, damage_tree;
RESET SESSION AUTHORIZATION;
DROP ROLE regress_sg_gone, regress_sg_owner;
