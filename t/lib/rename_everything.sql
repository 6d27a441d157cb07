-- Renames everything that can be renamed and moves everything that can be moved to another schema, and all of it
-- back, each in a transaction of its own; in between the live state is asked for what it missed. What is
-- missed is in the table excluded.missed; the schema of that name has to be excluded, so that it is no change itself.
\set QUIET on
SET client_min_messages = error;
SET search_path = pg_catalog;
CREATE TEMP VIEW object AS
WITH address (classid, objid) AS (
	SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relkind <> ALL ('{c,t}')
	UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t
	 WHERE (typrelid = 0 OR (SELECT relkind FROM pg_class c WHERE c.oid = typrelid) = 'c') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
	UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc
	UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
	UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
	UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
	UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation
	UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
	UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
	UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
	UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
	UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
	UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext
	UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
	UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
	UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
	UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
	UNION ALL SELECT 'pg_subscription'::regclass, oid FROM pg_subscription
	UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
	UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace
	UNION ALL SELECT 'pg_extension'::regclass, oid FROM pg_extension
)
SELECT i.type, i.schema, i.name, i.identity,
	   CASE i.type WHEN 'statistics object' THEN 'STATISTICS' WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER' ELSE upper(i.type) END AS word,
	   substr(i.identity, CASE WHEN i.schema IS NULL THEN 1 ELSE length(quote_ident(i.schema)) + 2 END) AS rest
  FROM address a CROSS JOIN LATERAL pg_identify_object(a.classid, a.objid, 0) i
 WHERE a.objid >= 16384 AND coalesce(i.schema, '') NOT IN ('schema_guard', 'pg_toast', 'excluded') AND i.schema NOT LIKE 'pg_temp%' IS NOT FALSE
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = a.classid AND d.objid = a.objid AND d.deptype = 'e')
   AND i.identity NOT IN ('schema_guard', 'excluded') AND (i.type <> 'schema' OR i.identity !~ '^pg_');
CREATE TEMP VIEW change (there, back) AS
	SELECT format('ALTER %s %s RENAME TO "new name"', word, identity),
		   format('ALTER %s %s RENAME TO %s', word, CASE WHEN schema IS NULL THEN '"new name"' ELSE
				format('%I."new name"%s', schema, substr(rest, length(short) + 1)) END, short)
	  FROM (SELECT *, CASE WHEN name IS NOT NULL THEN name WHEN schema IS NULL THEN identity
						   WHEN rest LIKE '"%' THEN substring(rest FROM '^"(?:[^"]|"")*"') ELSE substring(rest FROM '^\w+') END AS short
			  FROM object) o
	 WHERE type NOT IN ('operator', 'access method', 'extension')
UNION ALL
	SELECT format('ALTER %s %s SET SCHEMA elsewhere', word, identity), format('ALTER %s elsewhere.%s SET SCHEMA %I', word, rest, schema)
	  FROM object WHERE schema IS NOT NULL AND type <> 'index'
UNION ALL
	SELECT format('ALTER EXTENSION %s SET SCHEMA elsewhere', o.identity), format('ALTER EXTENSION %s SET SCHEMA %I', o.identity, n.nspname)
	  FROM object o JOIN pg_extension e ON quote_ident(e.extname) = o.identity JOIN pg_namespace n ON n.oid = e.extnamespace
	 WHERE o.type = 'extension' AND e.extrelocatable
UNION ALL
	SELECT format('ALTER TABLE %s RENAME %I TO "new name"', a.attrelid::regclass, a.attname), format('ALTER TABLE %s RENAME "new name" TO %I', a.attrelid::regclass, a.attname)
	  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
	 WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
	   AND c.relnamespace <> ALL ('{schema_guard,excluded}'::regnamespace[]) AND c.relpersistence <> 't'
UNION ALL
	SELECT format('ALTER TYPE %s RENAME ATTRIBUTE %I TO "new name" CASCADE', c.reltype::regtype, a.attname),
		   format('ALTER TYPE %s RENAME ATTRIBUTE "new name" TO %I CASCADE', c.reltype::regtype, a.attname)
	  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.oid >= 16384 AND c.relkind = 'c' AND NOT a.attisdropped
UNION ALL
	SELECT format('ALTER TYPE %s RENAME VALUE %L TO %L', e.enumtypid::regtype, e.enumlabel, 'new name'),
		   format('ALTER TYPE %s RENAME VALUE %L TO %L', e.enumtypid::regtype, 'new name', e.enumlabel)
	  FROM pg_enum e
UNION ALL
	SELECT format('ALTER %s %s RENAME CONSTRAINT %I TO "new name"', w.word, w.of, c.conname),
		   format('ALTER %s %s RENAME CONSTRAINT "new name" TO %I', w.word, w.of, c.conname)
	  FROM pg_constraint c CROSS JOIN LATERAL (SELECT CASE WHEN c.conrelid <> 0 THEN 'TABLE' ELSE 'DOMAIN' END,
			CASE WHEN c.conrelid <> 0 THEN c.conrelid::regclass::text ELSE c.contypid::regtype::text END) w (word, of)
	 WHERE c.connamespace <> ALL ('{schema_guard,excluded,pg_catalog,information_schema}'::regnamespace[]) AND c.contype <> 't'
UNION ALL
	SELECT format('ALTER %s %I ON %s RENAME TO "new name"', p.word, p.name, p.on), format('ALTER %s "new name" ON %s RENAME TO %I', p.word, p.on, p.name)
	  FROM (SELECT 'TRIGGER', tgname, tgrelid::regclass, tgrelid FROM pg_trigger WHERE NOT tgisinternal
			UNION ALL SELECT 'RULE', rulename, ev_class::regclass, ev_class FROM pg_rewrite WHERE rulename <> '_RETURN'
			UNION ALL SELECT 'POLICY', polname, polrelid::regclass, polrelid FROM pg_policy) p (word, name, "on", oid)
	 WHERE oid >= 16384 AND (SELECT relnamespace FROM pg_class c WHERE c.oid = p.oid) <> ALL ('{schema_guard,excluded}'::regnamespace[]);
CREATE TABLE excluded.missed (statement text, change text);
SELECT there, format('INSERT INTO excluded.missed SELECT %L, concat_ws('' '', v.change, v.object_type, v.object_identity, v.attribute, v.before, ''->'', v.after) FROM schema_guard.verify() v', there) AS missed,
	   back
  FROM (SELECT DISTINCT there, back FROM change ORDER BY 1) c
\gexec
