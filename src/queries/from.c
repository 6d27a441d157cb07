/*
 * queries/from.c
 *		What a query reads from: relations, subqueries, functions, joins, WITH; and its conditions.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

#include "queries/column.h"
#include "queries/from.h"
#include "queries/need.h"
#include "queries/use.h"

/* The relation, with the schemas in which its bare name was looked for in vain. */
static void
need_unqualified(SgWalk *walk, Oid relid)
{
	const char *name = get_rel_name(relid);
	ListCell   *cell;

	(void) sg_need_relation(walk->contract, relid);
	foreach(cell, walk->analysis->places.relations)
	{
		if (strcmp(lfirst(cell), name) != 0)
			continue;
		sg_need_not_in(walk->contract, relid, walk->analysis->path);
		break;
	}
}

/* The type of a column of a query in FROM, or InvalidOid. */
static Oid
entry_column_type(const RangeTblEntry *entry, int number)
{
	TargetEntry *target = entry->rtekind != RTE_SUBQUERY ? NULL :
		get_tle_by_resno(entry->subquery->targetList, number);

	return target == NULL ? InvalidOid : exprType((Node *) target->expr);
}

/*
 * What is done with the columns of a query of a UNION, NULL where its very type
 * counts: a List of char *.  The UNION's type stays the same if another query has that
 * type, and this one's is cast to it; unless this is the first, whose type is kept where
 * either could be cast to the other.
 */
static List *
union_uses(const Query *query, const RangeTblEntry *entry)
{
	List	   *uses = NIL;
	int			number = 0;
	ListCell   *cell;

	if (query->setOperations == NULL)
		return NIL;
	foreach(cell, castNode(SetOperationStmt, query->setOperations)->colTypes)
	{
		Oid			type = lfirst_oid(cell);
		bool		first_has_it = entry_column_type(linitial(query->rtable), ++number) == type;
		int			others = 0;
		ListCell   *lc;

		foreach(lc, query->rtable)
			others += lfirst(lc) != entry && entry_column_type(lfirst(lc), number) == type;
		uses = lappend(uses, others == 0 ? NULL :
					   sg_use_type(first_has_it && entry != linitial(query->rtable) ?
								   "passed" : "united", type));
	}
	return uses;
}

/* Walks the queries and functions in FROM. */
static void
walk_entry(SgWalk *walk, RangeTblEntry *entry)
{
	SgWalk		inner = *walk;

	switch (entry->rtekind)
	{
		case RTE_RELATION:
			need_unqualified(walk, entry->relid);
			break;
		case RTE_SUBQUERY:
			/* what is used of its columns is noted where it is used */
			inner.result_use = walk->level->query->setOperations == NULL ? "" : NULL;
			inner.result_uses = union_uses(walk->level->query, entry);
			(void) inner.expression((Node *) entry->subquery, &inner);
			break;
		case RTE_FUNCTION:
			(void) walk->expression((Node *) entry->functions, walk);
			break;
		case RTE_TABLEFUNC:
			(void) walk->expression((Node *) entry->tablefunc, walk);
			break;
		case RTE_VALUES:
			if (walk->level->query->commandType != CMD_INSERT)
				(void) walk->expression((Node *) entry->values_lists, walk);
			break;
		default:
			break;
	}
	(void) walk->expression((Node *) entry->tablesample, walk);
}

/* Walks FROM: joins and their conditions. */
static void
walk_from(SgWalk *walk, Node *node)
{
	ListCell   *cell;

	check_stack_depth();
	if (node == NULL)
		return;
	if (IsA(node, FromExpr))
	{
		foreach(cell, ((FromExpr *) node)->fromlist)
			walk_from(walk, lfirst(cell));
		(void) walk->expression(((FromExpr *) node)->quals, walk);
	}
	else if (IsA(node, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) node;

		walk_from(walk, join->larg);
		walk_from(walk, join->rarg);
		sg_column_join(walk, join);
		(void) walk->expression(join->quals, walk);
	}
}

/* A window's frame: where it is so far from the current row, there must be a function for that type. */
static void
walk_window(SgWalk *walk, WindowClause *window)
{
	(void) walk->expression(window->startOffset, walk);
	(void) walk->expression(window->endOffset, walk);
	if ((window->frameOptions & FRAMEOPTION_RANGE) == 0 ||
		(window->startOffset == NULL && window->endOffset == NULL))
		return;
	(void) walk->expression(get_sortgroupclause_expr(linitial(window->orderClause),
													   walk->level->query->targetList), walk);
}

/* Walks all of a query but the columns of its result. */
void
sg_from_walk(SgWalk *walk)
{
	Query	   *query = walk->level->query;
	ListCell   *cell;

	foreach(cell, query->rtable)
		walk_entry(walk, lfirst(cell));
	foreach(cell, query->cteList)
	{
		CommonTableExpr *cte = lfirst(cell);
		SgWalk		inner = *walk;

		inner.result_use = "";
		inner.result_uses = NIL;
		inner.positional = sg_analysis_is_positional(walk->analysis, cte->ctename);
		(void) inner.expression(cte->ctequery, &inner);
	}
	walk_from(walk, (Node *) query->jointree);
	(void) walk->expression(query->havingQual, walk);
	(void) walk->expression(query->limitOffset, walk);
	(void) walk->expression(query->limitCount, walk);
	foreach(cell, query->windowClause)
		walk_window(walk, lfirst(cell));
}
