-- What there is to run DDL on, one JSON array a line: kind, schema or null, name, and an object of
-- what else a statement has to know. In an order that does not depend on OIDs: a seed gives the same
-- statements each time.
SET search_path = pg_catalog;
WITH ns AS (
	SELECT oid, nspname FROM pg_namespace
	 WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'schema_guard')
),
member AS MATERIALIZED (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
rel AS (
	SELECT c.oid, c.relname, c.relkind, c.relispartition, c.reltype, c.relnamespace, n.nspname, c.reloftype
	  FROM pg_class c JOIN ns n ON n.oid = c.relnamespace
	 WHERE (1259, c.oid) NOT IN (SELECT classid, objid FROM member)
),
fun AS (
	SELECT p.*, n.nspname, pg_get_function_identity_arguments(p.oid) AS args
	  FROM pg_proc p JOIN ns n ON n.oid = p.pronamespace
	 WHERE (1255, p.oid) NOT IN (SELECT classid, objid FROM member)
),
line (kind, nsp, name, more) AS (
	SELECT 'schema', NULL::name, n.nspname, jsonb_build_object()
	  FROM ns n WHERE (2615, n.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT CASE WHEN r.relispartition THEN 'part'
				ELSE CASE r.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'ptable' WHEN 'v' THEN 'view' WHEN 'm' THEN 'matview'
					WHEN 'f' THEN 'ftable' WHEN 'c' THEN 'composite' END END,
		   r.nspname, r.relname,
		   jsonb_build_object('kind', r.relkind::text, 'strategy', p.partstrat::text,
			'parent', (SELECT jsonb_build_array(pr.nspname, pr.relname) FROM pg_inherits i JOIN rel pr ON pr.oid = i.inhparent
						WHERE i.inhrelid = r.oid ORDER BY i.inhseqno LIMIT 1),
			'cols', (SELECT jsonb_agg(jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attidentity::text, a.attgenerated::text) ORDER BY a.attnum)
					   FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped))
	  FROM rel r LEFT JOIN pg_partitioned_table p ON p.partrelid = r.oid
	 WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
	UNION ALL
	SELECT CASE WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = 1259 AND d.objid = r.oid AND d.deptype = 'i') THEN 'identity' ELSE 'sequence' END,
		   r.nspname, r.relname, jsonb_build_object()
	  FROM rel r WHERE r.relkind = 'S'
	UNION ALL
	SELECT 'index', r.nspname, r.relname,
		   jsonb_build_object('kind', r.relkind::text, 'table', jsonb_build_array(t.nspname, t.relname),
			'unique', i.indisunique, 'plain', NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid),
			'parent', (SELECT jsonb_build_array(pr.nspname, pr.relname) FROM pg_inherits h JOIN rel pr ON pr.oid = h.inhparent
						WHERE h.inhrelid = r.oid))
	  FROM rel r JOIN pg_index i ON i.indexrelid = r.oid JOIN rel t ON t.oid = i.indrelid
	UNION ALL
	SELECT 'constraint', r.nspname, c.conname, jsonb_build_object('table', r.relname, 'kind', c.contype::text)
	  FROM pg_constraint c JOIN rel r ON r.oid = c.conrelid WHERE c.contype <> 't'
	UNION ALL
	SELECT 'trigger', r.nspname, t.tgname, jsonb_build_object('table', r.relname)
	  FROM pg_trigger t JOIN rel r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
	UNION ALL
	SELECT 'rule', r.nspname, w.rulename, jsonb_build_object('table', r.relname)
	  FROM pg_rewrite w JOIN rel r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
	UNION ALL
	SELECT 'policy', r.nspname, p.polname, jsonb_build_object('table', r.relname)
	  FROM pg_policy p JOIN rel r ON r.oid = p.polrelid
	UNION ALL
	SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'base' END,
		   n.nspname, t.typname,
		   jsonb_build_object('labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
			'checks', (SELECT jsonb_agg(c.conname ORDER BY c.conname) FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'),
			'over', format_type(t.typbasetype, t.typtypmod),
			'subtype', (SELECT format_type(g.rngsubtype, NULL) FROM pg_range g WHERE g.rngtypid = t.oid))
	  FROM pg_type t JOIN ns n ON n.oid = t.typnamespace
	 WHERE t.typtype IN ('e', 'd', 'r', 'b') AND t.typcategory <> 'A' AND (1247, t.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'exttype', n.nspname, t.typname, jsonb_build_object()
	  FROM pg_type t JOIN ns n ON n.oid = t.typnamespace
	 WHERE t.typname IN ('citext', 'hstore', 'isbn', 'cube', 'seg') AND (1247, t.oid) IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT CASE f.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure'
				ELSE CASE f.prorettype WHEN 'trigger'::regtype THEN 'trigger_function' WHEN 'event_trigger'::regtype THEN 'event_function'
						  ELSE 'function' END END,
		   f.nspname, f.proname,
		   jsonb_build_object('args', f.args, 'result', format_type(f.prorettype, NULL), 'volatile', f.provolatile::text, 'set', f.proretset,
			'types', (SELECT jsonb_agg(format_type(u.t, NULL) ORDER BY u.n) FROM unnest(f.proargtypes) WITH ORDINALITY u (t, n)))
	  FROM fun f
	UNION ALL
	SELECT 'operator', n.nspname, o.oprname,
		   jsonb_build_object('left', CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
			'right', CASE o.oprright WHEN 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END, 'result', format_type(o.oprresult, NULL))
	  FROM pg_operator o JOIN ns n ON n.oid = o.oprnamespace WHERE (2617, o.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'opclass', n.nspname, o.opcname, jsonb_build_object('am', a.amname, 'type', format_type(o.opcintype, NULL))
	  FROM pg_opclass o JOIN ns n ON n.oid = o.opcnamespace JOIN pg_am a ON a.oid = o.opcmethod
	 WHERE (2616, o.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'opfamily', n.nspname, o.opfname, jsonb_build_object('am', a.amname)
	  FROM pg_opfamily o JOIN ns n ON n.oid = o.opfnamespace JOIN pg_am a ON a.oid = o.opfmethod
	 WHERE (2753, o.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'cast', NULL, '', jsonb_build_object('from', format_type(c.castsource, NULL), 'to', format_type(c.casttarget, NULL))
	  FROM pg_cast c WHERE c.oid >= 16384 AND (2605, c.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'collation', n.nspname, c.collname, '{}' FROM pg_collation c JOIN ns n ON n.oid = c.collnamespace
	UNION ALL
	SELECT 'conversion', n.nspname, c.conname, '{}' FROM pg_conversion c JOIN ns n ON n.oid = c.connamespace
	UNION ALL
	SELECT 'ts_configuration', n.nspname, c.cfgname, '{}' FROM pg_ts_config c JOIN ns n ON n.oid = c.cfgnamespace
	UNION ALL
	SELECT 'ts_dictionary', n.nspname, c.dictname, '{}' FROM pg_ts_dict c JOIN ns n ON n.oid = c.dictnamespace
	 WHERE (3600, c.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'ts_template', n.nspname, c.tmplname, '{}' FROM pg_ts_template c JOIN ns n ON n.oid = c.tmplnamespace
	 WHERE (3764, c.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'ts_parser', n.nspname, c.prsname, '{}' FROM pg_ts_parser c JOIN ns n ON n.oid = c.prsnamespace
	UNION ALL
	SELECT 'statistics', n.nspname, s.stxname, '{}' FROM pg_statistic_ext s JOIN ns n ON n.oid = s.stxnamespace
	UNION ALL
	SELECT 'wrapper', NULL, w.fdwname, '{}' FROM pg_foreign_data_wrapper w WHERE (2328, w.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'server', NULL, s.srvname, jsonb_build_object('wrapper', w.fdwname)
	  FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
	UNION ALL
	SELECT 'user_mapping', NULL, coalesce(r.rolname, ''), jsonb_build_object('server', s.srvname)
	  FROM pg_user_mapping u JOIN pg_foreign_server s ON s.oid = u.umserver LEFT JOIN pg_roles r ON r.oid = u.umuser
	UNION ALL
	SELECT 'publication', NULL, p.pubname, jsonb_build_object('all', p.puballtables) FROM pg_publication p
	UNION ALL
	SELECT 'subscription', NULL, s.subname, '{}' FROM pg_subscription s
	 WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
	UNION ALL
	SELECT 'event_trigger', NULL, e.evtname, '{}' FROM pg_event_trigger e WHERE (3466, e.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'language', NULL, l.lanname, '{}' FROM pg_language l WHERE l.oid >= 16384 AND (2612, l.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'transform', NULL, format_type(t.trftype, NULL), jsonb_build_object('language', l.lanname)
	  FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE (3576, t.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'access_method', NULL, a.amname, jsonb_build_object('kind', a.amtype::text) FROM pg_am a
	 WHERE a.oid >= 16384 AND (2601, a.oid) NOT IN (SELECT classid, objid FROM member)
	UNION ALL
	SELECT 'extension', NULL, e.extname, '{}' FROM pg_extension e WHERE e.extname NOT IN ('plpgsql', 'schema_guard')
)
SELECT jsonb_build_array(kind, nsp, name, more) FROM line WHERE kind IS NOT NULL
 ORDER BY kind COLLATE "C", nsp COLLATE "C" NULLS FIRST, name COLLATE "C", more::text COLLATE "C";
