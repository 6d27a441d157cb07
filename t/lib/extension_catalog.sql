-- All that the catalogs say about the extension and what belongs to it, a line for each row, in an order
-- that depends on no installation. OIDs are names; what a row says in a form of its own (trees of
-- expressions, numbers of columns) is what the server prints for it.
\set ON_ERROR_STOP on
SET client_min_messages = error;
SET search_path = pg_catalog;

-- the extension, its members, and what belongs to those: indexes, constraints, triggers, types …
CREATE TEMP TABLE member AS
WITH RECURSIVE member(classid, objid) AS (
	SELECT 'pg_extension'::regclass::oid, oid FROM pg_extension WHERE extname = 'schema_guard'
	UNION
	SELECT d.classid, d.objid FROM member AS m
	  JOIN pg_depend AS d ON d.refclassid = m.classid AND d.refobjid = m.objid AND d.deptype IN ('e', 'i', 'a'))
SELECT * FROM member;

CREATE TEMP TABLE named AS
SELECT m.objid, format('%s %s', n.type, n.identity) AS name
  FROM member AS m, pg_identify_object(m.classid, m.objid, 0) AS n;

-- what is there in place of the OIDs
CREATE FUNCTION pg_temp.names(oids text) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(coalesce(n.name, CASE WHEN oid[1]::oid >= 16384 THEN '(of another object)' ELSE oid[1] END), ', ' ORDER BY place)
  FROM regexp_matches(oids, '\d+', 'g') WITH ORDINALITY AS found (oid, place) LEFT JOIN named AS n ON n.objid = oid[1]::oid
$$;

-- the columns of a catalog's row
CREATE FUNCTION pg_temp.columns_of(catalog regclass, told jsonb) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(format(' %s=%s', a.attname,
		CASE WHEN a.atttypid IN ('oid'::regtype, 'oidvector'::regtype, 'oid[]'::regtype) THEN pg_temp.names(told ->> a.attname)
			ELSE told ->> a.attname END), '' ORDER BY a.attname)
  FROM pg_attribute AS a
 WHERE a.attrelid = catalog AND a.attnum > 0 AND a.atttypid <> 'pg_node_tree'::regtype
	-- numbers of columns, what rows of before a column was added have in it, and what vacuum and the storage write
	AND a.attname !~ '^(attnum|relnatts|atthasmissing|attmissingval|indkey|conkey|confkey|tgattr|refobjsubid|objsubid|conpfeqop|relfilenode|relpages|reltuples|relallvisible|relallfrozen|relfrozenxid|relminmxid)$'
$$;

CREATE FUNCTION pg_temp.rows(catalog regclass, belongs text, definition text DEFAULT '''''') RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format(
		'SELECT %L || pg_temp.columns_of(%L, to_jsonb(c)) || coalesce(%s, '''') FROM %s AS c WHERE %s', catalog, catalog, ''' '' || ' || definition, catalog, belongs);
END $$;

-- the names of the server's own triggers and of TOAST tables have OIDs in them
CREATE TEMP VIEW extension_catalog AS
SELECT line FROM (SELECT regexp_replace(line, '(pg_toast_|ConstraintTrigger_[ac]_|pg_attver=)\d+', '\1', 'g') FROM (
	SELECT pg_temp.rows('pg_extension', $$extname = 'schema_guard'$$)
	UNION ALL SELECT pg_temp.rows('pg_namespace', $$nspname = 'schema_guard'$$)
	UNION ALL SELECT pg_temp.rows(catalog::regclass, format('(%L::regclass, oid) IN (TABLE member)', catalog), definition)
		FROM (VALUES ('pg_class', $$CASE relkind WHEN 'v' THEN pg_get_viewdef(oid) END$$),
			('pg_proc', $$CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) END$$),
			('pg_type', $$typdefault$$),
			('pg_constraint', $$pg_get_constraintdef(oid)$$),
			('pg_trigger', $$CASE WHEN NOT tgisinternal THEN pg_get_triggerdef(oid) END$$),
			('pg_rewrite', $$pg_get_ruledef(oid)$$),
			('pg_attrdef', $$pg_get_expr(adbin, adrelid)$$),
			('pg_policy', $$concat_ws(' / ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))$$),
			('pg_event_trigger', $$evtfoid::regprocedure$$)) AS of_oid (catalog, definition)
	-- of live columns, the rank
	UNION ALL SELECT pg_temp.rows('pg_attribute', $$('pg_class'::regclass, attrelid) IN (TABLE member) AND NOT attisdropped$$,
		$$(SELECT count(*) FROM pg_attribute AS b WHERE b.attrelid = c.attrelid AND b.attnum <= c.attnum AND b.attnum > 0 AND NOT b.attisdropped)$$)
	UNION ALL SELECT pg_temp.rows('pg_index', $$('pg_class'::regclass, indexrelid) IN (TABLE member)$$, $$pg_get_indexdef(indexrelid)$$)
	UNION ALL SELECT pg_temp.rows('pg_sequence', $$('pg_class'::regclass, seqrelid) IN (TABLE member)$$)
	UNION ALL SELECT pg_temp.rows('pg_inherits', $$('pg_class'::regclass, inhrelid) IN (TABLE member)$$)
	UNION ALL SELECT pg_temp.rows('pg_depend', $$(classid, objid) IN (TABLE member)$$,
		$$(SELECT attname FROM pg_attribute WHERE attrelid = c.objid AND attnum = c.objsubid AND c.classid = 'pg_class'::regclass) || ' on ' ||
			(SELECT attname FROM pg_attribute WHERE attrelid = c.refobjid AND attnum = c.refobjsubid AND c.refclassid = 'pg_class'::regclass)$$)
	UNION ALL SELECT pg_temp.rows('pg_description', $$(classoid, objoid) IN (TABLE member)$$,
		$$(SELECT attname FROM pg_attribute WHERE attrelid = c.objoid AND attnum = c.objsubid AND c.classoid = 'pg_class'::regclass)$$)
	UNION ALL SELECT pg_temp.rows('pg_init_privs', $$(classoid, objoid) IN (TABLE member)$$)
	UNION ALL SELECT pg_temp.rows('pg_seclabel', $$(classoid, objoid) IN (TABLE member)$$)
	UNION ALL SELECT pg_temp.rows('pg_publication_rel', $$('pg_class'::regclass, prrelid) IN (TABLE member)$$)
	UNION ALL SELECT pg_temp.rows('pg_statistic_ext', $$('pg_class'::regclass, stxrelid) IN (TABLE member)$$)) AS told (line)) AS normalized (line);

-- with "quietly" set, whoever includes this reads the view
\if :{?quietly}
\else
\pset format unaligned
\pset tuples_only on
\pset recordsep '\n\n'
SELECT line FROM extension_catalog ORDER BY line COLLATE "C";
\endif
