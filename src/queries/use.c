/*
 * queries/use.c
 *		What is done with a value, as contracts write it.
 *
 * A use is a JSON object: {"operator": "pg_catalog.=", "arguments": ["*", "bigint"],
 * "returns": "boolean"} has the column in the place of the star.  A parameter
 * that takes its type from its surroundings is "$bigint", a literal "'bigint".
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#include "queries/need.h"
#include "queries/use.h"

/* What an expression was before it was cast implicitly. */
Node *
sg_use_strip(Node *node)
{
	for (;;)
	{
		if (node == NULL)
			return NULL;
		if (IsA(node, RelabelType) && ((RelabelType *) node)->relabelformat == COERCE_IMPLICIT_CAST)
			node = (Node *) ((RelabelType *) node)->arg;
		else if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcformat == COERCE_IMPLICIT_CAST)
			node = linitial(((FuncExpr *) node)->args);
		else if (IsA(node, CoerceViaIO) && ((CoerceViaIO *) node)->coerceformat == COERCE_IMPLICIT_CAST)
			node = (Node *) ((CoerceViaIO *) node)->arg;
		else if (IsA(node, ArrayCoerceExpr) &&
				 ((ArrayCoerceExpr *) node)->coerceformat == COERCE_IMPLICIT_CAST)
			node = (Node *) ((ArrayCoerceExpr *) node)->arg;
		else if (IsA(node, CoerceToDomain) &&
				 ((CoerceToDomain *) node)->coercionformat == COERCE_IMPLICIT_CAST)
			node = (Node *) ((CoerceToDomain *) node)->arg;
		else
			return node;
	}
}

/* The column that this is, under implicit casts; or NULL. */
Var *
sg_use_column(Node *node)
{
	node = sg_use_strip(node);
	return node != NULL && IsA(node, Var) && ((Var *) node)->varattno > 0 ? (Var *) node : NULL;
}

/* Returns true for a literal or parameter whose type is determined by its context. */
bool
sg_use_is_untyped(const SgPlaces *places, Node *node)
{
	if (node == NULL)
		return false;
	if (IsA(node, Const))
		return ((Const *) node)->location >= 0 &&
			bms_is_member(((Const *) node)->location, places->literals);
	if (IsA(node, Param))
		return ((Param *) node)->location >= 0 &&
			bms_is_member(((Param *) node)->location, places->literals) &&
			!bms_is_member(((Param *) node)->location, places->casted);
	return false;
}

/* The type of an argument as it is given, before implicit casts. */
char *
sg_use_given(const SgPlaces *places, Node *node)
{
	Node	   *stripped = sg_use_strip(node);
	const char *mark = "";

	if (sg_use_is_untyped(places, stripped))
		mark = IsA(stripped, Param) ? "$" : "'";
	return psprintf("%s%s", mark, sg_need_type_text(exprType(stripped)));
}

/*
 * A call's use of its argument number "which", from 0.  What it returns is of the type
 * "result", or else, if that is InvalidOid, something that can be assigned to the type "stored".
 */
char *
sg_use_call(const SgPlaces *places, const char *kind, const char *name,
			const List *arguments, int which, Oid result, Oid stored)
{
	StringInfoData buf;
	List	   *types = NIL;
	ListCell   *cell;

	foreach(cell, arguments)
		types = lappend(types, list_length(types) == which ? "*" : sg_use_given(places, lfirst(cell)));
	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"%s\": ", kind);
	escape_json(&buf, name);
	appendStringInfo(&buf, ", \"arguments\": %s", sg_outline_texts(types));
	appendStringInfo(&buf, ", \"%s\": ", OidIsValid(result) ? "returns" : "stored");
	escape_json(&buf, sg_need_type_text(OidIsValid(result) ? result : stored));
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* A use that has but a type. */
char *
sg_use_type(const char *kind, Oid type)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"%s\": ", kind);
	escape_json(&buf, sg_need_type_text(type));
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* A column is assigned an expression; NULL if that is its default. */
char *
sg_use_assigned(const SgPlaces *places, Node *source)
{
	StringInfoData buf;
	Node	   *stripped = sg_use_strip(source);

	if (stripped == NULL || IsA(stripped, SetToDefault))
		return NULL;
	initStringInfo(&buf);
	appendStringInfoString(&buf, "{\"assigned\": ");
	escape_json(&buf, sg_use_given(places, stripped));
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* The comparisons of (a, b) = ANY (SELECT ...), one for each column: a List of OpExpr *, or NIL. */
static List *
comparisons(const SubLink *sublink)
{
	Node	   *test = sublink->testexpr;
	ListCell   *cell;

	if (sublink->subLinkType != ANY_SUBLINK && sublink->subLinkType != ALL_SUBLINK)
		return NIL;
	if (IsA(test, OpExpr))
		return list_make1(test);
	if (!IsA(test, BoolExpr))
		return NIL;
	foreach(cell, ((BoolExpr *) test)->args)
	{
		if (!IsA(lfirst(cell), OpExpr))
			return NIL;
	}
	return ((BoolExpr *) test)->args;
}

/*
 * The uses of the columns that the subquery of such comparisons returns: a List of
 * char *, each as for sg_need_column().
 */
List *
sg_use_compared(const SgPlaces *places, SgOutline *contract, const SubLink *sublink)
{
	const Query *query = (Query *) sublink->subselect;
	List	   *uses = NIL;
	ListCell   *cell;

	foreach(cell, comparisons(sublink))
	{
		OpExpr	   *test = lfirst(cell);
		TargetEntry *target = get_tle_by_resno(query->targetList, list_length(uses) + 1);
		char	   *use = NULL;

		if (target != NULL && !sg_need_operator(contract, test->opno))
			use = sg_use_call(places, "operator", get_opname(test->opno),
							  list_make2(linitial(test->args), target->expr), 1,
							  get_op_rettype(test->opno), InvalidOid);
		uses = lappend(uses, use);
	}
	return uses;
}
