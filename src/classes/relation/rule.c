/*
 * classes/relation/rule.c
 *		Rules, which include the queries of views: pg_rewrite.
 *
 *		definition:
 *		| SELECT o.id,
 *		|     o.total
 *		|    FROM public.orders o
 *		rule "no_delete": ON DELETE DO INSTEAD NOTHING
 *		state of rule "no_delete": disabled
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/reloptions.h"
#include "catalog/indexing.h"
#include "catalog/pg_rewrite.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "rewrite/prs2lock.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"

#include "classes/locked.h"
#include "classes/relation/relation.h"
#include "deparse/query.h"
#include "deparse/tree.h"

static const char *
event_name(char event)
{
	/* pg_rewrite.ev_type is a CmdType as a digit */
	switch (event - '0')
	{
		case CMD_SELECT:
			return "SELECT";
		case CMD_UPDATE:
			return "UPDATE";
		case CMD_INSERT:
			return "INSERT";
		case CMD_DELETE:
			return "DELETE";
		default:
			elog(ERROR, "unrecognized event of a rule: %c", event);
			return NULL;		/* keep compiler quiet */
	}
}

static void
append_actions(StringInfo buf, SgNames *names, List *actions)
{
	ListCell   *lc;

	foreach(lc, actions)
	{
		Query	   *query = lfirst_node(Query, lc);

		if (query->commandType == CMD_NOTHING && list_length(actions) == 1)
			appendStringInfoString(buf, " NOTHING");
		else
			appendStringInfo(buf, "\n%s%s", sg_deparse_query(names, query),
							 list_length(actions) > 1 ? ";" : "");
	}
}

/* Turns joins into entries without a name: the deparser must not look for them in the FROM list. */
static void
forget_joins(List *rtable)
{
	ListCell   *lc;

	foreach(lc, rtable)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		if (entry->rtekind != RTE_JOIN)
			continue;
		entry->rtekind = RTE_RESULT;
		entry->joinaliasvars = NIL;
		/* without an alias a join has no name */
		entry->eref = makeAlias("", NIL);
	}
}

/*
 * SgTreePrinter for a rule's condition.  The server prints it with the names of the
 * tables in the first action, and so they are in a dump.  We use them, too: we print
 * a query over these tables whose only result is the condition.
 */
static char *
print_condition(SgDeparser *deparser, Node *condition, void *arg)
{
	List	   *actions = arg;
	Query	   *query = makeNode(Query);

	query->commandType = CMD_SELECT;
	query->rtable = copyObject(getInsertSelectQuery(linitial_node(Query, actions), NULL)->rtable);
	forget_joins(query->rtable);
	query->jointree = makeFromExpr(NIL, NULL);
	query->targetList = list_make1(makeTargetEntry((Expr *) condition, 1, NULL, false));
	return sg_deparse_query(deparser->names, query) + strlen("SELECT ");
}

/* the parts of a rule to be printed, besides its actions */
typedef struct RuleText
{
	const SgRelation *relation;
	Form_pg_rewrite form;
	bool		has_condition;
	Node	   *condition;		/* NULL if there is none, or it is damaged */
} RuleText;

/* SgTreePrinter for a list of actions */
static char *
print_rule(SgDeparser *deparser, Node *tree, void *arg)
{
	const RuleText *rule = arg;
	List	   *actions = (List *) tree;
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "ON %s", event_name(rule->form->ev_type));
	if (rule->has_condition)
		appendStringInfo(&buf, " WHERE %s",
						 sg_tree_print(deparser, print_condition, rule->condition, actions));
	appendStringInfo(&buf, " DO %s", rule->form->is_instead ? "INSTEAD" : "ALSO");
	append_actions(&buf, deparser->names, actions);
	return buf.data;
}

/* SgTreePrinter for a list with a view's query */
static char *
print_view(SgDeparser *deparser, Node *tree, void *arg)
{
	const RuleText *rule = arg;

	return sg_deparse_query_of_view(deparser->names, linitial_node(Query, (List *) tree),
								 &rule->relation->names);
}

static char *
node_text(SgCatalogScan *scan, HeapTuple tuple, AttrNumber attribute)
{
	bool		isnull;
	Datum		value = sg_scan_attribute(scan, tuple, attribute, &isnull);

	return isnull ? pstrdup("<>") : TextDatumGetCString(value);
}

/* Describes one rule.  Returns false if that has to wait for a lock. */
static bool
describe_rule(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple)
{
	Form_pg_rewrite form = (Form_pg_rewrite) GETSTRUCT(tuple);
	const char *name = NameStr(form->rulename);
	SgDescriber *describer = relation->describer;
	char	   *condition = node_text(scan, tuple, Anum_pg_rewrite_ev_qual);
	List	   *actions = sg_tree_read_list(describer->deparser, node_text(scan, tuple, Anum_pg_rewrite_ev_action));
	RuleText	rule = {.relation = relation, .form = form};
	const char *state = sg_trigger_firing_state(form->ev_enabled);

	/* no condition is an empty list of nodes */
	rule.has_condition = strcmp(condition, "<>") != 0;
	if (rule.has_condition)
		rule.condition = sg_tree_read(describer->deparser, condition);
	if (sg_locked_elsewhere(describer, relation->object, (Node *) list_make2(rule.condition, actions)))
		return false;
	if (form->ev_type == CMD_SELECT + '0')
		sg_object_add_structure(relation->object, "definition",
					  sg_tree_print(describer->deparser, print_view, (Node *) actions, &rule));
	else
		sg_object_add(relation->object, SG_FACET_STRUCTURE, form->oid, sg_item_attribute("rule", name),
					  sg_tree_print(describer->deparser, print_rule, (Node *) actions, &rule));
	if (state != NULL)
		sg_object_add(relation->object, SG_FACET_STRUCTURE, form->oid,
					  sg_item_attribute("state of rule", name), state);
	return true;
}

/* Adds the options of a view that change what it does. */
static void
add_view_options(SgRelation *relation)
{
	bool		isnull;
	Datum		options = sg_scan_attribute(relation->scan, relation->tuple,
											  Anum_pg_class_reloptions, &isnull);
	ListCell   *lc;

	if (isnull)
		return;
	foreach(lc, untransformRelOptions(options))
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, "check_option") == 0)
			sg_object_add_structure(relation->object, "check option",
						  defGetString(option));
		else if (strcmp(option->defname, "security_barrier") == 0 && defGetBoolean(option))
			sg_object_add_structure(relation->object, "security barrier", "");
		else if (strcmp(option->defname, "security_invoker") == 0 && defGetBoolean(option))
			sg_object_add_structure(relation->object, "security invoker", "");
	}
}

static bool
describe_rules(SgRelation *relation, SgCatalogScan *scan)
{
	HeapTuple	tuple;

	if (relation->form->relkind == RELKIND_VIEW)
		add_view_options(relation);
	if (!relation->form->relhasrules)
		return true;
	while ((tuple = sg_scan_next(scan, relation->relid)) != NULL)
	{
		if (!describe_rule(relation, scan, tuple))
			return false;
	}
	return true;
}

const SgRelationPart sg_rules_part = {
	.catalog = RewriteRelationId,
	.index = RewriteRelRulenameIndexId,
	.key_attribute = Anum_pg_rewrite_ev_class,
	.describe = describe_rules
};
