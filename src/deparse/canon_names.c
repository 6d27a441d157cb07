/*
 * deparse/canon_names.c
 *		Names of result columns that mean nothing.
 *
 * A result column always has a name, be it one that the parser made up:
 * "?column?" for a constant, but "text" once the deparser has printed the
 * constant as NULL::text, as a dump has it.  So a name that nobody can see must
 * not show, or it would come back from a dump as another.  Names are seen
 *
 * - by whoever runs the query, if that is not a function;
 * - in the query around it, if it is in FROM or WITH and that does not give its
 *	 columns other names: then they are in what is printed anyway, but for those
 *	 that the parser made up for constants.
 *
 * Nobody sees those of a subquery within an expression, of all branches of UNION
 * and its kin but the first, of what INSERT ... SELECT inserts, and of what WITH
 * gives names to.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "nodes/primnodes.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "deparse/canon_names.h"

static void forget_first_names(Query *query, int count);

/* Forgets the names of the first columns in all branches, or in all but the first one. */
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

/* Forgets the names of all that the query returns.  Changes the query. */
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
 * Forgets the names that nobody gave: 15 prints AS "?column?" where the name is
 * visible, 13 does not, so that the name of a constant's type comes back from
 * its dumps.
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
 * Forgets the names of result columns that nobody gave or can see, of the query
 * and of its branches, WITH and the SELECT of INSERT; not of subqueries further
 * down.  Changes the query.
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
