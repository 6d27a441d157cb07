/*
 * queries/star.c
 *		Where all columns of a relation or query count: "*" and whole rows.
 *
 * A star is harmless where the number of its columns does not show: in EXISTS, or
 * in a subquery whose columns are then named.  It matters where the client sees
 * them, UNION compares them, or INSERT assigns them by position. A query all of
 * whose columns matter is called exposed.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/nodeFuncs.h"

#include "queries/star.h"

typedef struct Exposure
{
	const SgPlaces *places;
	const SgLevel *level;
	List	   *exposed;		/* of Query * */
} Exposure;

/* Returns true if "*" was expanded to the expression. */
bool
sg_star_is(const SgPlaces *places, const Node *node)
{
	return node != NULL && IsA(node, Var) && ((const Var *) node)->location >= 0 &&
		bms_is_member(((const Var *) node)->location, places->stars);
}

static void
expose(Exposure *exposure, SgLevel level)
{
	ListCell   *cell;
	SgLevel		inner;

	check_stack_depth();
	if (list_member_ptr(exposure->exposed, level.query))
		return;
	exposure->exposed = lappend(exposure->exposed, level.query);
	if (level.query->setOperations != NULL)
	{
		foreach(cell, level.query->rtable)
		{
			if (sg_scope_query(&level, lfirst(cell), &inner))
				expose(exposure, inner);
		}
		return;
	}
	foreach(cell, sg_scope_output(level.query))
	{
		Node	   *column = (Node *) ((TargetEntry *) lfirst(cell))->expr;

		if (sg_star_is(exposure->places, column) && ((Var *) column)->varlevelsup == 0 &&
			sg_scope_query(&level, sg_scope_entry(&level, (Var *) column), &inner))
			expose(exposure, inner);
	}
}

/* Exposes what a whole row is taken of. */
static void
expose_row(Exposure *exposure, const Var *var)
{
	const SgLevel *level = sg_scope_level(exposure->level, var->varlevelsup);
	SgLevel		inner;

	if (var->varattno == InvalidAttrNumber &&
		sg_scope_query(level, sg_scope_entry(exposure->level, var), &inner))
		expose(exposure, inner);
}

static bool
look_at(Node *node, Exposure *exposure)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
		expose_row(exposure, (Var *) node);
	else if (IsA(node, SubLink) && ((SubLink *) node)->subLinkType != EXISTS_SUBLINK)
	{
		SgLevel		inner = {(Query *) ((SubLink *) node)->subselect, exposure->level};

		expose(exposure, inner);
	}
	else if (IsA(node, Query))
	{
		Query	   *query = (Query *) node;
		SgLevel		level = {query, exposure->level};
		Exposure	inside = *exposure;
		ListCell   *cell;
		SgLevel		source;

		inside.level = &level;
		foreach(cell, query->commandType == CMD_INSERT ? query->rtable : NIL)
		{
			if (sg_scope_query(&level, lfirst(cell), &source))
				expose(&inside, source);
		}
		(void) query_tree_walker(query, look_at, &inside, 0);
		exposure->exposed = inside.exposed;
		return false;
	}
	return expression_tree_walker(node, look_at, exposure);
}

/* The queries of a statement that are exposed: a List of Query *. */
List *
sg_star_exposed(const SgAnalysis *analysis, Query *query)
{
	Exposure	exposure = {&analysis->places};
	SgLevel		top = {query, NULL};

	expose(&exposure, top);
	(void) look_at((Node *) query, &exposure);
	return exposure.exposed;
}

/* The entries whose columns a query's star passes on: a List of RangeTblEntry *. */
static List *
add_relations(List *entries, const SgPlaces *places, const SgLevel *level)
{
	ListCell   *cell;

	check_stack_depth();
	if (level->query->setOperations != NULL)
		return entries;
	foreach(cell, sg_scope_output(level->query))
	{
		Node	   *column = (Node *) ((TargetEntry *) lfirst(cell))->expr;
		RangeTblEntry *entry;
		SgLevel		inner;

		if (!sg_star_is(places, column) || ((Var *) column)->varlevelsup > 0)
			continue;
		entry = sg_scope_entry(level, (Var *) column);
		if (sg_scope_query(level, entry, &inner))
			entries = add_relations(entries, places, &inner);
		else
			entries = list_append_unique_ptr(entries, entry);
	}
	return entries;
}

List *
sg_star_relations(const SgPlaces *places, const SgLevel *level)
{
	return add_relations(NIL, places, level);
}
