/*
 * queries/call.c
 *		Calls of functions, as contracts write them.
 *
 * A contract has the types that a call gives: "public.f(integer,unknown)".  An
 * overload that is added can make such a call ambiguous, or take it.  So where
 * the function that it finds has other types, "calls" says which that is.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "queries/call.h"
#include "queries/need.h"
#include "queries/use.h"
#include "support/text.h"

/* The arguments of an aggregate: those within WITHIN GROUP last. */
static List *
aggregate_arguments(const Aggref *aggregate)
{
	List	   *arguments = list_copy(aggregate->aggdirectargs);
	ListCell   *cell;

	foreach(cell, aggregate->args)
	{
		TargetEntry *target = lfirst(cell);

		if (!target->resjunk)
			arguments = lappend(arguments, target->expr);
	}
	return arguments;
}

/* Fills in what a node calls; false if it calls nothing. */
bool
sg_call_take(const SgWalk *walk, Node *node, SgCallNode *call)
{
	bool		variadic = false;
	int			place = -1;

	*call = (SgCallNode) {0};
	if (IsA(node, FuncExpr))
	{
		FuncExpr   *function = (FuncExpr *) node;

		call->function = function->funcid;
		call->arguments = function->args;
		call->set = function->funcretset;
		variadic = function->funcvariadic;
		place = function->location;
	}
	else if (IsA(node, Aggref))
	{
		call->function = ((Aggref *) node)->aggfnoid;
		call->arguments = aggregate_arguments((Aggref *) node);
		variadic = ((Aggref *) node)->aggvariadic;
		place = ((Aggref *) node)->location;
	}
	else if (IsA(node, WindowFunc))
	{
		call->function = ((WindowFunc *) node)->winfnoid;
		call->arguments = ((WindowFunc *) node)->args;
		place = ((WindowFunc *) node)->location;
	}
	else
		return false;
	call->result = exprType(node);
	call->unqualified = place >= 0 && bms_is_member(place, walk->analysis->places.unqualified);
	call->variadic = variadic && place >= 0 && bms_is_member(place, walk->analysis->places.variadic);
	call->expanded = variadic && !call->variadic && call->arguments != NIL &&
		IsA(llast(call->arguments), ArrayExpr);
	return true;
}

/*
 * Returns true if the function comes with PostgreSQL, and its arguments are plain, so that another type could take
 * the place of one.
 */
bool
sg_call_is_plain(const SgCallNode *call)
{
	ListCell   *cell;

	foreach(cell, call->arguments)
	{
		if (IsA(lfirst(cell), NamedArgExpr))
			return false;
	}
	return !call->variadic && !call->expanded && sg_need_is_builtin(get_func_namespace(call->function));
}

/* The type that the call gives, as a contract writes it. */
static char *
given_type(const SgWalk *walk, Node *argument)
{
	const SgPlaces *places = &walk->analysis->places;

	if (sg_use_is_untyped(places, sg_use_strip(argument)))
		return "unknown";
	return sg_use_given(places, argument);
}

/* What the call gives: a List of char *. */
static List *
given_types(const SgWalk *walk, const SgCallNode *call)
{
	List	   *types = NIL;
	ListCell   *cell;

	foreach(cell, call->arguments)
	{
		Node	   *argument = lfirst(cell);
		bool		last = lnext(call->arguments, cell) == NULL;

		if (IsA(argument, NamedArgExpr))
		{
			NamedArgExpr *named = (NamedArgExpr *) argument;

			types = lappend(types, psprintf("%s => %s", quote_identifier(named->name),
											given_type(walk, (Node *) named->arg)));
		}
		else if (last && call->expanded)
		{
			ListCell   *element;

			foreach(element, ((ArrayExpr *) argument)->elements)
				types = lappend(types, given_type(walk, lfirst(element)));
		}
		else
			types = lappend(types, psprintf("%s%s", last && call->variadic ? "VARIADIC " : "",
											given_type(walk, argument)));
	}
	return types;
}

/* The call in a contract's words: schema.name(types). */
static char *
call_text(const char *name, const List *types)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	appendStringInfo(&buf, "%s(", name);
	foreach(cell, types)
		appendStringInfo(&buf, "%s%s", cell == list_head(types) ? "" : ",", (char *) lfirst(cell));
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

static List *
declared_types(Form_pg_proc function)
{
	List	   *types = NIL;

	for (int i = 0; i < function->pronargs; i++)
		types = lappend(types, sg_need_type_text(function->proargtypes.values[i]));
	return types;
}

/*
 * Returns true for the constructor of a range or multirange type, which comes with the
 * type and has its name.
 */
static bool
is_range_constructor(HeapTuple tuple)
{
	bool		is_null;
	Datum		source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &is_null);
	char	   *name;

	if (((Form_pg_proc) GETSTRUCT(tuple))->prolang != INTERNALlanguageId || is_null)
		return false;
	name = TextDatumGetCString(source);
	return strncmp(name, "range_constructor", 17) == 0 || strncmp(name, "multirange_constructor", 22) == 0;
}

/* TABLE(name type, ...) */
static char *
table_text(TupleDesc columns)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < columns->natts; i++)
		appendStringInfo(&buf, "%s%s %s", i == 0 ? "TABLE(" : ", ",
						 quote_identifier(NameStr(TupleDescAttr(columns, i)->attname)),
						 sg_need_type_text(TupleDescAttr(columns, i)->atttypid));
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

/* Returns true if all results of the procedure have names, and types that no call determines. */
static bool
has_plain_results(HeapTuple tuple)
{
	Oid		   *types;
	char	  **names;
	char	   *modes;
	int			count = get_func_arg_info(tuple, &types, &names, &modes);

	for (int i = 0; i < count && modes != NULL; i++)
	{
		if (modes[i] != PROARGMODE_OUT && modes[i] != PROARGMODE_INOUT)
			continue;
		if (names == NULL || names[i][0] == '\0' || IsPolymorphicType(types[i]))
			return false;
	}
	return true;
}

/* The row that CALL returns. */
static void
need_returned_row(SgOutline *needed, HeapTuple tuple)
{
	TupleDesc	columns = build_function_result_tupdesc_t(tuple);

	if (has_plain_results(tuple))
		sg_outline_set_text(sg_outline_member(needed, "returns"), columns == NULL ? "void" : table_text(columns));
}

/* A call without a schema: the schemas in which functions of the name compete, in order, unless there is but one. */
static void
need_path(SgWalk *walk, const SgCallNode *call, SgOutline *needed)
{
	List	   *path = call->unqualified ? sg_need_path(walk->analysis->path, InvalidOid) : NIL;

	if (list_length(path) > 1)
		sg_outline_add_json(sg_outline_member(needed, "paths"), sg_outline_texts(path));
}

/* The contract's part on a call, whatever it returns; NULL if the function comes with PostgreSQL, or with a type. */
SgOutline *
sg_call_part(SgWalk *walk, const SgCallNode *call)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(call->function));
	Form_pg_proc function;
	SgOutline  *needed = NULL;
	char	   *name;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	function = (Form_pg_proc) GETSTRUCT(tuple);
	if (is_range_constructor(tuple))
		sg_need_type(walk->contract, function->prorettype);
	else if (sg_need_takes(walk->contract, function->pronamespace, "function", NameStr(function->proname)))
	{
		List	   *given;
		List	   *declared;

		name = quote_qualified_identifier(get_namespace_name(function->pronamespace),
										  NameStr(function->proname));
		given = given_types(walk, call);
		declared = declared_types(function);
		needed = sg_outline_member(sg_outline_member(walk->contract, "functions"),
								   call_text(name, given));
		need_path(walk, call, needed);
		if (!sg_text_list_begins(declared, given))
			sg_outline_set_text(sg_outline_member(needed, "calls"), call_text(name, declared));
		if (function->prokind == PROKIND_PROCEDURE || function->prokind == PROKIND_AGGREGATE)
			sg_outline_set_text(sg_outline_member(needed, "kind"),
								function->prokind == PROKIND_PROCEDURE ? "procedure" : "aggregate");
		if (function->prokind == PROKIND_PROCEDURE)
			need_returned_row(needed, tuple);
	}
	ReleaseSysCache(tuple);
	return needed;
}

/* What is done with the value that a call returns, as for sg_need_column(). */
static void
need_value(SgOutline *needed, const char *use)
{
	SgOutline  *used;

	if (use == NULL)
	{
		sg_outline_member(needed, "exact")->scalar = "true";
		return;
	}
	used = sg_outline_member(needed, "used");
	sg_outline_be_array(used);
	if (use[0] != '\0')
		sg_outline_add_json(used, use);
}

/* A function is called, and returns what it does. */
SgOutline *
sg_call_need(SgWalk *walk, const SgCallNode *call, const char *use)
{
	SgOutline  *needed = sg_call_part(walk, call);

	if (needed == NULL || get_func_prokind(call->function) == PROKIND_PROCEDURE)
		return needed;
	need_value(needed, use);
	if (sg_outline_find(needed, "returns") == NULL)
		sg_outline_set_text(sg_outline_member(needed, "returns"),
							psprintf("%s%s", call->set ? "SETOF " : "", sg_need_type_text(call->result)));
	return needed;
}

/* The names of the first live columns, in order, as JSON; of all if there are no more. */
char *
sg_call_columns(TupleDesc columns, int count)
{
	List	   *names = NIL;

	for (int i = 0; i < columns->natts && list_length(names) < count; i++)
	{
		if (!TupleDescAttr(columns, i)->attisdropped)
			names = lappend(names, NameStr(TupleDescAttr(columns, i)->attname));
	}
	return sg_outline_texts(names);
}

/* A column of the row that a call returns; "use" is as for sg_need_column(). */
void
sg_call_need_column(SgOutline *needed, Form_pg_attribute column, const char *use)
{
	sg_outline_set_text(sg_outline_member(sg_outline_member(needed, "columns"), NameStr(column->attname)),
						sg_need_type_text(column->atttypid));
	sg_need_use(needed, NameStr(column->attname), column->atttypid, use);
}

/* A column of a record that a function returns elsewhere than in FROM. */
void
sg_call_need_field(SgWalk *walk, Node *node, AttrNumber number)
{
	TupleDesc	columns;
	Oid			type;
	SgCallNode	call;
	SgOutline  *needed;

	if (get_expr_result_type(node, &type, &columns) != TYPEFUNC_COMPOSITE || columns == NULL ||
		number <= 0 || number > columns->natts || !sg_call_take(walk, node, &call))
		return;
	needed = sg_call_need(walk, &call, NULL);
	if (needed != NULL)
		sg_call_need_column(needed, TupleDescAttr(columns, number - 1), NULL);
}

/* All columns are taken of the record that a function returns; of rows of a named type, all of that type's. */
void
sg_call_need_all(SgWalk *walk, Node *node)
{
	TypeFuncClass kind;
	TupleDesc	columns;
	Oid			type;
	SgCallNode	call;
	SgOutline  *needed;

	kind = get_expr_result_type(node, &type, &columns);
	if (kind != TYPEFUNC_COMPOSITE && kind != TYPEFUNC_COMPOSITE_DOMAIN)
		return;
	if (type != RECORDOID)
		sg_need_row_type(walk->contract, type, "star");
	if (type != RECORDOID || columns == NULL || !sg_call_take(walk, node, &call))
		return;
	needed = sg_call_need(walk, &call, NULL);
	if (needed == NULL)
		return;
	if (call.set)
		sg_outline_set_text(sg_outline_member(needed, "table"), table_text(columns));
	else
	{
		sg_outline_member(needed, "star")->scalar = sg_call_columns(columns, columns->natts);
		for (int i = 0; i < columns->natts; i++)
			sg_call_need_column(needed, TupleDescAttr(columns, i), NULL);
	}
}
