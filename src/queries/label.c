/*
 * queries/label.c
 *		Literals that are labels of an enum because of the column beside them.
 *
 * In kind = 'cat' the query does not name the enum.  So the label is noted with the column, as
 * something that its type must have if that is an enum, whatever its name; and the literal is "'*"
 * in the column's uses.  So it is with coalesce(kind, other) = 'cat', whose type is that of both columns.  Other labels are noted with the enum (need.c).
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

#include "queries/call.h"
#include "queries/label.h"
#include "queries/need.h"
#include "queries/use.h"
#include "support/compat.h"

/* of so many expressions we ask which enum they are of: queries within queries may have any number to choose from */
#define MAX_ASKED 200

static const char label_key[] = "{\"label\"";

static char *
label_text(Oid label)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(label));
	StringInfoData buf;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for enum label %u", label);
	initStringInfo(&buf);
	escape_json(&buf, NameStr(((Form_pg_enum) GETSTRUCT(tuple))->enumlabel));
	ReleaseSysCache(tuple);
	return buf.data;
}

static char *
label_use(Oid label)
{
	return psprintf("%s: %s}", label_key, label_text(label));
}

/* A literal that is a label, as JSON. */
char *
sg_label_text(const Const *label)
{
	return label_text(DatumGetObjectId(label->constvalue));
}

/* what an expression of an enum says of which enum that is */
typedef enum Telling
{
	TELLS_NONE,				/* it must be that one */
	TELLS_ANY,				/* it may be any: it is a null or another label */
	TELLS_IT					/* it is that of a column with which all that is done with the expression is noted */
} Telling;

/* Returns true if a join merges columns of the query, by USING or NATURAL. */
static bool
merges_columns(const Query *query)
{
	ListCell   *cell;

	foreach(cell, query->rtable)
	{
		if (((RangeTblEntry *) lfirst(cell))->rtekind == RTE_JOIN && ((RangeTblEntry *) lfirst(cell))->joinmergedcols > 0)
			return true;
	}
	return false;
}

/* Returns true for (SELECT ...) as a value, with that query and its level. */
static bool
scalar_query(const Node *node, const SgLevel *level, SgLevel *inner)
{
	const SubLink *sublink = (const SubLink *) node;

	if (!IsA(node, SubLink) || sublink->subLinkType != EXPR_SUBLINK)
		return false;
	*inner = (SgLevel) {(Query *) sublink->subselect, level};
	return true;
}

static Telling telling(const SgWalk *walk, const SgLevel *level, Node *node, int *asked);

/* The same of a column: of what it is a column of. */
static Telling
telling_of_column(const SgWalk *walk, const SgLevel *level, const Var *var, int *asked)
{
	RangeTblEntry *entry = sg_scope_entry(level, var);
	SgLevel		inner;

	if (var->varattno <= 0 ||
		(var->location >= 0 && bms_is_member(var->location, walk->analysis->places.casted)))
		return TELLS_NONE;
	level = sg_scope_level(level, var->varlevelsup);
	if (var->location >= 0 && bms_is_member(var->location, walk->analysis->places.resolved) && merges_columns(level->query))
		return TELLS_NONE;
	if (entry->rtekind == RTE_RELATION)
		return sg_need_relation(walk->contract, entry->relid) != NULL ? TELLS_IT : TELLS_NONE;
	if (entry->rtekind == RTE_JOIN)
		return telling(walk, level, list_nth(entry->joinaliasvars, var->varattno - 1), asked);
	if (sg_compat_group_column(entry, var->varattno) != NULL)
		return telling(walk, level, sg_compat_group_column(entry, var->varattno), asked);
	return sg_scope_query(level, entry, &inner) ?
		telling(walk, &inner, sg_scope_column(inner.query, var->varattno), asked) : TELLS_NONE;
}

/*
 * The expressions of whose type the value is, whichever it is: those that COALESCE and its like choose from, what a function
 * like max() or lag() returns as it is.  NIL if it is something else.
 */
static List *
sources_of(const SgWalk *walk, Node *node)
{
	List	   *sources = sg_use_alternatives(node);
	SgCallNode	call;
	ListCell   *cell;

	if (sources != NIL)
		return sources;
	if (IsA(node, NullIfExpr))
		return list_make1(linitial(((NullIfExpr *) node)->args));
	if (!sg_call_take(walk, node, &call) || !sg_call_is_plain(&call) || !IsPolymorphicType(get_func_rettype(call.function)))
		return NIL;
	foreach(cell, call.arguments)
	{
		if (exprType(lfirst(cell)) == call.result)
			sources = lappend(sources, lfirst(cell));
	}
	return sources;
}

/* What the expression, of an enum, says of which it is. */
static Telling
telling(const SgWalk *walk, const SgLevel *level, Node *node, int *asked)
{
	const SgPlaces *places = &walk->analysis->places;
	Telling		result = TELLS_ANY;
	List	   *sources;
	SgLevel		inner;
	ListCell   *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	node = sg_use_strip(node);
	if (node == NULL || !type_is_enum(exprType(node)) || ++*asked > MAX_ASKED)
		return TELLS_NONE;
	if (IsA(node, Var))
		return telling_of_column(walk, level, (Var *) node, asked);
	if (IsA(node, Const))
		return sg_use_is_null(places, node) || sg_use_is_label(places, node, exprType(node)) || (((Const *) node)->constisnull && ((Const *) node)->location < 0) ? TELLS_ANY : TELLS_NONE;
	if (scalar_query(node, level, &inner))
		return telling(walk, &inner, sg_scope_column(inner.query, 1), asked);
	sources = sources_of(walk, node);
	if (sources == NIL)
		return TELLS_NONE;
	foreach(cell, sources)
	{
		Telling		of_source = telling(walk, level, lfirst(cell), asked);

		if (of_source == TELLS_NONE)
			return TELLS_NONE;
		if (of_source == TELLS_IT)
			result = TELLS_IT;
	}
	return result;
}

/* Returns true if the value is of an enum whose name the query need not know: a column tells which it is. */
static bool
tells_enum(const SgWalk *walk, Node *value)
{
	int			asked = 0;

	return walk->level != NULL && telling(walk, walk->level, value, &asked) == TELLS_IT;
}

/* Returns true if the literal is a label because of the value beside it, which tells the type. */
bool
sg_label_is_of(const SgWalk *walk, Node *literal, Node *value)
{
	value = sg_use_strip(value);
	return value != NULL && sg_use_is_label(&walk->analysis->places, literal, exprType(value)) &&
		tells_enum(walk, value);
}

/* Returns true if the use is such a label. */
bool
sg_label_is_use(const char *use)
{
	return use != NULL && strncmp(use, label_key, lengthof(label_key) - 1) == 0;
}

/* Notes a label, as a use, with the columns that tell of which enum the value is. */
void
sg_label_walk(SgWalk *walk, Node *value, const char *use)
{
	SgWalk		inner = *walk;
	SgLevel		level;
	ListCell   *cell;

	check_stack_depth();
	value = sg_use_strip(value);
	if (value == NULL)
		return;
	if (IsA(value, Var))
	{
		/* walk.c hands it on to what it is a column of */
		walk->used(walk, value, use);
		return;
	}
	if (scalar_query(value, walk->level, &level))
	{
		inner.level = &level;
		sg_label_walk(&inner, sg_scope_column(level.query, 1), use);
		return;
	}
	foreach(cell, sources_of(walk, value))
		sg_label_walk(walk, lfirst(cell), use);
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
		if (!sg_label_is_of(walk, literal, lfirst(cell)))
			continue;
		sg_label_walk(walk, lfirst(cell), sg_label_use((Const *) sg_use_strip(literal)));
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
	List	   *labels = NIL;
	Oid			type;
	ListCell   *cell;

	array = sg_use_strip(array);
	value = sg_use_strip(value);
	if (!tells_enum(walk, value))
		return false;
	type = exprType(value);
	if (IsA(array, Const))
		labels = labels_of_literal(walk, (Const *) array, type);
	else if (IsA(array, ArrayExpr))
		labels = labels_of_elements(walk, (ArrayExpr *) array, type);
	foreach(cell, labels)
		sg_label_walk(walk, value, label_use(lfirst_oid(cell)));
	return labels != NIL;
}
