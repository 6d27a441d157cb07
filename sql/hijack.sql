-- Nothing of the extension uses what a caller's search_path puts before pg_catalog, neither when it is
-- installed nor when it is called. The schema evil shadows every function, operator, type and relation of
-- pg_catalog that can be shadowed, and our tables. Whoever comes there is counted by a sequence, which no
-- rollback and no handler of errors undoes.
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE SCHEMA evil;
CREATE SEQUENCE evil.hits;
CREATE FUNCTION evil.hit() RETURNS bigint LANGUAGE sql AS $$ SELECT pg_catalog.nextval('evil.hits') $$;

CREATE FUNCTION evil.shadow_functions() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
	p record;
BEGIN
	FOR p IN SELECT oid, proname, prorettype, proretset FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace LOOP
		BEGIN
			EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s %s LANGUAGE plpgsql AS %L', p.proname,
						   (SELECT string_agg(format_type(t, NULL), ', ' ORDER BY n)
							  FROM pg_proc f, unnest(f.proargtypes) WITH ORDINALITY AS a (t, n) WHERE f.oid = p.oid),
						   CASE WHEN p.proretset THEN 'SETOF' ELSE '' END, format_type(p.prorettype, NULL),
						   'BEGIN PERFORM evil.hit(); RAISE ''hijacked''; END');
		EXCEPTION WHEN OTHERS THEN
			NULL;				-- of types that functions cannot have
		END;
	END LOOP;
END $$;

CREATE FUNCTION evil.shadow_operators() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
	o record;
BEGIN
	FOR o IN SELECT oid, oprname, oprresult, CASE WHEN oprleft <> 0 THEN format_type(oprleft, NULL) END AS l,
					format_type(oprright, NULL) AS r
			   FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprright <> 0 LOOP
		BEGIN
			EXECUTE format('CREATE FUNCTION evil.operator_%s(%s) RETURNS %s LANGUAGE plpgsql AS %L', o.oid,
						   concat_ws(', ', o.l, o.r), format_type(o.oprresult, NULL),
						   'BEGIN PERFORM evil.hit(); RAISE ''hijacked''; END');
			EXECUTE format('CREATE OPERATOR evil.%s (%s RIGHTARG = %s, FUNCTION = evil.operator_%s)', o.oprname,
						   'LEFTARG = ' || o.l || ',', o.r, o.oid);
		EXCEPTION WHEN OTHERS THEN
			NULL;
		END;
	END LOOP;
END $$;

CREATE FUNCTION evil.shadow_types() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
	t record;
BEGIN
	FOR t IN SELECT typname FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype = 'b' AND typelem = 0 LOOP
		EXECUTE format('CREATE DOMAIN evil.%I AS bigint DEFAULT evil.hit() CHECK (evil.hit() < 0)', t.typname);
	END LOOP;
END $$;

CREATE FUNCTION evil.shadow_relations(schema_name name) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT relname FROM pg_class WHERE relnamespace = schema_name::regnamespace AND relkind IN ('r', 'v') LOOP
		EXECUTE format('CREATE VIEW evil.%I AS SELECT evil.hit()', c.relname);
	END LOOP;
END $$;
SELECT evil.shadow_functions(), evil.shadow_operators(), evil.shadow_types(), evil.shadow_relations('pg_catalog');
SELECT (SELECT count(*) FROM pg_proc WHERE pronamespace = 'evil'::regnamespace) > 3000 AS functions,
	   (SELECT count(*) FROM pg_operator WHERE oprnamespace = 'evil'::regnamespace) > 700 AS operators,
	   (SELECT count(*) FROM pg_type WHERE typnamespace = 'evil'::regnamespace AND typtype = 'd') > 50 AS types,
	   (SELECT count(*) FROM pg_class WHERE relnamespace = 'evil'::regnamespace) > 100 AS relations;
-- a cast that PostgreSQL does not have, to be found where types do not fit
CREATE FUNCTION evil.from_bytea(bytea) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM evil.hit(); RETURN 'hijacked'; END $$;
CREATE CAST (bytea AS text) WITH FUNCTION evil.from_bytea(bytea) AS IMPLICIT;

-- the trap works
SET search_path = evil, pg_catalog, public;
SELECT 1 = 1;
SELECT pg_catalog.lower('a') || 'b'::pg_catalog.text;
SELECT * FROM pg_class;
SELECT 1::int8;
SELECT pg_catalog.textin('x') OPERATOR(pg_catalog.||) '\x00'::pg_catalog.bytea AS by_cast;
SELECT last_value FROM evil.hits;
SELECT pg_catalog.setval('evil.hits', 1, false);

-- installed with all that in the way
CREATE EXTENSION schema_guard;
RESET search_path;
SELECT evil.shadow_relations('schema_guard');
SET schema_guard.mode = off;
CREATE TABLE public.hijacked (a int CHECK (a > 0), b text DEFAULT lower('X') || 'y');
CREATE FUNCTION public.hijacked_function(a text) RETURNS text LANGUAGE sql AS 'SELECT lower(a)';
CREATE VIEW public.hijacked_view AS SELECT a, b FROM hijacked WHERE b || 'x' = lower('Y');
-- code that belongs to what is described is not run by describing it
CREATE FUNCTION evil.immutable(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM evil.hit(); RETURN a; END $$;
CREATE TABLE public.traps (a int DEFAULT evil.immutable(1) CHECK (evil.immutable(a) > 0), b int GENERATED ALWAYS AS (evil.immutable(a)) STORED);
CREATE INDEX ON public.traps (evil.immutable(a)) WHERE evil.immutable(b) > 0;
ALTER TABLE public.traps ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY trap ON public.traps USING (evil.immutable(a) > 0);
CREATE MATERIALIZED VIEW public.trap_view AS SELECT evil.immutable(1) AS a WITH NO DATA;
SELECT pg_catalog.setval('evil.hits', 1, false);
RESET schema_guard.mode;

-- how each function and view is called; the functions of triggers by a statement that fires them
CREATE TABLE public.calls (n int GENERATED ALWAYS AS IDENTITY, object text NOT NULL, call text NOT NULL);
INSERT INTO public.calls (object, call) VALUES
	('library_version()', 'SELECT schema_guard.library_version()'),
	('readable(text)', $$SELECT schema_guard.readable('a')$$),
	('setting_in_force(text)', $$SELECT schema_guard.setting_in_force('schema_guard.mode')$$),
	('settings_not_in_force()', 'SELECT schema_guard.settings_not_in_force()'),
	('live_state_is_stale()', 'SELECT schema_guard.live_state_is_stale()'),
	('fingerprint(text[],name)', 'SELECT schema_guard.fingerprint()'),
	('fingerprint(text[],name)', $$SELECT schema_guard.fingerprint('{all}', 'public')$$),
	('describe(text,text[])', $$SELECT schema_guard.describe('public.%', '{all}')$$),
	('verify()', 'SELECT schema_guard.verify()'),
	('verify_journal(text)', 'SELECT schema_guard.verify_journal()'),
	('verify_journal(text)', $$SELECT schema_guard.verify_journal('1:' OPERATOR(pg_catalog.||) pg_catalog.repeat('0', 64))$$),
	('live_state_is_stale()', 'SELECT schema_guard.live_state_is_stale()'),
	('capture(text,text)', $$SELECT schema_guard.capture('captured', 'note')$$),
	('export(text)', 'SELECT schema_guard.export()'),
	('export(text)', $$SELECT schema_guard.export('captured')$$),
	('import(text,text)', $$SELECT schema_guard.import(schema_guard.export('captured'), 'imported')$$),
	('approve(text,text,interval,text[])', $$SELECT schema_guard.approve('captured', 'note')$$),
	('approve(text,text,interval,text[])', $$SELECT schema_guard.approve('captured', 'note', '1 day')$$),
	('export_path(text,text)', 'CREATE TABLE public.step (a pg_catalog.int4)'),
	('export_path(text,text)', 'SELECT schema_guard.export_path()'),
	('import_path(text,text)', $$SELECT schema_guard.import_path(schema_guard.export_path(), 'walked')$$),
	('approve(text,text,interval,text[])', $$SELECT schema_guard.approve('walked')$$),
	('revoke(text,text)', $$SELECT schema_guard.revoke('walked', 'reason')$$),
	('export_path(text,text)', 'DROP TABLE public.step'),
	('diff(text,text)', $$SELECT schema_guard.diff('captured')$$),
	('diff(text,text)', $$SELECT schema_guard.diff('captured', 'imported')$$),
	('drift()', 'SELECT schema_guard.drift()'),
	('exclude(text,text)', $$SELECT schema_guard.exclude('public.none\_%', 'reason')$$),
	('include(text)', $$SELECT schema_guard.include('public.none\_%')$$),
	('guard_facets(text[])', $$SELECT schema_guard.guard_facets('{structure,index,comment}')$$),
	('not_covered()', 'SELECT schema_guard.not_covered()'),
	('grant_role(name,text)', $$SELECT schema_guard.grant_role('regress_sg_hijack', 'approver')$$),
	('open_window(text,interval)', $$SELECT schema_guard.open_window('reason', '1 hour')$$),
	('close_window()', 'SELECT schema_guard.close_window()'),
	('register(text,text,jsonb)', $$SELECT schema_guard.register('api', '1', '{"relations": {"public.hijacked": {"select": {"a": "integer"}, "not_null": ["a"], "insert": ["b"], "conflict_targets": [["a"]]}}, "functions": {"public.hijacked_function(text)": "text"}}')$$),
	('check_release(text,text,name)', $$SELECT schema_guard.check_release('api', '1')$$),
	('release_fits(text,text)', $$SELECT schema_guard.release_fits('api', '1')$$),
	('assert_release(text,text,name)', $$SELECT schema_guard.assert_release('api', '1')$$),
	('contract_of(text[],text)', $$SELECT schema_guard.contract_of('{SELECT a FROM public.hijacked}')$$),
	('contract_of_tables(text[],text[],text)', $$SELECT schema_guard.contract_of_tables('{public.hijacked}', '{select,insert,update,delete}')$$),
	('contract_of_relations(text,text[],text[])', $$SELECT schema_guard.contract_of_relations('captured', '{public.hijacked}', '{select,insert}')$$),
	('contract_of_sqlx(jsonb,text)', $$SELECT schema_guard.contract_of_sqlx('[{"db_name": "PostgreSQL", "query": "SELECT a FROM public.hijacked", "describe": {"columns": [], "parameters": {"Left": []}, "nullable": []}, "hash": "0"}]')$$),
	('contract_diff(jsonb,jsonb)', $$SELECT schema_guard.contract_diff('{}', '{"relations": {"public.hijacked": {"select": {"a": "integer"}}}}')$$),
	('ready(text,text)', $$SELECT schema_guard.ready('api', '1')$$),
	('release_sessions(text,text)', $$SELECT schema_guard.release_sessions('api', '1')$$),
	('ledgers()', 'CREATE TABLE public.schema_migrations (version pg_catalog.int8 PRIMARY KEY, dirty pg_catalog.bool NOT NULL)'),
	('ledgers()', 'SELECT schema_guard.ledgers()'),
	('ledger_rows()', 'SELECT schema_guard.ledger_rows()'),
	('assert_migrations(jsonb)', $$SELECT schema_guard.assert_migrations('{"tool": "golang-migrate", "applied": [{"version": "1"}]}')$$),
	('ledgers()', 'DROP TABLE public.schema_migrations'),
	('recorded(text,text)', $$SELECT schema_guard.recorded('api', '2')$$),
	('forget_recorded(text,text)', $$SELECT schema_guard.forget_recorded('api', '2')$$),
	('report(text,text)', $$SELECT schema_guard.report('drift', 'markdown')$$),
	('report(text,text,text[])', $$SELECT schema_guard.report('diff', 'sarif', 'captured')$$),
	('report_and_verdict(text,text,text[])', $$SELECT schema_guard.report_and_verdict('check_release', 'html', '{api,1}')$$),
	('report(text,text,text[])', $$SELECT schema_guard.report('preview', 'junit', 'ALTER TABLE public.hijacked ADD d pg_catalog.int4')$$),
	('collect_metrics()', 'SELECT schema_guard.collect_metrics()'),
	('metrics_text()', 'SELECT schema_guard.metrics_text()'),
	('prune_journal(interval)', $$SELECT schema_guard.prune_journal('1 hour')$$),
	('on_login()', 'SELECT schema_guard.on_login()'),
	('assert_contract(jsonb)', $$SELECT schema_guard.assert_contract('{"relations": {"public.hijacked": {"select": {"a": "integer"}}}}')$$),
	('assert_fingerprint(text)', $$SELECT schema_guard.assert_fingerprint(schema_guard.fingerprint())$$),
	('can_deploy(text,text,text,name)', $$SELECT schema_guard.can_deploy('api', '1', 'captured')$$),
	('preview(text)', 'SELECT schema_guard.preview($_$ALTER TABLE public.hijacked ADD c pg_catalog.text DEFAULT ''x''$_$)'),
	('revoke(text,text)', $$SELECT schema_guard.revoke('captured', 'reason')$$),
	('on_ddl()', 'CREATE TABLE public.by_ddl (a pg_catalog.int4, b pg_catalog.text)'),
	('retire(text,text)', $$SELECT schema_guard.retire('api', '1')$$),
	('on_ddl()', 'SELECT schema_guard.on_ddl()'),
	('on_write()', 'INSERT INTO schema_guard.object_text SELECT * FROM schema_guard.object_text'),
	('on_write()', 'INSERT INTO schema_guard.digest_list SELECT * FROM schema_guard.digest_list'),
	('on_write()', 'SET LOCAL schema_guard.bypass = repair; INSERT INTO schema_guard.digest_list SELECT * FROM schema_guard.digest_list'),
	('on_write()', 'DELETE FROM schema_guard.journal_object WHERE false');
INSERT INTO public.calls (object, call)
SELECT relname, format('SELECT * FROM schema_guard.%I', relname)
  FROM pg_catalog.pg_class WHERE relnamespace = 'schema_guard'::regnamespace AND relkind = 'v' ORDER BY relname;

-- every function has its line
SELECT o.object AS not_covered
  FROM (SELECT substr(p.oid::regprocedure::text, length('schema_guard.') + 1) AS object
		  FROM pg_proc p WHERE pronamespace = 'schema_guard'::regnamespace) o
 WHERE NOT EXISTS (SELECT FROM public.calls c WHERE c.object = o.object);

CREATE ROLE regress_sg_hijack;
CREATE FUNCTION public.attempt(call text, OUT result text, OUT hijacked bigint) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
	PERFORM set_config('search_path', 'evil, pg_catalog, public', true);
	BEGIN
		EXECUTE call;
		result := 'done';
	EXCEPTION WHEN OTHERS THEN
		result := SQLSTATE;
	END;
	PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);
	SELECT CASE WHEN h.is_called THEN h.last_value ELSE 0 END INTO hijacked FROM evil.hits h;
	IF hijacked > 0 THEN
		RAISE '%: hijacked', call;
	END IF;
END $$;
-- temporary ones come before pg_catalog, unless the path says otherwise
CREATE TEMP TABLE pg_class (a int);
CREATE TEMP TABLE live_state (fingerprint text);
CREATE DOMAIN pg_temp.text AS int CHECK (evil.hit() < 0);
DO $$
DECLARE
	c record;
	a record;
BEGIN
	FOR c IN SELECT call FROM public.calls ORDER BY n LOOP
		SELECT * INTO a FROM public.attempt(c.call);
		COMMIT;
		RAISE INFO '%: %', left(c.call, 70), a.result;
	END LOOP;
END $$;

-- the gate at commit
SET search_path = evil, pg_catalog, public;
SET schema_guard.mode = enforce;
CREATE TABLE public.refused (a pg_catalog.text);
SET schema_guard.mode = warn;
CREATE TABLE public.warned (a pg_catalog.text);
SET schema_guard.mode = observe;
ALTER TABLE public.warned RENAME TO renamed;
SELECT schema_guard.register('api', '2', '{"relations": {"public.hijacked": {"select": {"b": "text"}}}}');
-- and the check of the declared release, which the gate's own statements must not run into
SET schema_guard.application = 'api/2';
SELECT;
ALTER TABLE public.hijacked RENAME b TO c;
SELECT;
ALTER TABLE public.hijacked RENAME c TO b;
SELECT;
RESET schema_guard.application;
RESET search_path;
SELECT is_called AS hijacked FROM evil.hits;
SELECT count(*) AS missed FROM schema_guard.verify();

SET schema_guard.mode = off;
SET client_min_messages = error;
DROP DOMAIN pg_temp.text;
DROP FUNCTION public.hijacked_function;
DROP TABLE pg_temp.pg_class, pg_temp.live_state, public.calls, public.by_ddl, public.renamed, public.hijacked, public.traps CASCADE;
DROP MATERIALIZED VIEW public.trap_view;
DROP FUNCTION public.attempt;
DROP CAST (bytea AS text);
DROP EXTENSION schema_guard CASCADE;
DROP SCHEMA evil CASCADE;
DROP ROLE regress_sg_hijack;
