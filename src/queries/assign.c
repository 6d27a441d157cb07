/*
 * queries/assign.c
 *		What the columns of a relation are assigned.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#include "queries/assign.h"
#include "queries/combine.h"
#include "queries/label.h"
#include "queries/need.h"
#include "queries/use.h"

/* Returns the rows of VALUES, or NIL if the expression is not one of its columns. */
static List *
values_rows(const SgWalk *walk, Node *source)
{
	RangeTblEntry *entry;

	if (source == NULL || !IsA(source, Var) || ((Var *) source)->varlevelsup > 0)
		return NIL;
	entry = sg_scope_entry(walk->level, (Var *) source);
	return entry->rtekind == RTE_VALUES ? entry->values_lists : NIL;
}

/* The expressions that a column is assigned, more than one if there are rows of VALUES. */
List *
sg_assign_sources(const SgWalk *walk, Node *source)
{
	List	   *rows = values_rows(walk, source);
	List	   *sources = NIL;
	ListCell   *cell;

	if (rows == NIL)
		return list_make1(source);
	foreach(cell, rows)
		sources = lappend(sources, list_nth(lfirst(cell), ((Var *) source)->varattno - 1));
	return sources;
}

/* Walks what is assigned: anything of a type that can be assigned to the target's will do. */
static void
walk_source(SgTarget *target, Node *source, AttrNumber number)
{
	target->walk->used(target->walk, source, sg_combine_assignable(target->relid, number));
}

/* Returns true if only a part of the column is assigned. */
static bool
is_partial(Node *source)
{
	return source != NULL && (IsA(source, FieldStore) || IsA(source, SubscriptingRef));
}

/*
 * Returns true if the column is assigned its own value, as in ON CONFLICT DO UPDATE
 * SET a = excluded.a, or INSERT INTO t SELECT a FROM t: that has the right type whatever it is.
 */
static bool
is_itself(const SgTarget *target, AttrNumber number, Node *source)
{
	Oid			relid;
	AttrNumber	origin;

	return sg_scope_origin(target->walk->level, source, &relid, &origin) &&
		relid == target->relid && origin == number;
}

static SgOutline *
uses_of(const SgTarget *target, AttrNumber number)
{
	return sg_outline_member(sg_outline_member(target->relation, "uses"), get_attname(target->relid, number, false));
}

/* A column of an enum is assigned one of its labels, whatever the enum is called.  Returns false if it is something else. */
static bool
assign_label(const SgTarget *target, AttrNumber number, Node *source)
{
	SgOutline  *uses;

	if (!sg_use_is_label(&target->walk->analysis->places, source, get_atttype(target->relid, number)))
		return false;
	uses = uses_of(target, number);
	sg_outline_add_json(uses, "{\"assigned\": \"" SG_COMBINE_LABEL "\"}");
	sg_outline_add_json(uses, sg_label_use((Const *) sg_use_strip(source)));
	return true;
}

/* Returns true if an element or a slice of the column, an array, is assigned. */
static bool
is_element(Node *source)
{
	return source != NULL && IsA(source, SubscriptingRef) && ((SubscriptingRef *) source)->refassgnexpr != NULL &&
		OidIsValid(get_element_type(((SubscriptingRef *) source)->refcontainertype));
}

/* An element of a column is assigned an expression, and before that maybe others. */
static void
assign_elements(SgTarget *target, AttrNumber number, Node *source)
{
	SgWalk	   *walk = target->walk;

	for (; is_element(source); source = (Node *) ((SubscriptingRef *) source)->refexpr)
	{
		SubscriptingRef *element = (SubscriptingRef *) source;
		bool		is_slice = element->reflowerindexpr != NIL;
		Oid			type = is_slice ? element->refcontainertype : get_element_type(element->refcontainertype);
		char	   *use = sg_combine_assigned(walk, (Node *) element->refassgnexpr);
		ListCell   *cell;

		foreach(cell, list_concat_copy(element->refupperindexpr, element->reflowerindexpr))
			walk->used(walk, lfirst(cell), sg_use_type("assignable", INT4OID));
		walk->used(walk, (Node *) element->refassgnexpr, sg_use_type("assignable", type));
		if (is_slice && use != NULL)
			sg_outline_add_json(uses_of(target, number), use);
		/* whatever it is assigned, it is an array */
		if (is_slice || use == NULL)
			use = "{\"assigned\": \"'unknown\"}";
		use = sg_use_element(use);
		if (use != NULL)
			sg_outline_add_json(uses_of(target, number), use);
	}
}

/* The use of a column that is assigned an expression, or one of those of (SELECT ...); or NULL. */
static char *
assigned_use(const SgTarget *target, Node *source)
{
	const Param *param = (const Param *) sg_use_strip(source);
	SgWalk		inner = *target->walk;
	SgLevel		level = {NULL, inner.level};
	ListCell   *cell;

	if (param == NULL || !IsA(param, Param) || param->paramkind != PARAM_MULTIEXPR)
		return sg_combine_assigned(target->walk, source);
	foreach(cell, inner.level->query->targetList)
	{
		const SubLink *sublink = (const SubLink *) ((TargetEntry *) lfirst(cell))->expr;

		/* numbered as in primnodes.h: that of the sublink, that of its column */
		if (IsA(sublink, SubLink) && sublink->subLinkType == MULTIEXPR_SUBLINK && sublink->subLinkId == param->paramid >> 16)
			level.query = (Query *) sublink->subselect;
	}
	inner.level = &level;
	source = level.query == NULL ? NULL : sg_scope_column(level.query, param->paramid & 0xFFFF);
	return source == NULL ? sg_combine_assigned(target->walk, (Node *) param) : sg_combine_assigned(&inner, source);
}

/* A column is assigned an expression. */
void
sg_assign(SgTarget *target, AttrNumber number, Node *source)
{
	ListCell   *cell;

	foreach(cell, sg_assign_sources(target->walk, source))
	{
		char	   *use = is_partial(lfirst(cell)) ?
			sg_combine_very(exprType(lfirst(cell))) : assigned_use(target, lfirst(cell));

		if (is_itself(target, number, lfirst(cell)))
			continue;
		if (assign_label(target, number, lfirst(cell)))
			continue;
		if (is_element(lfirst(cell)))
		{
			assign_elements(target, number, lfirst(cell));
			continue;
		}
		walk_source(target, lfirst(cell), number);
		if (use != NULL)
			sg_outline_add_json(uses_of(target, number), use);
	}
}

/* Returns how many rows of an INSERT give the column a value, rather than DEFAULT. */
int
sg_assign_count(const SgTarget *target, Node *source)
{
	int			count = 0;
	ListCell   *cell;

	foreach(cell, sg_assign_sources(target->walk, source))
		count += lfirst(cell) != NULL && !IsA(lfirst(cell), SetToDefault);
	return count;
}

/* what INSERTs give a column that they find by its place */
typedef struct Given
{
	List	   *types;			/* of char *, as contracts have them */
	List	   *origins;		/* of char *: the column that each of them is, likewise */
	SgOutline  *labels;
} Given;

/* Adds what an expression gives the column, each type once. */
static void
give(SgTarget *target, AttrNumber number, Node *source, Given *given)
{
	SgWalk	   *walk = target->walk;
	const SgPlaces *places = &walk->analysis->places;
	Node	   *stripped = sg_use_strip(source);
	char	   *type = "*";
	char	   *origin = "{}";

	if (sg_use_is_label(places, source, get_atttype(target->relid, number)))
	{
		type = SG_COMBINE_LABEL;
		sg_outline_add_json(given->labels, sg_label_text((Const *) stripped));
	}
	else if (!is_itself(target, number, source))
	{
		walk_source(target, source, number);
		if (stripped == NULL || IsA(stripped, SetToDefault))
			return;
		type = sg_use_given(places, stripped);
		origin = sg_combine_origin(walk, stripped);
	}
	if (sg_combine_has(given->types, type, given->origins, origin))
		return;
	given->types = lappend(given->types, type);
	given->origins = lappend(given->origins, origin);
}

/* Appends what an INSERT gives the column that it finds in this place, as JSON. */
void
sg_assign_position(SgTarget *target, const TargetEntry *entry, StringInfo buf)
{
	Given		given = {.labels = sg_outline_new()};
	ListCell   *cell;

	foreach(cell, sg_assign_sources(target->walk, (Node *) entry->expr))
		give(target, entry->resno, lfirst(cell), &given);
	appendStringInfoString(buf, "{\"column\": ");
	escape_json(buf, get_attname(target->relid, entry->resno, false));
	appendStringInfo(buf, ", \"given\": %s", sg_outline_texts(given.types));
	sg_combine_append(buf, given.origins);
	if (given.labels->elements != NULL)
	{
		appendStringInfoString(buf, ", \"labels\": ");
		sg_outline_render(buf, given.labels);
	}
	appendStringInfoChar(buf, '}');
}
