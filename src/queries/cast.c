/*
 * queries/cast.c
 *		Casts that queries need.
 *
 * Those that come with PostgreSQL are needed by everybody.  What somebody has made by CREATE
 * CAST is found in the analysed tree by the node that casts, be the cast written or implicit, and
 * by the pg_cast row for its two types: parse_coerce.c looks for a domain's base type.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "queries/cast.h"
#include "queries/need.h"

/* what is walked */
typedef struct CastWalk
{
	SgOutline  *contract;
	List	   *assigned;		/* of Node *: what columns are assigned, for which other casts will do */
} CastWalk;

/* Notes the cast from one type to another that a node makes, if there is one that somebody has made. */
static void
need_cast(const CastWalk *walk, Node *node, CoercionForm form, Oid source, Oid target)
{
	HeapTuple	tuple = SearchSysCache2(CASTSOURCETARGET, ObjectIdGetDatum(getBaseType(source)),
										ObjectIdGetDatum(getBaseType(target)));
	Form_pg_cast cast;

	if (!HeapTupleIsValid(tuple))
		return;
	cast = (Form_pg_cast) GETSTRUCT(tuple);
	if (cast->oid >= FirstNormalObjectId)
	{
		SgOutline  *needed = sg_outline_member(sg_outline_member(walk->contract, "casts"),
											   psprintf("(%s AS %s)", sg_need_type_text(cast->castsource),
														sg_need_type_text(cast->casttarget)));

		sg_outline_be_array(needed);
		if (form == COERCE_IMPLICIT_CAST)
			sg_outline_add_text(needed, list_member_ptr(walk->assigned, node) ? "assignment" : "implicit");
	}
	ReleaseSysCache(tuple);
}

static bool
is_cast(CoercionForm form)
{
	return form == COERCE_EXPLICIT_CAST || form == COERCE_IMPLICIT_CAST;
}

/* Adds what the entries of a list assign to columns. */
static void
add_assigned(CastWalk *walk, const List *targets)
{
	ListCell   *cell;

	foreach(cell, targets)
		walk->assigned = lappend(walk->assigned, lfirst_node(TargetEntry, cell)->expr);
}

/* Adds what an INSERT or UPDATE assigns, be it by several VALUES. */
static void
add_written(CastWalk *walk, const Query *query)
{
	ListCell   *cell;
	ListCell   *row;

	add_assigned(walk, query->targetList);
	if (query->onConflict != NULL)
		add_assigned(walk, query->onConflict->onConflictSet);
	foreach(cell, query->rtable)
	{
		foreach(row, ((RangeTblEntry *) lfirst(cell))->values_lists)
			walk->assigned = list_concat(walk->assigned, lfirst(row));
	}
}

/* Literals that are texts before they are cast to an enum: those of CASE, COALESCE and their like. */
static void
note_labels(const CastWalk *walk, const Node *node, Oid type)
{
	ListCell   *cell;

	check_stack_depth();
	if (node == NULL)
		return;
	if (IsA(node, Const) && ((const Const *) node)->consttype == TEXTOID && !((const Const *) node)->constisnull)
		sg_need_label(walk->contract, type, TextDatumGetCString(((const Const *) node)->constvalue));
	else if (IsA(node, CaseExpr))
	{
		foreach(cell, ((const CaseExpr *) node)->args)
			note_labels(walk, (Node *) lfirst_node(CaseWhen, cell)->result, type);
		note_labels(walk, (Node *) ((const CaseExpr *) node)->defresult, type);
	}
	else if (IsA(node, CoalesceExpr))
	{
		foreach(cell, ((const CoalesceExpr *) node)->args)
			note_labels(walk, lfirst(cell), type);
	}
}

static bool
note_casts(Node *node, CastWalk *walk)
{
	if (node == NULL)
		return false;
	check_stack_depth();
	switch (nodeTag(node))
	{
		case T_Query:
			if (((Query *) node)->commandType == CMD_INSERT || ((Query *) node)->commandType == CMD_UPDATE)
				add_written(walk, (Query *) node);
			return query_tree_walker((Query *) node, note_casts, walk, 0);
		case T_FuncExpr:
			if (is_cast(((FuncExpr *) node)->funcformat) && ((FuncExpr *) node)->args != NIL)
				need_cast(walk, node, ((FuncExpr *) node)->funcformat,
						  exprType(linitial(((FuncExpr *) node)->args)), exprType(node));
			break;
		case T_RelabelType:
			need_cast(walk, node, ((RelabelType *) node)->relabelformat,
					  exprType((Node *) ((RelabelType *) node)->arg), exprType(node));
			break;
		case T_CoerceViaIO:
			need_cast(walk, node, ((CoerceViaIO *) node)->coerceformat,
					  exprType((Node *) ((CoerceViaIO *) node)->arg), exprType(node));
			if (type_is_enum(exprType(node)))
				note_labels(walk, (Node *) ((CoerceViaIO *) node)->arg, exprType(node));
			break;
		default:
			break;
	}
	return expression_tree_walker(node, note_casts, walk);
}

/* Notes the casts that an analysed query or expression needs. */
void
sg_cast_needs(SgOutline *contract, Node *node)
{
	CastWalk	walk = {contract, NIL};

	(void) note_casts(node, &walk);
}
