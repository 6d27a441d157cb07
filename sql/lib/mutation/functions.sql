-- functions and procedures
CALL helper.series('changed function mut.f(integer): arguments', 'DROP FUNCTION f(integer); CREATE FUNCTION f({}) RETURNS integer LANGUAGE sql AS ''SELECT a''', 'a integer DEFAULT 1',
	'a integer', 'a integer DEFAULT 2', 'b integer, OUT a integer', 'INOUT a integer DEFAULT 1', '"A" integer DEFAULT 1, OUT a integer');
CALL helper.series('changed function mut.f(integer): body', 'CREATE OR REPLACE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS {}', '''SELECT a''',
	'''SELECT a ''', 'E''SELECT\na''', '''SELECT 1''', '$q$SELECT $1 /* \ */$q$');
INSERT INTO helper.mutation (expected, alter, reverse)
SELECT format('%s function mut.f(integer): %s', change, item),
	   'CREATE OR REPLACE FUNCTION f(a integer DEFAULT 1) RETURNS integer ' || properties || ' AS ''SELECT a''',
	   'CREATE OR REPLACE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS ''SELECT a'''
  FROM (VALUES ('changed', 'language', 'LANGUAGE plpgsql'),
	('added', 'volatility', 'LANGUAGE sql STABLE'), ('added', 'volatility', 'LANGUAGE sql IMMUTABLE'),
	('added', 'parallel', 'LANGUAGE sql PARALLEL SAFE'), ('added', 'parallel', 'LANGUAGE sql PARALLEL RESTRICTED'),
	('added', 'strict', 'LANGUAGE sql STRICT'), ('added', 'security definer', 'LANGUAGE sql SECURITY DEFINER'),
	('added', 'leakproof', 'LANGUAGE sql LEAKPROOF'), ('added', 'cost', 'LANGUAGE sql COST 7'),
	('added', 'setting "work_mem"', 'LANGUAGE sql SET work_mem = ''1MB'''),
	('added', 'setting "search_path"', 'LANGUAGE sql SET search_path = mut, "$user"'),
	('added', 'transforms', 'LANGUAGE sql TRANSFORM FOR TYPE pair')) AS c (change, item, properties);
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$changed function mut.rows_of(integer): returns$$, $$DROP FUNCTION rows_of; CREATE FUNCTION rows_of(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'$$,
 $$DROP FUNCTION rows_of; CREATE FUNCTION rows_of(a integer) RETURNS SETOF integer LANGUAGE sql AS 'SELECT a'$$),
($$changed function mut.rows_of(integer): returns$$, $$DROP FUNCTION rows_of; CREATE FUNCTION rows_of(a integer) RETURNS TABLE (b integer) LANGUAGE sql AS 'SELECT a'$$,
 $$DROP FUNCTION rows_of; CREATE FUNCTION rows_of(a integer) RETURNS SETOF integer LANGUAGE sql AS 'SELECT a'$$),
($$added function mut.rows_of(integer): rows$$, $$ALTER FUNCTION rows_of ROWS 5$$, $$ALTER FUNCTION rows_of ROWS 1000$$),
($$added function mut.rows_of(integer): support function$$, $$ALTER FUNCTION rows_of SUPPORT generate_series_int4_support$$,
 $$CREATE OR REPLACE FUNCTION rows_of(a integer) RETURNS SETOF integer LANGUAGE sql AS 'SELECT a'$$),
($$removed function mut.row_number(): window$$, $$DROP FUNCTION mut.row_number; CREATE FUNCTION mut.row_number() RETURNS bigint LANGUAGE internal AS 'window_row_number'$$,
 $$DROP FUNCTION mut.row_number; CREATE FUNCTION mut.row_number() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number'$$),
($$changed function mut.in_c(): symbol$$, $$CREATE OR REPLACE FUNCTION in_c() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler'$$,
 $$CREATE OR REPLACE FUNCTION in_c() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'$$),
($$changed function mut.in_c(): library$$, $$CREATE OR REPLACE FUNCTION in_c() RETURNS language_handler LANGUAGE c AS 'plpgsql', 'plpgsql_call_handler'$$,
 $$CREATE OR REPLACE FUNCTION in_c() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'$$),
($$removed function mut.f(integer)
added function mut.g(integer)$$, $$ALTER FUNCTION f RENAME TO g$$, $$ALTER FUNCTION g RENAME TO f$$),
($$added function mut.f(text)$$, $$CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'SELECT $1'$$, $$DROP FUNCTION f(text)$$),
($$changed procedure mut.p(integer): arguments$$, $$CREATE OR REPLACE PROCEDURE p(a integer DEFAULT 1) LANGUAGE sql AS 'SELECT 1'$$, $$DROP PROCEDURE p; CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1'$$),
($$changed procedure mut.p(integer): body$$, $$CREATE OR REPLACE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 2'$$, $$CREATE OR REPLACE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1'$$),
($$changed procedure mut.p(integer): language$$, $$CREATE OR REPLACE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'SELECT 1'$$, $$CREATE OR REPLACE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1'$$),
($$added procedure mut.p(integer): security definer$$, $$ALTER PROCEDURE p SECURITY DEFINER$$, $$ALTER PROCEDURE p SECURITY INVOKER$$),
($$added procedure mut.p(integer): setting "work_mem"$$, $$ALTER PROCEDURE p SET work_mem = '1MB'$$, $$ALTER PROCEDURE p RESET work_mem$$);
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$removed function mut.f(integer): body
added function mut.f(integer): sql body$$, $$CREATE OR REPLACE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE sql RETURN a$$,
 $$CREATE OR REPLACE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a'$$, 140000),
($$removed procedure mut.p(integer): body
added procedure mut.p(integer): sql body$$, $$CREATE OR REPLACE PROCEDURE p(a integer) LANGUAGE sql BEGIN ATOMIC INSERT INTO plain VALUES (a); DELETE FROM plain; END$$,
 $$CREATE OR REPLACE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1'$$, 140000);

-- aggregates
INSERT INTO helper.mutation (expected, alter, reverse)
SELECT lines, 'DROP AGGREGATE agg(integer); CREATE AGGREGATE agg' || definition,
	   'DROP AGGREGATE agg(integer); CREATE AGGREGATE agg(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'')'
  FROM (VALUES
	('changed aggregate mut.agg(integer): transition function', '(integer) (SFUNC = int4mi, STYPE = integer, INITCOND = ''0'')'),
	('changed aggregate mut.agg(integer): initial condition', '(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''1'')'),
	('removed aggregate mut.agg(integer): initial condition', '(integer) (SFUNC = int4pl, STYPE = integer)'),
	('added aggregate mut.agg(integer): final function', '(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'', FINALFUNC = int4abs)'),
	(E'added aggregate mut.agg(integer): final function\nchanged aggregate mut.agg(integer): returns', '(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'', FINALFUNC = int8)'),
	(E'changed aggregate mut.agg(integer): transition function\nchanged aggregate mut.agg(integer): state type\nchanged aggregate mut.agg(integer): returns', '(integer) (SFUNC = int84pl, STYPE = bigint, INITCOND = ''0'')'),
	('added aggregate mut.agg(integer): combine function', '(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'', COMBINEFUNC = int4pl)'),
	('added aggregate mut.agg(integer): state space', '(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'', SSPACE = 100)'),
	('added aggregate mut.agg(integer): sort operator', '(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'', SORTOP = <)'),
	('added aggregate mut.agg(integer): parallel', '(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'', PARALLEL = safe)'),
	('changed aggregate mut.agg(integer): arguments', '(a integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'')'),
	(E'changed aggregate mut.agg(integer): kind\nchanged aggregate mut.agg(integer): arguments', '(ORDER BY integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'')')
	) AS c (lines, definition);
INSERT INTO helper.mutation (expected, alter, reverse, since) VALUES
($$added aggregate mut.agg(integer): support function$$, $$DROP AGGREGATE agg(integer); CREATE AGGREGATE agg(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', SUPPORT = int8inc_support)$$,
 $$DROP AGGREGATE agg(integer); CREATE AGGREGATE agg(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')$$, 190000);
INSERT INTO helper.mutation (expected, alter, reverse)
SELECT lines, 'DROP AGGREGATE agg_moving(integer); CREATE AGGREGATE agg_moving(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'', FINALFUNC = int4abs, ' || definition || ')',
	   'DROP AGGREGATE agg_moving(integer); CREATE AGGREGATE agg_moving(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = ''0'', FINALFUNC = int4abs, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = ''0'', MFINALFUNC = int4abs)'
  FROM (VALUES
	('changed aggregate mut.agg_moving(integer): moving transition function', 'MSFUNC = int4mi, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = ''0'', MFINALFUNC = int4abs'),
	('changed aggregate mut.agg_moving(integer): moving inverse function', 'MSFUNC = int4pl, MINVFUNC = int4pl, MSTYPE = integer, MINITCOND = ''0'', MFINALFUNC = int4abs'),
	('changed aggregate mut.agg_moving(integer): moving final function', 'MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = ''0'', MFINALFUNC = int4um'),
	('changed aggregate mut.agg_moving(integer): moving final function', 'MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = ''0'', MFINALFUNC = int4abs, MFINALFUNC_MODIFY = shareable'),
	('changed aggregate mut.agg_moving(integer): final function', 'MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = ''0'', MFINALFUNC = int4abs, FINALFUNC_MODIFY = read_write'),
	('changed aggregate mut.agg_moving(integer): moving initial condition', 'MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = ''1'', MFINALFUNC = int4abs'),
	('added aggregate mut.agg_moving(integer): moving state space', 'MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = ''0'', MFINALFUNC = int4abs, MSSPACE = 9'),
	(E'changed aggregate mut.agg_moving(integer): moving state type\nchanged aggregate mut.agg_moving(integer): moving transition function\nchanged aggregate mut.agg_moving(integer): moving inverse function\nchanged aggregate mut.agg_moving(integer): moving final function',
	 'MSFUNC = int84pl, MINVFUNC = int84mi, MSTYPE = bigint, MINITCOND = ''0'', MFINALFUNC = int4')
	) AS c (lines, definition);
INSERT INTO helper.mutation (expected, alter, reverse) VALUES
($$removed aggregate mut.agg_big(bigint): serialization function
removed aggregate mut.agg_big(bigint): deserialization function$$,
 $$DROP AGGREGATE agg_big(bigint); CREATE AGGREGATE agg_big(bigint) (SFUNC = int8_avg_accum, STYPE = internal, COMBINEFUNC = int8_avg_combine, FINALFUNC = numeric_poly_avg)$$,
 $$DROP AGGREGATE agg_big(bigint); CREATE AGGREGATE agg_big(bigint) (SFUNC = int8_avg_accum, STYPE = internal, COMBINEFUNC = int8_avg_combine, SERIALFUNC = int8_avg_serialize, DESERIALFUNC = int8_avg_deserialize, FINALFUNC = numeric_poly_avg)$$);
