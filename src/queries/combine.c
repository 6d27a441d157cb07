/*
 * queries/combine.c
 *		What is done with a value together with others.
 *
 * In {"operator": "-", "arguments": ["*", "date"], "columns": [{}, {"public.t": "d"}]} the second argument is a column,
 * whose type may change together with that of the value.  Or it follows from that of a column:
 * {"public.t": "d", "as": {"function": "max", "arguments": ["*"]}}.
 */
#include "postgres.h"

#include "catalog/pg_aggregate.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#include "queries/call.h"
#include "queries/combine.h"
#include "queries/label.h"
#include "queries/need.h"
#include "queries/use.h"

/* how far an expression is followed to the column that its type follows from, through calls of how many arguments */
#define MAX_DEPTH 3
#define MAX_OPERANDS 4

/* how an expression follows from one of the values that it is made of */
typedef struct Step
{
	const SgLevel *level;
	Node	   *node;
	List	   *operands;
	int			which;
} Step;

/* the column that a type follows from */
typedef struct Origin
{
	Oid			relid;
	AttrNumber	number;
	List	   *steps;			/* of Step *, the last one first */
} Origin;

/*
 * Appends what becomes of a result of the type: "use", or if that is NULL or grows too long, that it is of
 * just this type.
 */
static void
append_result(StringInfo buf, Oid result, const char *use)
{
	if (use == NULL || result == BOOLOID || strlen(use) > SG_USE_MAX_NESTED)
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

/* The values that one is made of whose type follows from theirs; NIL if it is something else. */
static List *
operands_of(const SgWalk *walk, Node *node)
{
	List	   *values = sg_use_alternatives(node);
	SgCallNode	call;

	if (values != NIL)
		return values;
	/* nodes of these kinds are alike */
	if (IsA(node, OpExpr) || IsA(node, NullIfExpr))
		return sg_need_is_builtin(get_func_namespace(((OpExpr *) node)->opfuncid)) ? ((OpExpr *) node)->args : NIL;
	if (!sg_call_take(walk, node, &call) || !sg_call_is_plain(&call) ||
		(IsA(node, Aggref) && ((Aggref *) node)->aggkind != AGGKIND_NORMAL) ||
		(IsA(node, FuncExpr) && (((FuncExpr *) node)->funcformat == COERCE_IMPLICIT_CAST ||
								 ((FuncExpr *) node)->funcformat == COERCE_EXPLICIT_CAST)))
		return NIL;
	return call.arguments;
}

/* Finds the column that the type of a value follows from; false if it follows from none. */
static bool
find_origin(const SgWalk *walk, const SgLevel *level, Node *node, int depth, Origin *origin)
{
	Step	   *step = palloc(sizeof(Step));
	ListCell   *cell;

	node = sg_scope_source(&level, sg_use_strip(node));
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		*origin = (Origin) {.number = ((Var *) node)->varattno};
		if (origin->number <= 0 || sg_scope_entry(level, (Var *) node)->rtekind != RTE_RELATION)
			return false;
		origin->relid = sg_scope_entry(level, (Var *) node)->relid;
		return sg_need_relation(walk->contract, origin->relid) != NULL;
	}
	if (depth >= MAX_DEPTH || exprType(node) == BOOLOID)
		return false;
	if (IsA(node, SubLink) && ((SubLink *) node)->subLinkType == EXPR_SUBLINK)
	{
		SgLevel    *inner = palloc(sizeof(SgLevel));

		*inner = (SgLevel) {(Query *) ((SubLink *) node)->subselect, level};
		return find_origin(walk, inner, sg_scope_column(inner->query, 1), depth + 1, origin);
	}
	*step = (Step) {level, node, operands_of(walk, node)};
	foreach(cell, list_length(step->operands) > MAX_OPERANDS ? NIL : step->operands)
	{
		step->which = foreach_current_index(cell);
		if (!find_origin(walk, level, lfirst(cell), depth + 1, origin))
			continue;
		origin->steps = lcons(step, origin->steps);
		return true;
	}
	return false;
}

static char *step_use(const SgWalk *walk, const Step *step, const char *use);

/* A column of which "use" is made, as JSON. */
static char *
column_text(Oid relid, AttrNumber number, const char *use)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	escape_json(&buf, sg_need_relation_text(relid));
	appendStringInfoString(&buf, ": ");
	escape_json(&buf, get_attname(relid, number, false));
	appendStringInfo(&buf, "%s%s}", use[0] == '\0' ? "" : ", \"as\": ", use);
	return buf.data;
}

/* The relation's column that a value is, or that its type follows from, as JSON; {} if there is none that a contract may name. */
char *
sg_combine_origin(const SgWalk *walk, Node *value)
{
	SgWalk		beside = *walk;
	const char *use = "";
	Origin		origin;
	ListCell   *cell;

	/* what stands beside such a value in its turn is but a column */
	beside.beside = true;
	if (walk->level == NULL ||
		!find_origin(walk, walk->level, value, walk->beside ? MAX_DEPTH : 0, &origin))
		return "{}";
	foreach(cell, origin.steps)
	{
		use = step_use(&beside, lfirst(cell), use);
		if (use == NULL || strlen(use) > SG_USE_MAX_NESTED)
			return "{}";
	}
	return column_text(origin.relid, origin.number, use);
}

/* Appends what columns the values are, each as sg_combine_origin() has it; nothing if none is one. */
void
sg_combine_append(StringInfo buf, const List *origins)
{
	StringInfoData columns;
	bool		is_any = false;
	ListCell   *cell;

	initStringInfo(&columns);
	foreach(cell, origins)
	{
		is_any |= strcmp(lfirst(cell), "{}") != 0;
		appendStringInfo(&columns, "%s%s", columns.len == 0 ? "" : ", ", (char *) lfirst(cell));
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
sg_combine_call(const SgWalk *walk, const char *kind, const char *name,
			const List *arguments, int which, Oid result, const char *use)
{
	StringInfoData buf;
	List	   *types = NIL;
	List	   *origins = NIL;
	ListCell   *cell;

	foreach(cell, arguments)
	{
		bool		is_it = list_length(types) == which ||
			is_same_column(walk->level, lfirst(cell), list_nth(arguments, which));

		origins = lappend(origins, is_it ? "{}" : sg_combine_origin(walk, lfirst(cell)));
		types = lappend(types, is_it ? "*" : sg_label_is_of(walk, lfirst(cell), list_nth(arguments, which)) ? SG_COMBINE_LABEL :
						given_argument(&walk->analysis->places, lfirst(cell)));
	}
	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"%s\": ", kind);
	escape_json(&buf, name);
	appendStringInfo(&buf, ", \"arguments\": %s", sg_outline_texts(types));
	sg_combine_append(&buf, origins);
	append_result(&buf, result, use);
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* Returns true for the null that a CASE without ELSE has there. */
static bool
is_missing_else(const Node *value)
{
	return value != NULL && IsA(value, Const) && ((const Const *) value)->constisnull &&
		((const Const *) value)->location < 0;
}

/* A value that becomes of one type with others. */
SgCombined *
sg_combine_value(const SgWalk *walk, Node *value)
{
	SgCombined *combined = palloc(sizeof(SgCombined));

	value = sg_use_strip(value);
	combined->origin = value == NULL ? "{}" : sg_combine_origin(walk, value);
	combined->given = value == NULL ? "text" : sg_use_given(&walk->analysis->places, value);
	/* it has no say in the type */
	if (value != NULL && is_missing_else(value))
		combined->given = psprintf("'%s", combined->given);
	return combined;
}

/* Returns true if the lists, which are as long as each other, have the two texts in one place. */
bool
sg_combine_has(const List *ones, const char *one, const List *others, const char *other)
{
	ListCell   *left;
	ListCell   *right;

	forboth(left, ones, right, others)
	{
		if (strcmp(lfirst(left), one) == 0 && strcmp(lfirst(right), other) == 0)
			return true;
	}
	return false;
}

/*
 * What is done with one of the values, a List of SgCombined * in the order in which the server
 * looks at them, that become one of "type", of which "use" is made; NULL if its very type counts.  Of
 * values of the same type and column only the first has a say.
 */
char *
sg_combine_united(const List *values, const SgCombined *value, Oid type, const char *use)
{
	StringInfoData buf;
	List	   *types = NIL;
	List	   *origins = NIL;
	ListCell   *cell;

	if (list_length(values) > SG_COMBINE_MAX_VALUES)
		return NULL;
	foreach(cell, values)
	{
		const SgCombined *other = lfirst(cell);
		bool		is_it = other == value ||
			(strcmp(value->origin, "{}") != 0 && strcmp(other->origin, value->origin) == 0);
		const char *given = is_it ? "*" : other->given;
		const char *origin = is_it ? "{}" : other->origin;

		if (sg_combine_has(types, given, origins, origin))
			continue;
		types = lappend(types, unconstify(char *, given));
		origins = lappend(origins, unconstify(char *, origin));
	}
	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"united\": %s", sg_outline_texts(types));
	sg_combine_append(&buf, origins);
	append_result(&buf, type, use);
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* Returns true if the literal is a label because of one of the values beside it. */
static bool
is_label_among(const SgWalk *walk, Node *literal, const List *values)
{
	ListCell   *cell;

	foreach(cell, values)
	{
		if (sg_label_is_of(walk, literal, lfirst(cell)))
			return true;
	}
	return false;
}

/* The use of a value whose very type counts, be it a domain. */
char *
sg_combine_very(Oid type)
{
	SgCombined	value = {"*", "{}"};

	return sg_combine_united(list_make1(&value), &value, type, NULL);
}

/* The use that a step makes of its value, "use" being that of what comes out. */
static char *
step_use(const SgWalk *walk, const Step *step, const char *use)
{
	SgWalk		inner = *walk;
	Oid			type = exprType(step->node);
	List	   *values = NIL;
	SgCallNode	call;
	ListCell   *cell;

	inner.level = step->level;
	if (IsA(step->node, OpExpr))
		return sg_combine_call(&inner, "operator", get_opname(((OpExpr *) step->node)->opno), step->operands, step->which, type, use);
	if (IsA(step->node, NullIfExpr))
		return sg_combine_call(&inner, "function", "nullif", step->operands, step->which, type, use);
	if (sg_call_take(walk, step->node, &call))
		return sg_combine_call(&inner, "function", get_func_name(call.function), step->operands, step->which, type, use);
	foreach(cell, step->operands)
	{
		SgCombined *value = sg_combine_value(&inner, lfirst(cell));

		/* the server takes it as one of the enum that the others are of */
		if (is_label_among(&inner, lfirst(cell), step->operands))
			value->given = SG_COMBINE_LABEL;
		values = lappend(values, value);
	}
	return sg_combine_united(values, list_nth(values, step->which), type, use);
}

/* A column is assigned an expression; NULL if that is its default, or a null, which every type takes. */
char *
sg_combine_assigned(const SgWalk *walk, Node *source)
{
	Node	   *stripped = sg_use_strip(source);
	StringInfoData buf;

	if (stripped == NULL || IsA(stripped, SetToDefault) || sg_use_is_null(&walk->analysis->places, stripped))
		return NULL;
	initStringInfo(&buf);
	appendStringInfoString(&buf, "{\"assigned\": ");
	escape_json(&buf, sg_use_given(&walk->analysis->places, stripped));
	sg_combine_append(&buf, list_make1(sg_combine_origin(walk, stripped)));
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* A value is assigned to the column.  What can be assigned to a domain can be to what it is made of. */
char *
sg_combine_assignable(Oid relid, AttrNumber number)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "{\"assignable\": ");
	escape_json(&buf, sg_need_type_text(getBaseType(get_atttype(relid, number))));
	sg_combine_append(&buf, list_make1(column_text(relid, number, "")));
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* The comparisons of (a, b) = ANY (SELECT ...), one for each column: a List of OpExpr *, or NIL. */
List *
sg_combine_comparisons(const SubLink *sublink)
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
 * The uses of what such comparisons compare: with "which" 0 of what stands before ANY, with 1 of the columns that the
 * subquery returns.  A List of char *, each as for sg_need_column().
 */
List *
sg_combine_compared(const SgWalk *walk, const SubLink *sublink, int which)
{
	Query	   *query = (Query *) sublink->subselect;
	SgLevel		inner = {query, walk->level};
	SgWalk		apart = *walk;
	List	   *uses = NIL;
	ListCell   *cell;

	/* UNION makes other types of the columns that it puts together */
	apart.level = query->setOperations == NULL ? &inner : NULL;
	foreach(cell, sg_combine_comparisons(sublink))
	{
		OpExpr	   *test = lfirst(cell);
		TargetEntry *target = get_tle_by_resno(query->targetList, list_length(uses) + 1);
		Node	   *tested = copyObject(linitial(test->args));
		char	   *use = NULL;
		Oid			types[2];

		/* as the subquery sees it */
		IncrementVarSublevelsUp(tested, 1, 0);
		op_input_types(test->opno, &types[0], &types[1]);
		if (target != NULL && sg_need_operator(walk->contract, test->opno))
			use = IsPolymorphicType(types[which]) ? NULL : sg_use_type("passed", types[which]);
		else if (target != NULL)
			use = sg_combine_call(&apart, "operator", get_opname(test->opno), list_make2(tested, target->expr), which,
								  get_op_rettype(test->opno), NULL);
		uses = lappend(uses, use);
	}
	return uses;
}
