/*
 * contracts/contract_view.c
 *		Whether a view can be written to, and its rows locked.
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

#include "catalogs/names.h"
#include "contracts/contract_rules.h"
#include "format/item_text.h"
#include "support/attempt.h"

/* how many views may be made of each other */
#define MAX_DEPTH 64

/* a text that is parsed */
typedef struct Parse
{
	const char *text;
	List	   *statements;
} Parse;

/* Returns true if an aggregate or a set-returning function has that name. */
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

/*
 * Returns true if the expression has an aggregate, a window function or a
 * set-returning function: then the query's rows are not those of the relation.
 */
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

/*
 * Returns true if an INSTEAD OF trigger or an INSTEAD rule handles the event.  If the rule is conditional, the
 * server does not do the rest by itself: "partly".
 */
static bool
is_replaced(const SgObject *view, const char *event, bool *partly)
{
	*partly = false;
	for (int i = 0; i < view->nitems; i++)
	{
		const SgItem *item = &view->items[i];
		SgRuleParts rule;

		if (sg_item_is(item, SG_ITEM_TRIGGER) &&
			strncmp(item->definition, "INSTEAD OF ", 11) == 0 &&
			strstr(item->definition, event) != NULL && sg_item_fires(view, item))
			return true;
		if (sg_item_is(item, SG_ITEM_RULE) &&
			sg_item_rule_parse(item->definition, event, &rule) && rule.instead &&
			sg_item_fires(view, item))
		{
			if (!rule.conditional)
				return true;
			*partly = true;
		}
	}
	return false;
}

static void
parse(void *arg)
{
	Parse	   *work = arg;

	work->statements = pg_parse_query(work->text);
}

/* The view's query, or NULL. */
static const SelectStmt *
view_query(const SgObject *view)
{
	Parse		work = {sg_item_definition(view, "definition")};
	List	   *statements;

	if (work.text == NULL)
		return NULL;
	if (!sg_names_may_lack(work.text))
		parse(&work);
	else if (sg_attempt_object(parse, &work) != NULL)
		return NULL;
	statements = work.statements;
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

/* what happens to a view, or to what is beneath it */
typedef struct Event
{
	SgRelationCheck *state;		/* of the view that the release writes */
	const char *name;			/* INSERT, UPDATE or DELETE */
	List	   *columns;		/* of char *: all that are written */
	List	   *written;		/* of char *: what the release calls each of these */
	List	   *given;			/* of char *: those that each INSERT gives */
	List	   *defaulted;		/* of char *: those that UPDATE sets to DEFAULT */
	List	   *targets;		/* of List * of char *: those that ON CONFLICT names */
} Event;

/* Replaces the columns that are written by those beneath; reports those that are none. */
static void
write_beneath(const Event *event, const SgObject *view, const SelectStmt *query, Event *inner)
{
	ListCell   *cell;
	ListCell   *written;

	inner->columns = NIL;
	inner->written = NIL;
	forboth(cell, event->columns, written, event->written)
	{
		const char *column = column_beneath(view, query, lfirst(cell));

		if (column != NULL)
		{
			inner->columns = lappend(inner->columns, unconstify(char *, column));
			inner->written = lappend(inner->written, lfirst(written));
		}
		else if (sg_item_find(view, sg_item_attribute("column", lfirst(cell))) != NULL)
			(void) report(event->state, lfirst(written), "an expression there");
	}
}

/* The columns beneath those of the view. */
static List *
names_beneath(const SgObject *view, const SelectStmt *query, const List *given)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, given)
	{
		const char *column = column_beneath(view, query, lfirst(cell));

		if (column != NULL)
			names = lappend(names, unconstify(char *, column));
	}
	return names;
}

/* What ON CONFLICT names beneath; a target with an expression is left out. */
static List *
targets_beneath(const SgObject *view, const SelectStmt *query, const List *targets)
{
	List	   *beneath = NIL;
	ListCell   *cell;

	foreach(cell, targets)
	{
		List	   *names = names_beneath(view, query, lfirst(cell));

		if (list_length(names) == list_length(lfirst(cell)))
			beneath = lappend(beneath, names);
	}
	return beneath;
}

/*
 * The columns for which an INSERT into the view has a value: those given, and the
 * view's own defaults.
 */
static List *
given_to(const Event *event, const SgObject *view)
{
	List	   *given = list_copy(event->given);

	for (int i = 0; i < view->nitems; i++)
	{
		SgColumnParts column;

		if (!sg_item_is(&view->items[i], SG_ITEM_COLUMN))
			continue;
		sg_item_column_parse(view->items[i].definition, &column);
		if (column.fill == SG_FILL_DEFAULT)
			given = lappend(given, sg_item_name(view->items[i].attribute));
	}
	return given;
}

/* The columns that UPDATE sets to null, as the view has no default for them. */
static List *
set_to_null(const Event *event, const SgObject *view)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, event->defaulted)
	{
		const char *definition = sg_item_definition(view, sg_item_attribute("column", lfirst(cell)));
		SgColumnParts column;

		if (definition == NULL)
			continue;
		sg_item_column_parse(definition, &column);
		if (column.fill != SG_FILL_DEFAULT)
			names = lappend(names, lfirst(cell));
	}
	return names;
}

/* The table refuses an INSERT; if the release writes to it as well, that is known already. */
static void
check_insert(SgRelationCheck *state)
{
	List	   *known = state->check->problems;

	state->check->problems = NIL;
	sg_contract_check_insert(state);
	sg_contract_check_conflicts(state);
	state->check->problems = sg_problem_add_unknown(known, state->check->problems);
}

/* The rules of what is beneath; those on other events are looked at with these. */
static void
check_rules(const Event *event, const SgObject *beneath)
{
	List	   *known = event->state->check->problems;

	event->state->check->problems = NIL;
	sg_contract_check_rewriting(event->state, beneath);
	event->state->check->problems = sg_problem_add_unknown(known, event->state->check->problems);
}

/* The publications that have the table beneath; what the release does to that itself is known already. */
static void
check_publications(const Event *event, const SgObject *table)
{
	List	   *known = event->state->check->problems;

	event->state->check->problems = NIL;
	sg_contract_check_published(event->state, table, strcmp(event->name, "UPDATE") == 0 ? "update" : "delete");
	event->state->check->problems = sg_problem_add_unknown(known, event->state->check->problems);
}

/* Returns true if the INSERT gives the column a value even if it is an identity column. */
static bool
is_overridden(const Event *event, const char *name)
{
	ListCell   *cell;

	foreach(cell, strcmp(event->name, "INSERT") == 0 ? event->state->needed->overridden : NIL)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* What is written to the table beneath: it must take it as if the release wrote it there. */
static void
check_table(const Event *event, const SgObject *table)
{
	SgContractRelation needed = { .identity = table->identity, .insert = event->given, .inserts = true, .conflict_targets = event->targets };
	SgRelationCheck state = { .check = event->state->check, .needed = &needed, .object = table };
	ListCell   *cell;
	ListCell   *written;

	state.source = sg_contract_complete(state.check, table);
	check_rules(event, state.source);
	if (strcmp(event->name, "INSERT") != 0)
		check_publications(event, table);
	forboth(cell, event->columns, written, event->written)
	{
		const SgItem *item = sg_item_find(state.source, sg_item_attribute("column", lfirst(cell)));
		SgColumnParts column;

		if (item == NULL)
			continue;
		sg_item_column_parse(item->definition, &column);
		if (column.fill == SG_FILL_GENERATED ||
			(column.fill == SG_FILL_IDENTITY_ALWAYS && !is_overridden(event, lfirst(written))))
			(void) report(event->state, lfirst(written), column.fill_text);
	}
	foreach(cell, event->defaulted)
	{
		const SgItem *item = sg_item_find(state.source, sg_item_attribute("column", lfirst(cell)));

		if (item != NULL)
			sg_contract_check_set_null(&state, item);
	}
	if (strcmp(event->name, "INSERT") == 0)
		check_insert(&state);
}

/* What happens instead of the INSERT leaves the server to find what ON CONFLICT names in the view, which has no keys. */
static void
check_replaced_insert(const Event *event, const SgObject *view)
{
	SgContractRelation needed = { .identity = view->identity, .conflict_targets = event->targets, .conflict_keys = event->state->needed->conflict_keys };
	SgRelationCheck state = { .check = event->state->check, .needed = &needed, .object = view, .source = view };
	List	   *known = state.check->problems;

	state.check->problems = NIL;
	sg_contract_check_conflicts(&state);
	state.check->problems = sg_problem_add_unknown(known, state.check->problems);
}

/* The event on the view, or on one beneath it, as far as the release's own. */
static void
check_event(const Event *event, const SgObject *view, int depth)
{
	Event		inner = *event;
	const SelectStmt *query;
	const SgObject *beneath;
	const RangeVar *name;
	const char *found;
	bool		partly;

	if (depth > 0)
		check_rules(event, view);
	if (is_replaced(view, event->name, &partly))
	{
		if (strcmp(event->name, "INSERT") == 0)
			check_replaced_insert(event, view);
		return;
	}
	if (depth == MAX_DEPTH || (query = view_query(view)) == NULL)
		return;
	found = partly ? "a conditional INSTEAD rule" : obstacle(query);
	if (found != NULL)
	{
		(void) report(event->state, NULL, found);
		return;
	}
	write_beneath(event, view, query, &inner);
	inner.given = names_beneath(view, query, given_to(event, view));
	inner.targets = targets_beneath(view, query, event->targets);
	/* what the first view has no default for is null from then on */
	inner.defaulted = names_beneath(view, query, depth == 0 ? set_to_null(event, view) : event->defaulted);
	name = linitial(query->fromClause);
	if (name->schemaname == NULL)
		return;
	beneath = event->state->check->source->lookup(SG_CONTRACT_RELATION,
												  quote_qualified_identifier(name->schemaname, name->relname),
												  event->state->check->source->arg);
	if (beneath != NULL && strcmp(beneath->type, "view") == 0)
		check_event(&inner, beneath, depth + 1);
	else if (beneath != NULL && sg_contract_is_table(beneath))
		check_table(&inner, beneath);
	else if (beneath != NULL)
		(void) report(event->state, NULL, "something beneath that cannot be written");
}

static bool
is_used(const SgContractRelation *needed, const char *command)
{
	ListCell   *cell;

	foreach(cell, needed->commands)
	{
		if (strcmp(lfirst(cell), command) == 0)
			return true;
	}
	return false;
}

/* ---------------------------------------------------------------- FOR UPDATE */

static const char outer_join[] = "an outer join";

static const char *query_lock_obstacle(SgRelationCheck *state, const SelectStmt *query, int depth);

/* Returns true if what stands in FROM has no rows of a relation, which FOR UPDATE then leaves alone. */
static bool
has_no_rows(const Node *from)
{
	return IsA(from, RangeFunction) || IsA(from, RangeTableFunc) ||
		(IsA(from, RangeVar) && ((RangeVar *) from)->schemaname == NULL);
}

/* What keeps rows of a relation, or of what stands in a view's FROM, from being locked; or NULL. */
static const char *
lock_obstacle(SgRelationCheck *state, Node *from, int depth)
{
	if (IsA(from, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) from;
		const char *found;

		if ((join->jointype != JOIN_INNER && join->jointype != JOIN_RIGHT && !has_no_rows(join->rarg)) ||
			(join->jointype != JOIN_INNER && join->jointype != JOIN_LEFT && !has_no_rows(join->larg)))
			return outer_join;
		found = lock_obstacle(state, join->larg, depth);
		return found != NULL ? found : lock_obstacle(state, join->rarg, depth);
	}
	if (IsA(from, RangeSubselect))
		return query_lock_obstacle(state, (SelectStmt *) ((RangeSubselect *) from)->subquery, depth);
	if (IsA(from, RangeVar) && !has_no_rows(from))
	{
		const RangeVar *name = (RangeVar *) from;
		const SgObject *object =
			state->check->source->lookup(SG_CONTRACT_RELATION,
										 quote_qualified_identifier(name->schemaname, name->relname),
										 state->check->source->arg);
		const SelectStmt *query;

		if (object != NULL && strcmp(object->type, "materialized view") == 0)
			return object->type;
		if (object != NULL && strcmp(object->type, "view") == 0 && (query = view_query(object)) != NULL)
			return query_lock_obstacle(state, query, depth + 1);
	}
	return NULL;
}

/* The same of a query.  Of UNION and its like the server locks nothing, and says nothing. */
static const char *
query_lock_obstacle(SgRelationCheck *state, const SelectStmt *query, int depth)
{
	ListCell   *cell;

	check_stack_depth();
	if (depth == MAX_DEPTH || query->op != SETOP_NONE || query->fromClause == NIL)
		return NULL;
	if (query->distinctClause != NIL)
		return "DISTINCT";
	if (query->groupClause != NIL)
		return "GROUP BY";
	if (query->havingClause != NULL)
		return "HAVING";
	if (spoils_rows((Node *) query->targetList, NULL))
		return "aggregates, window functions or sets";
	foreach(cell, query->fromClause)
	{
		const char *found = lock_obstacle(state, lfirst(cell), depth);

		if (found != NULL)
			return found;
	}
	return NULL;
}

/* FOR UPDATE of a view locks the rows of what is beneath it. */
static void
check_lock(SgRelationCheck *state)
{
	const SelectStmt *query = view_query(state->source);
	const char *found = query == NULL ? NULL : query_lock_obstacle(state, query, 0);
	SgProblem  *problem;

	if (found == NULL)
		return;
	problem = sg_contract_relation_problem(state, SG_RULE_RELATION_KIND_CHANGED, "select for update");
	problem->needed = "rows of relations";
	problem->found = psprintf("view with %s", found);
	/* a condition that no null meets makes it an inner one */
	if (found == outer_join)
		problem->severity = SG_RISKY;
}

/* Does the view take what the release writes, or locks? */
void
sg_contract_check_view(SgRelationCheck *state)
{
	const SgContractRelation *needed = state->needed;
	const SgObject *view = state->source;
	Event		insert = {state, "INSERT"};
	ListCell   *cell;

	CHECK_FOR_INTERRUPTS();
	insert.targets = needed->conflict_targets;
	if (needed->inserts || needed->may_insert != NIL)
	{
		insert.columns = list_concat_copy(needed->insert, needed->may_insert);
		insert.written = insert.columns;
		insert.given = needed->insert;
		check_event(&insert, view, 0);
	}
	foreach(cell, needed->positional)
	{
		ListCell   *lc;

		insert.columns = NIL;
		foreach(lc, lfirst(cell))
			insert.columns = lappend(insert.columns,
									 unconstify(char *, ((const SgContractPosition *) lfirst(lc))->column));
		insert.written = insert.columns;
		insert.given = insert.columns;
		check_event(&insert, view, 0);
	}
	if (is_used(needed, "insert own rows") || is_used(needed, "insert all columns"))
	{
		insert.columns = sg_contract_columns(view, SG_ITEM_COLUMN, true);
		insert.written = insert.columns;
		insert.given = insert.columns;
		check_event(&insert, view, 0);
	}
	if (needed->update != NIL || needed->update_default != NIL)
	{
		Event		update = {state, "UPDATE", list_concat_copy(needed->update, needed->update_default)};

		update.written = update.columns;
		update.defaulted = needed->update_default;
		check_event(&update, view, 0);
	}
	if (is_used(needed, "select for update") && strcmp(view->type, "view") == 0)
		check_lock(state);
	if (is_used(needed, "delete"))
	{
		Event		deletion = {state, "DELETE"};

		check_event(&deletion, view, 0);
	}
}
