-- what another type of a column does to what queries do with it: the contract's verdict and what the server makes of the query, each
-- expression with each type
CREATE EXTENSION schema_guard;
SET client_min_messages = error;
\set VERBOSITY terse
SET schema_guard.mode = off;
CREATE SCHEMA app;
SET search_path = app, public;
CREATE TYPE app.status AS ENUM ('new', 'paid');
CREATE DOMAIN app.state AS app.status;
CREATE DOMAIN app.word AS text;
CREATE TABLE app.t (id int, other text, small smallint, number int, amount numeric(10,2), word text, short varchar(20), day date, at timestamp, zoned timestamptz, clock time,
	yes boolean, status app.status, list int[], span int4range, doc jsonb);
INSERT INTO app.t (id) VALUES (1);
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/attempt.sql
CREATE TABLE pg_temp.wanted (n int GENERATED ALWAYS AS IDENTITY, of text, query text);
/* $c is the column */
INSERT INTO pg_temp.wanted (of, query) SELECT c, 'SELECT ' || e || ' AS r FROM t' FROM
	(VALUES ('small'), ('number'), ('amount')) v(c), unnest(ARRAY['$c - $c', 'generate_series(1, $c)', 'rank(1) WITHIN GROUP (ORDER BY $c)', 'coalesce($c, NULL)', 'coalesce($c, 0)', 'sum($c)', '$c IN (1, 2)',
	'round($c)', 'xmlforest($c AS x) IS NULL', '$c <> ALL (''{1,2}'')', '$c = NULL', '$c']) e;
INSERT INTO pg_temp.wanted (of, query) SELECT c, 'SELECT ' || e || ' AS r FROM t' FROM
	(VALUES ('word'), ('short')) v(c), unnest(ARRAY['$c || $c', 'regexp_matches($c, ''a'')', 'count(regexp_match($c, ''a''))', '$c LIKE ''a%''', 'lower($c) = ''a''', 'lag($c, 1, NULL) OVER ()', 'concat($c)', 'json_extract_path_text(''{}'', $c)', '$c']) e;
INSERT INTO pg_temp.wanted (of, query) SELECT c, 'SELECT ' || e || ' AS r FROM t' FROM
	(VALUES ('day'), ('at'), ('zoned'), ('clock')) v(c), unnest(ARRAY['$c - $c', '$c = NULL', '$c']) e;
INSERT INTO pg_temp.wanted (of, query) SELECT c, 'SELECT ' || e || ' AS r FROM t' FROM
	(VALUES ('day'), ('at'), ('zoned')) v(c), unnest(ARRAY['$c > ''2024-01-01''', '$c + interval ''1 day''', 'max($c)', 'extract(year FROM $c)']) e;
INSERT INTO pg_temp.wanted (of, query) VALUES ('clock', 'SELECT clock > ''10:00'' AS r FROM t'), ('at', 'SELECT justify_days(at - at) AS r FROM t'), ('status', 'SELECT status FROM t WHERE status = ''new'''),
	('status', 'SELECT t.* FROM t WHERE status = $1'), ('status', 'SELECT status FROM t'), ('status', 'SELECT status FROM t ORDER BY status'),
	('status', 'SELECT count(*) FROM t WHERE status = status'), ('list', 'SELECT list || list AS r FROM t'), ('list', 'SELECT count(*) FROM t WHERE list && list'), ('list', 'SELECT 1 = ANY (list) AS r FROM t'),
	('span', 'SELECT count(*) FROM t WHERE span * span IS NULL'), ('span', 'SELECT span @> 1 AS r FROM t'), ('doc', 'SELECT doc || doc AS r FROM t'), ('yes', 'SELECT NOT yes AS r FROM t');
/* where nobody sees the column */
INSERT INTO pg_temp.wanted (of, query) SELECT c, q FROM
	unnest(ARRAY['number', 'word', 'zoned', 'doc', 'status']) c, unnest(ARRAY['SELECT count(*) FROM (SELECT DISTINCT $c FROM t) q', 'SELECT count(*) FROM (SELECT $c FROM t ORDER BY $c) q',
	'SELECT count(*) FROM (SELECT $c FROM t GROUP BY $c) q', 'SELECT count(*) FROM t a JOIN t b ON a.$c = b.$c', 'SELECT count(*) FROM t JOIN (SELECT $c FROM t) b USING ($c)',
	'SELECT count(*) FROM (SELECT $c AS v FROM t) q WHERE v = v', 'INSERT INTO t ($c) VALUES (NULL)', 'INSERT INTO t ($c) VALUES (NULL), ($1)', 'UPDATE t SET $c = NULL', 'UPDATE t SET $c = $c',
	'SELECT $c FROM t UNION ALL SELECT NULL', 'SELECT xmlelement(name x, $c) IS NULL AS r FROM t', 'SELECT count(*) FROM t WHERE ($c, id) = ($c, 1)']) q;
UPDATE pg_temp.wanted SET query = replace(query, '$c', of);
CREATE FUNCTION pg_temp.judge(of text, type text) RETURNS TABLE (wanted int, works boolean, verdict text) LANGUAGE plpgsql AS $$
DECLARE
	w record;
BEGIN
	EXECUTE format('ALTER TABLE t ALTER %s TYPE %s USING NULL', of, type);
	FOR w IN SELECT q.* FROM pg_temp.wanted q WHERE q.of = judge.of ORDER BY n LOOP
		wanted := w.n;
		works := pg_temp.attempt(w.query, (SELECT 'NULL' WHERE w.query LIKE '%$1%')) = w.told;
		SELECT coalesce(string_agg(DISTINCT severity || ' ' || rule, ', '), 'fits') INTO verdict FROM schema_guard.can_deploy('t', w.n::text);
		RETURN NEXT;
	END LOOP;
	RAISE EXCEPTION 'back' USING ERRCODE = 'UU000';
EXCEPTION WHEN SQLSTATE 'UU000' THEN
	RETURN;
END $$;
ALTER TABLE pg_temp.wanted ADD told text;
UPDATE pg_temp.wanted SET told = pg_temp.attempt(query, (SELECT 'NULL' WHERE query LIKE '%$1%'));
SELECT query, told FROM pg_temp.wanted WHERE told LIKE 'ERROR%';
SELECT count(schema_guard.register('t', n::text, schema_guard.contract_of(ARRAY[query]))) FROM pg_temp.wanted;
CREATE TABLE pg_temp.seen AS SELECT w.of, t.type, w.query, j.works, j.verdict
  FROM (SELECT DISTINCT of FROM pg_temp.wanted) o, (VALUES ('int'), ('bigint'), ('numeric'), ('float8'), ('text'), ('varchar(9)'), ('date'), ('timestamp'), ('timestamptz'), ('time'), ('boolean'),
	   ('app.status'), ('int[]'), ('text[]'), ('int4range'), ('json'), ('point')) t (type), pg_temp.judge(o.of, t.type) j, pg_temp.wanted w WHERE w.n = j.wanted;
SELECT count(*) AS pairs, count(*) FILTER (WHERE works) > 500 AS works FROM pg_temp.seen;
-- they differ where a literal has another kind of type now: whether its text is one of that, a contract does not know
SELECT of, type, query, works, verdict FROM pg_temp.seen WHERE works <> (verdict !~ 'broken') ORDER BY query COLLATE "C", type COLLATE "C";
-- columns that change together; one of them alone is another case
CREATE TABLE app.u (id int, day date, at timestamp, t_id int);
CREATE FUNCTION pg_temp.both(query text, change text, OUT works boolean, OUT verdict text) LANGUAGE plpgsql AS $$
DECLARE
	contract jsonb := schema_guard.contract_of(ARRAY[query]);
	told text := pg_temp.attempt(query, NULL);
BEGIN
	EXECUTE change;
	works := pg_temp.attempt(query, NULL) = told;
	verdict := 'fits';
	PERFORM schema_guard.assert_contract(contract);
	RAISE EXCEPTION 'back' USING ERRCODE = 'UU000';
EXCEPTION WHEN SQLSTATE 'UU000' THEN
	NULL;
WHEN SQLSTATE 'SG001' THEN
	verdict := 'broken';
END $$;
CREATE TABLE pg_temp.both_seen AS SELECT query, change, b.* FROM (VALUES ('SELECT u.at - t.at AS r FROM t, u'), ('SELECT count(*) FROM t JOIN u ON u.t_id = t.id'), ('SELECT count(*) FROM t JOIN u USING (id)'),
	('SELECT count(*) FROM t WHERE EXISTS (SELECT FROM u WHERE u.at >= t.at)'), ('SELECT justify_days(u.at - t.at) > ''1 day'' AS r FROM t, u'), ('UPDATE t SET number = 1 FROM u WHERE u.t_id = t.id'),
	('SELECT count(*) FROM (SELECT at AS since FROM u) s, t WHERE since + (since - t.at) > now()')) q (query),
	(VALUES ('ALTER TABLE t ALTER at TYPE date; ALTER TABLE u ALTER at TYPE date'), ('ALTER TABLE t ALTER at TYPE date'), ('ALTER TABLE t ALTER at TYPE timestamptz; ALTER TABLE u ALTER at TYPE timestamptz'),
	 ('ALTER TABLE t ALTER id TYPE uuid USING NULL; ALTER TABLE u ALTER t_id TYPE uuid USING NULL, ALTER id TYPE uuid USING NULL'), ('ALTER TABLE t ALTER id TYPE text'), ('ALTER TABLE u ALTER t_id TYPE text'),
	 ('ALTER TABLE u RENAME TO v; CREATE VIEW u AS SELECT id, day, at, t_id::bigint AS t_id FROM v')) c (change), pg_temp.both(query, change) b;
SELECT count(*) AS pairs, count(*) FILTER (WHERE works = (verdict = 'fits')) AS right FROM pg_temp.both_seen;
SELECT query, change, works, verdict FROM pg_temp.both_seen WHERE NOT works OR verdict <> 'fits' ORDER BY query COLLATE "C", change COLLATE "C";
-- what columns is part of what a contract says
SELECT jsonb_pretty(schema_guard.contract_of('{SELECT count(*) FROM t JOIN u ON u.t_id = t.id}') #> '{relations,app.t,uses}');
SELECT schema_guard.assert_contract('{"relations": {"app.t": {"uses": {"id": [{"operator": "=", "arguments": ["*", "integer"], "columns": [{}]}]}}}}');
SELECT schema_guard.assert_contract('{"relations": {"app.t": {"uses": {"id": [{"operator": "=", "arguments": ["*", "integer"], "columns": [{}, {"app.u": "id", "app.t": "id"}]}]}}}}');
SELECT schema_guard.assert_contract('{"relations": {"app.t": {"uses": {"id": [{"operator": "=", "arguments": ["*", "integer"], "columns": [{}, {"u": "id"}]}]}}}}');
SELECT schema_guard.assert_contract('{"relations": {"app.t": {"uses": {"word": [{"operator": "=", "arguments": ["*", "integer"], "columns": [{}, {"app.gone": "id"}]}]}}}}');
-- to the client a domain is what it is made of; but one over an enum has no "="
CREATE FUNCTION pg_temp.verdict(query text, change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	contract jsonb := schema_guard.contract_of(ARRAY[query]);
BEGIN
	EXECUTE change;
	PERFORM schema_guard.assert_contract(contract);
	RAISE EXCEPTION 'fits' USING ERRCODE = 'UU000';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
SELECT query, pg_temp.verdict(query, 'ALTER TABLE t ALTER status TYPE state, ALTER word TYPE word') FROM (VALUES ('SELECT first_value(word) OVER () FROM t'), ('SELECT word FROM t'), ('SELECT status FROM t'),
	('SELECT status FROM t ORDER BY status'), ('SELECT status FROM t WHERE status = ''new'''), ('SELECT t.* FROM t WHERE status = $1'), ('SELECT status, count(*) FROM t GROUP BY status')) q (query);
DROP SCHEMA app CASCADE;
DROP EXTENSION schema_guard;
