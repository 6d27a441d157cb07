/*
 * deparse/query.c
 *		Turns the queries of views, rules and SQL-standard function bodies into text.
 *
 * The server's deparser produces the text; we prepare the tree so that all versions
 * produce the same.  What would differ:
 *
 * - Column prefixes.  The deparser leaves them out if the range table has one
 *	 entry.  Up to 15 a view's has two more, OLD and NEW (1b4d280ea), so that
 *	 the same view is printed with prefixes before 16 and without after.  Here
 *	 every query gets an entry that is not in its FROM list: always prefixes.
 * - Table aliases.  Because of OLD and NEW, the view's own tables cannot have these
 *	 names: a table "old" is printed, and so dumped, as "old old_1".  From 16 on a
 *	 view's query gets such entries here, and on all versions an alias like old_1
 *	 becomes the name that it was made from.
 * - Result columns.  Renaming a view's column does not change the query, but a dump
 *	 and restore does: the query gets the current names of the columns.
 * - Function arguments.  They become columns of an extra entry, which is named
 *	 like the function, so that they are printed as function.argument; but they
 *	 stay $1 if a table has that name.
 *
 * The deparser is kept from opening the relations of a query whenever possible:
 * deparse/relations.c.  Those that it does open stay locked until the transaction
 * ends.
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

#include "catalogs/mention.h"
#include "deparse/canon.h"
#include "deparse/canon_names.h"
#include "deparse/query.h"
#include "deparse/relations.h"
#include "deparse/temporary.h"
#include "format/sql.h"
#include "support/compat.h"

/* the name of a range table entry, which no user can have chosen */
#define EXTRA_ENTRY "\001"

static RangeTblEntry *
make_entry(const char *name, List *columns)
{
	RangeTblEntry *entry = makeNode(RangeTblEntry);

	entry->rtekind = RTE_RESULT;
	entry->eref = makeAlias(name, columns);
	return entry;
}

/* Adds an entry with these columns that is not in the query's FROM list. */
static Index
add_entry(Query *query, const char *name, List *columns)
{
	query->rtable = lappend(query->rtable, make_entry(name, columns));
	return list_length(query->rtable);
}

static char *
query_text(SgNames *names, Query *query)
{
	List	   *temporary = sg_temporary_relations((Node *) query);
	List	   *hidden = sg_relations_hide(names, (Node *) query);
	char	   *text = sg_sql_canonical(sg_relations_show(sg_compat_query_text(query), hidden));

	text = sg_temporary_show(text, temporary);
	while (*text == ' ' || *text == '\n')
		text++;
	return text;
}

/*
 * Returns the text of a rule's query, in the current memory context.  Waits for
 * AccessShareLock on the relations that the deparser has to open; see
 * sg_locked_elsewhere().
 */
char *
sg_deparse_query(SgNames *names, Query *query)
{
	(void) sg_mention_constants(names, (Node *) query);
	query = (Query *) sg_canon_tree((Node *) query);
	add_entry(query, EXTRA_ENTRY, NIL);
	return query_text(names, query);
}

static void
name_targets(Query *query, const SgColumnNames *columns)
{
	ListCell   *lc;
	int			attnum = 0;

	foreach(lc, query->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, lc);

		if (target->resjunk || attnum >= columns->count)
			continue;
		if (columns->names[attnum] != NULL)
			target->resname = pstrdup(columns->names[attnum]);
		attnum++;
	}
}

/* Gives the result columns their names; the first branch of a set operation names them. */
static void
name_result(Query *query, Node *operation, const SgColumnNames *columns)
{
	if (operation == NULL)
		name_targets(query, columns);
	else if (IsA(operation, SetOperationStmt))
		name_result(query, ((SetOperationStmt *) operation)->larg, columns);
	else if (IsA(operation, RangeTblRef))
	{
		RangeTblEntry *entry = list_nth(query->rtable, ((RangeTblRef *) operation)->rtindex - 1);

		if (entry->subquery != NULL)
			name_result(entry->subquery, entry->subquery->setOperations, columns);
	}
}

/*
 * Gives a view's query the entries OLD and NEW that it has up to 15, because they
 * reserve these names.
 */
static void
add_old_and_new(Query *query, Oid view)
{
	RangeTblEntry *first = query->rtable != NIL ? linitial(query->rtable) : NULL;
	List	   *own;

	if (first != NULL && first->relid == view)
		return;
	OffsetVarNodes((Node *) query, 2, 0);
	own = list_make2(make_entry("old", NIL), make_entry("new", NIL));
	query->rtable = list_concat(own, query->rtable);
}

/* Returns true for old, new, old_1, new_2_1 ...: names that the deparser makes from old or new. */
static bool
is_made_of_old_or_new(const char *name)
{
	const char *rest = name + 3;

	if (strncmp(name, "old", 3) != 0 && strncmp(name, "new", 3) != 0)
		return false;
	while (rest[0] == '_' && rest[1] >= '0' && rest[1] <= '9')
		rest += 1 + strspn(rest + 1, "0123456789");
	return *rest == '\0';
}

/* Changes such aliases back to "old" or "new"; the deparser makes them unique again. */
static bool
old_and_new_walker(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *entry = (RangeTblEntry *) node;

		if (entry->alias != NULL && is_made_of_old_or_new(entry->alias->aliasname))
		{
			entry->alias->aliasname[3] = '\0';
			entry->eref->aliasname = pstrdup(entry->alias->aliasname);
		}
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, old_and_new_walker, arg, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, old_and_new_walker, arg);
}

/*
 * Returns the text of a view's query, whose columns have the names "columns";
 * otherwise like sg_deparse_query().  Changes the query.
 */
char *
sg_deparse_query_of_view(SgNames *names, Query *query, const SgColumnNames *columns)
{
	name_result(query, query->setOperations, columns);
	(void) old_and_new_walker((Node *) query, NULL);
	add_old_and_new(query, columns->relid);
	return sg_deparse_query(names, query);
}

/* context of arguments_mutator() */
typedef struct ArgumentsContext
{
	Index		entry;
	Index		depth;			/* of the query within the outermost one */
	int			nargs;
	char	  **names;
} ArgumentsContext;

/* Turns references to named arguments into columns of the extra entry. */
static Node *
arguments_mutator(Node *node, void *arg)
{
	ArgumentsContext *context = arg;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
	{
		Node	   *result;

		context->depth++;
		result = (Node *) query_tree_mutator((Query *) node, arguments_mutator, arg, 0);
		context->depth--;
		return result;
	}
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXTERN)
	{
		Param	   *param = (Param *) node;

		if (param->paramid <= 0 || param->paramid > context->nargs ||
			context->names == NULL || context->names[param->paramid - 1][0] == '\0')
			return copyObject(node);
		return (Node *) makeVar(context->entry, param->paramid, param->paramtype,
								param->paramtypmod, param->paramcollid, context->depth);
	}
	return expression_tree_mutator(node, arguments_mutator, arg);
}

/* Returns true if a table has the name "arg", or could be printed with that name and a suffix. */
static bool
name_taken_walker(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *entry = (RangeTblEntry *) node;
		const char *name = entry->eref->aliasname;

		if (entry->alias == NULL && entry->rtekind == RTE_RELATION)
			name = get_rel_name(entry->relid);
		if (name == NULL || strncmp(name, arg, strlen(arg)) != 0)
			return false;
		return name[strlen(arg)] == '\0' || name[strlen(arg)] == '_';
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, name_taken_walker, arg, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, name_taken_walker, arg);
}

/*
 * Returns the text of a query of a function's body, with the names of the function's
 * input arguments ("" for one without a name; "argument_names" may be NULL), but
 * without names of result columns, which the function determines; otherwise like
 * sg_deparse_query().
 */
char *
sg_deparse_query_of_function(SgNames *names, Query *query, const char *function,
						  int nargs, char **argument_names)
{
	ArgumentsContext context = {0};
	List	   *columns = NIL;

	(void) sg_mention_constants(names, (Node *) query);
	query = (Query *) sg_canon_tree((Node *) query);
	sg_canon_names_forget(query);
	add_entry(query, EXTRA_ENTRY, NIL);
	if (name_taken_walker((Node *) query, unconstify(char *, function)))
		return query_text(names, query);
	for (int i = 0; i < nargs && argument_names != NULL; i++)
		columns = lappend(columns, makeString(pstrdup(argument_names[i])));
	context.entry = add_entry(query, function, columns);
	context.nargs = nargs;
	context.names = argument_names;
	query = query_tree_mutator(query, arguments_mutator, &context, 0);
	return query_text(names, query);
}
