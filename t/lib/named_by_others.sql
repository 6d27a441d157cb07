-- Objects that name others, of each class and in each way in which a text can have a name in it: beyond
-- those of every_class.sql. For tests of what has to be written anew when something is renamed or moved.
SET client_min_messages = error;
CREATE SCHEMA named;
CREATE SCHEMA namer;
CREATE SCHEMA elsewhere;

CREATE TYPE named.mood AS ENUM ('calm', 'cross');
CREATE TYPE named.pair AS (x integer, y named.mood);
CREATE TYPE named.span AS RANGE (subtype = float8);
CREATE TYPE named.moods AS RANGE (subtype = named.mood);
CREATE DOMAIN named.positive AS integer CONSTRAINT above_zero CHECK (VALUE > 0);
CREATE COLLATION named.words (provider = libc, locale = 'C');
CREATE SEQUENCE named.numbers;
CREATE TABLE named.plain (id integer CONSTRAINT plain_key PRIMARY KEY, code integer CONSTRAINT one_code UNIQUE, note text);
CREATE INDEX by_note ON named.plain (note);
CREATE FUNCTION named.one(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION named.compare(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE FUNCTION named.less(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 < $2';
CREATE FUNCTION named.distance(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE FUNCTION named.fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION named.support(internal) RETURNS internal LANGUAGE internal AS 'textlike_support';
CREATE FUNCTION named.handles(internal) RETURNS table_am_handler LANGUAGE internal AS 'heap_tableam_handler';
CREATE FUNCTION named.checks(text[], oid) RETURNS void LANGUAGE internal AS 'postgresql_fdw_validator';
CREATE FUNCTION named.init(internal) RETURNS internal LANGUAGE internal AS 'dsimple_init';
CREATE FUNCTION named.lexize(internal, internal, internal, internal) RETURNS internal LANGUAGE internal AS 'dsimple_lexize';
CREATE FUNCTION named.as_internal(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'prsd_lextype';
CREATE FUNCTION named.sorted(internal) RETURNS void LANGUAGE internal AS 'btint4sortsupport';
CREATE OPERATOR named.<< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = named.less,
	COMMUTATOR = OPERATOR(named.>>), NEGATOR = OPERATOR(named.>>=));
CREATE OPERATOR named.>> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4gt);
CREATE FUNCTION named.same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR named.== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = named.same, COMMUTATOR = OPERATOR(named.==));
CREATE OPERATOR FAMILY named.family USING btree;
CREATE OPERATOR CLASS named.class FOR TYPE integer USING btree FAMILY named.family AS
	OPERATOR 1 named.<<, OPERATOR 3 named.==, FUNCTION 1 named.compare(integer, integer), FUNCTION 2 named.sorted(internal);
ALTER OPERATOR FAMILY named.family USING btree ADD FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE AGGREGATE named.total(integer) (SFUNC = named.compare, STYPE = integer, COMBINEFUNC = named.compare,
	FINALFUNC = named.one, SORTOP = OPERATOR(named.<<));
CREATE TEXT SEARCH TEMPLATE named.template (INIT = named.init, LEXIZE = named.lexize);
CREATE TEXT SEARCH DICTIONARY named.dictionary (TEMPLATE = named.template);
CREATE TEXT SEARCH PARSER named.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH CONFIGURATION named.configuration (PARSER = named.parser);
ALTER TEXT SEARCH CONFIGURATION named.configuration ADD MAPPING FOR word WITH named.dictionary;
CREATE LANGUAGE named_language HANDLER plpgsql_call_handler;
CREATE TRANSFORM FOR named.pair LANGUAGE named_language (FROM SQL WITH FUNCTION named.as_internal(internal));
CREATE FOREIGN DATA WRAPPER named_wrapper VALIDATOR named.checks;
CREATE SERVER named_server FOREIGN DATA WRAPPER named_wrapper;
CREATE USER MAPPING FOR PUBLIC SERVER named_server;
CREATE ACCESS METHOD named_method TYPE TABLE HANDLER named.handles;
CREATE CAST (named.pair AS integer) WITH INOUT;

-- types, by columns, domains, composite types, ranges, functions, casts
CREATE TABLE namer.typed (m named.mood, n named.mood[] DEFAULT '{cross}', p named.pair DEFAULT '(1,cross)', d named.positive,
	s named.span, r named.moods DEFAULT '[calm,cross]', t named.plain, u named.plain[], w text COLLATE named.words);
CREATE TABLE namer.of_type OF named.pair;
CREATE DOMAIN namer.over_mood AS named.mood CONSTRAINT not_cross CHECK (VALUE <> 'cross');
CREATE DOMAIN namer.over_domain AS named.positive DEFAULT 1;
CREATE DOMAIN namer.over_pair AS named.pair;
CREATE TYPE namer.composed AS (a named.mood[], b named.positive, c named.plain, d text COLLATE named.words);
CREATE TYPE namer.range AS RANGE (subtype = float8, subtype_diff = named.distance);
CREATE TYPE namer.range_of_class AS RANGE (subtype = integer, subtype_opclass = named.class);
CREATE TYPE namer.range_of_words AS RANGE (subtype = text, collation = named.words);
CREATE FUNCTION namer.f(named.mood, p named.pair DEFAULT '(2,calm)', VARIADIC n named.positive[] DEFAULT '{}')
	RETURNS SETOF named.plain LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION namer.g() RETURNS TABLE (a named.mood, b named.span) LANGUAGE plpgsql SUPPORT named.support AS 'BEGIN END';
CREATE FUNCTION namer.transformed(named.pair) RETURNS integer TRANSFORM FOR TYPE named.pair LANGUAGE named_language AS 'BEGIN END';
-- within constants, of which the server keeps no account
CREATE TABLE namer.constants (a regclass[] DEFAULT '{named.plain,named.by_note,named.numbers}', b regprocedure[] DEFAULT '{"named.one(integer)"}',
	c regtype[] DEFAULT '{named.mood}', d regconfig[] DEFAULT '{named.configuration}', e regdictionary[] DEFAULT '{named.dictionary}',
	f regnamespace[] DEFAULT '{named}', g regcollation[] DEFAULT '{named.words}', h regoperator[] DEFAULT '{"named.<<(integer,integer)"}');
CREATE TYPE namer.with_name AS (r regclass, s named.mood);
CREATE DOMAIN namer.with_names AS regclass[] DEFAULT '{named.plain}';
CREATE VIEW namer.rows AS SELECT '(named.plain,cross)'::namer.with_name AS a, '{"(named.by_note,calm)"}'::namer.with_name[] AS b;
CREATE FUNCTION namer.default_names(a regclass[] DEFAULT '{named.plain}') RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE namer.by_class (r regclass, m named.mood) PARTITION BY LIST (r);
CREATE TABLE namer.by_class_1 PARTITION OF namer.by_class FOR VALUES IN ('named.plain', NULL);
CREATE TABLE namer.by_mood (r regclass, m named.mood) PARTITION BY LIST (m);
CREATE TABLE namer.by_mood_1 PARTITION OF namer.by_mood FOR VALUES IN ('cross');
CREATE TABLE namer.by_pair (p named.pair) PARTITION BY RANGE (p);
CREATE TABLE namer.by_pair_1 PARTITION OF namer.by_pair FOR VALUES FROM ('(1,calm)') TO ('(1,cross)');
-- plain constants
CREATE VIEW namer.constant AS SELECT 'named.plain'::regclass AS a, 'named.by_note'::regclass AS b, 'named.one'::regproc AS c,
	'named.one(integer)'::regprocedure AS d, 'named.mood'::regtype AS e, 'named.configuration'::regconfig AS f,
	'named.dictionary'::regdictionary AS g, 'named'::regnamespace AS h, 'named.words'::regcollation AS i,
	'named.<<(integer,integer)'::regoperator AS j, 'named.numbers'::regclass AS k, 'cross'::named.mood AS l;
-- expressions
CREATE TABLE namer.expressions (a integer DEFAULT named.one(1) CHECK (a OPERATOR(named.<<) 9), b integer DEFAULT nextval('named.numbers'),
	c integer GENERATED ALWAYS AS (named.one(a)) STORED, d text CHECK (d > 'a' COLLATE named.words), p named.pair CHECK ((p).x > 0));
CREATE VIEW namer.fields AS SELECT (e.p).x AS x, (e.p).y = 'cross' AS y FROM namer.expressions e;
CREATE VIEW namer.queries AS SELECT p.id, p.note AS n, count(*) AS c, named.total(p.code) AS t FROM named.plain p GROUP BY p.id
	ORDER BY p.id USING OPERATOR(named.<<);
CREATE VIEW namer.whole_rows AS SELECT p, p.*::named.plain AS q FROM named.plain p;
CREATE VIEW namer.of_function AS SELECT * FROM namer.f('calm', ROW(1, 'cross')::named.pair);
CREATE MATERIALIZED VIEW namer.kept AS SELECT q.id FROM namer.queries q;
CREATE VIEW namer.on_kept AS SELECT * FROM namer.kept;
CREATE RULE upsert AS ON INSERT TO namer.queries DO INSTEAD
	INSERT INTO named.plain (id, code) VALUES (NEW.id, 1) ON CONFLICT ON CONSTRAINT one_code DO UPDATE SET note = EXCLUDED.note;
CREATE INDEX by_function ON namer.expressions (named.one(a), d COLLATE named.words) WHERE a OPERATOR(named.<<) 3;
CREATE INDEX with_class ON namer.expressions (a named.class);
ALTER TABLE namer.expressions ADD CONSTRAINT excluded EXCLUDE USING btree (a named.class WITH OPERATOR(named.==));
CREATE TABLE namer.parted (a integer, b text) PARTITION BY RANGE (named.one(a), a named.class, b COLLATE named.words);
CREATE TABLE namer.parted_1 PARTITION OF namer.parted DEFAULT;
CREATE STATISTICS namer.statistics ON id, code FROM named.plain;
CREATE TABLE namer.referring (a integer CONSTRAINT refers REFERENCES named.plain (code), LIKE named.plain);
CREATE TABLE namer.child () INHERITS (named.plain);
CREATE SEQUENCE named.owned OWNED BY named.plain.id;
CREATE TABLE namer.numbered (id integer GENERATED ALWAYS AS IDENTITY, s serial);
CREATE TRIGGER fires AFTER UPDATE OF note ON named.plain FOR EACH ROW WHEN (named.one(NEW.id) = 1) EXECUTE FUNCTION named.fires();
CREATE POLICY reads ON named.plain USING (named.one(id) > 0 AND EXISTS (SELECT FROM namer.typed t WHERE t.m = 'cross'));
CREATE FOREIGN TABLE namer.far (id integer, m named.mood) SERVER named_server;
CREATE TABLE namer.with_method (a integer) USING named_method;
CREATE PUBLICATION namer FOR TABLE named.plain, namer.typed;
CREATE FUNCTION named.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER namer ON ddl_command_start WHEN TAG IN ('SECURITY LABEL') EXECUTE FUNCTION named.event();
-- a part of a part
CREATE TABLE named.whole (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE named.half PARTITION OF named.whole FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE named.quarter PARTITION OF named.half FOR VALUES IN (1);
CREATE INDEX on_whole ON ONLY named.whole (b);
CREATE INDEX on_half ON ONLY named.half (b);
ALTER INDEX named.on_whole ATTACH PARTITION named.on_half;
-- an operator that is only named yet, and a view over a relation that an extension has
CREATE OPERATOR namer.=# (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4lt, COMMUTATOR = OPERATOR(named.#=));
SELECT current_setting('server_version_num')::integer >= 140000 AS is_14,
	   current_setting('server_version_num')::integer >= 150000 AS is_15 \gset
\if :is_14
CREATE FUNCTION named.converts(integer, integer, cstring, internal, integer, boolean) RETURNS integer
	LANGUAGE c STRICT AS '$libdir/utf8_and_iso8859_1', 'iso8859_1_to_utf8';
CREATE CONVERSION namer.conversion FOR 'LATIN1' TO 'UTF8' FROM named.converts;
CREATE FUNCTION namer.body(a named.mood DEFAULT 'cross') RETURNS integer LANGUAGE sql
	BEGIN ATOMIC SELECT p.id + named.one(1) FROM named.plain p WHERE p.note <> 'x' COLLATE named.words; END;
CREATE STATISTICS namer.of_expression ON (named.one(code) + 1) FROM named.plain;
CREATE TABLE namer.many (a namer.range, b named.moods DEFAULT '[calm,cross]');
\endif
\if :is_15
CREATE PUBLICATION namer_15 FOR TABLE namer.child (id, note) WHERE (id > 1);
CREATE PUBLICATION namer_schemas FOR TABLES IN SCHEMA named;
\endif
