/*
 * classes/type.c
 *		Types: enums, domains, composite types, ranges, base and shell types.
 *
 *		type public.order_status
 *		  label "new"
 *		  label "paid"
 *		  kind: enum
 *
 * A type that belongs to another object is part of that object: the row type of
 * a table, the array type of a type, the multirange of a range.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "catalogs/scan.h"
#include "classes/annotations.h"
#include "classes/classes.h"
#include "classes/relation/relation.h"
#include "classes/type.h"
#include "deparse/canon.h"
#include "deparse/deparse.h"
#include "deparse/tree.h"
#include "support/compat.h"
#include "support/grow.h"

/* the catalogs that are read in step with pg_type */
typedef struct TypeCursors
{
	SgCatalogScan *types;
	SgCatalogScan *enums;
	SgCatalogScan *constraints;
} TypeCursors;

static void
describe_enum(SgObject *object, SgCatalogScan *scan)
{
	HeapTuple	tuple;
	uint32		rank = 0;

	sg_object_add_structure(object, "kind", "enum");
	while ((tuple = sg_scan_next(scan, object->objid)) != NULL)
	{
		Form_pg_enum form = (Form_pg_enum) GETSTRUCT(tuple);

		sg_object_add_ordered(object, ++rank, form->oid,
							  sg_item_attribute("label", NameStr(form->enumlabel)), "");
	}
}

/*
 * Adds a NOT NULL constraint (17).  pg_type says that the domain is NOT NULL, so only
 * the name is added, as for a table's constraint (relation/constraint.c).
 */
static void
add_domain_not_null(SgDescriber *describer, SgObject *object, Form_pg_type domain, Form_pg_constraint form)
{
	const char *name = NameStr(form->conname);

	if (!sg_constraint_name_is_invented(NameStr(domain->typname), NULL, name))
		sg_object_add(object, SG_FACET_STORAGE, form->oid, sg_item_attribute("constraint", name), "NOT NULL");
	else if (sg_describer_wants(describer, SG_FACET_COMMENT))
		sg_comment_add_on(describer, object, ConstraintRelationId, form->oid, "constraint", name);
}

static void
add_domain_check(SgDescriber *describer, SgObject *object, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	bool		isnull;
	Datum		tree = sg_scan_attribute(scan, tuple, Anum_pg_constraint_conbin, &isnull);

	if (form->contype != CONSTRAINT_CHECK || isnull)
		return;
	sg_object_add(object, SG_FACET_STRUCTURE, form->oid,
				  sg_item_attribute("constraint", NameStr(form->conname)),
				  psprintf("CHECK (%s)%s", sg_deparse_node(describer->deparser, sg_tree_read(describer->deparser, TextDatumGetCString(tree)), NULL),
						   form->convalidated ? "" : " NOT VALID"));
}

/* Adds the default: an expression for a domain, a text for a base type. */
static void
add_default(SgDescriber *describer, SgObject *object, SgCatalogScan *scan, HeapTuple tuple)
{
	bool		isnull;
	Datum		value = sg_scan_attribute(scan, tuple, Anum_pg_type_typdefaultbin, &isnull);

	if (!isnull)
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);
		Node	   *tree = sg_tree_read(describer->deparser, TextDatumGetCString(value));

		/* the same as for a column: relation/column.c */
		if (tree == NULL || !sg_canon_is_no_default(describer->deparser, tree, form->typbasetype))
			sg_object_add_structure(object, "default", sg_deparse_node(describer->deparser, tree, NULL));
		return;
	}
	value = sg_scan_attribute(scan, tuple, Anum_pg_type_typdefault, &isnull);
	if (!isnull)
		sg_object_add_structure(object, "default", quote_literal_cstr(TextDatumGetCString(value)));
}

static void
describe_domain(SgDescriber *describer, SgObject *object, TypeCursors *scans, HeapTuple tuple)
{
	Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);
	HeapTuple	constraint;

	sg_object_add_structure(object, "kind", "domain");
	sg_object_add_structure(object, "type",
				sg_names_type(describer->names, form->typbasetype, form->typtypmod));
	if (OidIsValid(form->typcollation) &&
		!sg_names_collation_is_default(describer->names, form->typcollation, form->typbasetype))
		sg_object_add_structure(object, "collation", sg_names_collation(describer->names, form->typcollation));
	if (form->typnotnull)
		sg_object_add_structure(object, "not null", "");
	add_default(describer, object, scans->types, tuple);
	while ((constraint = sg_scan_next(scans->constraints, form->oid)) != NULL)
	{
		Form_pg_constraint constraint_form = (Form_pg_constraint) GETSTRUCT(constraint);

		if (constraint_form->contype == SG_CONSTRAINT_NOTNULL)
			add_domain_not_null(describer, object, form, constraint_form);
		else
			add_domain_check(describer, object, scans->constraints, constraint);
	}
}

static void
describe_composite(SgDescriber *describer, SgObject *object, Oid relid)
{
	SgCatalogScan *scan = sg_scan_open(AttributeRelationId, AttributeRelidNumIndexId,
									   Anum_pg_attribute_attrelid, describer->snapshot, relid);
	HeapTuple	tuple;
	uint32		rank = 0;

	sg_object_add_structure(object, "kind", "composite");
	while ((tuple = sg_scan_next_any(scan)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
		const char *definition;

		if (form->attisdropped || form->attnum <= 0)
			continue;
		definition = sg_names_type(describer->names, form->atttypid, form->atttypmod);
		if (OidIsValid(form->attcollation) &&
			!sg_names_collation_is_default(describer->names, form->attcollation, form->atttypid))
			definition = psprintf("%s COLLATE %s", definition,
								  sg_names_collation(describer->names, form->attcollation));
		sg_object_add_ordered(object, ++rank, form->attnum,
							  sg_item_attribute("attribute", NameStr(form->attname)), definition);
	}
	sg_scan_close(scan);
}

static void
describe_type(SgDescriber *describer, TypeCursors *scans, HeapTuple tuple)
{
	Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);
	SgObject	object;

	sg_object_init(&object, "type",
				   sg_names_qualify(describer->names, form->typnamespace, NameStr(form->typname)),
				   TypeRelationId, form->oid);
	sg_describer_begin(describer, &object);
	if (!form->typisdefined)
		sg_object_add_structure(&object, "kind", "shell");
	else if (form->typtype == TYPTYPE_ENUM)
		describe_enum(&object, scans->enums);
	else if (form->typtype == TYPTYPE_DOMAIN)
		describe_domain(describer, &object, scans, tuple);
	else if (form->typtype == TYPTYPE_COMPOSITE)
		describe_composite(describer, &object, form->typrelid);
	else if (form->typtype == TYPTYPE_RANGE)
		sg_base_type_describe_range(describer, &object, form);
	else
	{
		sg_base_type_describe(describer, &object, form);
		add_default(describer, &object, scans->types, tuple);
	}
	sg_describer_emit(describer, &object);
}

/* Returns true if the type is an object of its own, unless it is an array type. */
static bool
may_be_own_type(SgDescriber *describer, Form_pg_type form)
{
	if (form->oid < FirstNormalObjectId || sg_compat_is_multirange(form->typtype))
		return false;
	return form->typtype != TYPTYPE_COMPOSITE ||
		sg_names_relation(describer->names, form->typrelid)->kind == RELKIND_COMPOSITE_TYPE;
}

/* the types to be described */
typedef struct TypeList
{
	int			count;
	int			capacity;
	Oid		   *oids;
} TypeList;

static void
add_type(TypeList *list, Oid type)
{
	SG_GROW(list->oids, list->count, list->capacity);
	list->oids[list->count++] = type;
}

/*
 * Loads the types that are objects of their own, in OID order.  Most rows of
 * pg_type are row types and array types, two for each table.  One scan separates
 * them, without cache look-ups.  Their relations are not looked up either: they
 * have been loaded, except TOAST tables, which have row types before 14.  The TOAST
 * table of a temporary table can vanish at any moment, so it must not be looked up.
 */
static void
load_types(SgDescriber *describer, TypeList *types)
{
	Relation	rel = table_open(TypeRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, describer->snapshot, 0, NULL);
	TypeList	arrays = {0};
	int			kept = 0;
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);

		if (OidIsValid(form->typarray))
			add_type(&arrays, form->typarray);
		if (!sg_names_schema(describer->names, form->typnamespace)->system &&
			may_be_own_type(describer, form))
			add_type(types, form->oid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	if (types->count == 0)
		return;
	qsort(types->oids, types->count, sizeof(Oid), oid_cmp);
	/* in damaged catalogs only; neither qsort() nor bsearch() takes NULL */
	if (arrays.count == 0)
		return;
	qsort(arrays.oids, arrays.count, sizeof(Oid), oid_cmp);
	for (int i = 0; i < types->count; i++)
	{
		if (bsearch(&types->oids[i], arrays.oids, arrays.count, sizeof(Oid), oid_cmp) == NULL)
			types->oids[kept++] = types->oids[i];
	}
	types->count = kept;
}

/* Adds the describer's one type to the list if it is an object of its own. */
static void
load_type(SgDescriber *describer, TypeList *types)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(describer->only));
	Form_pg_type form;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_type) GETSTRUCT(tuple);
	if (may_be_own_type(describer, form) &&
		(!OidIsValid(form->typelem) || get_array_type(form->typelem) != describer->only))
		add_type(types, describer->only);
	ReleaseSysCache(tuple);
}

static void
describe_types(SgDescriber *describer)
{
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);
	TypeList	types = {0};
	TypeCursors scans;

	if (OidIsValid(describer->only))
		load_type(describer, &types);
	else
		load_types(describer, &types);
	scans.types = sg_scan_open(TypeRelationId, TypeOidIndexId, Anum_pg_type_oid,
								   describer->snapshot, describer->only);
	scans.enums = sg_scan_open(EnumRelationId, EnumTypIdSortOrderIndexId,
								   Anum_pg_enum_enumtypid, describer->snapshot, describer->only);
	scans.constraints = sg_scan_open(ConstraintRelationId, ConstraintTypidIndexId,
										 Anum_pg_constraint_contypid, describer->snapshot,
										 describer->only);
	/* skip constraints of tables, which have no type */
	sg_scan_require(scans.constraints, Anum_pg_constraint_contypid, BTGreaterStrategyNumber,
					  F_OIDGT, ObjectIdGetDatum(InvalidOid));
	MemoryContextSwitchTo(old);

	for (int i = 0; i < types.count; i++)
	{
		HeapTuple	tuple = sg_scan_next(scans.types, types.oids[i]);

		if (tuple != NULL && sg_describer_in_scope(describer, TypeRelationId, types.oids[i],
										 ((Form_pg_type) GETSTRUCT(tuple))->typnamespace))
			describe_type(describer, &scans, tuple);
	}
	sg_scan_close(scans.types);
	sg_scan_close(scans.enums);
	sg_scan_close(scans.constraints);
}

const SgClass sg_type_class = {
	.catalog = TypeRelationId,
	.name = "types",
	.describe = describe_types
};
