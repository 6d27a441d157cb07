/*
 * queries/operator.c
 *		Operators and built-in functions: a column among their arguments may have any type
 *		that they take as well.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "queries/column.h"
#include "queries/need.h"
#include "queries/operator.h"
#include "queries/use.h"

/* The column that an argument is, perhaps with a collation, which is not for every type; or NULL. */
Var *
sg_operator_collated(SgWalk *walk, Node *node)
{
	CollateExpr *collate = (CollateExpr *) sg_use_strip(node);
	Var		   *column;

	if (collate == NULL || !IsA(collate, CollateExpr))
		return sg_use_column(node);
	column = sg_use_column((Node *) collate->arg);
	if (column == NULL)
		return NULL;
	sg_need_collation(walk->contract, collate->collOid);
	sg_column_use(walk, column, sg_use_type("passed", TEXTOID));
	return column;
}

/* Walks the arguments of a call; a column among them may have any type that fits the call. */
void
sg_operator_walk_arguments(SgWalk *walk, const char *kind, const char *name,
						   const List *arguments, Oid result, Oid stored)
{
	int			which = 0;
	ListCell   *cell;

	foreach(cell, arguments)
	{
		Var		   *column = sg_operator_collated(walk, lfirst(cell));

		if (column != NULL)
			sg_column_use(walk, column, sg_use_call(&walk->analysis->places, kind, name, arguments,
													which, result, stored));
		else
			(void) walk->expression(lfirst(cell), walk);
		which++;
	}
}

static void
walk_all(SgWalk *walk, const List *nodes)
{
	ListCell   *cell;

	foreach(cell, nodes)
		(void) walk->expression(lfirst(cell), walk);
}

/*
 * Walks an operator, of whose result the very type counts, or if that is InvalidOid
 * whether "stored" takes it.
 */
void
sg_operator_walk(SgWalk *walk, Oid operator, const List *arguments, Oid result, Oid stored)
{
	if (sg_need_operator(walk->contract, operator))
		walk_all(walk, arguments);
	else
		sg_operator_walk_arguments(walk, "operator", get_opname(operator), arguments, result, stored);
}

/* What "column = ANY (array)" compares the column with: one of the array's elements. */
static Node *
array_element(const SgPlaces *places, Node *array)
{
	Node	   *stripped = sg_use_strip(array);
	Oid			type = get_element_type(exprType(array));
	Param	   *param;

	if (IsA(stripped, ArrayExpr) && ((ArrayExpr *) stripped)->elements != NIL)
		return linitial(((ArrayExpr *) stripped)->elements);
	if (!OidIsValid(type))
		return NULL;
	param = makeNode(Param);
	param->paramtype = type;
	param->location = sg_use_is_untyped(places, stripped) ? exprLocation(stripped) : -1;
	return (Node *) param;
}

static bool
has_untyped_parameter(const SgPlaces *places, Node *array)
{
	ListCell   *cell;

	if (!IsA(array, ArrayExpr))
		return false;
	foreach(cell, ((ArrayExpr *) array)->elements)
	{
		Node	   *element = sg_use_strip(lfirst(cell));

		if (IsA(element, Param) && sg_use_is_untyped(places, element))
			return true;
	}
	return false;
}

void
sg_operator_walk_array(SgWalk *walk, ScalarArrayOpExpr *node)
{
	Node	   *element = array_element(&walk->analysis->places, lsecond(node->args));

	/* parameters of IN (...) get the column's own type, not the operator's (transformAExprIn()) */
	if (element == NULL || has_untyped_parameter(&walk->analysis->places, lsecond(node->args)))
		walk_all(walk, node->args);
	else
	{
		sg_operator_walk(walk, node->opno, list_make2(linitial(node->args), element), BOOLOID,
					  InvalidOid);
		(void) walk->expression(lsecond(node->args), walk);
	}
}

/* NULLIF returns its first argument as what the operator takes. */
void
sg_operator_walk_null_if(SgWalk *walk, NullIfExpr *node)
{
	Var		   *second = sg_use_column(lsecond(node->args));

	if (sg_need_operator(walk->contract, node->opno) || second == NULL)
		(void) walk->expression(lsecond(node->args), walk);
	else
		sg_column_use(walk, second, sg_use_call(&walk->analysis->places, "operator", get_opname(node->opno),
												node->args, 1, BOOLOID, InvalidOid));
	(void) walk->expression(linitial(node->args), walk);
}

/* ROW(a, b) < ROW(c, d) */
void
sg_operator_walk_rows(SgWalk *walk, RowCompareExpr *node)
{
	ListCell   *operator;
	ListCell   *left;
	ListCell   *right;

	forthree(operator, node->opnos, left, node->largs, right, node->rargs)
		sg_operator_walk(walk, lfirst_oid(operator), list_make2(lfirst(left), lfirst(right)), BOOLOID, InvalidOid);
}
