-- Schema files: what is written, what is read back, and what is refused.
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS schema_guard;
CREATE EXTENSION schema_guard;
RESET client_min_messages;
\set lib `echo "$PG_ABS_SRCDIR"/sql/lib`
\i :lib/schema_file.sql

-- what import says to a file
CREATE FUNCTION pg_temp.said(file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  state text; message text; detail text;
BEGIN
  PERFORM schema_guard.import(file, 'refused');
  RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
  RETURN state || ' ' || message || CASE WHEN detail <> '' THEN E'\n' || detail ELSE '' END;
END
$$;

CREATE TEMP TABLE sample (body text);
INSERT INTO sample VALUES (
E'function public.f(bigint)
  arguments: id bigint
  body:
  |
  | BEGIN
  |   RETURN E\'\\\\\\\\n\';
  | \t-- a tab, a \\r and \\x01
  | END
  |
  language: plpgsql
table public."a ""b"" \\\\ \\n c: d"
  column "z": bigint NOT NULL
  column "a:b": text
  column "a""b": text COLLATE pg_catalog."C"
  constraint "c\\nd": CHECK ((z > 0))
  row security: enabled
  [index] index "i": btree (z)
table public."äöü"
type public.e
  label "new"
  label "paid: now"
  kind: enum
');

-- what was read is what is written, byte for byte
SELECT schema_guard.import(pg_temp.file_of(body), 'sample') = pg_temp.fingerprint_of(body) AS same_fingerprint,
       schema_guard.export('sample') || E'\n' = pg_temp.file_of(body) AS same_file
  FROM sample;
SELECT schema_guard.import(pg_temp.file_of('', 'structure', E'exclude: audit.%\nexclude: with \\n in it\n'), 'nothing')
       = pg_temp.fingerprint_of('') AS same_fingerprint;
SELECT schema_guard.export('nothing');
SELECT name, object_count, facets, exclusions FROM schema_guard.snapshots;

-- the end of the last line may be there or not, but not twice
SELECT schema_guard.import(rtrim(pg_temp.file_of(body), E'\n'), 'sample') = pg_temp.fingerprint_of(body) AS same FROM sample;
SELECT schema_guard.import(rtrim(pg_temp.file_of(''), E'\n'), 'empty') = pg_temp.fingerprint_of('') AS same;
SELECT pg_temp.said(pg_temp.file_of(body) || E'\n') FROM sample;
SELECT pg_temp.said(pg_temp.file_of('') || E'\n');

-- files that are none
SELECT pg_temp.said('');
SELECT pg_temp.said(E'\n');
SELECT pg_temp.said('PK' || chr(3) || chr(4) || 'binary');
SELECT pg_temp.said(E'\uFEFFschema_guard schema file\n');
SELECT pg_temp.said(E'CREATE TABLE t ();\n');
SELECT pg_temp.said(E'schema_guard schema files\n');
SELECT pg_temp.said('schema_guard schema file');
SELECT pg_temp.said(replace(pg_temp.file_of(body), E'\n', E'\r\n')) FROM sample;
SELECT pg_temp.said(NULL);
-- heads
SELECT pg_temp.said(E'schema_guard schema file\n');
SELECT pg_temp.said(replace(pg_temp.file_of(body), 'format: sg1', 'format: sg2')) FROM sample;
SELECT pg_temp.said(replace(pg_temp.file_of(body), 'fingerprint: sg1:', 'fingerprint: ')) FROM sample;
SELECT pg_temp.said(regexp_replace(pg_temp.file_of(body), 'fingerprint: sg1:....', 'fingerprint: sg1:XYZ!')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, 'index, structure')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, 'structure,index')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, 'structure, index, index')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, 'structure, color')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, '')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, exclude => E'exclude: b\nexclude: a\n')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, exclude => E'exclude: a\nexclude: a\n')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, exclude => E'exclude: a\\x0A\n')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, exclude => E'include: a\n')) FROM sample;
-- blocks
SELECT pg_temp.said(pg_temp.file_of(body, 'structure')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(body, exclude => E'exclude: public.f(%\n')) FROM sample;
SELECT pg_temp.said(pg_temp.file_of(E'gadget public.t\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n\ntable public.b\n'));
SELECT pg_temp.said(pg_temp.file_of(E'  column "a": text\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.b\ntable public.a\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\ntable public.a\n  row security: enabled\n'));
-- items
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  row security: enabled\n  column "a": text\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  constraint "b": CHECK (true)\n  constraint "a": CHECK (true)\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  [index] index "a": btree (b)\n  constraint "b": CHECK (true)\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "a": text\n  column "b": text\n  column "a": integer\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "a: text\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  : text\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n   column "a": text\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "a":text\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "a": \n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "a":\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  definition:\n  | one line\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  definition:\n  | one\n  |two\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  definition:\n  | one\n  | \n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  | stray\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  [color] index "a": btree (b)\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  [index index "a": btree (b)\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  [structure] column "a": text\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "a": te\\xt\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "a": text\\x00\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "a": te\\x78t\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "a": te\u0001t\n'));
SELECT pg_temp.said(pg_temp.file_of(E'table public.a\n  column "' || repeat('ä', 300) || E': text\n'));
-- edited and cut off
SELECT regexp_replace(pg_temp.said(replace(pg_temp.file_of(body), 'bigint', 'integer')), '[0-9a-f]{64}', '...', 'g') FROM sample;
SELECT regexp_replace(pg_temp.said(left(pg_temp.file_of(body), -12)), '[0-9a-f]{64}', '...', 'g') FROM sample;
SELECT regexp_replace(pg_temp.said(replace(pg_temp.file_of(body), E'type public.e\n  label "new"\n  label "paid: now"\n  kind: enum\n', '')), '[0-9a-f]{64}', '...', 'g') FROM sample;
-- cut off at every byte, with one byte more at every place: nothing gets through
SELECT count(*) AS places, count(*) FILTER (WHERE said LIKE 'SG005 %') AS refused
  FROM (SELECT pg_temp.said(left(file, n)) AS said
          FROM (SELECT pg_temp.file_of(body) AS file FROM sample) f, generate_series(0, length(file) - 2) n) s;
SELECT count(*) AS places, count(*) FILTER (WHERE said LIKE 'SG005 %') AS refused
  FROM (SELECT pg_temp.said(left(file, n) || 'x' || substr(file, n + 1)) AS said
          FROM (SELECT pg_temp.file_of(body) AS file FROM sample) f, generate_series(0, length(file)) n) s;

-- large ones: refused at once, or read in one pass; both can be cancelled
SELECT pg_temp.said(repeat(repeat('x', 1024), 50 * 1024));
SELECT pg_temp.said(E'schema_guard schema file\n' || repeat(repeat('x', 1024), 50 * 1024) || E'\n');
SELECT pg_temp.said(pg_temp.file_of('') || E'table public.t\n  comment: ' || repeat(repeat('x', 1024), 50 * 1024) || E'\n')
       LIKE 'SG005 schema file''s text and fingerprint disagree%' AS refused;
SELECT pg_temp.said(pg_temp.file_of('') || string_agg(format(E'table public.t%s\n  column "a": text\n', lpad(n::text, 7, '0')), '' ORDER BY n))
       LIKE 'SG005 schema file''s text and fingerprint disagree%' AS refused
  FROM generate_series(1, 100000) n;
CREATE TEMP TABLE large AS
SELECT pg_temp.file_of('') || string_agg(format(E'table public.t%s\n  column "a": text\n', lpad(n::text, 7, '0')), '' ORDER BY n) AS file
  FROM generate_series(1, 200000) n;
-- (wherever the timeout strikes: no context)
\set VERBOSITY terse
SET statement_timeout = '20ms';
SELECT schema_guard.import(file, 'large') FROM large;
RESET statement_timeout;
\set VERBOSITY default

-- nothing was stored on the way
SELECT name FROM schema_guard.snapshots;
DROP EXTENSION schema_guard;
