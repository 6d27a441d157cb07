/*
 * queries/from.c
 *		What a query reads from: relations, subqueries, functions, joins, WITH; and its conditions.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "queries/column.h"
#include "queries/combine.h"
#include "queries/from.h"
#include "queries/need.h"
#include "queries/rows.h"
#include "queries/use.h"
#include "queries/write.h"

/* The relation, with the schemas in which its bare name was looked for in vain. */
void
sg_from_need_relation(SgWalk *walk, Oid relid)
{
	const char *name = get_rel_name(relid);
	ListCell   *cell;

	(void) sg_need_relation(walk->contract, relid);
	foreach(cell, walk->analysis->places.relations)
	{
		if (strcmp(lfirst(cell), name) != 0)
			continue;
		sg_need_not_in(walk->contract, relid, walk->analysis->path);
		break;
	}
}

/* A column of a query in FROM, as one of those that UNION puts together. */
static SgCombined *
united_column(const SgWalk *walk, const RangeTblEntry *entry, int number)
{
	TargetEntry *target = entry->rtekind != RTE_SUBQUERY ? NULL :
		get_tle_by_resno(entry->subquery->targetList, number);
	SgLevel		level = {entry->subquery, walk->level};
	SgWalk		inner = *walk;

	inner.level = &level;
	return sg_combine_value(&inner, target == NULL ? NULL : (Node *) target->expr);
}

/* Returns true if the query, of a UNION, is the non-recursive term of WITH RECURSIVE: its types must be those of all. */
static bool
is_nonrecursive_term(const SgWalk *walk, const RangeTblEntry *entry)
{
	const Query *query = walk->level->query;
	const Node *left = castNode(SetOperationStmt, query->setOperations)->larg;
	ListCell   *cell;

	if (walk->level->outer == NULL || !IsA(left, RangeTblRef) ||
		rt_fetch(((const RangeTblRef *) left)->rtindex, query->rtable) != entry)
		return false;
	foreach(cell, walk->level->outer->query->cteList)
	{
		const CommonTableExpr *cte = lfirst(cell);

		if (cte->cterecursive && cte->ctequery == (const Node *) query)
			return true;
	}
	return false;
}

/* the columns of one entry of a query that are read, 0 for whole rows */
typedef struct ReadColumns
{
	int			entry;
	int			depth;			/* in how many queries within that one */
	Bitmapset  *numbers;
} ReadColumns;

static bool
note_read(Node *node, ReadColumns *read)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		const Var  *var = (const Var *) node;

		if (var->varno == read->entry && var->varlevelsup == read->depth)
			read->numbers = bms_add_member(read->numbers, Max(var->varattno, 0));
	}
	else if (IsA(node, Query))
	{
		read->depth++;
		(void) query_tree_walker((Query *) node, note_read, read, 0);
		read->depth--;
		return false;
	}
	return expression_tree_walker(node, note_read, read);
}

/* Returns true if a set operation keeps all rows, so that it compares none. */
static bool
keeps_all(const Node *node)
{
	const SetOperationStmt *operation = (const SetOperationStmt *) node;

	check_stack_depth();
	return IsA(node, RangeTblRef) ||
		(operation->op == SETOP_UNION && operation->all && keeps_all(operation->larg) && keeps_all(operation->rarg));
}

/* Of a query with more in FROM we do not ask: it would be read once for each of them. */
#define MAX_ENTRIES 100

/*
 * The columns of a UNION in FROM that are read where it stands.  False if that is
 * not known, or if all count there.
 */
static bool
read_columns(const SgLevel *level, ReadColumns *read)
{
	Query	   *outer = level->outer == NULL ? NULL : level->outer->query;
	ListCell   *cell;

	if (outer == NULL || list_length(outer->rtable) > MAX_ENTRIES || outer->setOperations != NULL || level->query->sortClause != NIL)
		return false;
	*read = (ReadColumns) {0};
	foreach(cell, outer->rtable)
	{
		const RangeTblEntry *entry = lfirst(cell);

		if (entry->rtekind == RTE_SUBQUERY && entry->subquery == level->query)
			read->entry = foreach_current_index(cell) + 1;
	}
	if (read->entry == 0)
		return false;
	(void) query_tree_walker(outer, note_read, read, 0);
	return !bms_is_member(0, read->numbers);
}

/*
 * What is done with the columns of a query of a UNION: a List of char *.
 */
static List *
union_uses(const SgWalk *walk, const RangeTblEntry *entry)
{
	const Query *query = walk->level->query;
	List	   *uses = NIL;
	const char *unread;
	bool		alone;
	bool		told;
	ReadColumns read;
	int			number = 0;
	ListCell   *cell;

	if (query->setOperations == NULL)
		return NIL;
	alone = is_nonrecursive_term(walk, entry);
	told = read_columns(walk->level, &read);
	unread = keeps_all(query->setOperations) ? "" : "{\"sorted\": true}";
	foreach(cell, castNode(SetOperationStmt, query->setOperations)->colTypes)
	{
		List	   *values = NIL;
		const SgCombined *value = NULL;
		ListCell   *lc;

		number++;
		foreach(lc, query->rtable)
		{
			if (alone && lfirst(lc) != entry)
				continue;
			values = lappend(values, united_column(walk, lfirst(lc), number));
			if (lfirst(lc) == entry)
				value = llast(values);
		}
		uses = lappend(uses, sg_combine_united(values, value, lfirst_oid(cell),
											told && !bms_is_member(number, read.numbers) ? unread : NULL));
	}
	return uses;
}

/* The types that FROM f() AS (name type, ...) or XMLTABLE names, a List of Oid. */
static void
need_types(SgWalk *walk, const List *types)
{
	ListCell   *cell;

	foreach(cell, types)
		sg_need_type(walk->contract, lfirst_oid(cell));
}

/* A function in FROM. */
static void
walk_function(SgWalk *walk, const RangeTblEntry *entry, const RangeTblFunction *function)
{
	SgWalk		inner = *walk;

	inner.rows_of = sg_rows_are_told(walk, entry, function) ? function->funcexpr : NULL;
	(void) inner.expression(function->funcexpr, &inner);
	need_types(walk, function->funccoltypes);
}

/* Rows are sampled by a method that may be an extension's: its function, whose one argument is internal. */
static void
need_sampling(SgWalk *walk, const RangeTblEntry *entry)
{
	Oid			handler = entry->tablesample->tsmhandler;
	Oid			schema = get_func_namespace(handler);

	sg_write_command(walk->contract, entry->relid, "tablesample");
	if (sg_need_takes(walk->contract, schema, "function", get_func_name(handler)))
		sg_outline_set_text(sg_outline_member(sg_outline_member(walk->contract, "functions"),
											  psprintf("%s(internal)",
													   quote_qualified_identifier(get_namespace_name(schema),
																				  get_func_name(handler)))),
							"tsm_handler");
	(void) walk->expression((Node *) entry->tablesample, walk);
}

/*
 * Returns true if the names that stars give the columns of a query in FROM count only where something uses them,
 * which leads to what they are of.  Through a set operation that does not lead: its columns are called as those of the first query are.
 */
static bool
is_nameless(const SgWalk *walk, const RangeTblEntry *entry)
{
	const Query *query = walk->level->query;
	const Node *first = query->setOperations;

	if (query->commandType == CMD_INSERT)
		return true;
	if (first == NULL)
		return entry->subquery->setOperations == NULL;
	while (IsA(first, SetOperationStmt))
		first = ((const SetOperationStmt *) first)->larg;
	return walk->nameless || rt_fetch(((const RangeTblRef *) first)->rtindex, query->rtable) != entry;
}

/* Walks the queries and functions in FROM. */
static void
walk_entry(SgWalk *walk, RangeTblEntry *entry)
{
	SgWalk		inner = *walk;
	ListCell   *cell;

	switch (entry->rtekind)
	{
		case RTE_RELATION:
			sg_from_need_relation(walk, entry->relid);
			break;
		case RTE_SUBQUERY:
			/* what is used of its columns is noted where it is used */
			inner.result_use = walk->level->query->setOperations == NULL ? "" : NULL;
			inner.result_uses = union_uses(walk, entry);
			inner.nameless = is_nameless(walk, entry);
			(void) inner.expression((Node *) entry->subquery, &inner);
			break;
		case RTE_FUNCTION:
			foreach(cell, entry->functions)
				walk_function(walk, entry, lfirst(cell));
			sg_rows_need(walk, entry);
			break;
		case RTE_TABLEFUNC:
			(void) walk->expression((Node *) entry->tablefunc, walk);
			need_types(walk, entry->tablefunc->coltypes);
			break;
		case RTE_VALUES:
			if (walk->level->query->commandType != CMD_INSERT)
				(void) walk->expression((Node *) entry->values_lists, walk);
			break;
		default:
			break;
	}
	if (entry->tablesample != NULL)
		need_sampling(walk, entry);
}

/* FOR UPDATE and its like lock rows, of which not every relation has any. */
static void
need_locks(SgWalk *walk)
{
	const Query *query = walk->level->query;
	ListCell   *cell;

	foreach(cell, query->rowMarks)
	{
		const RangeTblEntry *entry = rt_fetch(lfirst_node(RowMarkClause, cell)->rti, query->rtable);

		if (entry->rtekind == RTE_RELATION)
			sg_write_command(walk->contract, entry->relid, "select for update");
	}
}

/* Walks FROM: joins and their conditions. */
static void
walk_from(SgWalk *walk, Node *node)
{
	ListCell   *cell;

	check_stack_depth();
	if (node == NULL)
		return;
	if (IsA(node, FromExpr))
	{
		foreach(cell, ((FromExpr *) node)->fromlist)
			walk_from(walk, lfirst(cell));
		(void) walk->expression(((FromExpr *) node)->quals, walk);
	}
	else if (IsA(node, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) node;

		walk_from(walk, join->larg);
		walk_from(walk, join->rarg);
		sg_column_join(walk, join);
		(void) walk->expression(join->quals, walk);
	}
}

/* The end of a frame that is so far from the current row: there must be a function for these types. */
static void
walk_offset(SgWalk *walk, const WindowClause *window, Node *offset)
{
	Node	   *order;

	(void) walk->expression(offset, walk);
	if ((window->frameOptions & FRAMEOPTION_RANGE) == 0 || offset == NULL)
		return;
	order = get_sortgroupclause_expr(linitial(window->orderClause), walk->level->query->targetList);
	walk->used(walk, order, sg_use_framed(&walk->analysis->places, offset));
}

/* Walks all of a query but the columns of its result. */
void
sg_from_walk(SgWalk *walk)
{
	Query	   *query = walk->level->query;
	ListCell   *cell;

	foreach(cell, query->rtable)
		walk_entry(walk, lfirst(cell));
	foreach(cell, query->cteList)
	{
		CommonTableExpr *cte = lfirst(cell);
		SgWalk		inner = *walk;

		inner.result_use = "";
		inner.result_uses = NIL;
		inner.nameless = IsA(cte->ctequery, Query) && ((Query *) cte->ctequery)->setOperations == NULL;
		inner.positional = sg_analysis_is_positional(walk->analysis, cte->ctename);
		(void) inner.expression(cte->ctequery, &inner);
	}
	need_locks(walk);
	walk_from(walk, (Node *) query->jointree);
	(void) walk->expression(query->havingQual, walk);
	walk->used(walk, query->limitOffset, sg_use_type("assignable", INT8OID));
	walk->used(walk, query->limitCount, sg_use_type("assignable", INT8OID));
	foreach(cell, query->windowClause)
	{
		WindowClause *window = lfirst(cell);

		walk_offset(walk, window, window->startOffset);
		walk_offset(walk, window, window->endOffset);
	}
}
