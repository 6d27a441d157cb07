/*
 * deparse/canon_names.c
 *		Names of result columns that mean nothing.
 *
 * A result column always has a name, even if the parser has to make one up:
 * "?column?" for a constant, but "text" once the deparser has printed the constant
 * as NULL::text, for example in a dump.  So a name that nobody can see must not be
 * printed, or a dump and restore would change it.  Names are seen
 *
 * - by whoever runs the query, unless a function runs it;
 * - in the outer query, if the query is in FROM or WITH without a list of column
 *	 names: then the outer query prints them anyway, except those that the parser
 *	 made up for constants.
 *
 * Nobody sees the names of a subquery within an expression, of any branch of a set
 * operation but the first, of the SELECT of an INSERT, or of columns that WITH
 * renames.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "nodes/primnodes.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "deparse/canon_names.h"

static void forget_first_names(Query *query, int count);

/* Forgets the names of the first "count" columns in all branches, or in all but the first one. */
static void
forget_in_branches(Query *query, Node *operation, int count, bool all)
{
	if (IsA(operation, SetOperationStmt))
	{
		SetOperationStmt *statement = (SetOperationStmt *) operation;

		forget_in_branches(query, statement->larg, count, all);
		forget_in_branches(query, statement->rarg, count, true);
	}
	else if (all)
		forget_first_names(list_nth_node(RangeTblEntry, query->rtable,
										 castNode(RangeTblRef, operation)->rtindex - 1)->subquery,
						   count);
}

/*
 * Returns true if the target is a column of VALUES under its own name.  That name
 * is not printed, but tells the deparser that it can print VALUES alone.
 */
static bool
is_column_of_values(const Query *query, const TargetEntry *target)
{
	const Var  *var = (const Var *) target->expr;
	const RangeTblEntry *entry;

	if (!IsA(var, Var) || var->varlevelsup > 0 || var->varattno <= 0 || target->resname == NULL)
		return false;
	entry = list_nth_node(RangeTblEntry, query->rtable, var->varno - 1);
	return entry->rtekind == RTE_VALUES && var->varattno <= list_length(entry->eref->colnames) &&
		strcmp(strVal(list_nth(entry->eref->colnames, var->varattno - 1)), target->resname) == 0;
}

static void
forget_first_names(Query *query, int count)
{
	List	   *targets = query->commandType == CMD_SELECT ? query->targetList : query->returningList;
	ListCell   *lc;

	if (query->setOperations != NULL)
	{
		forget_in_branches(query, query->setOperations, count, true);
		return;
	}
	foreach(lc, targets)
	{
		TargetEntry *target = lfirst_node(TargetEntry, lc);

		if (target->resjunk)
			continue;
		if (count-- == 0)
			break;
		if (!is_column_of_values(query, target))
			target->resname = NULL;
	}
}

/* Forgets the names of all columns that the query returns.  Changes the query. */
void
sg_canon_names_forget(Query *query)
{
	forget_first_names(query, -1);
}

/* Returns true if the name is the one that the parser would make up for NULL::type. */
static bool
is_name_of_type(const char *name, Oid type)
{
	Oid			element = get_element_type(type);
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(OidIsValid(element) ? element : type));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = strcmp(name, NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname)) == 0;
	ReleaseSysCache(tuple);
	return result;
}

/*
 * Forgets names that nobody has chosen.  If such a name is visible, 15 prints
 * AS "?column?", but 13 does not, so that after a dump of 13 the column is named
 * after the constant's type.
 */
static void
forget_invented_names(List *targets)
{
	ListCell   *lc;

	foreach(lc, targets)
	{
		TargetEntry *target = lfirst_node(TargetEntry, lc);

		if (target->resname == NULL || IsA(target->expr, Var))
			continue;
		if (strcmp(target->resname, "?column?") == 0 ||
			(IsA(target->expr, Const) &&
			 is_name_of_type(target->resname, ((Const *) target->expr)->consttype)))
			target->resname = NULL;
	}
}

/*
 * Forgets names of result columns that nobody has chosen or can see, in the query,
 * its branches, its WITH queries and the SELECT of an INSERT, but not in subqueries
 * further down.  Changes the query.
 */
void
sg_canon_names_forget_meaningless(Query *query)
{
	ListCell   *lc;

	forget_invented_names(query->targetList);
	forget_invented_names(query->returningList);
	if (query->setOperations != NULL)
		forget_in_branches(query, query->setOperations, -1, false);
	foreach(lc, query->cteList)
	{
		CommonTableExpr *with = lfirst_node(CommonTableExpr, lc);

		forget_first_names(castNode(Query, with->ctequery), list_length(with->aliascolnames));
	}
	foreach(lc, query->rtable)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		if (query->commandType == CMD_INSERT && entry->rtekind == RTE_SUBQUERY)
			sg_canon_names_forget(entry->subquery);
	}
}
