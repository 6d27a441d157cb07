/*
 * queries/unite.c
 *		Expressions that take several values to one type.
 *
 * COALESCE, GREATEST, LEAST, ARRAY[] and CASE choose their type as UNION does
 * (parse_coerce.c's select_common_type()): that of the first value, unless it can be cast
 * to a later one's implicitly and not the other way round.  So a column among the values may
 * be of another type, as long as it does not change the type of all.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "queries/label.h"
#include "queries/need.h"
#include "queries/unite.h"
#include "queries/use.h"

/* of more values than that the very type counts: each of them would be told all others */
#define MAX_VALUES 100

/* a literal that is a label because of a column among the values */
static const char *const own_label = "'*";

/* Returns true if both are the same column: then a change of its type is one of both. */
static bool
is_same_origin(const SgUnited *one, const SgUnited *other)
{
	return OidIsValid(one->relid) && one->relid == other->relid && one->number == other->number;
}

/* Returns true for the null that a CASE without ELSE has there. */
static bool
is_missing_else(const Node *value)
{
	return value != NULL && IsA(value, Const) && ((const Const *) value)->constisnull &&
		((const Const *) value)->location < 0;
}

/* A value among others, in the query of that level. */
SgUnited *
sg_unite_value(const SgLevel *level, const SgPlaces *places, Node *value)
{
	SgUnited   *united = palloc0(sizeof(SgUnited));

	value = sg_use_strip(value);
	united->given = value == NULL ? "text" : sg_use_given(places, value);
	/* it has no say in the type */
	if (is_missing_else(value))
		united->given = psprintf("'%s", united->given);
	if (!sg_use_is_untyped(places, value))
		(void) sg_scope_origin(level, value, &united->relid, &united->number);
	return united;
}

static bool
has_text(const List *texts, const char *text)
{
	ListCell   *cell;

	foreach(cell, texts)
	{
		if (strcmp(lfirst(cell), text) == 0)
			return true;
	}
	return false;
}

/*
 * What is done with one of the values, a List of SgUnited * in the order in which the server
 * looks at them, that become one of "type", of which "use" is made; NULL if its very type counts.  Of
 * values of the same type only the first has a say.
 */
char *
sg_unite_use(const List *values, const SgUnited *value, Oid type, const char *use)
{
	List	   *types = NIL;
	ListCell   *cell;

	if (list_length(values) > MAX_VALUES)
		return NULL;
	foreach(cell, values)
	{
		const SgUnited *other = lfirst(cell);
		const char *given = other == value || is_same_origin(value, other) ? "*" : other->given;

		if (!has_text(types, given))
			types = lappend(types, unconstify(char *, given));
	}
	return sg_use_united(types, type, use);
}

/* Walks values that become one of that type, in the order in which the server looks at them. */
void
sg_unite_walk(SgWalk *walk, const List *values, Oid type, const char *use)
{
	List	   *united = NIL;
	ListCell   *cell;
	ListCell   *value;

	foreach(cell, values)
		united = lappend(united, sg_unite_value(walk->level, &walk->analysis->places, lfirst(cell)));
	forboth(cell, values, value, united)
	{
		if (list_length(values) <= MAX_VALUES && sg_label_take(walk, lfirst(cell), values))
			((SgUnited *) lfirst(value))->given = own_label;
	}
	forboth(cell, values, value, united)
	{
		if (((SgUnited *) lfirst(value))->given != own_label)
			walk->used(walk, lfirst(cell), sg_unite_use(united, lfirst(value), type, use));
	}
}

/* What rows are sorted by becomes of one type with the row that is put among them (unify_hypothetical_args()). */
void
sg_unite_walk_hypothetical(SgWalk *walk, const Aggref *aggregate)
{
	ListCell   *cell;
	ListCell   *direct;

	forboth(cell, aggregate->args, direct, aggregate->aggdirectargs)
	{
		Node	   *sorted = (Node *) lfirst_node(TargetEntry, cell)->expr;

		sg_unite_walk(walk, list_make2(sorted, lfirst(direct)), exprType(sorted), "");
		walk->used(walk, sorted, "{\"sorted\": true}");
	}
}

/* CASE value WHEN ...: compares the value, and notes with a column that it does; false if it is more than that. */
static bool
compare_column(SgWalk *walk, const CaseExpr *node)
{
	Var		   *column = sg_use_column((Node *) node->arg);
	List	   *uses = NIL;
	ListCell   *cell;

	foreach(cell, column == NULL ? NIL : node->args)
	{
		OpExpr	   *test = (OpExpr *) lfirst_node(CaseWhen, cell)->expr;

		if (!IsA(test, OpExpr) || list_length(test->args) != 2 || sg_need_operator(walk->contract, test->opno))
			return false;
		uses = lappend(uses, sg_use_call(walk, "operator", get_opname(test->opno),
										 list_make2(column, lsecond(test->args)), 0, BOOLOID, NULL));
	}
	foreach(cell, uses)
		walk->used(walk, (Node *) column, lfirst(cell));
	return uses != NIL;
}

void
sg_unite_walk_case(SgWalk *walk, const CaseExpr *node, const char *use)
{
	/* transformCaseExpr() looks at ELSE first */
	List	   *values = list_make1(node->defresult);
	bool		compared = compare_column(walk, node);
	ListCell   *cell;

	if (!compared)
		(void) walk->expression((Node *) node->arg, walk);
	foreach(cell, node->args)
	{
		Node	   *test = (Node *) lfirst_node(CaseWhen, cell)->expr;

		if (!compared || !sg_label_take(walk, lsecond(((OpExpr *) test)->args), list_make1(node->arg)))
			(void) walk->expression(test, walk);
		values = lappend(values, lfirst_node(CaseWhen, cell)->result);
	}
	sg_unite_walk(walk, values, node->casetype, use);
}
