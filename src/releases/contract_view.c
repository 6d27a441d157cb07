/*
 * releases/contract_view.c
 *		Can a view be written to?
 *
 * By an INSTEAD OF trigger or an INSTEAD rule; or, as the server does it by itself, if it
 * is a plain selection of one relation, and of its columns those that are columns
 * there.  The view's definition is parsed, which looks nothing up, and
 * judged as rewriteHandler.c's view_query_is_auto_updatable() does.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/syscache.h"

#include "format/item_text.h"
#include "releases/contract_rules.h"

/* how many views may be made of each other */
#define MAX_DEPTH 64

/* Is there an aggregate, or a function that returns a set, of that name? */
static bool
may_spoil_rows(const char *name)
{
	CatCList   *functions = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	bool		found = false;

	for (int i = 0; i < functions->n_members; i++)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(&functions->members[i]->tuple);

		found |= form->prokind == PROKIND_AGGREGATE || form->proretset;
	}
	ReleaseSysCacheList(functions);
	return found;
}

/* Does the expression have what makes its rows others than those of the relation? */
static bool
spoils_rows(Node *node, void *arg)
{
	if (node == NULL || IsA(node, SelectStmt))
		return false;
	if (IsA(node, FuncCall))
	{
		FuncCall   *call = (FuncCall *) node;

		if (call->over != NULL || call->agg_star || call->agg_filter != NULL || call->agg_order != NIL ||
			may_spoil_rows(strVal(llast(call->funcname))))
			return true;
	}
	return raw_expression_tree_walker(node, spoils_rows, arg);
}

/* What keeps the query from being written to, or NULL. */
static const char *
obstacle(const SelectStmt *query)
{
	if (query->distinctClause != NIL)
		return "DISTINCT";
	if (query->groupClause != NIL)
		return "GROUP BY";
	if (query->havingClause != NULL)
		return "HAVING";
	if (query->op != SETOP_NONE)
		return "UNION, INTERSECT or EXCEPT";
	if (query->withClause != NULL)
		return "WITH";
	if (query->limitCount != NULL || query->limitOffset != NULL)
		return "LIMIT or OFFSET";
	if (list_length(query->fromClause) != 1 || !IsA(linitial(query->fromClause), RangeVar))
		return "not just one relation";
	if (spoils_rows((Node *) query->targetList, NULL))
		return "aggregates, window functions or sets";
	return NULL;
}

/* Is the event taken care of by a trigger or a rule? */
static bool
is_replaced(const SgObject *view, const char *event)
{
	for (int i = 0; i < view->nitems; i++)
	{
		const SgItem *item = &view->items[i];
		bool		instead;

		if (sg_item_is(item, SG_ITEM_TRIGGER) &&
			strncmp(item->definition, "INSTEAD OF ", 11) == 0 &&
			strstr(item->definition, event) != NULL && sg_item_fires(view, item))
			return true;
		if (sg_item_is(item, SG_ITEM_RULE) &&
			sg_item_rule_is_on(item->definition, event, &instead) && instead &&
			sg_item_fires(view, item))
			return true;
	}
	return false;
}

/* The view's query, or NULL. */
static const SelectStmt *
view_query(const SgObject *view)
{
	const char *definition = sg_item_definition(view, "definition");
	List	   *statements;

	if (definition == NULL)
		return NULL;
	statements = pg_parse_query(definition);
	if (list_length(statements) != 1 || !IsA(linitial_node(RawStmt, statements)->stmt, SelectStmt))
		return NULL;
	return (const SelectStmt *) linitial_node(RawStmt, statements)->stmt;
}

/* The column of the relation beneath that a column of the view is, or NULL. */
static const char *
column_beneath(const SgObject *view, const SelectStmt *query, const char *name)
{
	ListCell   *column;
	ListCell   *target;

	forboth(column, sg_contract_columns(view, SG_ITEM_COLUMN, true), target, query->targetList)
	{
		Node	   *value = lfirst_node(ResTarget, target)->val;

		if (strcmp(lfirst(column), name) != 0)
			continue;
		if (!IsA(value, ColumnRef) || !IsA(llast(((ColumnRef *) value)->fields), String))
			return NULL;
		return strVal(llast(((ColumnRef *) value)->fields));
	}
	return NULL;
}

static SgProblem *
report(SgRelationCheck *state, const char *column, const char *found)
{
	SgProblem  *problem = sg_contract_relation_problem(state, SG_RULE_VIEW_NOT_WRITABLE,
													   column == NULL ? NULL : sg_item_attribute("column", column));

	problem->needed = "a view that can be written";
	problem->found = found;
	return problem;
}

/* An event on the view, or on one beneath it, that writes these columns: as far as "state"'s view. */
static void
check_event(SgRelationCheck *state, const SgObject *view, const char *event, const List *columns,
			int depth)
{
	const SelectStmt *query;
	const SgObject *beneath;
	const RangeVar *name;
	const char *found;
	List	   *names = NIL;
	ListCell   *cell;

	if (depth == MAX_DEPTH || is_replaced(view, event) || (query = view_query(view)) == NULL)
		return;
	found = obstacle(query);
	if (found != NULL)
	{
		(void) report(state, NULL, found);
		return;
	}
	foreach(cell, columns)
	{
		const char *column = column_beneath(view, query, lfirst(cell));

		if (column != NULL)
			names = lappend(names, unconstify(char *, column));
		else if (sg_item_find(view, sg_item_attribute("column", lfirst(cell))) != NULL)
			(void) report(state, lfirst(cell), "an expression there");
	}
	name = linitial(query->fromClause);
	if (name->schemaname == NULL)
		return;
	beneath = state->check->source->lookup(SG_CONTRACT_RELATION,
										   quote_qualified_identifier(name->schemaname, name->relname),
										   state->check->source->arg);
	if (beneath != NULL && strcmp(beneath->type, "view") == 0)
		check_event(state, beneath, event, names, depth + 1);
	else if (beneath != NULL && !sg_contract_is_table(beneath))
		(void) report(state, NULL, "something beneath that cannot be written");
}

static bool
is_deleted_from(const SgContractRelation *needed)
{
	ListCell   *cell;

	foreach(cell, needed->commands)
	{
		if (strcmp(lfirst(cell), "delete") == 0)
			return true;
	}
	return false;
}

/* Does the view take what the release writes? */
void
sg_contract_check_view(SgRelationCheck *state)
{
	const SgContractRelation *needed = state->needed;
	const SgObject *view = state->source;

	CHECK_FOR_INTERRUPTS();
	if (needed->inserts || needed->may_insert != NIL || needed->positional != NIL)
		check_event(state, view, "INSERT",
					list_concat_copy(needed->insert, needed->may_insert), 0);
	if (needed->update != NIL)
		check_event(state, view, "UPDATE", needed->update, 0);
	if (is_deleted_from(needed))
		check_event(state, view, "DELETE", NIL, 0);
}
