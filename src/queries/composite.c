/*
 * queries/composite.c
 *		Values that are made for composite types: literals, and ROW(...).
 *
 * The type must have as many attributes as the value gives, and each must take what it is given;
 * how they are called does not matter.
 */
#include "postgres.h"

#include "access/tupdesc.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "queries/composite.h"
#include "queries/need.h"
#include "queries/use.h"

/* The attributes of a composite type, or NULL if it is something else; to be released. */
static TupleDesc
open_attributes(Oid type)
{
	Oid			relid = get_typ_typrelid(getBaseType(type));

	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
		return NULL;
	return lookup_rowtype_tupdesc(getBaseType(type), -1);
}

/* Notes what each attribute is given, a List of char * as contracts have types. */
static void
need_given(SgOutline *contract, Oid type, const List *given)
{
	SgOutline  *composite = sg_need_type_part(contract, getBaseType(type));
	SgOutline  *values;

	if (composite == NULL)
		return;
	values = sg_outline_member(composite, "given");
	sg_outline_be_array(values);
	sg_outline_add_json(values, sg_outline_texts(given));
}

/* A literal of the type, or of arrays of it, and so of the types of its attributes. */
void
sg_composite_literal(SgOutline *contract, Oid type)
{
	Oid			element = get_element_type(type);
	TupleDesc	attributes = open_attributes(OidIsValid(element) ? element : type);
	List	   *given = NIL;

	check_stack_depth();
	if (attributes == NULL)
		return;
	for (int i = 0; i < attributes->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(attributes, i);

		if (attribute->attisdropped)
			continue;
		given = lappend(given, psprintf("'%s", sg_need_type_text(attribute->atttypid)));
		sg_composite_literal(contract, attribute->atttypid);
	}
	ReleaseTupleDesc(attributes);
	need_given(contract, OidIsValid(element) ? element : type, given);
}

/* ROW(...) that is cast to a composite type. */
void
sg_composite_row(SgWalk *walk, const RowExpr *row)
{
	const char *kind = row->row_format == COERCE_EXPLICIT_CAST ? "cast" : "assignable";
	TupleDesc	attributes = open_attributes(row->row_typeid);
	List	   *given = NIL;
	int			i = 0;
	ListCell   *cell;

	foreach(cell, row->args)
	{
		/* what stands for an attribute that was dropped is no argument */
		if (i < attributes->natts && !TupleDescAttr(attributes, i)->attisdropped)
		{
			walk->used(walk, lfirst(cell), sg_use_type(kind, TupleDescAttr(attributes, i)->atttypid));
			given = lappend(given, sg_use_given(&walk->analysis->places, lfirst(cell)));
		}
		i++;
	}
	ReleaseTupleDesc(attributes);
	need_given(walk->contract, row->row_typeid, given);
}
