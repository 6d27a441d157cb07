-- Types: enums, domains, composite types, ranges, base and shell types.
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/seen.sql

CREATE SCHEMA "ty""pes";
SET search_path = "ty""pes", public;

CREATE TYPE status AS ENUM ('new', 'it''s', 'ünïcode "label"', 'back\slash');
ALTER TYPE status ADD VALUE 'between' AFTER 'new';
CREATE DOMAIN amount AS numeric(12,2) NOT NULL DEFAULT 0.5
	CONSTRAINT "positive, of course" CHECK (VALUE > 0) CHECK (VALUE <> 13);
CREATE DOMAIN code AS varchar(10) COLLATE "C" CHECK (VALUE IN ('a', 'b'));
CREATE DOMAIN codes AS code[];
ALTER DOMAIN code ADD CONSTRAINT later CHECK (VALUE <> 'z') NOT VALID;
CREATE TYPE address AS (street text COLLATE "C", "No.1" integer, gone int, tags varchar(5)[], where_to point);
ALTER TYPE address DROP ATTRIBUTE gone;
CREATE TYPE float_range AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE text_span AS RANGE (subtype = text, collation = "C", subtype_opclass = text_pattern_ops);
CREATE TYPE shell;
CREATE TYPE box_id;
CREATE FUNCTION box_id_in(cstring) RETURNS box_id LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION box_id_out(box_id) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE box_id (INPUT = box_id_in, OUTPUT = box_id_out, INTERNALLENGTH = 4, PASSEDBYVALUE,
	ALIGNMENT = int4, STORAGE = plain, CATEGORY = 'N', PREFERRED = true, DELIMITER = ';', DEFAULT = '42');
-- of these there is nothing to say: row types and arrays belong to something else
CREATE TABLE row_type (a status[]);

SELECT object_type, object_identity, attribute, definition FROM schema_guard.describe()
 WHERE object_type IN ('type', 'function');

SELECT pg_temp.seen('ALTER TYPE status RENAME VALUE ''new'' TO ''newer''', 'ALTER TYPE status RENAME VALUE ''newer'' TO ''new''');
SELECT pg_temp.seen('ALTER DOMAIN amount SET DEFAULT 1', 'ALTER DOMAIN amount SET DEFAULT 0.5');
SELECT pg_temp.seen('ALTER DOMAIN amount DROP NOT NULL', 'ALTER DOMAIN amount SET NOT NULL');
SELECT pg_temp.seen('ALTER DOMAIN code RENAME CONSTRAINT later TO sooner', 'ALTER DOMAIN code RENAME CONSTRAINT sooner TO later');
SELECT pg_temp.seen('ALTER DOMAIN amount DROP CONSTRAINT "positive, of course"',
	'ALTER DOMAIN amount ADD CONSTRAINT "positive, of course" CHECK (VALUE > 0)');
SELECT pg_temp.seen('ALTER TYPE address ALTER ATTRIBUTE "No.1" TYPE bigint', 'ALTER TYPE address ALTER ATTRIBUTE "No.1" TYPE integer');
SELECT pg_temp.seen('ALTER TYPE address RENAME ATTRIBUTE tags TO tag', 'ALTER TYPE address RENAME ATTRIBUTE tag TO tags');
SELECT pg_temp.seen('ALTER TYPE address ADD ATTRIBUTE more int', 'ALTER TYPE address DROP ATTRIBUTE more');
SELECT pg_temp.seen('ALTER TYPE float_range RENAME TO other_range', 'ALTER TYPE other_range RENAME TO float_range');
SELECT pg_temp.seen('ALTER TYPE address SET SCHEMA public', 'ALTER TYPE public.address SET SCHEMA "ty""pes"');

-- the same in a schema of another name
SELECT schema_guard.fingerprint(NULL, 'ty"pes') AS fingerprint \gset
ALTER SCHEMA "ty""pes" RENAME TO types;
SELECT schema_guard.fingerprint(NULL, 'types') = :'fingerprint';
DROP SCHEMA types CASCADE;
DROP EXTENSION schema_guard;
