\set ECHO none
-- Schema files made by the test, without schema_guard.

-- the fingerprint of a text of blocks
CREATE FUNCTION pg_temp.fingerprint_of(body text) RETURNS text LANGUAGE sql AS $$
  WITH lines AS (
    SELECT l, n, count(*) FILTER (WHERE l NOT LIKE ' %') OVER (ORDER BY n) AS block
      FROM regexp_split_to_table(rtrim(body, E'\n'), E'\n') WITH ORDINALITY AS s (l, n)
     WHERE body <> ''),
  objects AS (
    SELECT encode(sha256(convert_to(string_agg(l || E'\n', '' ORDER BY n), 'UTF8')), 'hex') AS d
      FROM lines GROUP BY block),
  buckets AS (
    SELECT left(d, 2) AS b,
           encode(sha256(convert_to(string_agg(d || E'\n', '' ORDER BY d COLLATE "C"), 'UTF8')), 'hex') AS d
      FROM objects GROUP BY left(d, 2))
  SELECT 'sg1:' || encode(sha256(convert_to(coalesce(string_agg(d || E'\n', '' ORDER BY b COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM buckets
$$;

-- the schema file of a text of blocks
CREATE FUNCTION pg_temp.file_of(body text, facets text DEFAULT 'structure, index', exclude text DEFAULT '')
RETURNS text LANGUAGE sql AS $$
  SELECT E'schema_guard schema file\nformat: sg1\nfingerprint: ' || pg_temp.fingerprint_of(body)
         || E'\nfacets: ' || facets || E'\n' || exclude || E'\n' || body
$$;
\set ECHO all
