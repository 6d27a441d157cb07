/*
 * type.c
 *		Types: enums, domains, composite types, ranges, base and shell types.
 *
 *		type public.order_status
 *		  label "new"
 *		  label "paid"
 *		  kind: enum
 *
 * Types that come with something else are part of that: the row type of a
 * table, the array over a type, the multirange of a range.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "classes.h"
#include "sg_compat.h"
#include "type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/* the catalogs that are read in step with pg_type */
typedef struct TypeCursors
{
	SgCursor   *types;
	SgCursor   *enums;
	SgCursor   *constraints;
} TypeCursors;

/* Adds a structure item. */
void
sg_type_add(SgObject *object, const char *attribute, const char *definition)
{
	sg_object_add(object, SG_FACET_STRUCTURE, 0, attribute, definition);
}

static void
describe_enum(SgObject *object, SgCursor *cursor)
{
	HeapTuple	tuple;
	uint32		rank = 0;

	sg_type_add(object, "kind", "enum");
	while ((tuple = sg_cursor_next(cursor, object->objid)) != NULL)
	{
		Form_pg_enum form = (Form_pg_enum) GETSTRUCT(tuple);

		sg_object_add_ordered(object, ++rank, form->oid,
							  sg_attribute("label", NameStr(form->enumlabel)), "");
	}
}

static void
add_domain_constraint(SgObject *object, SgCursor *cursor, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	bool		isnull;
	Datum		tree = sg_cursor_attribute(cursor, tuple, Anum_pg_constraint_conbin, &isnull);

	/* from 17 on there is one for NOT NULL, which pg_type has too */
	if (form->contype != CONSTRAINT_CHECK || isnull)
		return;
	sg_object_add(object, SG_FACET_STRUCTURE, form->oid,
				  sg_attribute("constraint", NameStr(form->conname)),
				  psprintf("CHECK (%s)%s", sg_deparse_node(stringToNode(TextDatumGetCString(tree)), NULL),
						   form->convalidated ? "" : " NOT VALID"));
}

/* the default: an expression of a domain, a text of a base type */
static void
add_default(SgObject *object, SgCursor *cursor, HeapTuple tuple)
{
	bool		isnull;
	Datum		value = sg_cursor_attribute(cursor, tuple, Anum_pg_type_typdefaultbin, &isnull);

	if (!isnull)
	{
		sg_type_add(object, "default", sg_deparse_node(stringToNode(TextDatumGetCString(value)), NULL));
		return;
	}
	value = sg_cursor_attribute(cursor, tuple, Anum_pg_type_typdefault, &isnull);
	if (!isnull)
		sg_type_add(object, "default", quote_literal_cstr(TextDatumGetCString(value)));
}

static void
describe_domain(SgDescriber *describer, SgObject *object, TypeCursors *cursors, HeapTuple tuple)
{
	Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);
	HeapTuple	constraint;

	sg_type_add(object, "kind", "domain");
	sg_type_add(object, "type",
				sg_type_name(describer->names, form->typbasetype, form->typtypmod));
	if (OidIsValid(form->typcollation) && form->typcollation != get_typcollation(form->typbasetype))
		sg_type_add(object, "collation", sg_collation_name(describer->names, form->typcollation));
	if (form->typnotnull)
		sg_type_add(object, "not null", "");
	add_default(object, cursors->types, tuple);
	while ((constraint = sg_cursor_next(cursors->constraints, form->oid)) != NULL)
		add_domain_constraint(object, cursors->constraints, constraint);
}

static void
describe_composite(SgDescriber *describer, SgObject *object, Oid relid)
{
	SgCursor   *cursor = sg_cursor_open(AttributeRelationId, AttributeRelidNumIndexId,
										Anum_pg_attribute_attrelid, describer->snapshot, relid);
	HeapTuple	tuple;
	uint32		rank = 0;

	sg_type_add(object, "kind", "composite");
	while ((tuple = sg_cursor_next_any(cursor)) != NULL)
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
		const char *definition;

		if (form->attisdropped || form->attnum <= 0)
			continue;
		definition = sg_type_name(describer->names, form->atttypid, form->atttypmod);
		if (OidIsValid(form->attcollation) && form->attcollation != get_typcollation(form->atttypid))
			definition = psprintf("%s COLLATE %s", definition,
								  sg_collation_name(describer->names, form->attcollation));
		sg_object_add_ordered(object, ++rank, form->attnum,
							  sg_attribute("attribute", NameStr(form->attname)), definition);
	}
	sg_cursor_close(cursor);
}

static void
describe_type(SgDescriber *describer, TypeCursors *cursors, HeapTuple tuple)
{
	Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);
	SgObject	object;

	sg_object_init(&object, "type",
				   sg_qualified_name(describer->names, form->typnamespace, NameStr(form->typname)),
				   TypeRelationId, form->oid);
	sg_describing(describer, &object);
	if (!form->typisdefined)
		sg_type_add(&object, "kind", "shell");
	else if (form->typtype == TYPTYPE_ENUM)
		describe_enum(&object, cursors->enums);
	else if (form->typtype == TYPTYPE_DOMAIN)
		describe_domain(describer, &object, cursors, tuple);
	else if (form->typtype == TYPTYPE_COMPOSITE)
		describe_composite(describer, &object, form->typrelid);
	else if (form->typtype == TYPTYPE_RANGE)
		sg_describe_range(describer, &object, form);
	else
	{
		sg_describe_base_type(describer, &object, form);
		add_default(&object, cursors->types, tuple);
	}
	sg_described(describer, &object);
}

/* Is it a type in its own right? */
static bool
is_own_type(SgDescriber *describer, Form_pg_type form)
{
	if (sg_compat_is_multirange(form->typtype))
		return false;
	if (form->typtype == TYPTYPE_COMPOSITE)
		return sg_relation(describer->names, form->typrelid)->kind == RELKIND_COMPOSITE_TYPE;
	if (OidIsValid(form->typelem) && form->typlen == -1)
		return get_array_type(form->typelem) != form->oid;
	return true;
}

static void
describe_types(SgDescriber *describer)
{
	MemoryContext old = MemoryContextSwitchTo(describer->run_context);
	TypeCursors cursors;
	HeapTuple	tuple;

	cursors.types = sg_cursor_open(TypeRelationId, TypeOidIndexId, Anum_pg_type_oid,
								   describer->snapshot, describer->only);
	sg_cursor_require(cursors.types, Anum_pg_type_oid, BTGreaterEqualStrategyNumber, F_OIDGE,
					  ObjectIdGetDatum(FirstNormalObjectId));
	cursors.enums = sg_cursor_open(EnumRelationId, EnumTypIdSortOrderIndexId,
								   Anum_pg_enum_enumtypid, describer->snapshot, describer->only);
	cursors.constraints = sg_cursor_open(ConstraintRelationId, ConstraintTypidIndexId,
										 Anum_pg_constraint_contypid, describer->snapshot,
										 describer->only);
	/* those of tables have no type */
	sg_cursor_require(cursors.constraints, Anum_pg_constraint_contypid, BTGreaterStrategyNumber,
					  F_OIDGT, ObjectIdGetDatum(InvalidOid));
	MemoryContextSwitchTo(old);

	while ((tuple = sg_cursor_next_any(cursors.types)) != NULL)
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);

		if (sg_in_scope(describer, TypeRelationId, form->oid, form->typnamespace) &&
			is_own_type(describer, form))
			describe_type(describer, &cursors, tuple);
	}
	sg_cursor_close(cursors.types);
	sg_cursor_close(cursors.enums);
	sg_cursor_close(cursors.constraints);
}

const SgClass sg_type_class = {
	.catalog = TypeRelationId,
	.name = "types",
	.describe = describe_types
};
