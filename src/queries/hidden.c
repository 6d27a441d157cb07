/*
 * queries/hidden.c
 *		Names without a schema that an object in another schema could take.
 *
 * A type, collation, operator or text search object is found in the first schema of search_path that has one of
 * the name.  So none of that name may come to an earlier one.  Of relations, from.c notes the same; of functions,
 * call.c notes the whole path, because overloads of all its schemas compete.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "queries/hidden.h"
#include "queries/need.h"

/* Adds that the object, as the contract names it under the key, must not be in the schemas that precede its own. */
static void
need_not_in(SgOutline *contract, const char *key, const char *identity, Oid schema, const List *path)
{
	ListCell   *cell;

	if (sg_need_is_builtin(schema) || (contract->lenient && !sg_need_takes(contract, schema, key, identity)))
		return;
	foreach(cell, sg_need_path(path, schema))
		sg_outline_add_text(sg_outline_member(sg_outline_member(sg_outline_member(contract, "not_in"), key), identity),
							lfirst(cell));
}

/* The same of an object in a catalog cache, which has its schema and name in these attributes. */
static void
need_object_not_in(SgOutline *contract, const char *key, int cache, Oid oid, AttrNumber schema, AttrNumber name,
				   const List *path)
{
	HeapTuple	tuple = SearchSysCache1(cache, ObjectIdGetDatum(oid));
	bool		is_null;
	Oid			own;

	if (!HeapTupleIsValid(tuple))
		return;
	own = DatumGetObjectId(SysCacheGetAttr(cache, tuple, schema, &is_null));
	need_not_in(contract, key,
				quote_qualified_identifier(get_namespace_name(own),
										   NameStr(*DatumGetName(SysCacheGetAttr(cache, tuple, name, &is_null)))),
				own, path);
	ReleaseSysCache(tuple);
}

static void
need_type(SgOutline *contract, Oid type, const List *path)
{
	if (OidIsValid(get_element_type(type)))
		type = get_element_type(type);
	need_object_not_in(contract, "types", TYPEOID, type, Anum_pg_type_typnamespace, Anum_pg_type_typname, path);
}

static void
need_collation(SgOutline *contract, Oid collation, const List *path)
{
	need_object_not_in(contract, "collations", COLLOID, collation, Anum_pg_collation_collnamespace,
					   Anum_pg_collation_collname, path);
}

/* The first object of the name: the OID that "get" finds in a schema.  pg_catalog comes first unless the path has it. */
static Oid
first_in_path(const List *path, Oid (*get) (const char *name, Oid schema), const char *name)
{
	Oid			oid = InvalidOid;
	ListCell   *cell;

	if (!list_member_oid(path, PG_CATALOG_NAMESPACE))
		oid = get(name, PG_CATALOG_NAMESPACE);
	foreach(cell, OidIsValid(oid) ? NIL : path)
	{
		oid = get(name, lfirst_oid(cell));
		if (OidIsValid(oid))
			break;
	}
	return oid;
}

static Oid
type_in(const char *name, Oid schema)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name), ObjectIdGetDatum(schema));
}

/* A collation is for one encoding, or for all. */
static Oid
collation_in(const char *name, Oid schema)
{
	Oid			oid = GetSysCacheOid3(COLLNAMEENCNSP, Anum_pg_collation_oid, CStringGetDatum(name),
									  Int32GetDatum(GetDatabaseEncoding()), ObjectIdGetDatum(schema));

	return OidIsValid(oid) ? oid :
		GetSysCacheOid3(COLLNAMEENCNSP, Anum_pg_collation_oid, CStringGetDatum(name), Int32GetDatum(-1),
						ObjectIdGetDatum(schema));
}

/* The types and collations that the statement names. */
void
sg_hidden_names(SgOutline *contract, const SgAnalysis *analysis)
{
	ListCell   *cell;

	foreach(cell, analysis->places.types)
		need_type(contract, first_in_path(analysis->path, type_in, lfirst(cell)), analysis->path);
	foreach(cell, analysis->places.collations)
		need_collation(contract, first_in_path(analysis->path, collation_in, lfirst(cell)), analysis->path);
}

/* A constant that names an object, as in nextval('s'). */
void
sg_hidden_constant(SgWalk *walk, const Const *constant)
{
	const List *path = walk->analysis->path;
	Oid			oid;
	char		kind;

	if (constant->location < 0 || !bms_is_member(constant->location, walk->analysis->places.undotted))
		return;
	oid = DatumGetObjectId(constant->constvalue);
	switch (constant->consttype)
	{
		case REGCLASSOID:
			kind = get_rel_relkind(oid);
			if (kind != '\0' && kind != RELKIND_INDEX && kind != RELKIND_PARTITIONED_INDEX)
				sg_need_not_in(walk->contract, oid, path);
			break;
		case REGTYPEOID:
			need_type(walk->contract, oid, path);
			break;
		case REGCOLLATIONOID:
			need_collation(walk->contract, oid, path);
			break;
		case REGCONFIGOID:
			need_object_not_in(walk->contract, "text_search_configurations", TSCONFIGOID, oid,
							   Anum_pg_ts_config_cfgnamespace, Anum_pg_ts_config_cfgname, path);
			break;
		case REGDICTIONARYOID:
			need_object_not_in(walk->contract, "text_search_dictionaries", TSDICTOID, oid,
							   Anum_pg_ts_dict_dictnamespace, Anum_pg_ts_dict_dictname, path);
			break;
		default:
			break;
	}
}

static void
need_operator_not_in(SgWalk *walk, Oid operator, int place)
{
	HeapTuple	tuple;

	if (place < 0 || !bms_is_member(place, walk->analysis->places.unqualified))
		return;
	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	if (!HeapTupleIsValid(tuple))
		return;
	need_not_in(walk->contract, "operators", sg_need_operator_text(tuple),
				((Form_pg_operator) GETSTRUCT(tuple))->oprnamespace, walk->analysis->path);
	ReleaseSysCache(tuple);
}

/* An operator of any kind: of these very operands, an earlier schema must have none. */
void
sg_hidden_operator(SgWalk *walk, Node *node)
{
	/* nodes of these kinds are alike */
	if (IsA(node, OpExpr) || IsA(node, DistinctExpr) || IsA(node, NullIfExpr))
		need_operator_not_in(walk, ((OpExpr *) node)->opno, ((OpExpr *) node)->location);
	else if (IsA(node, ScalarArrayOpExpr))
		need_operator_not_in(walk, ((ScalarArrayOpExpr *) node)->opno, ((ScalarArrayOpExpr *) node)->location);
}
