/*
 * sg_deparse.c
 *		Expressions as text, without opening the relation they belong to.
 *
 * pg_get_expr() and its kin open the relation whose columns an expression
 * names, that is, they wait for whoever has it locked.  A description must not
 * wait, so the server's deparser is given a plan-tree context (as EXPLAIN does
 * it, ruleutils.c of 13 to 18) over a range table entry that is no relation
 * but a list of column names, which were read from pg_attribute already.  An
 * expression over system columns is the exception: only a real relation has
 * those, so for it the relation is opened after all.  What the deparser still
 * opens are the relations of row types, of which an expression takes fields.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "sg_canon.h"
#include "sg_class.h"
#include "sg_deparse_relations.h"
#include "storage/lockdefs.h"
#include "utils/builtins.h"
#include "utils/ruleutils.h"

/* a range table entry that has nothing but column names */
static RangeTblEntry *
make_entry(const char *alias, const SgColumnNames *columns)
{
	RangeTblEntry *entry = makeNode(RangeTblEntry);
	List	   *names = NIL;

	for (int i = 0; i < columns->count; i++)
		names = lappend(names, makeString(pstrdup(columns->names[i] ? columns->names[i] : "")));
	entry->rtekind = RTE_VALUES;
	entry->eref = makeAlias(alias, names);
	return entry;
}

/* a deparse context over entries named by "aliases", all with these columns */
static List *
make_context(List *aliases, const SgColumnNames *columns)
{
	PlannedStmt *statement = makeNode(PlannedStmt);
	ListCell   *lc;

	foreach(lc, aliases)
		statement->rtable = lappend(statement->rtable, make_entry(lfirst(lc), columns));
	return deparse_context_for_plan_tree(statement, aliases);
}

/* "arg" is how many queries there are between the node and the outermost */
static bool
system_column_walker(Node *node, void *arg)
{
	Index	   *depth = arg;
	bool		result;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
		return ((Var *) node)->varattno < 0 && ((Var *) node)->varlevelsup == *depth;
	if (!IsA(node, Query))
		return expression_tree_walker(node, system_column_walker, arg);
	(*depth)++;
	result = query_tree_walker((Query *) node, system_column_walker, arg, 0);
	(*depth)--;
	return result;
}

static bool
has_system_column(Node *node)
{
	Index		depth = 0;

	return system_column_walker(node, &depth);
}

/* A deparse context for an expression over the columns, which may be NULL. */
static List *
context_for(Node *node, SgColumnNames *columns)
{
	if (columns == NULL)
		return NIL;
	if (has_system_column(node))
		return deparse_context_for(columns->relation, columns->relid);
	if (columns->context == NIL)
		columns->context = make_context(list_make1(unconstify(char *, columns->relation)), columns);
	return columns->context;
}

/*
 * The text of an expression over the columns of one relation, which is range
 * table entry 1; "columns" may be NULL if it has none.  palloc'd.
 */
char *
sg_deparse_node(Node *node, SgColumnNames *columns)
{
	/* a partition's bound has nothing but constants, and before 14 cannot be walked */
	if (!IsA(node, PartitionBoundSpec))
		node = sg_canon_tree(node);
	return sg_canon_text(deparse_expression(node, context_for(node, columns), false, false));
}

/* The same for the expression of a policy, which may have sub-queries. */
char *
sg_deparse_policy(SgNames *names, Node *node, SgColumnNames *columns)
{
	List	   *hidden;
	char	   *text;

	node = sg_canon_tree(node);
	hidden = sg_hide_relations(names, node);
	text = deparse_expression(node, context_for(node, columns), false, false);
	return sg_canon_text(sg_show_relations(text, hidden));
}

/* The same for a stored expression (pg_node_tree). */
char *
sg_deparse_expression(const char *tree, SgColumnNames *columns)
{
	return sg_deparse_node(stringToNode(tree), columns);
}

/*
 * The text of a trigger's WHEN condition: entries 1 and 2 are the old and the
 * new row.  System columns are as good as never named there (only tableoid can
 * be), and then have to be looked up in the relation.
 */
char *
sg_deparse_with_old_new(const char *tree, SgColumnNames *columns)
{
	Node	   *node = sg_canon_tree(stringToNode(tree));
	List	   *context = make_context(list_make2("old", "new"), columns);

	if (has_system_column(node))
	{
		RangeTblEntry *entry;
		PlannedStmt *statement = makeNode(PlannedStmt);
		const char *aliases[] = {"old", "new"};

		for (int i = 0; i < 2; i++)
		{
			entry = make_entry(aliases[i], columns);
			entry->rtekind = RTE_RELATION;
			entry->relid = columns->relid;
			entry->relkind = RELKIND_RELATION;
			entry->rellockmode = AccessShareLock;
			statement->rtable = lappend(statement->rtable, entry);
		}
		context = deparse_context_for_plan_tree(statement, list_make2("old", "new"));
	}
	return sg_canon_text(deparse_expression(node, context, true, false));
}
