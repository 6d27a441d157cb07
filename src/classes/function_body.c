/*
 * classes/function_body.c
 *		The body of a function, or the place of its code.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_language.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

#include "classes/function.h"
#include "classes/locked.h"
#include "deparse/query.h"
#include "deparse/tree.h"
#include "support/compat.h"

static char *
text_attribute(SgRoutine *routine, AttrNumber attribute)
{
	bool		isnull;
	Datum		value = sg_scan_attribute(routine->scan, routine->tuple, attribute, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

static char *
query_text(SgRoutine *routine, Query *query)
{
	return sg_deparse_query_of_function(routine->describer->names, query,
									 NameStr(routine->form->proname), routine->nargs,
									 routine->names);
}

/*
 * Returns the text of an SQL-standard body, which is RETURN and an expression, or a
 * list with a list of statements.
 */
static char *
print_sql_body(SgDeparser *deparser, Node *tree, void *arg)
{
	SgRoutine  *routine = arg;
	Node	   *statements = NULL;
	StringInfoData buf;
	ListCell   *lc;

	if (IsA(tree, Query))
		return query_text(routine, (Query *) tree);
	initStringInfo(&buf);
	appendStringInfoString(&buf, "BEGIN ATOMIC\n");
	if (IsA(tree, List))
		statements = sg_tree_nth((List *) tree, 0);
	foreach(lc, statements != NULL && IsA(statements, List) ? (List *) statements : NIL)
		appendStringInfo(&buf, "%s;\n", query_text(routine, lfirst_node(Query, lc)));
	appendStringInfoString(&buf, "END");
	return buf.data;
}

/*
 * Adds the body, or library and symbol.  Returns false if the object was reported as
 * locked (sg_locked_elsewhere()).
 */
bool
sg_function_add_body(SgRoutine *routine)
{
	AttrNumber	sql_body = sg_compat_prosqlbody();
	char	   *tree = sql_body != InvalidAttrNumber ? text_attribute(routine, sql_body) : NULL;
	char	   *source = text_attribute(routine, Anum_pg_proc_prosrc);

	if (tree != NULL)
	{
		Node	   *node = sg_tree_read(routine->describer->deparser, tree);

		if (sg_locked_elsewhere(routine->describer, routine->object, node))
			return false;
		sg_object_add_structure(routine->object, "sql body", sg_tree_print(routine->describer->deparser, print_sql_body, node, routine));
	}
	else if (routine->form->prolang == ClanguageId)
	{
		char	   *library = text_attribute(routine, Anum_pg_proc_probin);

		sg_object_add_structure(routine->object, "library", library != NULL ? library : "");
		sg_object_add_structure(routine->object, "symbol", source);
	}
	else
		sg_object_add_structure(routine->object, "body", source);
	return true;
}
