/*
 * deparse/deparse.c
 *		Turns expressions into text without opening the relation that they belong to.
 *
 * pg_get_expr() and the like open the relation whose columns an expression names,
 * so they wait for anyone who has locked it.  A description must not wait.
 * Therefore the server's deparser gets a plan-tree context (as from EXPLAIN,
 * ruleutils.c of 13 to 18) with a range table entry that is not a relation, but a
 * list of column names, which have already been read from pg_attribute.  Such an
 * entry has no system columns: they become columns like others.  The deparser still
 * opens the relations of row types whose fields an expression selects.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/heap.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "utils/builtins.h"
#include "utils/ruleutils.h"

#include "catalogs/mention.h"
#include "deparse/canon.h"
#include "deparse/deparse.h"
#include "deparse/relations.h"
#include "deparse/temporary.h"
#include "deparse/tree.h"
#include "format/sql.h"

/* Gets the names of a relation's columns, for expressions over them.  They live as long as the SgNames. */
void
sg_deparse_column_names(SgNames *names, Oid relid, SgColumnNames *columns)
{
	const SgRelationColumns *known = sg_names_columns(names, relid);

	memset(columns, 0, sizeof(*columns));
	columns->relid = relid;
	columns->relation = sg_names_relation(names, relid)->name;
	columns->count = known->count;
	columns->names = known->names;
}

/*
 * Returns a range table entry that has nothing but column names.  If "system" is
 * true, the system columns follow, -1 first: see number_walker().
 */
static RangeTblEntry *
make_entry(const char *alias, const SgColumnNames *columns, bool system)
{
	RangeTblEntry *entry = makeNode(RangeTblEntry);
	List	   *names = NIL;

	for (int i = 0; i < columns->count; i++)
		names = lappend(names, makeString(pstrdup(columns->names[i] ? columns->names[i] : "")));
	for (AttrNumber i = -1; system && i > FirstLowInvalidHeapAttributeNumber; i--)
		names = lappend(names, makeString(pstrdup(NameStr(SystemAttributeDefinition(i)->attname))));
	entry->rtekind = RTE_VALUES;
	entry->eref = makeAlias(alias, names);
	return entry;
}

/* Returns a deparse context with an entry for each of the aliases, all with these columns. */
static List *
make_context(List *aliases, const SgColumnNames *columns, bool system)
{
	PlannedStmt *statement = makeNode(PlannedStmt);
	ListCell   *lc;

	foreach(lc, aliases)
		statement->rtable = lappend(statement->rtable, make_entry(lfirst(lc), columns, system));
	return deparse_context_for_plan_tree(statement, aliases);
}

/* context of number_walker() */
typedef struct NumberContext
{
	Index		depth;			/* of the query within the expression */
	int			count;			/* of columns, without system columns */
	bool		found;
} NumberContext;

/* Gives the system columns of an expression the numbers that they have in make_entry(). */
static bool
number_walker(Node *node, void *arg)
{
	NumberContext *context = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;

		if (var->varattno < 0 && var->varlevelsup == context->depth)
		{
			var->varattno = context->count - var->varattno;
			var->varattnosyn = var->varattno;
			context->found = true;
		}
		return false;
	}
	if (!IsA(node, Query))
		return expression_tree_walker(node, number_walker, arg);
	context->depth++;
	(void) query_tree_walker((Query *) node, number_walker, arg, 0);
	context->depth--;
	return false;
}

/* Numbers the system columns.  Returns true if there are any; then the context must have them, too. */
static bool
number_system_columns(Node *node, const SgColumnNames *columns)
{
	NumberContext context = {.count = columns->count};

	(void) number_walker(node, &context);
	return context.found;
}

/*
 * Returns a deparse context for an expression over the columns, which may be NULL.
 * May change the expression.
 */
static List *
context_for(Node *node, SgColumnNames *columns)
{
	List	   *aliases;

	if (columns == NULL)
		return NIL;
	aliases = list_make1(unconstify(char *, columns->relation));
	if (number_system_columns(node, columns))
		return make_context(aliases, columns, true);
	if (columns->context == NIL)
		columns->context = make_context(aliases, columns, false);
	return columns->context;
}

static char *
print_node(SgDeparser *deparser, Node *node, void *columns)
{
	(void) sg_mention_constants(deparser->names, node);
	/* a partition's bound consists of constants, and before 14 cannot be walked */
	if (!IsA(node, PartitionBoundSpec))
		node = sg_canon_tree(node);
	return sg_temporary_show(sg_sql_canonical(deparse_expression(node, context_for(node, columns), false, false)), NIL);
}

/*
 * Returns the text, palloc'd, of an expression over the columns of one relation,
 * which is range table entry 1.  "columns" may be NULL if it has none.
 */
char *
sg_deparse_node(SgDeparser *deparser, Node *node, SgColumnNames *columns)
{
	return sg_tree_print(deparser, print_node, node, columns);
}

static char *
print_policy(SgDeparser *deparser, Node *node, void *columns)
{
	List	   *context;
	List	   *temporary = sg_temporary_relations(node);
	List	   *hidden;
	char	   *text;

	(void) sg_mention_constants(deparser->names, node);
	node = sg_canon_tree(node);
	context = context_for(node, columns);
	hidden = sg_relations_hide(deparser->names, node);
	text = sg_relations_show(deparse_expression(node, context, false, false), hidden);
	return sg_temporary_show(sg_sql_canonical(text), temporary);
}

/* The same for the expression of a policy, which may contain sub-queries. */
char *
sg_deparse_policy(SgDeparser *deparser, Node *node, SgColumnNames *columns)
{
	return sg_tree_print(deparser, print_policy, node, columns);
}

static char *
print_with_old_new(SgDeparser *deparser, Node *node, void *arg)
{
	SgColumnNames *columns = arg;
	bool		system;
	List	   *context;

	(void) sg_mention_constants(deparser->names, node);
	node = sg_canon_tree(node);
	system = number_system_columns(node, columns);
	context = make_context(list_make2("old", "new"), columns, system);
	return sg_temporary_show(sg_sql_canonical(deparse_expression(node, context, true, false)), NIL);
}

/* The same for a trigger's WHEN condition, in which entries 1 and 2 are the old and the new row. */
char *
sg_deparse_with_old_new(SgDeparser *deparser, Node *node, SgColumnNames *columns)
{
	return sg_tree_print(deparser, print_with_old_new, node, columns);
}
