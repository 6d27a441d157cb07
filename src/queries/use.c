/*
 * queries/use.c
 *		What is done with a value, as contracts write it.
 *
 * A use is a JSON object: {"operator": "pg_catalog.=", "arguments": ["*", "bigint"],
 * "returns": "boolean"} has the column in the place of the star (combine.c makes such uses).  A parameter
 * that takes its type from its surroundings is "$bigint", a literal "'bigint", or "'*" if it is of the value's own type.  What is done
 * with the result of an expression is in its uses of what it is made of, under "then".
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#include "queries/need.h"
#include "queries/use.h"
#include "support/compat.h"

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

/*
 * The expressions that COALESCE, CASE, GREATEST or LEAST choose from, in the order in which the server looks at their
 * types: transformCaseExpr() begins with ELSE.  NIL if it is something else.
 */
List *
sg_use_alternatives(Node *node)
{
	List	   *values;
	ListCell   *cell;

	if (IsA(node, CoalesceExpr))
		return ((CoalesceExpr *) node)->args;
	if (IsA(node, MinMaxExpr))
		return ((MinMaxExpr *) node)->args;
	if (!IsA(node, CaseExpr))
		return NIL;
	values = list_make1(((CaseExpr *) node)->defresult);
	foreach(cell, ((CaseExpr *) node)->args)
		values = lappend(values, lfirst_node(CaseWhen, cell)->result);
	return values;
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

/* A null of whatever type stands beside it. */
bool
sg_use_is_null(const SgPlaces *places, Node *node)
{
	return sg_use_is_untyped(places, node) && IsA(node, Const) && ((const Const *) node)->constisnull;
}

/* Returns true for a literal that is of the type, an enum, because of what stands beside it. */
bool
sg_use_is_label(const SgPlaces *places, Node *literal, Oid type)
{
	literal = sg_use_strip(literal);
	return literal != NULL && IsA(literal, Const) && !((Const *) literal)->constisnull &&
		((Const *) literal)->consttype == type && type_is_enum(type) && sg_use_is_untyped(places, literal);
}

/* The type of an argument as it is given, before implicit casts.  A null is a literal of every type. */
char *
sg_use_given(const SgPlaces *places, Node *node)
{
	Node	   *stripped = sg_use_strip(node);
	const char *mark = "";

	if (sg_use_is_null(places, stripped))
		return "'unknown";
	if (sg_use_is_untyped(places, stripped))
		mark = IsA(stripped, Param) ? "$" : "'";
	return psprintf("%s%s", mark, sg_need_type_text(exprType(stripped)));
}

/* The use of an array by that of its elements; NULL if the very type of these counts, and so the array's. */
char *
sg_use_element(const char *use)
{
	if (use == NULL || use[0] == '\0' || strlen(use) > SG_USE_MAX_NESTED)
		return NULL;
	return psprintf("{\"element\": %s}", use);
}

/* The use of the elements that such a use is; NULL if it is none, so that the very type of these counts. */
char *
sg_use_of_element(const char *use)
{
	static const char prefix[] = "{\"element\": ";

	if (use == NULL || use[0] == '\0')
		return unconstify(char *, use);
	if (strncmp(use, prefix, lengthof(prefix) - 1) != 0)
		return NULL;
	return pnstrdup(use + lengthof(prefix) - 1, strlen(use) - lengthof(prefix));
}

/* A use that has but a type.  What can be assigned to a domain can be to what it is made of. */
char *
sg_use_type(const char *kind, Oid type)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"%s\": ", kind);
	escape_json(&buf, sg_need_type_text(strcmp(kind, "assignable") == 0 ? getBaseType(type) : type));
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* A use together with a value of the type that is given. */
static char *
given_use(const SgPlaces *places, const char *kind, Node *value)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"%s\": ", kind);
	escape_json(&buf, sg_use_given(places, value));
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* Rows are sorted by it, and a frame ends where it differs by that offset. */
char *
sg_use_framed(const SgPlaces *places, Node *offset)
{
	return given_use(places, "framed", offset);
}
