/*
 * queries/operator.c
 *		Operators and built-in functions: their arguments may have any type that they take
 *		as well.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "queries/column.h"
#include "queries/combine.h"
#include "queries/label.h"
#include "queries/need.h"
#include "queries/operator.h"
#include "queries/use.h"

/* A collation is not for every type. */
void
sg_operator_walk_collated(SgWalk *walk, CollateExpr *node, const char *use)
{
	Var		   *column = sg_use_column((Node *) node->arg);

	sg_need_collation(walk->contract, node->collOid);
	if (column == NULL)
		(void) walk->expression((Node *) node->arg, walk);
	else
	{
		sg_column_use(walk, column, sg_use_type("passed", TEXTOID));
		sg_column_use(walk, column, use);
	}
}

/* Returns true for ROW(a, b) that is given to a function whose result does not have its fields: it takes any. */
static bool
is_any_record(const char *kind, Node *argument, Oid result)
{
	return strcmp(kind, "function") == 0 && result != RECORDOID && result != RECORDARRAYOID &&
		IsA(argument, RowExpr) && ((RowExpr *) argument)->row_typeid == RECORDOID;
}

/* Walks the arguments of a call; each may have any type that fits the call, with what it is used for. */
void
sg_operator_walk_arguments(SgWalk *walk, const char *kind, const char *name,
						   const List *arguments, Oid result, const char *use)
{
	int			which = 0;
	ListCell   *cell;

	foreach(cell, arguments)
	{
		if (is_any_record(kind, lfirst(cell), result))
			walk->used(walk, lfirst(cell), "");
		else if (!sg_label_take(walk, lfirst(cell), arguments))
			walk->used(walk, lfirst(cell), sg_combine_call(walk, kind, name, arguments, which, result, use));
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

/* The use of a value that an operator of the user's takes as one of the type. */
static char *
operand_use(Oid type)
{
	return IsPolymorphicType(type) ? NULL : sg_use_type("passed", type);
}

/* Walks what the user's operators are given: columns of types that are cast to those of the operands. */
static void
walk_operands(SgWalk *walk, Oid operator, const List *arguments)
{
	Oid			types[2];
	ListCell   *cell;

	op_input_types(operator, &types[0], &types[1]);
	foreach(cell, arguments)
	{
		/* a prefix operator has no left operand */
		Oid			type = list_length(arguments) == 1 ? types[1] : types[foreach_current_index(cell)];

		walk->used(walk, lfirst(cell), operand_use(type));
	}
}

/* Walks an operator, of whose result "use" is made. */
void
sg_operator_walk(SgWalk *walk, Oid operator, const List *arguments, Oid result, const char *use)
{
	if (sg_need_operator(walk->contract, operator))
		walk_operands(walk, operator, arguments);
	else
		sg_operator_walk_arguments(walk, "operator", get_opname(operator), arguments, result, use);
}

/* The first of the elements that is no literal, if they are of an enum: it tells which. */
static Node *
first_element(const SgPlaces *places, const ArrayExpr *array)
{
	ListCell   *cell;

	foreach(cell, type_is_enum(array->element_typeid) ? array->elements : NIL)
	{
		if (!sg_use_is_untyped(places, sg_use_strip(lfirst(cell))))
			return lfirst(cell);
	}
	foreach(cell, array->elements)
	{
		if (strcmp(sg_use_given(places, lfirst(cell)), "'unknown") != 0)
			return lfirst(cell);
	}
	return linitial(array->elements);
}

/* What "column = ANY (array)" compares the column with: one of the array's elements. */
static Node *
array_element(const SgPlaces *places, Node *array)
{
	Node	   *stripped = sg_use_strip(array);
	Oid			type = get_base_element_type(exprType(array));
	Param	   *param;

	if (IsA(stripped, ArrayExpr) && ((ArrayExpr *) stripped)->elements != NIL)
		return first_element(places, (ArrayExpr *) stripped);
	if (!OidIsValid(type))
		return NULL;
	if (IsA(stripped, Const))
	{
		Const	   *constant = makeNullConst(type, -1, InvalidOid);

		constant->constisnull = ((Const *) stripped)->constisnull;
		constant->location = ((Const *) stripped)->location;
		return (Node *) constant;
	}
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
	const SgPlaces *places = &walk->analysis->places;
	Node	   *array = lsecond(node->args);
	Node	   *element = array_element(places, array);
	List	   *compared = list_make2(linitial(node->args), element);
	bool		is_users = sg_need_operator(walk->contract, node->opno);
	Oid			types[2];

	/* parameters of IN (...) get the column's own type, not the operator's (transformAExprIn()) */
	if (element == NULL || has_untyped_parameter(places, array))
		walk_all(walk, node->args);
	else if (is_users)
	{
		op_input_types(node->opno, &types[0], &types[1]);
		walk->used(walk, linitial(node->args), operand_use(types[0]));
		walk->used(walk, array, sg_use_element(operand_use(types[1])));
	}
	else
	{
		if (!sg_label_take(walk, linitial(node->args), list_make1(element)))
			walk->used(walk, linitial(node->args), sg_combine_call(walk, "operator", get_opname(node->opno), compared, 0, BOOLOID, NULL));
		if (!sg_label_take_array(walk, array, linitial(node->args)))
			walk->used(walk, array, sg_use_element(sg_combine_call(walk, "operator", get_opname(node->opno), compared, 1, BOOLOID, NULL)));
	}
}

/* NULLIF returns its first argument as what the operator takes. */
void
sg_operator_walk_null_if(SgWalk *walk, NullIfExpr *node, const char *use)
{
	Node	   *value = linitial(node->args);

	if (!sg_need_operator(walk->contract, node->opno))
	{
		sg_operator_walk_arguments(walk, "function", "nullif", node->args, exprType((Node *) node), use);
		return;
	}
	walk_operands(walk, node->opno, node->args);
	if (exprType(value) == exprType(sg_use_strip(value)))
		walk->used(walk, value, use);
	else
		(void) walk->expression(value, walk);
}

/* ROW(a, b) < ROW(c, d) */
void
sg_operator_walk_rows(SgWalk *walk, RowCompareExpr *node)
{
	ListCell   *operator;
	ListCell   *left;
	ListCell   *right;

	forthree(operator, node->opnos, left, node->largs, right, node->rargs)
		sg_operator_walk(walk, lfirst_oid(operator), list_make2(lfirst(left), lfirst(right)), BOOLOID, NULL);
}
