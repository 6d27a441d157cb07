-- What docs/reference.md must say, out of the catalog: one row for each entry, its kind, its name and
-- its lines. t/025_reference.pl compares; it also prints the lines of an entry that the page lacks.
-- Roles sg_reader, sg_approver ... are there, each with the set of privileges of that name.
CREATE FUNCTION pg_temp.who(allowed oid[]) RETURNS text LANGUAGE sql AS $$
SELECT CASE WHEN 0 = ANY (allowed) THEN 'everybody'
	ELSE coalesce(string_agg(substr(rolname, 4), ', ' ORDER BY rolname), 'owner') END
  FROM pg_roles WHERE oid = ANY (allowed) AND rolname LIKE 'sg\_%'
$$;

-- the head of a table of columns, and its rows but for what they mean
CREATE FUNCTION pg_temp.columns(names text[], types oid[]) RETURNS text LANGUAGE sql AS $$
SELECT E'\n\n| column | type |\n|---|---|' || string_agg(format(E'\n| `%s` | %s |', name, format_type(type, -1)), '' ORDER BY n)
  FROM unnest(names, types) WITH ORDINALITY AS c (name, type, n)
$$;

-- name(arguments) and the result; columns that a function returns are in a table
CREATE FUNCTION pg_temp.signature(p pg_proc) RETURNS text LANGUAGE sql AS $$
SELECT format('`%s(%s)` → %s', p.proname,
		regexp_replace(regexp_replace(pg_get_function_arguments(p.oid), '(, )?\mOUT .*', ''), '::[a-z ]+(\[\])?', '', 'g'),
		CASE WHEN p.proretset THEN 'rows' ELSE '`' || format_type(p.prorettype, -1) || '`' END)
$$;

CREATE FUNCTION pg_temp.result_columns(p pg_proc) RETURNS text LANGUAGE sql AS $$
SELECT coalesce(pg_temp.columns(array_agg(name ORDER BY n), array_agg(type ORDER BY n)), '')
  FROM unnest(p.proargnames, p.proallargtypes, p.proargmodes) WITH ORDINALITY AS a (name, type, mode, n)
 WHERE mode = 'o'
$$;

SELECT kind, name, lines FROM (
	SELECT 1, 'function', p.proname,
		string_agg(pg_temp.signature(p)
		|| format(E'\n\nFor: %s.', pg_temp.who((SELECT array_agg(a.grantee)
			FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE a.privilege_type = 'EXECUTE')))
		|| pg_temp.result_columns(p), E'\n\n' ORDER BY p.pronargs)
	  FROM pg_proc AS p
	 WHERE p.pronamespace = 'schema_guard'::regnamespace AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
	 GROUP BY p.proname
	UNION ALL
	SELECT 2, 'view', c.relname,
		format('For: %s.', pg_temp.who((SELECT array_agg(a.grantee)
			FROM aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) AS a WHERE a.privilege_type = 'SELECT')))
		|| (SELECT pg_temp.columns(array_agg(attname::text ORDER BY attnum), array_agg(atttypid ORDER BY attnum))
			  FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0)
	  FROM pg_class AS c WHERE c.relnamespace = 'schema_guard'::regnamespace AND c.relkind = 'v'
	UNION ALL
	SELECT 3, 'setting', name,
		format('%s, default %s; set by %s.', CASE vartype WHEN 'enum' THEN array_to_string(enumvals, ', ') ELSE vartype END,
			CASE boot_val WHEN '' THEN 'empty' ELSE '`' || boot_val || '`' END,
			CASE context WHEN 'user' THEN 'everybody' WHEN 'superuser' THEN 'superusers' ELSE context END)
	  FROM pg_settings WHERE name LIKE 'schema\_guard.%') AS entries (section, kind, name, lines)
 ORDER BY section, name COLLATE "C";
