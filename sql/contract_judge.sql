-- contracts judged by the server: a verdict is right if the statement behaves as it says
CREATE EXTENSION schema_guard;
SET client_min_messages = error;
\set VERBOSITY terse
\pset null '-'
-- a stored schema has partitions only then
SELECT schema_guard.guard_facets('{structure,index,partitions}');

/*
 * Each case makes a schema, runs a statement of the contract's, and asks for
 * the verdict: against the live schema, against a snapshot of it and against
 * its schema file.  "works" is what the server says; what the contract says
 * must be "fits" if it does and the problem's rule if it does not.
 */
CREATE TYPE pg_temp.judgement AS (works boolean, live text, stored text, file text, server text);
CREATE FUNCTION pg_temp.rules(contract jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM schema_guard.assert_contract(contract);
	RETURN 'fits';
EXCEPTION WHEN SQLSTATE 'SG001' THEN
	RETURN 'broken';
END $$;
CREATE FUNCTION pg_temp.judge(setup text, contract jsonb, statement text) RETURNS pg_temp.judgement
LANGUAGE plpgsql AS $$
DECLARE
	result pg_temp.judgement;
	file text;
BEGIN
	BEGIN
		EXECUTE setup;
		result.live := pg_temp.rules(contract);
		PERFORM schema_guard.register('judge', '1', contract);
		PERFORM schema_guard.capture('judged');
		SELECT coalesce(string_agg(rule, ' ' ORDER BY rule), 'fits') INTO result.stored
		  FROM schema_guard.can_deploy('judge', '1', 'judged') WHERE severity = 'broken';
		file := schema_guard.export('judged');
		PERFORM schema_guard.import(file, 'read');
		SELECT coalesce(string_agg(rule, ' ' ORDER BY rule), 'fits') INTO result.file
		  FROM schema_guard.can_deploy('judge', '1', 'read') WHERE severity = 'broken';
		BEGIN
			EXECUTE statement;
			result.works := true;
		EXCEPTION WHEN OTHERS THEN
			result.works := false;
			result.server := SQLSTATE;
		END;
		RAISE EXCEPTION 'back' USING ERRCODE = 'UU000';
	EXCEPTION WHEN SQLSTATE 'UU000' THEN
		NULL;
	END;
	RETURN result;
END $$;
CREATE TABLE pg_temp.cases (n int GENERATED ALWAYS AS IDENTITY, setup text, contract jsonb, statement text);
CREATE FUNCTION pg_temp.insert_case(setup text, insert jsonb, statement text) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO pg_temp.cases (setup, contract, statement)
	VALUES (setup, jsonb_build_object('relations', jsonb_build_object('public.t', jsonb_build_object('insert', insert))), statement);
$$;
CREATE FUNCTION pg_temp.target_case(setup text, target jsonb) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO pg_temp.cases (setup, contract, statement)
	SELECT setup, jsonb_build_object('relations', jsonb_build_object('public.t', jsonb_build_object('conflict_targets', jsonb_build_array(target)))),
		   format('INSERT INTO t (a, b) VALUES (1, 1) ON CONFLICT (%s) DO NOTHING', string_agg(c, ', '))
	  FROM jsonb_array_elements_text(target) c;
$$;
CREATE FUNCTION pg_temp.null_case(setup text, statement text) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO pg_temp.cases (setup, contract, statement)
	VALUES (setup, '{"relations": {"public.t": {"not_null": ["c"]}}}', statement);
$$;
CREATE FUNCTION pg_temp.type_case(setup text, type text, statement text) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO pg_temp.cases (setup, contract, statement)
	VALUES (setup, jsonb_build_object('relations', jsonb_build_object('public.t', jsonb_build_object('select', jsonb_build_object('c', type)))),
			statement);
$$;
CREATE FUNCTION pg_temp.call_case(setup text, function text, result text, statement text) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO pg_temp.cases (setup, contract, statement)
	VALUES (setup, jsonb_build_object('functions', jsonb_build_object(function, result)), statement);
$$;

-- ---------------------------------------------------------------- INSERT
SELECT count(*) FROM (VALUES
	-- domains over domains
	($$CREATE DOMAIN must AS text NOT NULL; CREATE DOMAIN code AS must; CREATE TABLE t (id int, c code)$$),
	($$CREATE DOMAIN must AS text CHECK (VALUE IS NOT NULL); CREATE DOMAIN code AS must; CREATE TABLE t (id int, c code)$$),
	($$CREATE DOMAIN must AS text CHECK (VALUE <> '' AND VALUE IS NOT NULL); CREATE TABLE t (id int, c must)$$),
	($$CREATE DOMAIN must AS text CHECK (VALUE <> ''); CREATE DOMAIN code AS must; CREATE TABLE t (id int, c code)$$),
	($$CREATE DOMAIN must AS text NOT NULL DEFAULT 'x'; CREATE DOMAIN code AS must; CREATE TABLE t (id int, c code)$$),
	($$CREATE DOMAIN must AS text NOT NULL; CREATE DOMAIN code AS must DEFAULT 'x'; CREATE TABLE t (id int, c code)$$),
	($$CREATE DOMAIN must AS text NOT NULL; CREATE DOMAIN code AS must; ALTER DOMAIN must SET DEFAULT 'x'; CREATE TABLE t (id int, c code)$$),
	($$CREATE DOMAIN must AS text NOT NULL DEFAULT 'x'; CREATE TABLE t (id int, c must DEFAULT NULL)$$),
	($$CREATE DOMAIN must AS text NOT NULL; CREATE TABLE t (id int, c must DEFAULT 'y')$$),
	($$CREATE DOMAIN must AS text NOT NULL; CREATE TABLE t (id int, c must[])$$),
	($$CREATE DOMAIN must AS text NOT NULL; CREATE TYPE pair AS (a must, b int); CREATE TABLE t (id int, c pair)$$),
	($$CREATE DOMAIN must AS varchar(20) DEFAULT NULL; CREATE TABLE t (id int, c must NOT NULL)$$),
	-- defaults that are null
	($$CREATE TABLE t (id int, nick varchar(20) NOT NULL DEFAULT NULL)$$),
	($$CREATE TABLE t (id int, nick numeric(10,2) NOT NULL DEFAULT NULL::numeric)$$),
	($$CREATE TABLE t (id int, nick timestamp(3) with time zone NOT NULL DEFAULT NULL::date)$$),
	($$CREATE TABLE t (id int, nick text NOT NULL DEFAULT 'NULL')$$),
	($$CREATE TABLE t (id int, nick varchar(20) NOT NULL DEFAULT 'IS NULL')$$),
	($$CREATE TABLE t (id int, nick text NOT NULL GENERATED ALWAYS AS (NULL::text) STORED)$$),
	($$CREATE TABLE t (id int, nick text NOT NULL GENERATED ALWAYS AS ('a') STORED)$$),
	-- CHECK
	($$CREATE TABLE t (id int, c int CHECK (c IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c int);
	   DO 'BEGIN EXECUTE (SELECT ''ALTER TABLE t ADD CHECK ('' || string_agg(''c = '' || i, '' OR '') || '')'' FROM generate_series(1, 9000) i); END'$$),
	($$CREATE TABLE t (id int, c int); ALTER TABLE t ADD CHECK (c IS NOT NULL) NOT VALID$$),
	($$CREATE TABLE t (id int, c int, CHECK (id > 0 AND c IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c int, CHECK (id > 0 OR c IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c int, d int, CHECK (NOT (c IS NULL AND d IS NULL)))$$),
	($$CREATE TABLE t (id int, c int, CHECK (NOT c IS NULL))$$),
	($$CREATE TABLE t (id int, c varchar(10), CHECK (c::text IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c int DEFAULT 1, CHECK (c IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c int, CHECK (c > 0))$$),
	($$CREATE TABLE t (id int, "c IS NOT NULL" int, c text, CHECK ("c IS NOT NULL" > 0 OR c <> 'x IS NOT NULL'))$$),
	($$CREATE TABLE t (id int, c int, CHECK (false))$$),
	-- identity and serial
	($$CREATE TABLE t (id int, c int GENERATED BY DEFAULT AS IDENTITY)$$),
	($$CREATE TABLE t (id int, c serial)$$),
	($$CREATE TABLE p (id int, c int GENERATED BY DEFAULT AS IDENTITY) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF p FOR VALUES IN (1)$$),
	($$CREATE TABLE p (id int, c int GENERATED ALWAYS AS IDENTITY) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF p DEFAULT PARTITION BY LIST (id); CREATE TABLE t PARTITION OF q FOR VALUES IN (1)$$),
	($$CREATE TABLE t (id int, c int GENERATED BY DEFAULT AS IDENTITY) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t FOR VALUES IN (1)$$),
	-- a partition's own, which there is before 17
	($$CREATE TABLE p (id int, c int GENERATED ALWAYS AS IDENTITY) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF p FOR VALUES IN (1);
	   DO 'BEGIN ALTER TABLE t ALTER c ADD GENERATED ALWAYS AS IDENTITY (START 5); EXCEPTION WHEN feature_not_supported OR invalid_table_definition THEN NULL; END'$$),
	($$CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, c int DEFAULT 1) PARTITION BY LIST (c); CREATE TABLE t PARTITION OF p FOR VALUES IN (1);
	   DO 'BEGIN ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY (START 5); EXCEPTION WHEN feature_not_supported OR invalid_table_definition THEN NULL; END'$$),
	($$CREATE TABLE p (id int, c int NOT NULL DEFAULT 1) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF p FOR VALUES IN (1); ALTER TABLE t ALTER c DROP DEFAULT$$),
	($$CREATE TABLE p (id int, c int NOT NULL) ; CREATE TABLE t () INHERITS (p)$$),
	-- rules
	($$CREATE TABLE t (id int, c int NOT NULL); CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING$$),
	($$CREATE TABLE t (id int, c int NOT NULL); CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING; ALTER TABLE t DISABLE RULE r$$),
	($$CREATE TABLE t (id int, c int NOT NULL); CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING$$)
	) AS s(setup), pg_temp.insert_case(setup, '["id"]', 'INSERT INTO t (id) VALUES (1)');

-- triggers: only one that fires before each new row can help
CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.c := 1; RETURN NEW; END $$;
CREATE FUNCTION public."BEFORE INSERT FOR EACH ROW"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
SELECT count(*) FROM (VALUES
	($$CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp()$$),
	($$CREATE TRIGGER t BEFORE UPDATE OR INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp()$$),
	($$CREATE TRIGGER t BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION stamp('not on INSERT')$$),
	($$CREATE TRIGGER t BEFORE UPDATE OF "INSERT" ON t FOR EACH ROW EXECUTE FUNCTION stamp()$$),
	($$CREATE TRIGGER t BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.n = 'INSERT') EXECUTE FUNCTION stamp()$$),
	($$CREATE TRIGGER t BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION "BEFORE INSERT FOR EACH ROW"()$$),
	($$CREATE TRIGGER "BEFORE INSERT" AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp('BEFORE INSERT FOR EACH ROW')$$),
	($$CREATE TRIGGER t BEFORE INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION stamp(' FOR EACH ROW ')$$),
	($$CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE t DISABLE TRIGGER t$$),
	($$CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE t ENABLE REPLICA TRIGGER t$$),
	($$CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE t ENABLE ALWAYS TRIGGER t$$)
	) AS s(setup), pg_temp.insert_case('CREATE TABLE t (id int, c int NOT NULL, n text, "INSERT" int); ' || setup, '["id"]', 'INSERT INTO t (id) VALUES (1)');
-- a domain refuses before the trigger sees the row
SELECT pg_temp.insert_case($$CREATE DOMAIN must AS int NOT NULL; CREATE TABLE t (id int, c must); CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp()$$,
						   '["id"]', 'INSERT INTO t (id) VALUES (1)');
SELECT pg_temp.insert_case($$CREATE TABLE p (id int, c int NOT NULL) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF p FOR VALUES IN (1);
	CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE t DISABLE TRIGGER t$$, '["id"]', 'INSERT INTO t (id) VALUES (1)');

-- ---------------------------------------------------------------- ON CONFLICT
SELECT count(*) FROM (VALUES
	($$CREATE TABLE t (a int UNIQUE, b int)$$),
	($$CREATE TABLE t (a int UNIQUE, b int); ALTER TABLE t ADD UNIQUE (a) DEFERRABLE$$),
	($$CREATE TABLE t (a int UNIQUE DEFERRABLE, b int)$$),
	($$CREATE TABLE t (a int, b int, PRIMARY KEY (a) DEFERRABLE INITIALLY DEFERRED)$$),
	($$CREATE TABLE t (a int, b int, UNIQUE (a, b))$$),
	($$CREATE TABLE t (a int, b int, "DEFERRABLE" int, UNIQUE (a) INCLUDE ("DEFERRABLE"))$$),
	($$CREATE TABLE t (a int, b int); CREATE INDEX ON t (a)$$),
	($$CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ON t (a) WHERE b > 0$$),
	($$CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ON t (a) WHERE true$$),
	($$CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ON t (a, a)$$),
	($$CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ON t ((a + 1))$$),
	($$CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ON t (abs(a))$$),
	($$CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ON t (a, abs(b))$$),
	($$CREATE SCHEMA "a"; CREATE FUNCTION "a"."F"(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ON t ("a"."F"(b))$$),
	($$CREATE TABLE t (a text, b int); CREATE UNIQUE INDEX ON t (a COLLATE "C" text_pattern_ops DESC NULLS LAST)$$),
	($$CREATE TABLE t (a int, b int, EXCLUDE USING btree (a WITH =))$$),
	($$CREATE TABLE t (a int UNIQUE, b int); CREATE RULE r AS ON UPDATE TO t DO ALSO NOTHING$$),
	($$CREATE TABLE t (a int UNIQUE, b int); CREATE RULE r AS ON DELETE TO t DO ALSO NOTHING$$),
	($$CREATE TABLE t (a int UNIQUE, b int); CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING; ALTER TABLE t DISABLE RULE r$$),
	($$CREATE TABLE t (a int UNIQUE, b int) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF t DEFAULT$$),
	($$CREATE TABLE t (a int, b int) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF t DEFAULT; CREATE UNIQUE INDEX ON ONLY t (a)$$),
	($$CREATE TABLE p (a int UNIQUE, b int) PARTITION BY LIST (a); CREATE TABLE t PARTITION OF p DEFAULT$$),
	($$CREATE TABLE p (a int UNIQUE, b int); CREATE TABLE t () INHERITS (p)$$)
	) AS s(setup), pg_temp.target_case(setup, '["a"]');

-- ---------------------------------------------------------------- nulls
-- the statement fails if it can put a null where the contract reads none
SELECT count(*) FROM (VALUES
	($$CREATE TABLE t (c int NOT NULL)$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int)$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE DOMAIN must AS text NOT NULL; CREATE DOMAIN code AS must; CREATE TABLE t (c code)$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE DOMAIN must AS text CHECK (VALUE IS NOT NULL); CREATE TABLE t (c must)$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE DOMAIN must AS text NOT NULL; CREATE TABLE t (c must[])$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int CHECK (c IS NOT NULL))$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int, CHECK (c IS NOT NULL AND c > 0))$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int, d int, CHECK (c IS NOT NULL OR d > 0))$$, 'INSERT INTO t VALUES (NULL, 1)'),
	($$CREATE TABLE t (c int PRIMARY KEY)$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE p (c int NOT NULL) PARTITION BY LIST (c); CREATE TABLE t PARTITION OF p DEFAULT$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE p (c int NOT NULL); CREATE TABLE t () INHERITS (p)$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int); CREATE TABLE u () INHERITS (t); ALTER TABLE t ADD CHECK (c IS NOT NULL)$$, 'INSERT INTO u VALUES (NULL)'),
	($$CREATE TABLE t (c int); CREATE TABLE u () INHERITS (t); ALTER TABLE t ADD CHECK (c IS NOT NULL) NO INHERIT$$, 'INSERT INTO u VALUES (NULL)'),
	($$CREATE TABLE t (c int); CREATE TABLE s () INHERITS (t); CREATE TABLE u () INHERITS (s); ALTER TABLE t ADD CHECK (c IS NOT NULL) NO INHERIT; ALTER TABLE s ADD CHECK (c IS NOT NULL) NO INHERIT$$, 'INSERT INTO u VALUES (NULL)')
	) AS s(setup, statement), pg_temp.null_case(setup, format('DO $do$ BEGIN %s; RAISE ''it holds a null'' USING ERRCODE = ''UN000''; EXCEPTION WHEN not_null_violation OR check_violation THEN NULL; END $do$', statement));

-- ---------------------------------------------------------------- types
-- what the server describes to a driver is one of the types that the contract is content with; of a domain that is its base
CREATE FUNCTION pg_temp.sees(type text) RETURNS text LANGUAGE sql AS $$
	SELECT format('DO $do$ BEGIN CREATE TEMP TABLE seen AS SELECT c FROM t; IF (SELECT format_type(CASE WHEN y.typtype = ''d'' THEN y.typbasetype ELSE y.oid END,
		CASE WHEN y.typtype = ''d'' THEN y.typtypmod ELSE a.atttypmod END) FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE attrelid = ''pg_temp.seen''::regclass AND attname = ''c'') NOT IN (%s) THEN RAISE ''another type''; END IF; END $do$', type) $$;
SELECT count(*) FROM (VALUES
	('int8', 'int8', $$'bigint'$$), ('bigint', 'int4', $$'integer'$$), ('varchar(10)[]', 'character varying(10)[]', $$'character varying(10)[]'$$),
	('varchar(10)[]', 'varchar[]', $$'character varying(10)[]'$$), ('varchar(10)[]', 'varchar(20)[]', $$'character varying(20)[]'$$),
	('timestamp(3) with time zone', 'timestamptz(3)', $$'timestamp(3) with time zone'$$),
	('timestamp(3) with time zone', 'timestamptz', $$'timestamp(3) with time zone'$$),
	('timestamptz', 'timestamp(3) with time zone', $$'timestamp(3) with time zone'$$),
	('interval day to second(3)', 'interval', $$'interval day to second(3)'$$),
	('interval day to second(3)', 'interval day to second(3)', $$'interval day to second(3)'$$),
	('interval day to second(3)', 'interval(3)', $$'interval(3)'$$),
	('interval(3)[]', 'interval[]', $$'interval(3)[]'$$),
	('bit varying(5)', 'varbit', $$'bit varying(5)'$$), ('bit varying(5)', 'bit varying(5)', $$'bit varying(5)'$$),
	('bit(5)', 'bit varying(5)', $$'bit varying(5)'$$), ('bit(5)', 'bit(5)', $$'bit(5)'$$), ('char(5)', 'bpchar', $$'character(5)'$$),
	('char(5)', 'char(5)', $$'character(5)'$$), ('time(0)', 'time without time zone', $$'time(0) without time zone'$$),
	('numeric(12,2)', 'decimal', $$'numeric(12,2)'$$), ('numeric(12,2)', 'numeric(12,3)', $$'numeric(12,3)'$$),
	('float', 'float8', $$'double precision'$$), ('float(10)', 'real', $$'real'$$),
	('public.d', 'numeric(12,2)', $$'numeric(12,2)'$$), ('public.d', 'numeric', $$'numeric(12,2)'$$), ('public.d', 'public.d', $$'numeric(12,2)'$$),
	('public.d', 'text', $$'text'$$), ('numeric(12,2)', 'public.d', $$'numeric(12,2)'$$), ('public.d[]', 'numeric[]', $$'numeric[]'$$),
	('public.d[]', 'public.d[]', $$'d[]'$$)
	) AS s(type, needed, sees), pg_temp.type_case(format('CREATE DOMAIN public.d AS numeric(12,2); CREATE TABLE t (c %s)', s.type), needed, pg_temp.sees(sees));

-- ---------------------------------------------------------------- functions
SELECT count(*) FROM (VALUES
	($$f(a bigint, cur text DEFAULT 'EUR') RETURNS int$$, NULL, 'public.f(bigint)', 'int', 'SELECT f(1::bigint)'),
	($$f(a bigint, cur text DEFAULT 'EUR') RETURNS int$$, $$f(a bigint) RETURNS int$$, 'public.f(bigint)', 'int', 'SELECT f(1::bigint)'),
	($$f(a bigint, cur text DEFAULT 'EUR') RETURNS int$$, $$f(a bigint) RETURNS int$$, 'public.f(bigint,text)', 'int', $$SELECT f(1::bigint, 'x'::text)$$),
	($$f(a bigint, cur text DEFAULT 'EUR') RETURNS int$$, $$f(a int) RETURNS int$$, 'public.f(bigint)', 'int', 'SELECT f(1::bigint)'),
	($$f(a bigint, cur text DEFAULT 'EUR', d int DEFAULT 1) RETURNS int$$, $$f(a bigint, cur text DEFAULT ', ') RETURNS int$$, 'public.f(bigint)', 'int', 'SELECT f(1::bigint)'),
	($$f(a bigint DEFAULT 1, cur text DEFAULT 'EUR') RETURNS int$$, NULL, 'public.f()', 'int', 'SELECT f()'),
	($$f(a bigint, cur text) RETURNS int$$, NULL, 'public.f(bigint)', 'int', 'SELECT f(1::bigint)'),
	($$f(a bigint) RETURNS int$$, NULL, 'public.f(integer)', 'int', 'SELECT f(1)'),
	($$f(a bigint) RETURNS int$$, $$f(a numeric) RETURNS int$$, 'public.f(integer)', 'int', 'SELECT f(1)'),
	($$f(a bigint) RETURNS int$$, $$f(a text) RETURNS int$$, 'public.f(date)', 'int', $$SELECT f('2024-01-01'::date)$$),
	($$f(VARIADIC a int[]) RETURNS int$$, NULL, 'public.f(int,int,int)', 'int', 'SELECT f(1, 2, 3)'),
	($$f(VARIADIC a int[]) RETURNS int$$, NULL, 'public.f()', 'int', 'SELECT f()'),
	($$f(VARIADIC a int[]) RETURNS int$$, NULL, 'public.f(int[])', 'int', 'SELECT f(VARIADIC ARRAY[1])'),
	($$f(VARIADIC a int[]) RETURNS int$$, $$f(a int) RETURNS int$$, 'public.f(int)', 'int', 'SELECT f(1)'),
	($$f(VARIADIC a int[]) RETURNS int$$, $$f(a int, VARIADIC b int[]) RETURNS int$$, 'public.f(int,int)', 'int', 'SELECT f(1, 2)'),
	($$f(VARIADIC a int[] DEFAULT '{}') RETURNS int$$, NULL, 'public.f()', 'int', 'SELECT f()'),
	($$f(a anyelement) RETURNS int$$, NULL, 'public.f(bigint)', 'int', 'SELECT f(1::bigint)')
	) AS s(one, two, function, result, statement),
	pg_temp.call_case(format('CREATE FUNCTION %s LANGUAGE sql AS ''SELECT 1''', one) || coalesce('; CREATE FUNCTION ' || two || ' LANGUAGE sql AS ''SELECT 1''', ''),
					  function, result, statement);

-- what they return, as columns
CREATE FUNCTION pg_temp.returns(definition text, result text, called text, columns text) RETURNS void LANGUAGE sql AS $$
	SELECT pg_temp.call_case('CREATE DOMAIN public.d AS numeric; CREATE TYPE public.k AS (id bigint, n d); CREATE TABLE public.kt (id bigint, n varchar(5));
		CREATE FUNCTION public.f' || definition || ' LANGUAGE plpgsql AS ''BEGIN END''',
		called, result, format('DO $do$ BEGIN CREATE TEMP TABLE seen AS SELECT * FROM f(%s); IF (SELECT string_agg(attname || '' '' || format_type(CASE WHEN y.typtype = ''d'' THEN y.typbasetype ELSE y.oid END, NULL), '', '' ORDER BY attnum)
			FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE attrelid = ''pg_temp.seen''::regclass AND attnum > 0) <> %L THEN RAISE ''other columns''; END IF; END $do$',
			CASE called WHEN 'public.f(integer)' THEN '1' ELSE '' END, columns)) $$;
SELECT count(*) FROM (VALUES
	('() RETURNS TABLE (id bigint, n varchar)', 'TABLE(id int8, n varchar)', 'public.f()', 'id bigint, n character varying'),
	('() RETURNS TABLE (id bigint, n varchar(20))', 'table ( id  int8,n varchar(10) )', 'public.f()', 'id bigint, n character varying'),
	('() RETURNS TABLE (id bigint, n text)', 'TABLE(id int8, n varchar)', 'public.f()', 'id bigint, n character varying'),
	('() RETURNS TABLE (id bigint, "N" text)', 'TABLE(id int8, "N" text)', 'public.f()', 'id bigint, N text'),
	('() RETURNS TABLE (id bigint, "N" text)', 'TABLE(id int8, n text)', 'public.f()', 'id bigint, n text'),
	('() RETURNS TABLE (id bigint, n d)', 'TABLE(id int8, n numeric(5,2))', 'public.f()', 'id bigint, n numeric'),
	('() RETURNS TABLE (id bigint, n public.d)', 'TABLE(id int8, n text)', 'public.f()', 'id bigint, n text'),
	('(OUT id bigint, OUT n text) RETURNS SETOF record', 'TABLE(id int8, n text)', 'public.f()', 'id bigint, n text'),
	('(INOUT id int DEFAULT 1, OUT n text) RETURNS SETOF record', 'TABLE(id int, n text)', 'public.f(integer)', 'id integer, n text'),
	('(OUT n text, OUT id bigint) RETURNS SETOF record', 'TABLE(id int8, n text)', 'public.f()', 'id bigint, n text'),
	('() RETURNS SETOF public.k', 'TABLE(id int8, n numeric)', 'public.f()', 'id bigint, n numeric'),
	('() RETURNS SETOF public.k', 'TABLE(id int8, n int)', 'public.f()', 'id bigint, n integer'),
	('() RETURNS SETOF public.kt', 'TABLE(id int8, n varchar)', 'public.f()', 'id bigint, n character varying'),
	('() RETURNS SETOF public.kt', 'TABLE(id int8)', 'public.f()', 'id bigint')
	) AS s(definition, result, called, columns), pg_temp.returns(definition, result, called, columns);

-- ---------------------------------------------------------------- the same kinds in other words
SELECT count(*) FROM (VALUES
	-- defaults that are null by another way
	($$CREATE TABLE t (id int, c text NOT NULL DEFAULT (NULL::varchar)::text)$$),
	($$CREATE TABLE t (id int, c text NOT NULL DEFAULT NULLIF('a','b'))$$),
	($$CREATE TABLE t (id int, c int[] NOT NULL DEFAULT NULL::int[])$$),
	($$CREATE TABLE t (id int, c int[] NOT NULL DEFAULT ARRAY[NULL]::int[])$$),
	($$CREATE TABLE t (id int, c bit(3) NOT NULL DEFAULT NULL)$$),
	($$CREATE TABLE t (id int, c interval(2) NOT NULL DEFAULT NULL)$$),
	($$CREATE DOMAIN d AS varchar(5) DEFAULT NULL; CREATE DOMAIN d2 AS d NOT NULL; CREATE TABLE t (id int, c d2)$$),
	($$CREATE DOMAIN d AS text DEFAULT 'x'; CREATE DOMAIN d2 AS d DEFAULT NULL; CREATE TABLE t (id int, c d2 NOT NULL)$$),
	($$CREATE DOMAIN d AS text DEFAULT 'x'; CREATE DOMAIN d2 AS d; CREATE TABLE t (id int, c d2 NOT NULL)$$),
	($$CREATE DOMAIN d AS int NOT NULL; CREATE TABLE t (id int, c d GENERATED ALWAYS AS (1) STORED)$$),
	($$CREATE DOMAIN d AS int NOT NULL; CREATE TABLE t (id int, c d GENERATED ALWAYS AS (id) STORED)$$),
	($$CREATE DOMAIN e AS int CHECK (VALUE IS NOT NULL); CREATE DOMAIN d AS e; CREATE TABLE t (id int, c d GENERATED ALWAYS AS (id) STORED)$$),
	($$CREATE DOMAIN d AS int NOT NULL; CREATE TABLE t (id int, c d GENERATED ALWAYS AS (id) STORED) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t DEFAULT$$),
	($$CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (id int, c e NOT NULL DEFAULT NULL)$$),
	-- composites and rows
	($$CREATE TYPE k AS (a int, b int); CREATE TABLE t (id int, c k NOT NULL)$$),
	($$CREATE TYPE k AS (a int, b int); CREATE TABLE t (id int, c k CHECK (c IS NOT NULL))$$),
	($$CREATE TYPE k AS (a int, b int); CREATE TABLE t (id int, c k CHECK ((c).a IS NOT NULL))$$),
	($$CREATE TYPE k AS (a int, b int); CREATE DOMAIN kd AS k CHECK ((VALUE).a IS NOT NULL); CREATE TABLE t (id int, c kd)$$),
	-- CHECK in other words
	($$CREATE TABLE t (id int, c int, CHECK (c IS DISTINCT FROM NULL))$$),
	($$CREATE TABLE t (id int, c bool, CHECK (c IS TRUE))$$),
	($$CREATE TABLE t (id int, c bool, CHECK (c IS NOT UNKNOWN))$$),
	($$CREATE TABLE t (id int, c bool, CHECK (c))$$),
	($$CREATE TABLE t (id int, c int, d int, CHECK (num_nonnulls(c, d, id) = 1))$$),
	($$CREATE TABLE t (id int, c int, d int, CHECK ((c IS NULL) = (d IS NULL)))$$),
	($$CREATE TABLE t (id int, c int, d int, CHECK (c IS NOT NULL OR d IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c int, CHECK (ROW(c, id) IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c int, CHECK ((c IS NOT NULL) IS TRUE))$$),
	($$CREATE TABLE t (id int, c int, CHECK (c IS NOT NULL) NO INHERIT)$$),
	($$CREATE TABLE t (id int, c int NOT NULL) ; CREATE TABLE u () INHERITS (t)$$),
	($$CREATE TABLE p (id int, c int CHECK (c IS NOT NULL)); CREATE TABLE t () INHERITS (p)$$),
	($$CREATE TABLE p (id int, c int CHECK (c IS NOT NULL) NO INHERIT); CREATE TABLE t () INHERITS (p)$$),
	($$CREATE TABLE p (id int, c int CHECK (c IS NOT NULL)) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF p DEFAULT$$),
	($$CREATE TABLE p (id int, c int NOT NULL DEFAULT 1) ; CREATE TABLE t () INHERITS (p); ALTER TABLE t ALTER c DROP DEFAULT$$),
	($$CREATE TABLE p (id int, c int NOT NULL) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF p (c DEFAULT 4) DEFAULT$$),
	($$CREATE TABLE p (id int, c int GENERATED ALWAYS AS (id) STORED NOT NULL) PARTITION BY RANGE (id); CREATE TABLE t PARTITION OF p DEFAULT$$),
	-- partition of the parent refuses
	-- key and renames
	($$CREATE TABLE t (id int, c int, PRIMARY KEY (id, c))$$),
	($$CREATE TABLE t (id int, "C" int NOT NULL, c int)$$),
	($$CREATE TABLE t (id int, c int NOT NULL); ALTER TABLE t DROP COLUMN c$$),
	($$CREATE TABLE t (id int, c int NOT NULL DEFAULT 1); ALTER TABLE t ALTER c TYPE bigint, ALTER c DROP DEFAULT$$),
	-- triggers
	($$CREATE TABLE t (id int, c int NOT NULL); CREATE CONSTRAINT TRIGGER t AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp()$$),
	($$CREATE TABLE t (id int, c int NOT NULL) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t DEFAULT; CREATE TRIGGER t BEFORE INSERT ON q FOR EACH ROW EXECUTE FUNCTION stamp()$$),
	($$CREATE TABLE p (id int, c int NOT NULL); CREATE TABLE t () INHERITS (p); CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION stamp()$$),
	($$CREATE TABLE t (id int, c int NOT NULL) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t DEFAULT; CREATE TRIGGER t BEFORE INSERT ON q FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE q DISABLE TRIGGER t$$),
	($$CREATE TABLE t (id int, c int CHECK (c IS NOT NULL)); CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp()$$),
	-- rules
	($$CREATE TABLE t (id int, c int NOT NULL); CREATE RULE r AS ON INSERT TO t DO ALSO NOTHING$$),
	($$CREATE TABLE t (id int, c int NOT NULL); CREATE RULE "ON INSERT" AS ON DELETE TO t DO INSTEAD NOTHING$$)
	) AS s(setup), pg_temp.insert_case(setup, '["id"]', 'INSERT INTO t (id) VALUES (1)');
SELECT count(*) FROM (VALUES
	($$CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ON t (b, a)$$),
	($$CREATE TABLE t (a int, b int, c int, UNIQUE (a, b, c))$$),
	($$CREATE TABLE t (a int, b int, UNIQUE (a), UNIQUE (b))$$),
	($$CREATE TABLE t (a int, b int, UNIQUE (a, b)); ALTER TABLE t ADD UNIQUE (b, a) DEFERRABLE$$),
	($$CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (a, b) WHERE a IS NOT NULL; CREATE UNIQUE INDEX j ON t (a, b)$$),
	($$CREATE TABLE t (a int, b int, UNIQUE (a) INCLUDE (b))$$),
	($$CREATE TABLE t (a int, b int, EXCLUDE USING btree (a WITH =, b WITH =))$$)
	) AS s(setup), pg_temp.target_case(setup, '["a", "b"]');
SELECT count(*) FROM (VALUES
	($$CREATE TABLE t (c int, CHECK (c IS NOT NULL) NO INHERIT)$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c bool, CHECK (c IS NOT UNKNOWN))$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int, CHECK (c IS DISTINCT FROM NULL))$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int, d int, CHECK (c IS NOT NULL AND d IS NOT NULL))$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int); ALTER TABLE t ADD CHECK (c IS NOT NULL) NOT VALID$$, 'ALTER TABLE t DROP CONSTRAINT t_c_check; INSERT INTO t VALUES (NULL)'),
	($$CREATE TYPE k AS (a int, b int); CREATE TABLE t (c k CHECK (c IS NOT NULL))$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TYPE k AS (a int, b int); CREATE TABLE t (c k CHECK (NOT c IS NULL))$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int PRIMARY KEY) PARTITION BY LIST (c); CREATE TABLE q PARTITION OF t DEFAULT$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE p (c int CHECK (c IS NOT NULL)) PARTITION BY LIST (c); CREATE TABLE t PARTITION OF p DEFAULT$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int); CREATE TABLE q (c int NOT NULL); ALTER TABLE q INHERIT t$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CHECK (VALUE IS NOT NULL) NOT VALID; CREATE TABLE t (c d)$$, 'ALTER DOMAIN d DROP CONSTRAINT d_check; INSERT INTO t VALUES (NULL)')
	) AS s(setup, statement), pg_temp.null_case(setup, format('DO $do$ BEGIN %s; RAISE ''it holds a null'' USING ERRCODE = ''UN000''; EXCEPTION WHEN not_null_violation OR check_violation THEN NULL; END $do$', statement));
SELECT count(*) FROM (VALUES
	($$f(a int, VARIADIC b text[]) RETURNS int$$, NULL, 'public.f(int)', 'int', 'SELECT f(1)'),
	($$f(a int, VARIADIC b text[] DEFAULT '{}') RETURNS int$$, NULL, 'public.f(int)', 'int', 'SELECT f(1)'),
	($$f(a int, OUT b text) RETURNS text$$, NULL, 'public.f(int)', 'text', 'SELECT f(1)'),
	($$f(a int, b int DEFAULT 1) RETURNS int$$, $$f(a int, b text DEFAULT 'x') RETURNS int$$, 'public.f(int,int)', 'int', 'SELECT f(1, 2)'),
	($$f(a varchar) RETURNS int$$, NULL, 'public.f(text)', 'int', $$SELECT f('a'::text)$$),
	($$f(a text) RETURNS int$$, NULL, 'public.f(varchar)', 'int', $$SELECT f('a'::varchar)$$),
	($$f(a numeric) RETURNS int$$, NULL, 'public.f(double precision)', 'int', $$SELECT f(1::float8)$$),
	($$f(a int) RETURNS int$$, NULL, 'public.f(bigint)', 'int', $$SELECT f(1::bigint)$$),
	($$f(a anyarray) RETURNS int$$, NULL, 'public.f(bigint)', 'int', $$SELECT f(1::bigint)$$),
	($$f(a anyarray) RETURNS int$$, NULL, 'public.f(bigint[])', 'int', $$SELECT f('{1}'::bigint[])$$),
	($$f(a anyelement, b anyelement) RETURNS int$$, NULL, 'public.f(bigint,text)', 'int', $$SELECT f(1::bigint,'x'::text)$$),
	($$f(a anycompatible, b anycompatible) RETURNS int$$, NULL, 'public.f(bigint,int)', 'int', $$SELECT f(1::bigint,1)$$),
	($$f(a anyelement) RETURNS int$$, $$f(a bigint) RETURNS int$$, 'public.f(bigint)', 'int', $$SELECT f(1::bigint)$$)
	) AS s(one, two, function, result, statement),
	pg_temp.call_case(format('CREATE FUNCTION %s LANGUAGE sql AS %s', one, CASE WHEN one LIKE '%text' THEN '''SELECT 1::text''' ELSE '''SELECT 1''' END) || coalesce('; CREATE FUNCTION ' || two || ' LANGUAGE sql AS ''SELECT 1''', ''),
					  function, result, statement);
-- polymorphic results
SELECT count(*) FROM (VALUES
	('f(a anyelement) RETURNS anyelement', 'a', 'public.f(bigint)', 'bigint', '1::bigint', 'bigint'),
	('f(a anyelement) RETURNS anyelement', 'a', 'public.f(bigint)', 'text', '1::bigint', 'text'),
	('f(a anyelement) RETURNS anyarray', 'ARRAY[a]', 'public.f(bigint)', 'bigint[]', '1::bigint', 'bigint[]'),
	('f(a anyelement) RETURNS anyarray', 'ARRAY[a]', 'public.f(bigint)', 'bigint', '1::bigint', 'bigint'),
	('f(a anyarray) RETURNS anyelement', 'a[1]', 'public.f(bigint[])', 'bigint', '''{1}''::bigint[]', 'bigint'),
	('f(a anyarray) RETURNS anyelement', 'a[1]', 'public.f(bigint[])', 'bigint[]', '''{1}''::bigint[]', 'bigint[]'),
	('f(a anycompatible, b anycompatible) RETURNS anycompatible', 'a', 'public.f(bigint,int)', 'bigint', '1::bigint, 1', 'bigint'),
	('f(a anycompatible, b anycompatible) RETURNS anycompatible', 'a', 'public.f(bigint,int)', 'int', '1::bigint, 1', 'integer'),
	('f(a anyrange) RETURNS anyelement', 'lower(a)', 'public.f(int4range)', 'int', 'int4range(1,2)', 'integer'),
	('f(a anyelement) RETURNS SETOF anyelement', 'a', 'public.f(bigint)', 'SETOF bigint', '1::bigint', 'bigint'),
	('f(a anyelement) RETURNS SETOF anyelement', 'a', 'public.f(bigint)', 'SETOF text', '1::bigint', 'text'),
	('f(a anyelement) RETURNS TABLE (x anyelement, y int)', 'a, 1', 'public.f(bigint)', 'TABLE(x bigint, y int)', '1::bigint', NULL),
	('f(a anyelement) RETURNS TABLE (x anyelement, y int)', 'a, 1', 'public.f(text)', 'TABLE(x bigint, y int)', '''a''::text', 'no'),
	('f(VARIADIC a anyarray) RETURNS anyelement', 'a[1]', 'public.f(bigint,bigint)', 'bigint', '1::bigint,1::bigint', 'bigint'),
	('f(VARIADIC a anyarray) RETURNS anyelement', 'a[1]', 'public.f(bigint,bigint)', 'text', '1::bigint,1::bigint', 'text'),
	('f(a int, OUT b anyelement, c anyelement)', 'c', 'public.f(int,text)', 'text', '1, ''a''::text', 'text'),
	('f(a int, OUT b anyelement, c anyelement)', 'c', 'public.f(int,text)', 'int', '1, ''a''::text', 'integer')
	) AS s(one, body, function, result, args, seen),
	pg_temp.call_case(format('CREATE FUNCTION %s LANGUAGE sql AS ''SELECT %s''', one, replace(body, '''', '''''')), function, result,
	 format('DO $do$ BEGIN %s END $do$', CASE WHEN seen IS NULL THEN 'NULL;' WHEN seen = 'no' THEN 'RAISE ''other''; ' ELSE format('IF (SELECT pg_typeof(x)::text FROM f(%s) x) <> %L THEN RAISE ''other''; END IF;', args, seen) END));
-- written columns
INSERT INTO pg_temp.cases (setup, contract, statement)
SELECT setup, contract, statement FROM (VALUES
	($$CREATE TABLE t (id int, c int GENERATED BY DEFAULT AS IDENTITY)$$, '{"relations": {"public.t": {"insert": ["c"]}}}'::jsonb, 'INSERT INTO t (c) VALUES (1)'),
	($$CREATE TABLE t (id int, c int GENERATED ALWAYS AS IDENTITY)$$, '{"relations": {"public.t": {"update": ["c"]}}}', 'UPDATE t SET c = 1'),
	($$CREATE TABLE p (id int, c int GENERATED ALWAYS AS IDENTITY) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF p DEFAULT$$, '{"relations": {"public.t": {"insert": ["id", "c"]}}}', 'INSERT INTO t (id, c) VALUES (1, 1)'),
	($$CREATE TABLE p (id int, c int GENERATED ALWAYS AS (1) STORED) PARTITION BY LIST (id); CREATE TABLE t PARTITION OF p DEFAULT$$, '{"relations": {"public.t": {"insert": ["id", "c"]}}}', 'INSERT INTO t (id, c) VALUES (1, 1)'),
	($$CREATE TABLE p (id int, c int GENERATED ALWAYS AS IDENTITY); CREATE TABLE t () INHERITS (p)$$, '{"relations": {"public.t": {"insert": ["c"]}}}', 'INSERT INTO t (c) VALUES (1)'),
	($$CREATE TABLE p (id int, c int GENERATED ALWAYS AS IDENTITY); CREATE TABLE t () INHERITS (p)$$, '{"relations": {"public.t": {"insert": ["id"]}}}', 'INSERT INTO t (id) VALUES (1)'),
	($$CREATE TYPE e AS ENUM ('a', 'B c')$$, '{"enums": {"public.e": ["B c"]}}', $$SELECT 'B c'::e$$),
	($$CREATE TYPE e AS ENUM ('a'); ALTER TYPE e RENAME VALUE 'a' TO 'A'$$, '{"enums": {"public.e": ["a"]}}', $$SELECT 'a'::e$$),
	($$CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN de AS e$$, '{"enums": {"public.de": ["a"]}}', $$SELECT 'a'::de$$)
	) AS s(setup, contract, statement);

-- what is null, or false of a null, by functions, operators, CASE; what only partitions have
SELECT count(*) FROM (VALUES
	($$CREATE TABLE t (id int, c int NOT NULL DEFAULT NULL::int + 1)$$),
	($$CREATE TABLE t (id int, c int NOT NULL DEFAULT - NULL::int)$$),
	($$CREATE TABLE t (id int, c text NOT NULL DEFAULT lower(NULL))$$),
	($$CREATE TABLE t (id int, c text NOT NULL DEFAULT 'a' || NULL::text)$$),
	($$CREATE TABLE t (id int, c int[] NOT NULL DEFAULT NULL::int[] || 1)$$),
	($$CREATE TABLE t (id int, c text NOT NULL DEFAULT concat(NULL::text, 'a'))$$),
	($$CREATE TABLE t (id int, c text NOT NULL DEFAULT coalesce(NULL::text, NULL))$$),
	($$CREATE TABLE t (id int, c text NOT NULL DEFAULT coalesce(NULL::text, 'a'))$$),
	($$CREATE TABLE t (id int, c int NOT NULL DEFAULT CASE WHEN true THEN NULL ELSE 1 END)$$),
	($$CREATE TABLE t (id int, c int NOT NULL DEFAULT CASE WHEN 1 > 2 THEN NULL ELSE 1 END)$$),
	($$CREATE TABLE t (id int, c date NOT NULL DEFAULT date_trunc('day', NULL::timestamp)::date)$$),
	($$CREATE TABLE t (id int, d text, c text GENERATED ALWAYS AS (upper(d)) STORED NOT NULL)$$),
	($$CREATE TABLE t (id int, d int, c int GENERATED ALWAYS AS (d + id) STORED CHECK (c IS NOT NULL))$$),
	($$CREATE TABLE t (id int, d int, c int GENERATED ALWAYS AS (coalesce(d, id)) STORED NOT NULL)$$),
	($$CREATE TABLE t (id int, d text, c text GENERATED ALWAYS AS (d || 'x') STORED NOT NULL)$$),
	($$CREATE TABLE t (id int, d varchar, c text GENERATED ALWAYS AS (d || 'x') STORED NOT NULL)$$),
	($$CREATE TABLE t (id int, d int[], c int[] GENERATED ALWAYS AS (d || 1) STORED NOT NULL)$$),
	($$CREATE TABLE t (id int, c int NOT NULL DEFAULT NULLIF(1, 1))$$),
	($$CREATE TABLE t (id int, c text NOT NULL DEFAULT NULLIF('a', 'a'))$$),
	($$CREATE TABLE t (id int, c int NOT NULL DEFAULT NULLIF(1, 2))$$),
	-- what the default is
	($$CREATE TABLE t (id int, c int DEFAULT 0 CHECK (c > 0))$$),
	($$CREATE TABLE t (id int, c int DEFAULT 1 CHECK (c > 0))$$),
	($$CREATE TABLE t (id int, c int DEFAULT 5.7 CHECK (c > 5.8))$$),
	($$CREATE TABLE t (id int, c numeric DEFAULT 5 CHECK (c BETWEEN 1 AND 3))$$),
	($$CREATE TABLE t (id int, c numeric(3,1) DEFAULT 0.06 CHECK (c >= 0.1))$$),
	($$CREATE TABLE t (id int, c text DEFAULT 'z' CHECK (c IN ('a', 'b')))$$),
	($$CREATE TABLE t (id int, c text DEFAULT 'a' CHECK (c IN ('a', 'b')))$$),
	($$CREATE TABLE t (id int, c varchar(3) DEFAULT 'z' CHECK (c IN ('a', 'b')))$$),
	($$CREATE TABLE t (id int, c varchar(3) DEFAULT 'a' CHECK (c = 'a'))$$),
	($$CREATE TABLE t (id int, c varchar(3) DEFAULT 'a     ' CHECK (c = 'a  '))$$),
	($$CREATE TABLE t (id int, c char(3) DEFAULT 'a' CHECK (c = 'a  '))$$),
	($$CREATE TABLE t (id int, c bool DEFAULT false CHECK (c))$$),
	($$CREATE TABLE t (id int, c bool DEFAULT true CHECK (c))$$),
	($$CREATE TABLE t (id int, c bool DEFAULT false, d int, CHECK (c OR d IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c int DEFAULT 0, CHECK (c > 0 OR id > 0))$$),
	($$CREATE TABLE t (id int, c int DEFAULT 2, d int DEFAULT 1, CHECK (c < d))$$),
	($$CREATE TABLE t (id int, c int DEFAULT 0) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t (CHECK (c > 0)) DEFAULT$$),
	($$CREATE TABLE t (id int, c int DEFAULT 0 CHECK (c > 0)); CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp()$$),
	($$CREATE FUNCTION strictly(int) RETURNS int STRICT IMMUTABLE LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (id int, c int CHECK (strictly(c) > 0))$$),
	($$CREATE TABLE t (id int, c text CHECK (coalesce(c, '') <> ''))$$),
	($$CREATE TABLE t (id int, c varchar(10) CHECK (coalesce(c, 'x') <> ''))$$),
	($$CREATE TABLE t (id int, c int CHECK (coalesce(c, 0) > 0))$$),
	($$CREATE TABLE t (id int, c int CHECK (coalesce(c, -1) >= 0))$$),
	($$CREATE TABLE t (id int, c int CHECK (coalesce(c, 1) > 0))$$),
	($$CREATE TABLE t (id int, c numeric CHECK (coalesce(c, 1.5) > 1.5))$$),
	($$CREATE TABLE t (id int, c int CHECK (coalesce(c > 0, false)))$$),
	($$CREATE TABLE t (id int, c int CHECK (coalesce(c, id) > 0))$$),
	($$CREATE TABLE t (id int, c text CHECK (coalesce(c, '') IN ('a', 'b')))$$),
	($$CREATE TABLE t (id int, c text CHECK (coalesce(c, 'a') IN ('a', 'b')))$$),
	($$CREATE TABLE t (id int, c text CHECK (c IN ('a', 'b')))$$),
	($$CREATE TABLE t (id int, c text CHECK (coalesce(c, 'a') NOT IN ('a', 'b')))$$),
	($$CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id int, c e CHECK (coalesce(c, 'a') <> 'a'))$$),
	($$CREATE TABLE t (id int, c int, d int, CHECK (num_nonnulls(c, d) = 1))$$),
	($$CREATE TABLE t (id int, c int, d int, CHECK (num_nonnulls(c, d) < 1))$$),
	($$CREATE TABLE t (id int, c int, d int, CHECK (num_nulls(c, d) = 0))$$),
	($$CREATE TABLE t (id int, c int, d int, CHECK (num_nulls(c, d, id) <= 2))$$),
	($$CREATE TABLE t (id int, c int, d int, CHECK (num_nonnulls(c, d, id) = 2))$$),
	($$CREATE TABLE t (id int, c int CHECK (CASE WHEN c IS NULL THEN false ELSE true END))$$),
	($$CREATE TABLE t (id int, c int CHECK (CASE WHEN c IS NULL THEN CASE WHEN id > 5 THEN false ELSE false END ELSE true END))$$),
	($$CREATE TABLE t (id int, c int CHECK (CASE WHEN id > 0 OR c > 0 THEN c IS NOT NULL ELSE c IS NOT NULL END))$$),
	($$CREATE TABLE t (id int, c int CHECK (CASE WHEN c > 0 THEN false END))$$),
	($$CREATE TABLE t (id int, c int CHECK (CASE c WHEN 1 THEN false ELSE true END))$$),
	($$CREATE TABLE t (id int, c int CHECK ((CASE WHEN c IS NULL THEN 0 ELSE 1 END) = 1))$$),
	($$CREATE TABLE t (id int, c int CHECK (c IS DISTINCT FROM NULL))$$),
	($$CREATE TABLE t (id int, c int CHECK (NOT c IS NOT DISTINCT FROM NULL))$$),
	($$CREATE TABLE t (id int, c int CHECK (c IS DISTINCT FROM 1))$$),
	($$CREATE TABLE t (id int, c int CHECK (c IS NOT DISTINCT FROM 1))$$),
	($$CREATE TABLE t (id int, c int CHECK ((c > 0) IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c int CHECK ((c > 0) IS TRUE))$$),
	($$CREATE TABLE t (id int, c int CHECK (NOT (c > 0)))$$),
	($$CREATE TABLE t (id int, c text COLLATE "C" CHECK ((c COLLATE "C") IS NOT NULL))$$),
	($$CREATE TABLE t (id int, c text CHECK (length(c) IS NOT NULL))$$),
	($$CREATE DOMAIN must AS text CHECK (coalesce(VALUE, '') <> ''); CREATE TABLE t (id int, c must)$$),
	-- all partitions
	($$CREATE TABLE t (id int, c int) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t (c NOT NULL) FOR VALUES IN (1)$$),
	($$CREATE TABLE t (id int, c int) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t (CHECK (c IS NOT NULL)) FOR VALUES IN (1)$$),
	($$CREATE TABLE t (id int, c int) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t (c DEFAULT 1 NOT NULL) FOR VALUES IN (1)$$),
	($$CREATE TABLE t (id int, c int DEFAULT 1) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t (c NOT NULL) FOR VALUES IN (1); ALTER TABLE q ALTER c DROP DEFAULT$$),
	($$CREATE TABLE t (id int, c int) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t (c NOT NULL) FOR VALUES IN (1); CREATE TABLE r PARTITION OF t (c NOT NULL) DEFAULT$$),
	($$CREATE TABLE t (id int, c int) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t (c NOT NULL) DEFAULT PARTITION BY LIST (id); CREATE TABLE r PARTITION OF q DEFAULT$$),
	($$CREATE TABLE t (id int, c int) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t DEFAULT PARTITION BY LIST (id); CREATE TABLE r PARTITION OF q (c NOT NULL) DEFAULT$$),
	($$CREATE TABLE t (id int, c int) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t (c NOT NULL) DEFAULT; CREATE TRIGGER s BEFORE INSERT ON q FOR EACH ROW EXECUTE FUNCTION stamp()$$),
	-- some, of which none is the row's
	($$CREATE TABLE t (id int, c int) PARTITION BY LIST (id); CREATE TABLE q PARTITION OF t (c NOT NULL) FOR VALUES IN (2); CREATE TABLE r PARTITION OF t FOR VALUES IN (1)$$)
	) AS s(setup), pg_temp.insert_case(setup, '["id"]', 'INSERT INTO t (id) VALUES (1)');
SELECT count(*) FROM (VALUES
	($$CREATE TABLE t (c int, d int) PARTITION BY LIST (d); CREATE TABLE q PARTITION OF t (c NOT NULL) DEFAULT$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int, d int) PARTITION BY LIST (d); CREATE TABLE q PARTITION OF t (c NOT NULL) FOR VALUES IN (1); CREATE TABLE r PARTITION OF t DEFAULT$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int, d int) PARTITION BY LIST (d); CREATE TABLE q PARTITION OF t DEFAULT PARTITION BY LIST (d); CREATE TABLE r PARTITION OF q (CHECK (c IS NOT NULL)) DEFAULT$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c text CHECK (coalesce(c, '') <> ''))$$, 'INSERT INTO t VALUES (NULL)'),
	($$CREATE TABLE t (c int, d int, CHECK (num_nulls(c, d) = 0))$$, 'INSERT INTO t VALUES (NULL, 1)'),
	($$CREATE TABLE t (c int, CHECK (CASE WHEN c IS NULL THEN false ELSE c > 0 END))$$, 'INSERT INTO t VALUES (NULL)')
	) AS s(setup, statement), pg_temp.null_case(setup, format('DO $do$ BEGIN %s; RAISE ''it holds a null'' USING ERRCODE = ''UN000''; EXCEPTION WHEN not_null_violation OR check_violation THEN NULL; END $do$', statement));

CREATE TABLE pg_temp.judged AS SELECT c.*, j.* FROM pg_temp.cases c, pg_temp.judge(c.setup, c.contract, c.statement) j;
-- where the verdict is another than the server's, however it is asked for
SELECT n, setup, contract::text, works, server, live, stored, file FROM pg_temp.judged
 WHERE (live = 'fits') IS DISTINCT FROM works OR (stored = 'fits') IS DISTINCT FROM works OR file IS DISTINCT FROM stored ORDER BY n;
-- which rules were asked for; how often depends on whether partitions have identities of their own (17)
SELECT count(*) AS cases FROM pg_temp.judged;
SELECT stored AS rule FROM pg_temp.judged GROUP BY stored ORDER BY stored COLLATE "C";
DROP FUNCTION public.stamp, public."BEFORE INSERT FOR EACH ROW";
DROP EXTENSION schema_guard;
