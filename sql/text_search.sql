-- Text search, languages, transforms, access methods, event triggers.
SET client_min_messages = warning;
CREATE EXTENSION schema_guard;
CREATE SCHEMA tse;

CREATE TEXT SEARCH TEMPLATE tse.simple (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH PARSER tse.words (
	START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype,
	HEADLINE = prsd_headline);
CREATE TEXT SEARCH DICTIONARY tse.dict (TEMPLATE = tse.simple, "stopwords" = english, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY tse.ispell (TEMPLATE = snowball, language = 'german');
CREATE TEXT SEARCH CONFIGURATION tse."Conf" (PARSER = tse.words);
ALTER TEXT SEARCH CONFIGURATION tse."Conf" ADD MAPPING FOR asciiword, word WITH tse.dict, german_stem;
ALTER TEXT SEARCH CONFIGURATION tse."Conf" ADD MAPPING FOR numword WITH simple;
CREATE TEXT SEARCH CONFIGURATION tse.empty (PARSER = "default");
COMMENT ON TEXT SEARCH CONFIGURATION tse.empty IS 'a configuration';
COMMENT ON TEXT SEARCH DICTIONARY tse.dict IS 'a dictionary';
COMMENT ON TEXT SEARCH PARSER tse.words IS 'a parser';
COMMENT ON TEXT SEARCH TEMPLATE tse.simple IS 'a template';

CREATE TRUSTED LANGUAGE tse_trusted HANDLER plpgsql_call_handler
	INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE LANGUAGE "tse Plain" HANDLER plpgsql_call_handler;
COMMENT ON LANGUAGE tse_trusted IS 'a language';
CREATE TYPE tse.money AS ENUM ('a');
CREATE TRANSFORM FOR integer LANGUAGE tse_trusted (
	FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
COMMENT ON TRANSFORM FOR integer LANGUAGE tse_trusted IS 'a transform';
CREATE ACCESS METHOD tse_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD tse_tree TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD tse_heap IS 'an access method';

CREATE FUNCTION tse.look() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER tse_start ON ddl_command_start
	WHEN TAG IN ('DROP TABLE', 'ALTER TABLE') EXECUTE FUNCTION tse.look();
CREATE EVENT TRIGGER tse_rewrite ON table_rewrite EXECUTE FUNCTION tse.look();
ALTER EVENT TRIGGER tse_rewrite DISABLE;
CREATE EVENT TRIGGER tse_drop ON sql_drop EXECUTE FUNCTION tse.look();
ALTER EVENT TRIGGER tse_drop ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER tse_drop IS 'an event trigger';

SELECT object_type, object_identity, facet, attribute, definition
  FROM schema_guard.describe(NULL, '{structure,comment}')
 WHERE object_type ~ '^(text search|language|transform|access method|event)';

-- access: owners and privileges
CREATE ROLE regress_sg_tse SUPERUSER;
SELECT schema_guard.fingerprint() AS guarded \gset
ALTER EVENT TRIGGER tse_drop OWNER TO regress_sg_tse;
ALTER LANGUAGE tse_trusted OWNER TO regress_sg_tse;
REVOKE USAGE ON LANGUAGE tse_trusted FROM PUBLIC;
ALTER TEXT SEARCH DICTIONARY tse.dict OWNER TO regress_sg_tse;
SELECT object_type, object_identity, attribute, definition
  FROM schema_guard.describe(NULL, '{access}')
 WHERE (attribute <> 'owner' OR definition = '"regress_sg_tse"') AND object_type <> 'schema';
SELECT schema_guard.fingerprint() = :'guarded' AS guarded_same;

-- commands on event triggers fire none: the library notices them
SELECT schema_guard.fingerprint() AS before \gset
SELECT count(*) AS missed FROM schema_guard.verify();
ALTER EVENT TRIGGER tse_start DISABLE;
SELECT count(*) AS missed FROM schema_guard.verify();
SELECT verdict, objects, statements FROM schema_guard.journal ORDER BY journal_id DESC LIMIT 1;
ALTER EVENT TRIGGER tse_start ENABLE;
SELECT schema_guard.fingerprint() = :'before' AS same;

SELECT * FROM schema_guard.not_covered();
DROP EVENT TRIGGER tse_start;
DROP EVENT TRIGGER tse_rewrite;
DROP EVENT TRIGGER tse_drop;
DROP TRANSFORM FOR integer LANGUAGE tse_trusted;
DROP LANGUAGE tse_trusted;
DROP LANGUAGE "tse Plain";
DROP ACCESS METHOD tse_heap;
DROP ACCESS METHOD tse_tree;
DROP SCHEMA tse CASCADE;
DROP ROLE regress_sg_tse;
DROP EXTENSION schema_guard;
