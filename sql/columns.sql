-- Every column of every catalog is read or has a reason not to be: what the next major version adds shows here.
-- A column counts as read if the code that describes names it: form->relname, Anum_pg_class_relname.
CREATE TEMP TABLE named (word text);
\copy named FROM PROGRAM 'cd "$PG_ABS_SRCDIR"/src && grep -rhoE --include="*.[ch]" "(->|[.])[a-z][a-z0-9_]*|Anum_pg_[a-z0-9_]+" catalogs classes deparse description support | sort -u'
CREATE TEMP TABLE reason (catalog text, columns text, why text);
\set ECHO none
INSERT INTO reason VALUES
-- read through a function of the server
('pg_class', 'relowner relacl', 'get_object_attnum_owner(), get_object_attnum_acl() in access.c'),
('pg_collation', 'collowner', 'access.c'),
('pg_conversion', 'conowner', 'access.c'),
('pg_database', 'datdba datacl', 'access.c'),
('pg_event_trigger', 'evtowner', 'access.c'),
('pg_foreign_data_wrapper', 'fdwowner fdwacl', 'access.c'),
('pg_foreign_server', 'srvowner srvacl', 'access.c'),
('pg_language', 'lanowner lanacl', 'access.c'),
('pg_namespace', 'nspowner nspacl', 'access.c'),
('pg_opclass', 'opcowner', 'access.c'),
('pg_operator', 'oprowner', 'access.c'),
('pg_opfamily', 'opfowner', 'access.c'),
('pg_proc', 'proowner proacl', 'access.c'),
('pg_publication', 'pubowner', 'access.c'),
('pg_statistic_ext', 'stxowner', 'access.c'),
('pg_subscription', 'subowner', 'access.c'),
('pg_ts_config', 'cfgowner', 'access.c'),
('pg_ts_dict', 'dictowner', 'access.c'),
('pg_type', 'typowner typacl', 'access.c'),
('pg_authid', 'rolname', 'GetUserNameFromId()'),
('pg_tablespace', 'spcname', 'get_tablespace_name()'),
('pg_proc', 'proallargtypes proargmodes proargnames', 'get_func_arg_info()'),
('pg_proc', 'protrftypes', 'get_func_trftypes()'),
-- the key or the order of an index that is scanned
('pg_description', 'objoid classoid', 'the key'),
('pg_enum', 'enumsortorder', 'the order in which labels are read'),
('pg_inherits', 'inhseqno', 'the order in which parents are read'),
('pg_range', 'rngtypid', 'the key'),
('pg_seclabel', 'objoid classoid', 'the key'),
('pg_shdescription', 'objoid classoid', 'the key'),
('pg_shseclabel', 'objoid classoid', 'the key'),
('pg_ts_config_map', 'mapseqno', 'the order in which dictionaries are read'),
-- follows from what is read
('pg_aggregate', 'aggfnoid', 'the aggregate itself'),
('pg_amop', 'amopmethod', 'the access method of the operator family'),
('pg_attribute', 'attbyval', 'the type''s'),
('pg_class', 'relchecks relhassubclass reltype', 'there are constraints, children, a row type'),
('pg_collation', 'collencoding', 'that of the database, or any'),
('pg_constraint', 'conpfeqop conppeqop conffeqop', 'the operators of the key that is referenced'),
('pg_database', 'dathasloginevt', 'there are login event triggers'),
('pg_depend', 'refobjsubid', 'what depends on a column names it'),
('pg_index', 'indimmediate indisprimary', 'properties of its constraint'),
('pg_language', 'lanispl', 'it has a handler'),
('pg_operator', 'oprkind oprresult', 'it has a left argument; its function has a result'),
('pg_partitioned_table', 'partdefid', 'the bound of that partition'),
('pg_proc', 'provariadic', 'the mode of its last argument'),
('pg_range', 'rngconstruct2 rngconstruct3 rngmltconstruct0 rngmltconstruct1 rngmltconstruct2', 'made with the type'),
('pg_shdepend', '*', 'owners and grants, which are read where they are'),
('pg_trigger', 'tgconstrindid', 'the index of its constraint'),
-- PostgreSQL ignores it
('pg_attribute', 'attndims', 'an array has any number of dimensions'),
('pg_type', 'typndims', 'an array has any number of dimensions'),
-- what the database, not its schema, is like: data, storage, state
('pg_attribute', 'attcacheoff atthasmissing attmissingval', 'data'),
('pg_class', 'relfilenode relrewrite relispopulated relpages reltuples relallvisible relallfrozen relfrozenxid relminmxid', 'data'),
('pg_collation', 'collversion', 'of the system''s library'),
('pg_index', 'indcheckxmin indislive', 'data; being dropped'),
('pg_largeobject', '*', 'data'),
('pg_largeobject_metadata', '*', 'data'),
('pg_statistic', '*', 'data'),
('pg_statistic_ext_data', '*', 'data'),
('pg_subscription', 'subskiplsn subretentionactive', 'progress'),
('pg_subscription_rel', '*', 'progress'),
-- what is not this database's, or an extension's business
('pg_auth_members', '*', 'roles are the cluster''s'),
('pg_authid', 'rolsuper rolinherit rolcreaterole rolcreatedb rolcanlogin rolreplication rolbypassrls rolconnlimit rolpassword rolvaliduntil', 'roles are the cluster''s'),
('pg_class', 'relisshared', 'catalogs only'),
('pg_database', 'datname', 'copies of a database are equal'),
('pg_database', 'encoding datlocprovider datcollate datctype datlocale daticulocale daticurules datcollversion dattablespace datallowconn datlastsysoid datfrozenxid datminmxid', 'CREATE DATABASE says it'),
('pg_parameter_acl', '*', 'the cluster''s'),
('pg_replication_origin', '*', 'the cluster''s'),
('pg_tablespace', 'spcowner spcacl spcoptions', 'tablespaces are the cluster''s'),
('pg_extension', 'extrelocatable extconfig extcondition', 'the extension''s script says it'),
('pg_init_privs', '*', 'what initdb and the scripts of extensions granted'),
-- secrets
('pg_subscription', 'subconninfo', 'may hold a password');
\set ECHO all
CREATE TEMP VIEW reasoned AS
SELECT r.catalog, a.attname::text AS name, r.columns = '*' AS as_a_whole
  FROM reason r JOIN pg_attribute a ON a.attrelid = to_regclass('pg_catalog.' || r.catalog) AND a.attnum > 0
 WHERE r.columns = '*' OR a.attname = ANY (string_to_array(r.columns, ' '));
CREATE TEMP VIEW read AS
SELECT c.relname::text AS catalog, a.attname::text AS name
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.oid < 16384
   AND EXISTS (SELECT FROM named WHERE word IN ('->' || a.attname, '.' || a.attname, format('Anum_%s_%s', c.relname, a.attname)));
SELECT count(*) > 300 AS reads_many FROM read;
-- neither read nor irrelevant
SELECT c.relname AS catalog, a.attname AS name
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.oid < 16384
   AND (c.relname, a.attname) NOT IN (SELECT catalog, name FROM read UNION SELECT catalog, name FROM reasoned)
 ORDER BY 1, 2;
-- said not to be, and read
SELECT catalog, name FROM reasoned WHERE NOT as_a_whole INTERSECT SELECT catalog, name FROM read ORDER BY 1, 2;
