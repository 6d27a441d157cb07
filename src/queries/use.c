/*
 * queries/use.c
 *		What is done with a value, as contracts write it.
 *
 * A use is a JSON object: {"operator": "pg_catalog.=", "arguments": ["*", "bigint"],
 * "returns": "boolean"} has the column in the place of the star.  A parameter
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

/* uses of what an expression returns are kept up to this length: each may be in many others */
#define MAX_NESTED 800

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

/* Returns true if a join merges columns of the query, by USING or NATURAL. */
static bool
merges_columns(const Query *query)
{
	ListCell   *cell;

	foreach(cell, query->rtable)
	{
		if (((RangeTblEntry *) lfirst(cell))->rtekind == RTE_JOIN && ((RangeTblEntry *) lfirst(cell))->joinmergedcols > 0)
			return true;
	}
	return false;
}

/* Returns true if a use of the expression is noted, as it is, with a column of a relation. */
static bool
is_followed(const SgWalk *walk, const SgLevel *level, Node *node)
{
	const Var  *var = (const Var *) node;
	RangeTblEntry *entry;
	SgLevel		inner;

	check_stack_depth();
	if (node == NULL || !IsA(node, Var) || var->varattno <= 0 ||
		(var->location >= 0 && bms_is_member(var->location, walk->analysis->places.casted)))
		return false;
	entry = sg_scope_entry(level, var);
	level = sg_scope_level(level, var->varlevelsup);
	if (var->location >= 0 && bms_is_member(var->location, walk->analysis->places.resolved) && merges_columns(level->query))
		return false;
	if (entry->rtekind == RTE_RELATION)
		return sg_need_relation(walk->contract, entry->relid) != NULL;
	if (entry->rtekind == RTE_JOIN)
		return is_followed(walk, level, list_nth(entry->joinaliasvars, var->varattno - 1));
	if (sg_compat_group_column(entry, var->varattno) != NULL)
		return is_followed(walk, level, sg_compat_group_column(entry, var->varattno));
	return sg_scope_query(level, entry, &inner) &&
		is_followed(walk, &inner, sg_scope_column(inner.query, var->varattno));
}

/* The column of an enum that this is, under implicit casts; NULL if not all that is done with it is noted with it. */
static Var *
plain_column(const SgWalk *walk, Node *value)
{
	value = sg_use_strip(value);
	return value != NULL && IsA(value, Var) && walk->level != NULL && type_is_enum(exprType(value)) &&
		is_followed(walk, walk->level, value) ? (Var *) value : NULL;
}

/* The same, or the first of those that COALESCE takes together with each other and with literals. */
Var *
sg_use_label_column(const SgWalk *walk, Node *value)
{
	const SgPlaces *places = &walk->analysis->places;
	Var		   *column = plain_column(walk, value);
	ListCell   *cell;

	value = sg_use_strip(value);
	foreach(cell, value != NULL && IsA(value, CoalesceExpr) ? ((CoalesceExpr *) value)->args : NIL)
	{
		Node	   *argument = sg_use_strip(lfirst(cell));
		Var		   *found = plain_column(walk, argument);

		if (found == NULL && !sg_use_is_null(places, argument) && !sg_use_is_label(places, argument, exprType(value)))
			return NULL;
		if (column == NULL)
			column = found;
	}
	return column;
}

/* Returns true if the literal is a label because of the value beside it, whose column tells the type. */
bool
sg_use_is_label_of(const SgWalk *walk, Node *literal, Node *value)
{
	value = sg_use_strip(value);
	return value != NULL && sg_use_is_label(&walk->analysis->places, literal, exprType(value)) &&
		sg_use_label_column(walk, value) != NULL;
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

/*
 * Appends what becomes of a result of the type: "use", or if that is NULL or grows too long, that it is of
 * just this type.
 */
static void
append_result(StringInfo buf, Oid result, const char *use)
{
	if (use == NULL || result == BOOLOID || strlen(use) > MAX_NESTED)
	{
		appendStringInfoString(buf, ", \"returns\": ");
		escape_json(buf, sg_need_type_text(result));
	}
	else if (use[0] != '\0')
		appendStringInfo(buf, ", \"then\": %s", use);
}

/* Returns true if both are the same column of a relation: then they are of one type, whatever that is. */
static bool
is_same_column(const SgLevel *level, Node *one, Node *other)
{
	Oid			relids[2];
	AttrNumber	numbers[2];

	return level != NULL && sg_scope_origin(level, sg_use_strip(one), &relids[0], &numbers[0]) &&
		sg_scope_origin(level, sg_use_strip(other), &relids[1], &numbers[1]) &&
		relids[0] == relids[1] && numbers[0] == numbers[1];
}

/* The relation's column that an argument is, as JSON; {} if it is none that a contract may name. */
static char *
origin_text(const SgWalk *walk, Node *argument)
{
	StringInfoData buf;
	Oid			relid;
	AttrNumber	number;

	if (walk->level == NULL || !sg_scope_origin(walk->level, sg_use_strip(argument), &relid, &number) ||
		sg_need_relation(walk->contract, relid) == NULL)
		return "{}";
	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	escape_json(&buf, sg_need_relation_text(relid));
	appendStringInfoString(&buf, ": ");
	escape_json(&buf, get_attname(relid, number, false));
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* Appends what other columns are among the arguments: their types may change together with that of the value. */
static void
append_origins(StringInfo buf, const SgWalk *walk, const List *arguments, const List *types)
{
	StringInfoData columns;
	bool		is_any = false;
	ListCell   *cell;
	ListCell   *type;

	initStringInfo(&columns);
	forboth(cell, arguments, type, types)
	{
		char	   *origin = strcmp(lfirst(type), "*") == 0 ? "{}" : origin_text(walk, lfirst(cell));

		is_any |= origin[1] != '}';
		appendStringInfo(&columns, "%s%s", columns.len == 0 ? "" : ", ", origin);
	}
	if (is_any)
		appendStringInfo(buf, ", \"columns\": [%s]", columns.data);
}

/*
 * The same of an argument of a call.  Where a domain is converted for the call, what it is made of is enough: it may be
 * called otherwise.
 */
static char *
given_argument(const SgPlaces *places, Node *node)
{
	Oid			type = exprType(sg_use_strip(node));

	if (exprType(node) == type || getBaseType(type) == type || sg_use_is_untyped(places, sg_use_strip(node)))
		return sg_use_given(places, node);
	return sg_need_type_text(getBaseType(type));
}

/*
 * A call's use of its argument number "which", from 0.  "use" is made of what it returns, a value of the
 * type "result".
 */
char *
sg_use_call(const SgWalk *walk, const char *kind, const char *name,
			const List *arguments, int which, Oid result, const char *use)
{
	StringInfoData buf;
	List	   *types = NIL;
	ListCell   *cell;

	foreach(cell, arguments)
	{
		bool		is_it = list_length(types) == which ||
			is_same_column(walk->level, lfirst(cell), list_nth(arguments, which));

		types = lappend(types, is_it ? "*" : sg_use_is_label_of(walk, lfirst(cell), list_nth(arguments, which)) ? "'*" :
						given_argument(&walk->analysis->places, lfirst(cell)));
	}
	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"%s\": ", kind);
	escape_json(&buf, name);
	appendStringInfo(&buf, ", \"arguments\": %s", sg_outline_texts(types));
	append_origins(&buf, walk, arguments, types);
	append_result(&buf, result, use);
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* The use of a value that becomes one of "type" together with others: "types" is as it is in contracts. */
char *
sg_use_united(const List *types, Oid type, const char *use)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"united\": %s", sg_outline_texts(types));
	append_result(&buf, type, use);
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* The use of an array by that of its elements; NULL if the very type of these counts, and so the array's. */
char *
sg_use_element(const char *use)
{
	if (use == NULL || use[0] == '\0' || strlen(use) > MAX_NESTED)
		return NULL;
	return psprintf("{\"element\": %s}", use);
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

/* A column is assigned an expression; NULL if that is its default, or a null, which every type takes. */
char *
sg_use_assigned(const SgPlaces *places, Node *source)
{
	Node	   *stripped = sg_use_strip(source);

	if (stripped == NULL || IsA(stripped, SetToDefault) || sg_use_is_null(places, stripped))
		return NULL;
	return given_use(places, "assigned", stripped);
}

/* Rows are sorted by it, and a frame ends where it differs by that offset. */
char *
sg_use_framed(const SgPlaces *places, Node *offset)
{
	return given_use(places, "framed", offset);
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
sg_use_compared(const SgWalk *walk, const SubLink *sublink)
{
	const Query *query = (Query *) sublink->subselect;
	SgWalk		apart = *walk;
	List	   *uses = NIL;
	ListCell   *cell;

	/* what is compared is of two levels */
	apart.level = NULL;
	foreach(cell, comparisons(sublink))
	{
		OpExpr	   *test = lfirst(cell);
		TargetEntry *target = get_tle_by_resno(query->targetList, list_length(uses) + 1);
		char	   *use = NULL;
		Oid			types[2];

		if (target != NULL && sg_need_operator(walk->contract, test->opno))
		{
			op_input_types(test->opno, &types[0], &types[1]);
			use = IsPolymorphicType(types[1]) ? NULL : sg_use_type("passed", types[1]);
		}
		else if (target != NULL)
			use = sg_use_call(&apart, "operator", get_opname(test->opno),
							  list_make2(linitial(test->args), target->expr), 1,
							  get_op_rettype(test->opno), NULL);
		uses = lappend(uses, use);
	}
	return uses;
}
