/*
 * queries/scope.c
 *		What the numbers in an analysed query stand for.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_relation.h"
#include "parser/parsetree.h"

#include "queries/scope.h"
#include "support/compat.h"

/* The query that is so many levels further out. */
const SgLevel *
sg_scope_level(const SgLevel *level, Index up)
{
	while (up-- > 0 && level->outer != NULL)
		level = level->outer;
	return level;
}

/* What a column is of; it belongs to the level that is var->varlevelsup further out. */
RangeTblEntry *
sg_scope_entry(const SgLevel *level, const Var *var)
{
	const List *entries = sg_scope_level(level, var->varlevelsup)->query->rtable;

	if (var->varno <= 0 || var->varno > list_length(entries))
		elog(ERROR, "there is no relation number %d in the query", (int) var->varno);
	return list_nth(entries, var->varno - 1);
}

/* Finds the query that an entry of this level is made of, with its own level; false if it is not one. */
bool
sg_scope_query(const SgLevel *level, const RangeTblEntry *entry, SgLevel *inner)
{
	ListCell   *cell;

	if (entry->rtekind == RTE_SUBQUERY)
	{
		*inner = (SgLevel) {entry->subquery, level};
		return true;
	}
	if (entry->rtekind != RTE_CTE)
		return false;
	level = sg_scope_level(level, entry->ctelevelsup);
	foreach(cell, level->query->cteList)
	{
		CommonTableExpr *cte = lfirst(cell);

		if (strcmp(cte->ctename, entry->ctename) != 0 || !IsA(cte->ctequery, Query))
			continue;
		*inner = (SgLevel) {(Query *) cte->ctequery, level};
		return true;
	}
	return false;
}

/* The columns of a query's result. */
List *
sg_scope_output(const Query *query)
{
	return query->commandType == CMD_SELECT ? query->targetList : query->returningList;
}

/* The expression of a column of the result; NULL if there is none, or UNION makes it. */
Node *
sg_scope_column(const Query *query, AttrNumber number)
{
	TargetEntry *target;

	if (query->setOperations != NULL)
		return NULL;
	target = get_tle_by_resno(sg_scope_output(query), number);
	return target == NULL ? NULL : (Node *) target->expr;
}

/* Returns true if a clause of the query sorts or groups by the column of its result; DISTINCT alone takes all. */
bool
sg_scope_is_ordered_by(const Query *query, const TargetEntry *target)
{
	Index		number = target->ressortgroupref;
	ListCell   *cell;

	if (number == 0)
		return false;
	foreach(cell, query->windowClause)
	{
		if (get_sortgroupref_clause_noerr(number, lfirst_node(WindowClause, cell)->partitionClause) != NULL ||
			get_sortgroupref_clause_noerr(number, lfirst_node(WindowClause, cell)->orderClause) != NULL)
			return true;
	}
	return get_sortgroupref_clause_noerr(number, query->sortClause) != NULL ||
		get_sortgroupref_clause_noerr(number, query->groupClause) != NULL ||
		(query->hasDistinctOn && get_sortgroupref_clause_noerr(number, query->distinctClause) != NULL);
}

/*
 * What an expression is, whatever subqueries and joins hand it on: a column of a relation or something else that no
 * query hands on.  "level" becomes the one that it is of.  NULL if UNION makes it.
 */
Node *
sg_scope_source(const SgLevel **level, Node *node)
{
	check_stack_depth();
	while (node != NULL && IsA(node, Var) && ((Var *) node)->varattno > 0)
	{
		const Var  *var = (const Var *) node;
		const RangeTblEntry *entry = sg_scope_entry(*level, var);
		SgLevel    *inner = palloc(sizeof(SgLevel));

		/* the column of a relation stays where it is, whatever level that is of */
		if (entry->rtekind != RTE_RELATION)
			*level = sg_scope_level(*level, var->varlevelsup);
		if (entry->rtekind == RTE_JOIN)
			node = list_nth(entry->joinaliasvars, var->varattno - 1);
		else if (sg_compat_group_column(unconstify(RangeTblEntry *, entry), var->varattno) != NULL)
			node = sg_compat_group_column(unconstify(RangeTblEntry *, entry), var->varattno);
		else if (sg_scope_query(*level, entry, inner))
		{
			node = sg_scope_column(inner->query, var->varattno);
			*level = inner;
		}
		else
			break;
	}
	return node;
}

/* Finds the column of a relation that an expression is; false if it is none. */
bool
sg_scope_origin(const SgLevel *level, Node *node, Oid *relid, AttrNumber *number)
{
	const Var  *var = (const Var *) sg_scope_source(&level, node);
	const RangeTblEntry *entry;

	if (var == NULL || !IsA(var, Var) || var->varattno <= 0)
		return false;
	entry = sg_scope_entry(level, var);
	*relid = entry->relid;
	*number = var->varattno;
	return entry->rtekind == RTE_RELATION;
}
