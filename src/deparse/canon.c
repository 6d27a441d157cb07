/*
 * deparse/canon.c
 *		One text for each meaning for which the server's deparser has several.
 *
 * How the same SQL is stored depends on whether it came from its author or from a
 * dump, and how the same tree is printed depends on the major version.  Differences
 * in meaning must never be lost, so we normalize the tree, which shows what is
 * meant, before it is deparsed:
 *
 * 1. A cast of an array constructor.  "v IN ('a', 'b')" over a varchar is
 *	  stored as a cast of a whole array, (ARRAY['a'::varchar, ...])::text[]; the
 *	  parser, reading that text in a dump, casts each element instead, and
 *	  prints ARRAY[('a'::varchar)::text, ...] from then on.  Here the cast is
 *	  moved to the elements, as the parser does it (transformArrayExpr()).
 *
 * 2. Calls in SQL's own syntax: EXTRACT, AT TIME ZONE, TRIM, SUBSTRING, OVERLAY,
 *	  POSITION ... are function calls.  14 began to remember and print the
 *	  syntax (40c24bfef); from a dump of 13 they come as plain calls.  Here
 *	  they become plain calls.
 *
 * 3. Names of result columns that nobody has chosen or can see are left out: see
 *	  canon_names.c.
 *
 * If versions only write the same tree differently, the text is normalized instead:
 * format/sql.c.
 *
 * docs/normalization.md says how these were found and what was compared.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "deparse/canon.h"
#include "deparse/canon_names.h"
#include "deparse/tree.h"
#include "support/compat.h"

static Node *canon_mutator(Node *node, void *context);

/* Substitutes "context" for a cast's argument. */
static Node *
substitute_mutator(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, CaseTestExpr))
		return copyObject((Node *) context);
	/* a nested one has a CaseTestExpr of its own */
	if (IsA(node, ArrayCoerceExpr))
	{
		ArrayCoerceExpr *coercion = copyObject((ArrayCoerceExpr *) node);

		coercion->arg = (Expr *) substitute_mutator((Node *) coercion->arg, context);
		return (Node *) coercion;
	}
	return expression_tree_mutator(node, substitute_mutator, context);
}

/*
 * Applies the cast of an array constructor to one of its elements.  If the
 * constructor has several dimensions, the element is an array, which is cast as
 * such; element by element if it is a constructor, too.
 */
static Node *
cast_element(const ArrayCoerceExpr *coercion, const ArrayExpr *array, Node *element)
{
	ArrayCoerceExpr *inner;

	if (!array->multidims)
		return substitute_mutator((Node *) coercion->elemexpr, element);
	/* not copyObject(): that would copy the whole constructor for each of its elements */
	inner = makeNode(ArrayCoerceExpr);
	*inner = *coercion;
	inner->arg = (Expr *) element;
	return canon_mutator((Node *) inner, NULL);
}

static Node *
push_down_cast(const ArrayCoerceExpr *coercion, const ArrayExpr *array)
{
	ArrayExpr  *result = makeNode(ArrayExpr);
	ListCell   *lc;

	*result = *array;
	result->array_typeid = coercion->resulttype;
	result->array_collid = coercion->resultcollid;
	if (!array->multidims)
		result->element_typeid = get_element_type(coercion->resulttype);
	else
		result->element_typeid = coercion->resulttype;
	result->elements = NIL;
	foreach(lc, array->elements)
		result->elements = lappend(result->elements, cast_element(coercion, array, lfirst(lc)));
	return (Node *) result;
}

static Node *
canon_mutator(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
	{
		Query	   *query = query_tree_mutator((Query *) node, canon_mutator, context, 0);

		sg_canon_names_forget_meaningless(query);
		return (Node *) query;
	}
	if (IsA(node, ArrayCoerceExpr))
	{
		ArrayCoerceExpr *coercion;

		coercion = (ArrayCoerceExpr *) expression_tree_mutator(node, canon_mutator, context);
		if (IsA(coercion->arg, ArrayExpr) && ((ArrayExpr *) coercion->arg)->elements != NIL &&
			OidIsValid(get_element_type(coercion->resulttype)))
			return push_down_cast(coercion, (ArrayExpr *) coercion->arg);
		return (Node *) coercion;
	}
	node = expression_tree_mutator(node, canon_mutator, context);
	if (IsA(node, FuncExpr))
		sg_compat_forget_syntax((FuncExpr *) node);
	else if (IsA(node, SubLink))
		sg_canon_names_forget(castNode(Query, ((SubLink *) node)->subselect));
	return node;
}

/*
 * Returns an expression, a Query, or a list of either in the form whose text does
 * not depend on where the object came from.  The result is a copy, in the current
 * memory context, for the deparser only, not for execution.
 */
Node *
sg_canon_tree(Node *tree)
{
	/* made of constants, and 13's expression_tree_mutator() does not know it */
	if (tree != NULL && IsA(tree, PartitionBoundSpec))
		return tree;
	return canon_mutator(tree, NULL);
}

/* Returns true if the node is a cast whose function returns NULL for NULL. */
static bool
is_strict_cast(const FuncExpr *call)
{
	return (call->funcformat == COERCE_IMPLICIT_CAST || call->funcformat == COERCE_EXPLICIT_CAST) &&
		call->args != NIL && func_strict(call->funcid);
}

/*
 * Returns true if the node is NULL, perhaps in casts.  The server does not store
 * DEFAULT NULL, except for a type with a length (numeric(10,2), timestamp(3)),
 * because a length coercion surrounds the NULL, and for a domain.  A dump writes such
 * a default for a child that lacks its parent's.  Whether it overrides the default of
 * its type, the caller knows.
 */
static bool
is_null(const Node *node)
{
	/* a cast to another domain could fail */
	if (node != NULL && IsA(node, CoerceToDomain))
		node = (const Node *) ((const CoerceToDomain *) node)->arg;
	/* a damaged tree can lack an argument */
	while (node != NULL)
	{
		if (IsA(node, Const))
			return ((const Const *) node)->constisnull;
		if (IsA(node, RelabelType))
			node = (const Node *) ((const RelabelType *) node)->arg;
		else if (IsA(node, ArrayCoerceExpr))
			node = (const Node *) ((const ArrayCoerceExpr *) node)->arg;
		else if (IsA(node, FuncExpr) && is_strict_cast((const FuncExpr *) node))
			node = linitial(((const FuncExpr *) node)->args);
		else
			return false;
	}
	return false;
}

/*
 * Returns true if the type has a default that is not NULL.  The server's get_typdefault()
 * would read it, too, but crash if it is damaged.
 */
static bool
has_default(SgDeparser *deparser, Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Datum		value;
	bool		isnull;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	value = SysCacheGetAttr(TYPEOID, tuple, Anum_pg_type_typdefaultbin, &isnull);
	if (isnull)
	{
		(void) SysCacheGetAttr(TYPEOID, tuple, Anum_pg_type_typdefault, &isnull);
		result = !isnull;
	}
	else
		result = !is_null(sg_tree_read(deparser, TextDatumGetCString(value)));
	ReleaseSysCache(tuple);
	return result;
}

/* Returns true if the default is NULL, and overrides no other one of its type. */
bool
sg_canon_is_no_default(SgDeparser *deparser, const Node *node, Oid type)
{
	return is_null(node) && !has_default(deparser, type);
}
