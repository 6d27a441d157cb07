/*
 * catalogs/names_objects.c
 *		The names of types, collations, operator classes, access methods, operators
 *		and functions.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "catalogs/mention.h"
#include "catalogs/names.h"
#include "catalogs/names_cache.h"
#include "format/sql.h"

/* Returns the name of an object in this schema as SQL writes it, in the current memory context. */
typedef const char *(*NameWriter) (SgNames *names, Oid schema, const char *name);

/* a kind of object whose name is a column of its catalog */
typedef struct NameKind
{
	Oid			catalog;
	int			cache;			/* the system cache by OID */
	AttrNumber	name;
	AttrNumber	schema;			/* or InvalidAttrNumber */
	const char *what;			/* in "missing collation" */
	NameWriter	write;
} NameKind;

static const char *
write_identifier(SgNames *names, Oid schema, const char *name)
{
	return sg_sql_identifier(name);
}

static const char *
write_qualified(SgNames *names, Oid schema, const char *name)
{
	return sg_names_qualify(names, schema, name);
}

static const char *
write_unless_builtin(SgNames *names, Oid schema, const char *name)
{
	return schema == PG_CATALOG_NAMESPACE ? sg_sql_identifier(name) :
		sg_names_qualify(names, schema, name);
}

static const char *
write_operator(SgNames *names, Oid schema, const char *name)
{
	if (schema == PG_CATALOG_NAMESPACE || schema == names->hidden_schema)
		return name;
	return psprintf("OPERATOR(%s.%s)", sg_names_schema(names, schema)->quoted, name);
}

static const NameKind collations = {
	CollationRelationId, COLLOID, Anum_pg_collation_collname, Anum_pg_collation_collnamespace,
	"collation", write_qualified
};

static const NameKind opclasses = {
	OperatorClassRelationId, CLAOID, Anum_pg_opclass_opcname, Anum_pg_opclass_opcnamespace,
	"operator class", write_unless_builtin
};

static const NameKind access_methods = {
	AccessMethodRelationId, AMOID, Anum_pg_am_amname, InvalidAttrNumber,
	"access method", write_identifier
};

static const NameKind operators = {
	OperatorRelationId, OPEROID, Anum_pg_operator_oprname, Anum_pg_operator_oprnamespace,
	"operator", write_operator
};

static const NameKind functions = {
	ProcedureRelationId, PROCOID, Anum_pg_proc_proname, Anum_pg_proc_pronamespace,
	"function", write_qualified
};

/* Looks up a name, writes it, and keeps it. */
static const char *
name_of(SgNames *names, const NameKind *kind, Oid oid)
{
	const SgNameEntry *entry = sg_names_find(names, kind->catalog, oid, -1);
	HeapTuple	tuple;
	Datum		name;
	Oid			schema = InvalidOid;
	bool		isnull;
	const char *text;

	sg_mention(names, oid);
	if (entry != NULL)
		return entry->text;
	tuple = SearchSysCache1(kind->cache, ObjectIdGetDatum(oid));
	if (!HeapTupleIsValid(tuple))
		return sg_names_missing(names, kind->what);
	name = SysCacheGetAttr(kind->cache, tuple, kind->name, &isnull);
	if (kind->schema != InvalidAttrNumber)
		schema = DatumGetObjectId(SysCacheGetAttr(kind->cache, tuple, kind->schema, &isnull));
	text = sg_names_keep_text(names, kind->catalog, oid, -1,
							  kind->write(names, schema, NameStr(*DatumGetName(name))));
	ReleaseSysCache(tuple);
	return text;
}

/*
 * Returns true if the type, that of its elements, or its schema does not exist.
 * The server prints such a type as well as it can.
 */
static bool
is_type_broken(Oid type, const char *text)
{
	HeapTuple	tuple;
	Oid			schema;

	if (strncmp(text, SG_MISSING, strlen(SG_MISSING)) == 0)
		return true;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	if (!HeapTupleIsValid(tuple))
		return true;
	schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	ReleaseSysCache(tuple);
	return schema != PG_CATALOG_NAMESPACE &&
		!SearchSysCacheExists1(NAMESPACEOID, ObjectIdGetDatum(schema));
}

/* Returns true for a temporary type, which its own session sees without a schema. */
static bool
is_type_temporary(Oid type)
{
	HeapTuple	tuple = type < FirstNormalObjectId ? NULL :
		SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid			schema;

	if (!HeapTupleIsValid(tuple))
		return false;
	schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	ReleaseSysCache(tuple);
	return isAnyTempNamespace(schema);
}

/* Returns the type as SQL writes it, with its modifier unless that is -1. */
const char *
sg_names_type(SgNames *names, Oid type, int32 typmod)
{
	const SgNameEntry *entry = sg_names_find(names, TypeRelationId, type, typmod);
	char	   *text;

	sg_mention(names, type);
	if (entry != NULL)
		return entry->text;
	if (!OidIsValid(type))
		return sg_names_missing(names, "type");
	text = format_type_extended(type, typmod, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_ALLOW_INVALID |
								(is_type_temporary(type) ? FORMAT_TYPE_FORCE_QUALIFY : 0));
	if (is_type_broken(type, text))
		(void) sg_names_missing(names, "type");
	return sg_names_keep_text(names, TypeRelationId, type, typmod, sg_sql_canonical(text));
}

/* Returns the collation's name, qualified even if it is in pg_catalog. */
const char *
sg_names_collation(SgNames *names, Oid collation)
{
	return name_of(names, &collations, collation);
}

/* Returns true if the collation is the type's own, which applies if none is named. */
bool
sg_names_collation_is_default(SgNames *names, Oid collation, Oid type)
{
	const SgNameEntry *entry = sg_names_find(names, CollationRelationId, collation, type);

	if (entry != NULL)
		return entry->answer;
	return sg_names_keep_answer(names, CollationRelationId, collation, type,
								get_typcollation(type) == collation);
}

const char *
sg_names_opclass(SgNames *names, Oid opclass)
{
	return name_of(names, &opclasses, opclass);
}

/*
 * Returns true if it is the default operator class for the type.
 * GetDefaultOpClass() reads all operator classes of the access method.  For
 * btree the type cache has its answer, as family and input type, which no two
 * default operator classes share.
 */
static bool
is_default_opclass(Form_pg_opclass form, Oid type)
{
	TypeCacheEntry *entry;

	if (!form->opcdefault || form->opcintype == type)
		return form->opcdefault;
	/* both raise an error for a type that does not exist */
	if (!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(type)))
		return false;
	if (form->opcmethod != BTREE_AM_OID)
		return GetDefaultOpClass(type, form->opcmethod) == form->oid;
	entry = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
	return entry->btree_opf == form->opcfamily && entry->btree_opintype == form->opcintype;
}

/* Returns true if the operator class is the one that applies to the type if none is named. */
bool
sg_names_opclass_is_default(SgNames *names, Oid opclass, Oid type)
{
	const SgNameEntry *entry = sg_names_find(names, OperatorClassRelationId, opclass, type);
	HeapTuple	tuple;
	bool		is_default;

	if (entry != NULL)
		return entry->answer;
	tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
	if (!HeapTupleIsValid(tuple))
		return false;
	is_default = is_default_opclass((Form_pg_opclass) GETSTRUCT(tuple), type);
	ReleaseSysCache(tuple);
	return sg_names_keep_answer(names, OperatorClassRelationId, opclass, type, is_default);
}

const char *
sg_names_access_method(SgNames *names, Oid access_method)
{
	return name_of(names, &access_methods, access_method);
}

/* Returns the operator's name, as OPERATOR(schema.name) if that is needed. */
const char *
sg_names_operator(SgNames *names, Oid operator)
{
	return name_of(names, &operators, operator);
}

/*
 * Loads the names of all functions except the server's own.  Each trigger names
 * one, and the system cache would keep whole rows.
 */
static void
load_functions(SgNames *names)
{
	Relation	rel = table_open(ProcedureRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_proc_oid, BTGreaterEqualStrategyNumber, F_OIDGE,
				ObjectIdGetDatum(FirstNormalObjectId));
	scan = systable_beginscan(rel, ProcedureOidIndexId, true, names->snapshot, 1, &key);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);
		char	   *name;

		/* a missing schema is noted for the object that names the function */
		if (!SearchSysCacheExists1(NAMESPACEOID, ObjectIdGetDatum(form->pronamespace)))
			continue;
		name = sg_names_qualify(names, form->pronamespace, NameStr(form->proname));
		(void) sg_names_keep_text(names, ProcedureRelationId, form->oid, -1, name);
		pfree(name);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	names->all_functions = true;
}

/* Returns the function's name without arguments, qualified even if it is in pg_catalog. */
const char *
sg_names_function(SgNames *names, Oid function)
{
	if (names->all_relations && !names->all_functions)
		load_functions(names);
	return name_of(names, &functions, function);
}
