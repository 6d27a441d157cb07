/*
 * queries/rows.c
 *		The rows that functions in FROM return.
 *
 * A query needs the columns that it reads of such a row.  What the row's type is called matters only where
 * somebody sees the row as a whole: then the contract says what the function "returns", as
 * it does for calls elsewhere.  Otherwise "rows" says that nothing but the columns counts.
 */
#include "postgres.h"

#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "nodes/nodeFuncs.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#include "queries/call.h"
#include "queries/need.h"
#include "queries/rows.h"

/* a function in FROM */
typedef struct Source
{
	SgCallNode	call;
	SgOutline  *needed;			/* the contract's part on it */
	bool		is_row;			/* it returns rows, and not one value that has a name */
	Oid			type;			/* of these */
	TupleDesc	columns;
} Source;

/* Returns true if FROM gives columns of what functions return names of its own. */
static bool
has_names(const RangeTblEntry *entry)
{
	return entry->alias != NULL && entry->alias->colnames != NIL;
}

/* A value that the function itself gives a name: a row of one column, as far as FROM is concerned. */
static bool
open_value(const RangeTblEntry *entry, Source *source)
{
	char	   *name = has_names(entry) ? NULL : get_func_result_name(source->call.function);

	if (name == NULL)
		return false;
	source->columns = CreateTemplateTupleDesc(1);
	TupleDescInitEntry(source->columns, 1, name, source->call.result, -1, 0);
	return true;
}

/*
 * Fills in the source; false if what the function returns is to be told as for other calls: FROM or the
 * call says what that is, or it is a value without a name.
 */
static bool
open_source(SgWalk *walk, const RangeTblEntry *entry, const RangeTblFunction *function, Source *source)
{
	TypeFuncClass kind;

	*source = (Source) {0};
	if (function->funccolnames != NIL || !IsA(function->funcexpr, FuncExpr) ||
		!sg_call_take(walk, function->funcexpr, &source->call) ||
		IsPolymorphicType(get_func_rettype(source->call.function)))
		return false;
	kind = get_expr_result_type(function->funcexpr, &source->type, &source->columns);
	source->is_row = kind == TYPEFUNC_COMPOSITE || kind == TYPEFUNC_COMPOSITE_DOMAIN;
	if (source->is_row ? source->columns == NULL : !open_value(entry, source))
		return false;
	source->needed = sg_call_part(walk, &source->call);
	return source->needed != NULL;
}

/* Returns true if "rows" tells what is needed of what the function returns, rather than "returns". */
bool
sg_rows_are_told(SgWalk *walk, const RangeTblEntry *entry, const RangeTblFunction *function)
{
	Source		source;

	return open_source(walk, entry, function, &source);
}

/*
 * Functions in FROM must not become aggregates: those that return one value may.  With a list of column definitions,
 * they must return a record that has no columns of its own.
 */
static void
need_source(SgWalk *walk, const RangeTblFunction *function)
{
	SgCallNode	call;
	SgOutline  *needed;

	if (!sg_call_take(walk, function->funcexpr, &call))
		return;
	needed = sg_call_part(walk, &call);
	if (needed != NULL && !call.set && call.result != RECORDOID)
		sg_outline_set_text(sg_outline_member(needed, "kind"), "function");
	if (needed != NULL && function->funccolnames != NIL)
		sg_outline_member(needed, "record")->scalar = "true";
}

/* What functions in FROM have to be. */
void
sg_rows_need(SgWalk *walk, const RangeTblEntry *entry)
{
	ListCell   *cell;

	foreach(cell, entry->functions)
	{
		Source		source;

		need_source(walk, lfirst(cell));
		if (open_source(walk, entry, lfirst(cell), &source))
			sg_outline_set_text(sg_outline_member(source.needed, "rows"), source.call.set ? "set" : "one");
	}
}

/* How many of the first "number" columns were not dropped: these take no name from FROM. */
static int
count_live(TupleDesc columns, int number)
{
	int			count = 0;

	for (int i = 0; i < number; i++)
		count += !TupleDescAttr(columns, i)->attisdropped;
	return count;
}

/* Column "number" of a source, of whose first columns FROM has renamed so many. */
static void
need_column(const Source *source, AttrNumber number, int renamed, const char *use)
{
	int			place;

	if (number <= 0 || number > source->columns->natts)
		return;
	place = count_live(source->columns, number);
	sg_call_need_column(source->needed, TupleDescAttr(source->columns, number - 1), use);
	/* one that has another name is found by its place; one that has its own must not get another */
	if (renamed > 0)
		(void) sg_outline_member(sg_outline_member(source->needed, "first"),
								 sg_call_columns(source->columns, Min(place, renamed)));
}

/* The function whose row the whole row of the entry is; NULL if that is put together from several. */
static const RangeTblFunction *
only_function(const RangeTblEntry *entry)
{
	return entry->rtekind == RTE_FUNCTION && list_length(entry->functions) == 1 && !entry->funcordinality ?
		linitial(entry->functions) : NULL;
}

/*
 * A value to which the function gives no name has one in FROM, the alias's or the function's: the function must not
 * give it another.  "number" is the column's in the entry.
 */
static void
need_alias(SgWalk *walk, const RangeTblEntry *entry, const RangeTblFunction *function, int number)
{
	SgCallNode	call;
	Oid			type;
	TupleDesc	columns;
	SgOutline  *needed;

	if ((has_names(entry) && list_length(entry->alias->colnames) >= number) || function->funccolnames != NIL ||
		!sg_call_take(walk, function->funcexpr, &call) || !IsA(function->funcexpr, FuncExpr) ||
		get_expr_result_type(function->funcexpr, &type, &columns) != TYPEFUNC_SCALAR ||
		get_func_result_name(call.function) != NULL)
		return;
	needed = sg_call_part(walk, &call);
	if (needed != NULL)
		sg_outline_add_text(sg_outline_member(needed, "aliases"), strVal(list_nth(entry->eref->colnames, number - 1)));
}

/*
 * Returns true if the column is found by nothing but its name.  Where the value stands alone in FROM, its name is
 * that of the row as well, which stands for the value.
 */
static bool
is_by_name(const SgWalk *walk, const RangeTblEntry *entry, const Var *var)
{
	const SgPlaces *places = &walk->analysis->places;

	return only_function(entry) == NULL || var->location < 0 || !bms_is_member(var->location, places->resolved) ||
		bms_is_member(var->location, places->stars);
}

/* A column of what functions in FROM return. */
void
sg_rows_need_column(SgWalk *walk, const RangeTblEntry *entry, const Var *var, const char *use)
{
	AttrNumber	number = var->varattno;
	int			renamed = has_names(entry) ? list_length(entry->alias->colnames) : 0;
	bool		is_value = var->location >= 0 && bms_is_member(var->location, walk->analysis->places.rows);
	ListCell   *cell;

	foreach(cell, entry->functions)
	{
		RangeTblFunction *function = lfirst(cell);
		Source		source;

		if (number > function->funccolcount)
		{
			number -= function->funccolcount;
			renamed -= function->funccolcount;
			continue;
		}
		if (!open_source(walk, entry, function, &source))
		{
			sg_need_attribute(walk->contract, exprType(function->funcexpr), number, use);
			if (is_by_name(walk, entry, var))
				need_alias(walk, entry, function, var->varattno);
		}
		else if (is_value && !source.is_row)
			(void) sg_call_need(walk, &source.call, NULL);
		else
			need_column(&source, number, renamed, use);
		return;
	}
}

/* All columns of what functions in FROM return, in their order; "key" says how they are used. */
static void
need_all(SgWalk *walk, const RangeTblEntry *entry, const char *key)
{
	ListCell   *cell;

	foreach(cell, entry->functions)
	{
		RangeTblFunction *function = lfirst(cell);
		Source		source;

		if (open_source(walk, entry, function, &source))
			sg_outline_member(source.needed, key)->scalar = sg_call_columns(source.columns, source.columns->natts);
		else if (exprType(function->funcexpr) != RECORDOID)
			sg_need_row_type(walk->contract, exprType(function->funcexpr), key);
	}
}

/* All columns are taken by a star. */
void
sg_rows_need_star(SgWalk *walk, const RangeTblEntry *entry)
{
	int			number = 1;
	ListCell   *cell;

	need_all(walk, entry, "star");
	foreach(cell, entry->functions)
	{
		need_alias(walk, entry, lfirst(cell), number);
		number += ((RangeTblFunction *) lfirst(cell))->funccolcount;
	}
}

/* Returns true if what is done with a row of the type depends on which that is, and not on its columns alone. */
static bool
type_counts(Oid type, const char *use)
{
	StringInfoData name;

	if (use == NULL)
		return true;
	if (use[0] == '\0' || strcmp(use, "{\"sorted\": true}") == 0 || strcmp(use, "{\"cast\": \"text\"}") == 0)
		return false;
	if (strncmp(use, "{\"function\"", 11) != 0 && strncmp(use, "{\"operator\"", 11) != 0)
		return true;
	initStringInfo(&name);
	escape_json(&name, sg_need_type_text(type));
	/* without its quotes: it may be an array that is returned */
	return strstr(use, pnstrdup(name.data + 1, name.len - 2)) != NULL;
}

/* A row that a function returns is used as a whole, in a way that may depend on its type. */
void
sg_rows_need_type(SgWalk *walk, const RangeTblEntry *entry, const char *use)
{
	const RangeTblFunction *function = only_function(entry);
	Source		source;

	if (function != NULL && open_source(walk, entry, function, &source) && type_counts(source.type, use))
		(void) sg_call_need(walk, &source.call, NULL);
}

/* A whole row of an entry is returned, or "use" is made of it. */
void
sg_rows_need_whole(SgWalk *walk, const RangeTblEntry *entry, const char *use)
{
	const RangeTblFunction *function = only_function(entry);

	sg_rows_need_type(walk, entry, use);
	if (use != NULL)
		need_all(walk, entry, "row_used");
	else if (function == NULL)
		need_all(walk, entry, "star");
	else if (exprType(function->funcexpr) == RECORDOID)
		sg_call_need_all(walk, function->funcexpr);
	else
		sg_need_row_type(walk->contract, exprType(function->funcexpr), "row");
}

/*
 * A name that stands alone is looked for in what the function returns: returns the contract's part on that if
 * the function must not get such a column, else NULL.  "has_name" means that the entry has one of that name.
 */
SgOutline *
sg_rows_without(SgWalk *walk, const RangeTblEntry *entry, const RangeTblFunction *function, const char *name,
				bool has_name)
{
	Source		source;

	if (!open_source(walk, entry, function, &source))
		return NULL;
	for (int i = 0; has_name && i < source.columns->natts; i++)
	{
		if (strcmp(NameStr(TupleDescAttr(source.columns, i)->attname), name) == 0)
			return NULL;
	}
	return source.needed;
}
