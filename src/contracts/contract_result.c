/*
 * contracts/contract_result.c
 *		The rules about what functions return.
 *
 * A result is compared column by column, however CREATE FUNCTION says it.  Of a function in FROM whose
 * row as a whole nobody sees, only the columns count that are read: what the type of the row is
 * called does not.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"

#include "contracts/contract_rules.h"
#include "contracts/problem.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "format/token.h"
#include "support/text.h"

/* a function's result taken apart */
typedef struct Returned
{
	bool		set;
	const char *type;			/* of the one column, or record */
	List	   *columns;		/* of char *, "name type"; NIL: not known by name */
} Returned;

/* The type in "name type". */
static const char *
column_type(const char *column)
{
	SgToken		name;

	if (!sg_token_next(&column, column + strlen(column), &name))
		return column;
	return *column == ' ' ? column + 1 : column;
}

/* The members of a function's arguments that are columns of its result, without their modes. */
static List *
out_columns(const char *arguments)
{
	List	   *columns = NIL;
	ListCell   *cell;

	foreach(cell, sg_token_split(arguments))
	{
		char	   *argument = lfirst(cell);

		if (strncmp(argument, "OUT ", 4) == 0)
			columns = lappend(columns, argument + 4);
		else if (strncmp(argument, "INOUT ", 6) == 0)
			columns = lappend(columns, pnstrdup(argument + 6,
												sg_token_find(argument, " DEFAULT ") - argument - 6));
	}
	return columns;
}

/* Takes [SETOF] type or TABLE(name type, ...) apart; "arguments" may have columns, too. */
static Returned
parse_result(const char *text, const char *arguments)
{
	Returned		result = {0};

	if (strncmp(text, "TABLE(", 6) == 0)
	{
		result.set = true;
		result.columns = sg_token_split(pnstrdup(text + 6, strlen(text) - 7));
		result.type = list_length(result.columns) == 1 ?
			column_type(linitial(result.columns)) : "record";
		return result;
	}
	result.set = strncmp(text, "SETOF ", 6) == 0;
	result.type = result.set ? text + 6 : text;
	if (arguments != NULL)
		result.columns = out_columns(arguments);
	return result;
}

/* What the function returns, or the row that CALL of the procedure does; false if it returns nothing. */
static bool
find_result(const SgObject *function, Returned *found)
{
	const char *returns = sg_item_definition(function, "returns");
	const char *arguments = sg_item_definition(function, "arguments");

	if (strcmp(function->type, "procedure") == 0)
	{
		*found = (Returned) {.type = "void"};
		if (arguments != NULL)
			found->columns = out_columns(arguments);
		found->set = found->columns != NIL;
		return true;
	}
	if (returns != NULL)
		*found = parse_result(returns, arguments);
	return returns != NULL;
}

/* What the call gives for a type of the function's result. */
static const char *
called_type(const SgCall *call, const char *type)
{
	Oid			oid;
	Oid		   *declared;

	if (strncmp(type, "any", 3) != 0)
		return type;
	oid = sg_contract_type_oid(type);
	if (!IsPolymorphicType(oid) || call->nargs == 0)
		return type;
	declared = palloc(sizeof(Oid) * call->nargs);
	memcpy(declared, call->declared, sizeof(Oid) * call->nargs);
	oid = enforce_generic_type_consistency(call->given, declared, call->nargs, oid, true);
	return format_type_extended(oid, -1, FORMAT_TYPE_TYPEMOD_GIVEN);
}

static bool
same_columns(SgContractCheck *check, const List *needed, const List *found, const SgCall *call)
{
	ListCell   *left;
	ListCell   *right;

	if (list_length(needed) != list_length(found))
		return false;
	forboth(left, needed, right, found)
	{
		const char *needed_type = column_type(lfirst(left));
		const char *found_type = column_type(lfirst(right));
		size_t		len = needed_type - (char *) lfirst(left);

		if (len != found_type - (char *) lfirst(right) ||
			strncmp(lfirst(left), lfirst(right), len) != 0 ||
			!sg_contract_type_fits(check, needed_type, called_type(call, found_type)))
			return false;
	}
	return true;
}

/* Appends a column. */
static List *
add_column(List *columns, const char *name, const char *type)
{
	SgContractColumn *column = palloc(sizeof(SgContractColumn));

	column->name = name;
	column->type = type;
	return lappend(columns, column);
}

/* The columns that a function or procedure names itself, called so: a List of SgContractColumn *. */
static List *
own_columns(const Returned *returned, const SgCall *call)
{
	List	   *columns = NIL;
	ListCell   *cell;

	foreach(cell, returned->columns)
	{
		const char *column = lfirst(cell);
		SgToken		token;

		if (sg_token_next(&column, column + strlen(column), &token) && token.kind == SG_TOKEN_NAME)
			columns = add_column(columns, sg_token_name(&token), called_type(call, column_type(lfirst(cell))));
	}
	return columns;
}

/* The columns of a relation, or the attributes of a composite type, by what its rows are called. */
static List *
type_columns(SgContractCheck *check, const char *type)
{
	const SgObject *object = sg_contract_type(check, sg_contract_base_type(check, type));
	SgItemKind	kind = SG_ITEM_ATTRIBUTE;
	List	   *columns = NIL;

	if (object == NULL && strchr(type, '.') != NULL)
	{
		object = check->source->lookup(SG_CONTRACT_RELATION, sg_contract_base_type(check, type), check->source->arg);
		if (object != NULL)
			object = sg_contract_complete(check, object);
		kind = SG_ITEM_COLUMN;
	}
	for (int i = 0; object != NULL && i < object->nitems; i++)
	{
		SgColumnParts column;

		if (!sg_item_is(&object->items[i], kind))
			continue;
		sg_item_column_parse(object->items[i].definition, &column);
		columns = add_column(columns, sg_item_name(object->items[i].attribute), column.type);
	}
	return columns;
}

/* Returns true if the columns are those needed: Lists of SgContractColumn *. */
static bool
same_row(SgContractCheck *check, const List *needed, const List *found)
{
	ListCell   *left;
	ListCell   *right;

	if (list_length(needed) != list_length(found))
		return false;
	forboth(left, needed, right, found)
	{
		const SgContractColumn *wanted = lfirst(left);
		const SgContractColumn *column = lfirst(right);

		if (strcmp(wanted->name, column->name) != 0 || !sg_contract_type_fits(check, wanted->type, column->type))
			return false;
	}
	return true;
}

/*
 * Does the function return what is needed, a result in canonical form?  "call"
 * tells what its polymorphic types are; no arguments if that is not known.
 */
static bool
result_fits(SgContractCheck *check, const char *needed, const SgObject *function,
						const SgCall *call)
{
	Returned	wanted = parse_result(needed, NULL);
	Returned	found;

	if (!find_result(function, &found) || wanted.set != found.set)
		return false;
	if (wanted.columns != NIL && found.columns == NIL)
		return same_row(check, own_columns(&wanted, call), type_columns(check, found.type));
	if (wanted.columns != NIL)
		return same_columns(check, wanted.columns, found.columns, call);
	return sg_contract_type_fits(check, wanted.type, called_type(call, found.type));
}

/* The columns of what the function returns, called so: a List of SgContractColumn *. */
static List *
result_columns(SgContractCheck *check, const SgObject *function, const SgCall *call)
{
	Returned	found;

	if (!find_result(function, &found))
		return NIL;
	return found.columns != NIL ? own_columns(&found, call) : type_columns(check, called_type(call, found.type));
}

/* Their names: a List of char *. */
static List *
names_of(const List *columns)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, columns)
		names = lappend(names, unconstify(char *, ((const SgContractColumn *) lfirst(cell))->name));
	return names;
}

/* Returns true if the function returns columns that it names itself. */
static bool
has_columns(const SgObject *function)
{
	Returned	found;

	return find_result(function, &found) && found.columns != NIL;
}

static SgProblem *
result_problem(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function)
{
	return sg_problem_add(&check->problems, SG_RULE_FUNCTION_RESULT_CHANGED, function->type, needed->identity);
}

/* Does the function return a value with which all can be done that is, though it is of another type? */
static bool
value_fits(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function, const SgCall *call)
{
	Returned	wanted = parse_result(needed->result, NULL);
	Returned	found;
	ListCell   *cell;

	if (needed->used == NIL || !find_result(function, &found) || wanted.set != found.set ||
		wanted.columns != NIL || list_length(found.columns) > 1)
		return false;
	foreach(cell, needed->used)
	{
		if (!sg_contract_use_holds(check, lfirst(cell), called_type(call, found.type)))
			return false;
	}
	return true;
}

static void
check_result(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function,
			 const SgCall *call)
{
	bool		is_called = strcmp(function->type, "procedure") == 0 && needed->kind != NULL;
	bool		fits;
	SgProblem  *problem;

	if (needed->result == NULL)
		return;
	fits = (result_fits(check, needed->result, function, call) || value_fits(check, needed, function, call)) &&
		!(needed->record && has_columns(function));
	/* what only CALL can have is no result unless the contract says that it is called so */
	if (fits && (is_called || strcmp(function->type, "procedure") != 0))
		return;
	problem = result_problem(check, needed, function);
	problem->attribute = "returns";
	problem->needed = needed->result;
	problem->found = sg_item_definition(function, is_called ? "arguments" : "returns");
}

/* The value has these names in FROM: the function must not give it another. */
static void
check_aliases(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function,
			  const SgCall *call)
{
	Returned	found;
	List	   *names;
	ListCell   *cell;

	if (needed->aliases == NIL || !find_result(function, &found) || list_length(found.columns) != 1)
		return;
	names = names_of(own_columns(&found, call));
	foreach(cell, needed->aliases)
	{
		SgProblem  *problem;

		if (names == NIL || strcmp(lfirst(cell), linitial(names)) == 0)
			continue;
		problem = result_problem(check, needed, function);
		problem->attribute = sg_item_attribute("column", lfirst(cell));
		problem->needed = problem->attribute;
		problem->found = sg_contract_name_list(names);
	}
}

/* The column of that name, or NULL. */
static const SgContractColumn *
find_column(const List *columns, const char *name)
{
	ListCell   *cell;

	foreach(cell, columns)
	{
		const SgContractColumn *column = lfirst(cell);

		if (strcmp(column->name, name) == 0)
			return column;
	}
	return NULL;
}

/* Returns the first use that the type does not allow; NULL if there is none, or only the type itself is told. */
static const SgContractUse *
refused_use(SgContractCheck *check, const SgContractUses *uses, const char *type)
{
	ListCell   *cell;

	foreach(cell, uses->uses)
	{
		if (!sg_contract_use_holds(check, lfirst(cell), type))
			return lfirst(cell);
	}
	return NULL;
}

/* A column that is used of what the function returns; "uses" says how, or is NULL. */
static void
check_column(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function,
			 const SgContractColumn *column, const SgContractColumn *found, const SgContractUses *uses)
{
	const SgContractUse *refused = NULL;
	SgProblem  *problem;

	if (found != NULL && sg_contract_type_is(check, column->type, found->type, uses))
		return;
	if (found != NULL && uses != NULL && (refused = refused_use(check, uses, found->type)) == NULL)
		return;
	problem = result_problem(check, needed, function);
	problem->attribute = sg_item_attribute("column", column->name);
	problem->needed = psprintf("%s %s", problem->attribute,
							   refused == NULL ? column->type : sg_contract_use_text(refused));
	problem->found = found == NULL ? sg_item_definition(function, "returns") :
		psprintf("%s %s", problem->attribute, found->type);
}

/* All columns of what the function returns are taken, in their order; or the first are found by their places. */
static void
check_all_columns(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function,
				  const List *columns)
{
	List	   *names = names_of(columns);
	const List *wanted = NIL;
	SgProblem  *problem;

	if (needed->star != NIL && !sg_text_list_equal(needed->star, names))
		wanted = needed->star;
	else if (needed->first != NIL && !sg_text_list_begins(names, needed->first))
		wanted = needed->first;
	else if (needed->row_used != NIL && !sg_text_list_equal(needed->row_used, names))
		wanted = needed->row_used;
	if (wanted == NIL)
		return;
	problem = result_problem(check, needed, function);
	problem->attribute = "returns";
	problem->needed = sg_contract_name_list(wanted);
	problem->found = sg_contract_name_list(names);
	if (wanted == needed->row_used)
		problem->severity = SG_RISKY;
}

/* Names that stand alone, and are not the function's: it must have no such column. */
static void
check_bare(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function, const List *columns)
{
	ListCell   *cell;

	foreach(cell, needed->bare)
	{
		if (find_column(columns, lfirst(cell)) != NULL)
			sg_problem_add(&check->problems, SG_RULE_COLUMN_AMBIGUOUS, function->type, needed->identity)
				->attribute = sg_item_attribute("column", lfirst(cell));
	}
}

/* The function stands in FROM: of a record without columns, FROM would have to tell them; how many rows there are may matter. */
static void
check_rows(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function)
{
	Returned	found;
	SgProblem  *problem;
	bool		is_record;

	if (!find_result(function, &found))
		return;
	is_record = found.columns == NIL && strcmp(found.type, "record") == 0;
	if (!is_record && found.set == (strcmp(needed->rows, "set") == 0))
		return;
	problem = result_problem(check, needed, function);
	problem->attribute = "returns";
	problem->needed = is_record ? "a row whose columns are known" :
		found.set ? "one row" : "a set of rows";
	problem->found = sg_item_definition(function, "returns");
	if (!is_record)
		problem->severity = SG_RISKY;
}

/* Does the function return what is needed of it? */
void
sg_contract_check_returned(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function,
						   const SgCall *call)
{
	HTAB	   *uses = needed->uses == NIL ? NULL : sg_contract_index_uses(needed->uses);
	List	   *columns;
	ListCell   *cell;

	check_result(check, needed, function, call);
	check_aliases(check, needed, function, call);
	if (needed->rows != NULL)
		check_rows(check, needed, function);
	if (needed->rows == NULL && needed->columns == NIL && needed->star == NIL && needed->first == NIL)
		return;
	columns = result_columns(check, function, call);
	foreach(cell, needed->columns)
	{
		const SgContractColumn *column = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		check_column(check, needed, function, column, find_column(columns, column->name),
					 uses == NULL ? NULL : sg_name_find(uses, column->name));
	}
	check_all_columns(check, needed, function, columns);
	check_bare(check, needed, function, columns);
}
