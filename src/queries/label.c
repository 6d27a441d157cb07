/*
 * queries/label.c
 *		Literals that are labels of an enum because of the column beside them.
 *
 * In kind = 'cat' the query does not name the enum.  So the label is noted with the column, as
 * something that its type must have if that is an enum, whatever its name; and the literal is "'*"
 * in the column's uses.  Other labels are noted with the enum (need.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "queries/label.h"
#include "queries/use.h"

static char *
label_use(Oid label)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(label));
	StringInfoData buf;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for enum label %u", label);
	initStringInfo(&buf);
	appendStringInfoString(&buf, "{\"label\": ");
	escape_json(&buf, NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel));
	appendStringInfoChar(&buf, '}');
	ReleaseSysCache(tuple);
	return buf.data;
}

/* The use of a column whose type must have the label if it is an enum, as JSON. */
char *
sg_label_use(const Const *label)
{
	return label_use(DatumGetObjectId(label->constvalue));
}

/*
 * Notes a literal that is a label because of one of the values beside it with the column.  Returns false
 * if it is none: then it is to be walked.
 */
bool
sg_label_take(SgWalk *walk, Node *literal, const List *values)
{
	ListCell   *cell;

	CHECK_FOR_INTERRUPTS();
	foreach(cell, values)
	{
		Node	   *value = sg_use_strip(lfirst(cell));
		Var		   *column = sg_use_is_label_of(walk, literal, value) ? sg_use_label_column(walk, value) : NULL;

		if (column == NULL)
			continue;
		walk->used(walk, (Node *) column, sg_label_use((Const *) sg_use_strip(literal)));
		return true;
	}
	return false;
}

/* The labels in a literal array of the type, a List of Oid; NIL if it is none, or has none. */
static List *
labels_of_literal(const SgWalk *walk, const Const *array, Oid type)
{
	List	   *labels = NIL;
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	if (array->constisnull || get_element_type(array->consttype) != type ||
		!sg_use_is_untyped(&walk->analysis->places, (Node *) array))
		return NIL;
	deconstruct_array(DatumGetArrayTypeP(array->constvalue), type, sizeof(Oid), true, TYPALIGN_INT,
					  &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			labels = lappend_oid(labels, DatumGetObjectId(elements[i]));
	}
	return labels;
}

/* The same of ARRAY['a', 'b'], as IN ('a', 'b') has it. */
static List *
labels_of_elements(const SgWalk *walk, const ArrayExpr *array, Oid type)
{
	List	   *labels = NIL;
	ListCell   *cell;

	foreach(cell, array->elements)
	{
		Node	   *element = sg_use_strip(lfirst(cell));

		if (sg_use_is_null(&walk->analysis->places, element))
			continue;
		if (!sg_use_is_label(&walk->analysis->places, element, type))
			return NIL;
		labels = lappend_oid(labels, DatumGetObjectId(((Const *) element)->constvalue));
	}
	return labels;
}

/* The same of an array of nothing but such literals and nulls, to whose elements the value is compared. */
bool
sg_label_take_array(SgWalk *walk, Node *array, Node *value)
{
	Var		   *column = sg_use_label_column(walk, value);
	List	   *labels = NIL;
	ListCell   *cell;

	array = sg_use_strip(array);
	if (column != NULL && IsA(array, Const))
		labels = labels_of_literal(walk, (Const *) array, column->vartype);
	else if (column != NULL && IsA(array, ArrayExpr))
		labels = labels_of_elements(walk, (ArrayExpr *) array, column->vartype);
	foreach(cell, labels)
		walk->used(walk, (Node *) column, label_use(lfirst_oid(cell)));
	return labels != NIL;
}
