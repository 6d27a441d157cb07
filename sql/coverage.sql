-- What is not described is said to be so.
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/seen.sql

SELECT * FROM schema_guard.not_covered() WHERE object_class NOT LIKE 'settings%';
CREATE SCHEMA co;
CREATE CONVERSION co.conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE CONVERSION co.another FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8;
CREATE TEXT SEARCH CONFIGURATION co.configuration (COPY = english);
SELECT * FROM schema_guard.not_covered() WHERE object_class NOT LIKE 'settings%';
DROP SCHEMA co CASCADE;
SELECT * FROM schema_guard.not_covered() WHERE object_class NOT LIKE 'settings%';

-- schemas and extensions
CREATE SCHEMA "a.""schema";
CREATE SCHEMA "json";
CREATE EXTENSION citext SCHEMA "a.""schema";
SELECT object_type, object_identity, attribute, definition FROM schema_guard.describe() WHERE object_type = 'schema';
SELECT object_type, object_identity, attribute, CASE attribute WHEN 'version' THEN 'its version' ELSE definition END
  FROM schema_guard.describe() WHERE object_type = 'extension';
-- of an extension nothing is described but itself
SELECT count(*) FROM schema_guard.describe() WHERE object_identity LIKE '%citext%' AND object_type <> 'extension';
SELECT pg_temp.seen('CREATE SCHEMA s', 'DROP SCHEMA s');
SELECT pg_temp.seen('ALTER EXTENSION citext SET SCHEMA "json"', 'ALTER EXTENSION citext SET SCHEMA "a.""schema"');
DROP EXTENSION citext;
DROP SCHEMA "a.""schema";
DROP SCHEMA "json";
DROP EXTENSION schema_guard;
