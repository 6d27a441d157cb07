/*
 * queries/star.c
 *		Where all columns of a relation or query count: "*" and whole rows.
 *
 * A star is harmless where the number of its columns does not show: in EXISTS, or
 * in a subquery whose columns are then named.  It matters where the client sees
 * them, UNION compares them with others, or INSERT assigns them by position. A query all of
 * whose columns matter is called exposed.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"

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

/*
 * Returns the query of a set operation from which its columns have their names: the
 * leftmost.  Of a recursive query that is the one that does not recur.
 */
static bool
leftmost(const SgLevel *level, SgLevel *inner)
{
	Node	   *node = level->query->setOperations;

	while (IsA(node, SetOperationStmt))
		node = ((SetOperationStmt *) node)->larg;
	return sg_scope_query(level, list_nth(level->query->rtable, ((RangeTblRef *) node)->rtindex - 1), inner);
}

/*
 * Returns the entry that a column of the query's result is of, if only stars hand it on,
 * so that there will be more such columns when that has more; else NULL.
 */
static const RangeTblEntry *
grown_from(const SgPlaces *places, const SgLevel *level, AttrNumber number)
{
	Var		   *column;
	RangeTblEntry *entry;
	SgLevel		inner;

	check_stack_depth();
	if (level->query->setOperations != NULL)
		return leftmost(level, &inner) ? grown_from(places, &inner, number) : NULL;
	column = (Var *) sg_scope_column(level->query, number);
	if (!sg_star_is(places, (Node *) column))
		return NULL;
	entry = sg_scope_entry(level, column);
	if (column->varlevelsup > 0 || !sg_scope_query(level, entry, &inner))
		return entry;
	return grown_from(places, &inner, column->varattno);
}

/*
 * Returns true if the queries of a set operation would no longer have the same number of
 * columns when a relation has more: unless each has the stars of the same relations in
 * the same places, as where a recursive query follows the rows of one table.
 */
static bool
grows_apart(const SgPlaces *places, const SgLevel *level)
{
	int			count = list_length(castNode(SetOperationStmt, level->query->setOperations)->colTypes);
	ListCell   *cell;
	SgLevel		first;
	SgLevel		other;

	if (!leftmost(level, &first))
		return true;
	foreach(cell, level->query->rtable)
	{
		if (!sg_scope_query(level, lfirst(cell), &other))
			continue;
		for (int i = 1; i <= count; i++)
		{
			const RangeTblEntry *here = grown_from(places, &first, i);
			const RangeTblEntry *there = grown_from(places, &other, i);

			if (here == there)
				continue;
			if (here == NULL || there == NULL || !OidIsValid(here->relid) || here->relid != there->relid)
				return true;
		}
	}
	return false;
}

/* Appends what a side of a join, or all of FROM, is made of. */
static List *
add_entries(List *entries, const Query *query, const Node *node)
{
	ListCell   *cell;

	check_stack_depth();
	if (IsA(node, FromExpr))
	{
		foreach(cell, ((const FromExpr *) node)->fromlist)
			entries = add_entries(entries, query, lfirst(cell));
	}
	else if (IsA(node, JoinExpr))
	{
		entries = add_entries(entries, query, ((const JoinExpr *) node)->larg);
		entries = add_entries(entries, query, ((const JoinExpr *) node)->rarg);
	}
	else if (IsA(node, RangeTblRef))
		entries = list_append_unique_ptr(entries, rt_fetch(((const RangeTblRef *) node)->rtindex, query->rtable));
	return entries;
}

/*
 * The entries of a query that the stars in its result stand for, a List of RangeTblEntry *.  "*" alone stands
 * for all in FROM: also for one all of whose columns USING has merged with another's.
 */
List *
sg_star_entries(const SgPlaces *places, const SgLevel *level)
{
	List	   *entries = NIL;
	bool		is_all = false;
	ListCell   *cell;

	foreach(cell, sg_scope_output(level->query))
	{
		const Var  *column = (const Var *) ((TargetEntry *) lfirst(cell))->expr;

		if (!sg_star_is(places, (const Node *) column) || column->varlevelsup > 0)
			continue;
		entries = list_append_unique_ptr(entries, sg_scope_entry(level, column));
		is_all |= level->query->commandType == CMD_SELECT && bms_is_member(column->location, places->resolved);
	}
	return is_all ? add_entries(entries, level->query, (const Node *) level->query->jointree) : entries;
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
	foreach(cell, sg_star_entries(exposure->places, &level))
	{
		if (sg_scope_query(&level, lfirst(cell), &inner))
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
		/* whoever sees the result */
		if (query->setOperations != NULL && grows_apart(exposure->places, &level))
			expose(&inside, level);
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
	SgLevel		inner;

	check_stack_depth();
	if (level->query->setOperations != NULL)
		return leftmost(level, &inner) ? add_relations(entries, places, &inner) : entries;
	foreach(cell, sg_star_entries(places, level))
	{
		if (sg_scope_query(level, lfirst(cell), &inner))
			entries = add_relations(entries, places, &inner);
		else
			entries = list_append_unique_ptr(entries, lfirst(cell));
	}
	return entries;
}

List *
sg_star_relations(const SgPlaces *places, const SgLevel *level)
{
	return add_relations(NIL, places, level);
}
