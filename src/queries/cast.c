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
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "queries/cast.h"
#include "queries/need.h"

/* Notes the cast from one type to another, if there is one that somebody has made. */
static void
need_cast(SgOutline *contract, Oid source, Oid target)
{
	HeapTuple	tuple = SearchSysCache2(CASTSOURCETARGET, ObjectIdGetDatum(getBaseType(source)),
										ObjectIdGetDatum(getBaseType(target)));
	Form_pg_cast cast;

	if (!HeapTupleIsValid(tuple))
		return;
	cast = (Form_pg_cast) GETSTRUCT(tuple);
	if (cast->oid >= FirstNormalObjectId)
		sg_outline_add_text(sg_outline_member(contract, "casts"),
							psprintf("(%s AS %s)", sg_need_type_text(cast->castsource),
									 sg_need_type_text(cast->casttarget)));
	ReleaseSysCache(tuple);
}

static bool
is_cast(CoercionForm form)
{
	return form == COERCE_EXPLICIT_CAST || form == COERCE_IMPLICIT_CAST;
}

static bool
note_casts(Node *node, SgOutline *contract)
{
	if (node == NULL)
		return false;
	check_stack_depth();
	switch (nodeTag(node))
	{
		case T_Query:
			return query_tree_walker((Query *) node, note_casts, contract, 0);
		case T_FuncExpr:
			if (is_cast(((FuncExpr *) node)->funcformat) && ((FuncExpr *) node)->args != NIL)
				need_cast(contract, exprType(linitial(((FuncExpr *) node)->args)), exprType(node));
			break;
		case T_RelabelType:
			need_cast(contract, exprType((Node *) ((RelabelType *) node)->arg), exprType(node));
			break;
		case T_CoerceViaIO:
			need_cast(contract, exprType((Node *) ((CoerceViaIO *) node)->arg), exprType(node));
			break;
		default:
			break;
	}
	return expression_tree_walker(node, note_casts, contract);
}

/* Notes the casts that an analysed query or expression needs. */
void
sg_cast_needs(SgOutline *contract, Node *node)
{
	(void) note_casts(node, contract);
}
