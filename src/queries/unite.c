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

#include "queries/combine.h"
#include "queries/label.h"
#include "queries/need.h"
#include "queries/unite.h"
#include "queries/use.h"

/* Walks values that become one of that type, in the order in which the server looks at them. */
void
sg_unite_walk(SgWalk *walk, const List *values, Oid type, const char *use)
{
	List	   *united = NIL;
	ListCell   *cell;
	ListCell   *value;

	foreach(cell, values)
		united = lappend(united, sg_combine_value(walk, lfirst(cell)));
	forboth(cell, values, value, united)
	{
		if (list_length(values) <= SG_COMBINE_MAX_VALUES && sg_label_take(walk, lfirst(cell), values))
			((SgCombined *) lfirst(value))->given = SG_COMBINE_LABEL;
	}
	forboth(cell, values, value, united)
	{
		if (strcmp(((SgCombined *) lfirst(value))->given, SG_COMBINE_LABEL) != 0)
			walk->used(walk, lfirst(cell), sg_combine_united(united, lfirst(value), type, use));
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
		uses = lappend(uses, sg_combine_call(walk, "operator", get_opname(test->opno),
										 list_make2(column, lsecond(test->args)), 0, BOOLOID, NULL));
	}
	foreach(cell, uses)
		walk->used(walk, (Node *) column, lfirst(cell));
	return uses != NIL;
}

void
sg_unite_walk_case(SgWalk *walk, const CaseExpr *node, const char *use)
{
	bool		compared = compare_column(walk, node);
	ListCell   *cell;

	if (!compared)
		(void) walk->expression((Node *) node->arg, walk);
	foreach(cell, node->args)
	{
		Node	   *test = (Node *) lfirst_node(CaseWhen, cell)->expr;

		if (!compared || !sg_label_take(walk, lsecond(((OpExpr *) test)->args), list_make1(node->arg)))
			(void) walk->expression(test, walk);
	}
	sg_unite_walk(walk, sg_use_alternatives((Node *) node), node->casetype, use);
}
