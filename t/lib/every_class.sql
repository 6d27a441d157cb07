-- One or more objects of every class that is not a relation, a type or a function, for tests of what
-- a dump brings back and of secrets. Every password in it has "hunter2" in it.
SET client_min_messages = error;
CREATE ROLE every_app;
CREATE ROLE "every Owner";
CREATE SCHEMA every;
CREATE TABLE every.t (gone integer, id integer PRIMARY KEY, n integer NOT NULL, total numeric, note text);
ALTER TABLE every.t DROP gone;

CREATE FUNCTION every.same(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION every.same(bigint, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION every.other(integer, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE FUNCTION every.minus(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT - $1';
CREATE OPERATOR every.=== (LEFTARG = integer, RIGHTARG = bigint, FUNCTION = every.same,
	COMMUTATOR = OPERATOR(every.===), NEGATOR = OPERATOR(every.!==), RESTRICT = eqsel, JOIN = eqjoinsel,
	HASHES, MERGES);
CREATE OPERATOR every.=== (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = every.same,
	COMMUTATOR = OPERATOR(every.===), HASHES, MERGES);
CREATE OPERATOR every.!== (LEFTARG = integer, RIGHTARG = bigint, FUNCTION = every.other,
	NEGATOR = OPERATOR(every.===));
CREATE OPERATOR every.!~! (RIGHTARG = integer, FUNCTION = every.minus);
CREATE OPERATOR every.<# (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4lt,
	COMMUTATOR = OPERATOR(every.#>));
CREATE TYPE every.money AS ENUM ('a', 'b');
CREATE TYPE every.span AS RANGE (subtype = integer);
CREATE OPERATOR CLASS every.int_ops FOR TYPE integer USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 btint4cmp(integer, integer), FUNCTION 2 btint4sortsupport(internal);
ALTER OPERATOR FAMILY every.int_ops USING btree ADD
	OPERATOR 1 < (integer, bigint), FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE OPERATOR FAMILY every.loose USING btree;
ALTER OPERATOR FAMILY every.loose USING btree ADD OPERATOR 3 = (integer, bigint),
	FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE OPERATOR CLASS every.hash_int DEFAULT FOR TYPE every.money USING hash FAMILY enum_ops AS
	FUNCTION 1 (every.money, every.money) hashenum(anyenum);
CREATE OPERATOR CLASS every.points FOR TYPE point USING gist AS
	OPERATOR 1 << (point, point), OPERATOR 15 <-> (point, point) FOR ORDER BY pg_catalog.float_ops,
	FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal),
	FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal),
	FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal),
	STORAGE box;
CREATE FUNCTION every.to_int(every.money) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (every.money AS integer) WITH FUNCTION every.to_int(every.money) AS ASSIGNMENT;
CREATE CAST (every.money AS bigint) WITH INOUT;
CREATE CAST (bigint AS xid8) WITHOUT FUNCTION AS IMPLICIT;
CREATE CONVERSION every.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION every.latin_default FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
CREATE COLLATION every.posix (provider = libc, locale = 'C');
CREATE COLLATION every.mixed (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
CREATE COLLATION every.loosely (provider = icu, locale = 'de-u-ks-level1', deterministic = false);

CREATE TEXT SEARCH TEMPLATE every.simple (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH PARSER every.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
	LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH DICTIONARY every.dict (TEMPLATE = every.simple, stopwords = english, accept = false);
CREATE TEXT SEARCH CONFIGURATION every."Conf" (PARSER = every.words);
ALTER TEXT SEARCH CONFIGURATION every."Conf" ADD MAPPING FOR asciiword, word WITH every.dict, german_stem;
CREATE FUNCTION every.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION every.inline(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION every.validator(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE every_trusted HANDLER every.handler INLINE every.inline VALIDATOR every.validator;
CREATE TRANSFORM FOR integer LANGUAGE every_trusted (
	FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
CREATE ACCESS METHOD every_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE every.heap (a integer) USING every_heap;
CREATE FUNCTION every.look() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER every_start ON ddl_command_start
	WHEN TAG IN ('DROP TABLE', 'ALTER TABLE') EXECUTE FUNCTION every.look();
CREATE EVENT TRIGGER every_drop ON sql_drop EXECUTE FUNCTION every.look();
ALTER EVENT TRIGGER every_drop ENABLE ALWAYS;

CREATE FOREIGN DATA WRAPPER every_wrapper OPTIONS (debug 'true', api_key 'hunter2-wrapper');
CREATE SERVER every_server TYPE 'oracle' VERSION '11' FOREIGN DATA WRAPPER every_wrapper
	OPTIONS (host 'db.internal', "Port" '5432', password 'hunter2-server', sslkey '/hunter2/key',
			 password_required 'false', dsn 'host=x password=hunter2-dsn', url 'http://u:hunter2-url@h/');
CREATE USER MAPPING FOR every_app SERVER every_server OPTIONS ("user" 'hunter2-bob', password 'hunter2-map');
CREATE USER MAPPING FOR PUBLIC SERVER every_server;
CREATE FOREIGN TABLE every.sales (
	id integer OPTIONS (key 'true') NOT NULL,
	note text OPTIONS (column_name 'No''te', secret 'hunter2-column')
) SERVER every_server OPTIONS (table_name 'SALES', auth_token 'hunter2-table');

CREATE PUBLICATION every_none;
CREATE PUBLICATION every_all FOR ALL TABLES WITH (publish = '');
CREATE PUBLICATION every_tables FOR TABLE every.t WITH (publish = 'insert, delete', publish_via_partition_root);
CREATE SUBSCRIPTION every_plain CONNECTION 'host=/nowhere password=hunter2-subscription' PUBLICATION b, "A"
	WITH (connect = false);
CREATE SUBSCRIPTION every_other CONNECTION 'dbname=x' PUBLICATION a
	WITH (connect = false, slot_name = 'other', synchronous_commit = 'remote_write');
CREATE SUBSCRIPTION every_no_slot CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, slot_name = NONE);
CREATE STATISTICS every.most ON n, total FROM every.t;
CREATE STATISTICS every."Some" (ndistinct, dependencies) ON note, n FROM every.t;
ALTER STATISTICS every."Some" SET STATISTICS 50;

-- what newer versions have
SELECT current_setting('server_version_num')::integer >= 140000 AS is_14,
	   current_setting('server_version_num')::integer >= 150000 AS is_15,
	   current_setting('server_version_num')::integer >= 160000 AS is_16,
	   current_setting('server_version_num')::integer >= 170000 AS is_17,
	   current_setting('server_version_num')::integer >= 180000 AS is_18 \gset
\if :is_14
CREATE STATISTICS every.expressions ON lower(note), (n + id) FROM every.t;
CREATE STATISTICS every.single ON lower(note) FROM every.t;
CREATE SUBSCRIPTION every_14 CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, binary, streaming);
\endif
\if :is_15
CREATE PUBLICATION every_filter FOR TABLE every.t (total, id) WHERE (id > 10 AND total IS NOT NULL);
CREATE PUBLICATION every_schemas FOR TABLES IN SCHEMA every, public;
CREATE SUBSCRIPTION every_15 CONNECTION 'dbname=x' PUBLICATION a
	WITH (connect = false, two_phase, disable_on_error);
\endif
\if :is_16
CREATE COLLATION every.rules (provider = icu, locale = 'und', rules = '&a < g');
CREATE SUBSCRIPTION every_16 CONNECTION 'dbname=x' PUBLICATION a
	WITH (connect = false, password_required = false, run_as_owner, origin = none, streaming = parallel);
\endif
\if :is_17
-- C.UTF-8 would be a locale that LATIN1 does not have
CREATE COLLATION every.builtin (provider = builtin, locale = 'C');
CREATE SUBSCRIPTION every_17 CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, failover);
\endif
\if :is_18
CREATE PUBLICATION every_18 FOR TABLE every.t WITH (publish_generated_columns = stored);
ALTER DEFAULT PRIVILEGES FOR ROLE "every Owner" GRANT SELECT ON LARGE OBJECTS TO every_app;
\endif

ALTER DEFAULT PRIVILEGES FOR ROLE "every Owner" IN SCHEMA every GRANT SELECT, INSERT ON TABLES TO every_app;
ALTER DEFAULT PRIVILEGES FOR ROLE "every Owner" IN SCHEMA every GRANT USAGE ON SEQUENCES TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE "every Owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE "every Owner" GRANT USAGE ON TYPES TO every_app WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE "every Owner" GRANT CREATE ON SCHEMAS TO every_app;
GRANT USAGE ON FOREIGN SERVER every_server TO every_app;
GRANT USAGE ON FOREIGN DATA WRAPPER every_wrapper TO every_app WITH GRANT OPTION;
REVOKE USAGE ON LANGUAGE every_trusted FROM PUBLIC;
ALTER TEXT SEARCH DICTIONARY every.dict OWNER TO "every Owner";
ALTER COLLATION every.posix OWNER TO "every Owner";
ALTER OPERATOR every.!~! (NONE, integer) OWNER TO "every Owner";
ALTER STATISTICS every.most OWNER TO "every Owner";
COMMENT ON COLLATION every.posix IS 'a collation';
COMMENT ON OPERATOR every.!~! (NONE, integer) IS 'an operator';
COMMENT ON CAST (every.money AS integer) IS 'a cast';
COMMENT ON OPERATOR CLASS every.int_ops USING btree IS 'a class';
COMMENT ON OPERATOR FAMILY every.loose USING btree IS 'a family';
COMMENT ON CONVERSION every.latin IS 'a conversion';
COMMENT ON TEXT SEARCH CONFIGURATION every."Conf" IS 'a configuration';
COMMENT ON TEXT SEARCH DICTIONARY every.dict IS 'a dictionary';
COMMENT ON TEXT SEARCH PARSER every.words IS 'a parser';
COMMENT ON TEXT SEARCH TEMPLATE every.simple IS 'a template';
COMMENT ON LANGUAGE every_trusted IS 'a language';
COMMENT ON TRANSFORM FOR integer LANGUAGE every_trusted IS 'a transform';
COMMENT ON ACCESS METHOD every_heap IS 'an access method';
COMMENT ON EVENT TRIGGER every_drop IS 'an event trigger';
COMMENT ON SERVER every_server IS 'a server';
COMMENT ON FOREIGN DATA WRAPPER every_wrapper IS 'a wrapper';
COMMENT ON COLUMN every.sales.note IS 'a column';
COMMENT ON PUBLICATION every_none IS 'a publication';
COMMENT ON SUBSCRIPTION every_plain IS 'a subscription';
COMMENT ON STATISTICS every.most IS 'a statistics object';

SELECT current_database() AS db \gset
ALTER DATABASE :"db" CONNECTION LIMIT 50 IS_TEMPLATE true;
ALTER DATABASE :"db" SET work_mem = '64MB';
ALTER DATABASE :"db" SET search_path = "Strange, one", public;
ALTER DATABASE :"db" SET app.api_token = 'hunter2-database';
ALTER DATABASE :"db" SET app.note = E'two\nlines';
ALTER ROLE every_app IN DATABASE :"db" SET work_mem = '1MB';
ALTER ROLE every_app IN DATABASE :"db" SET app.dsn = 'host=x password=hunter2-role';
GRANT TEMPORARY ON DATABASE :"db" TO every_app;
COMMENT ON DATABASE :"db" IS 'a database';
CREATE FUNCTION every.with_setting() RETURNS integer LANGUAGE sql SET app.secret_key = 'hunter2-function'
	AS 'SELECT 1';
ALTER FUNCTION every.with_setting() SET app.other_secret = 'hunter2-function';
