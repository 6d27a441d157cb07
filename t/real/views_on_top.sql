-- The real schemas have few views: here are some on top of whatever tables there are, with
-- expressions that a dump prints differently from how they were written.
DO $$
DECLARE
	rel record;
BEGIN
	FOR rel IN
		SELECT c.oid::regclass AS name, row_number() OVER (ORDER BY c.relname) AS n,
			   (SELECT attname FROM pg_attribute a
				 WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum LIMIT 1) AS first,
			   (SELECT attname FROM pg_attribute a
				 WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
				   AND atttypid IN ('varchar'::regtype, 'text'::regtype) ORDER BY attnum LIMIT 1) AS words
		  FROM pg_class c
		 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
	LOOP
		EXECUTE format(
			'CREATE VIEW on_top_%s AS
			 SELECT a.*, count(*) OVER (PARTITION BY b.%I) AS total, CASE WHEN b.%I IS NULL THEN 1::bigint ELSE 2 END AS "Kind"
			   FROM %s a LEFT JOIN %s b USING (%I) WHERE %s',
			rel.n, coalesce(rel.words, rel.first), rel.first, rel.name, rel.name, rel.first,
			CASE WHEN rel.words IS NULL THEN 'true'
				 ELSE format('a.%I IN (''a'', ''b'') AND b.%I NOT LIKE ''c%%''', rel.words, rel.words) END);
		EXECUTE format('COMMENT ON VIEW on_top_%s IS %L', rel.n, 'on top of ' || rel.name);
	END LOOP;
END $$;
CREATE MATERIALIZED VIEW on_top_all AS
SELECT relname, relkind IN ('r', 'p') AS is_table FROM pg_class WHERE relname::varchar IN ('x', 'y') WITH NO DATA;
CREATE UNIQUE INDEX ON on_top_all (relname) WHERE is_table;
