/*
 * releases/contract_type.c
 *		Comparing types by what an application sees of them.
 *
 * Of a domain the server tells a driver nothing but the type that it is made
 * of, so that is what is compared; but of an array of a domain it tells the
 * array's own.  What a function returns is compared column by column, however
 * CREATE FUNCTION says it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"

#include "format/item_text.h"
#include "format/name_table.h"
#include "format/token.h"
#include "releases/contract_rules.h"
#include "releases/problem.h"
#include "support/compat.h"
#include "support/text.h"

/* how many domains may be made of each other */
#define MAX_DEPTH 64

/* a function's result taken apart */
typedef struct Returned
{
	bool		set;
	const char *type;			/* of the one column, or record */
	List	   *columns;		/* of char *, "name type"; NIL: not known by name */
} Returned;

/* The type's description, or NULL if it is built in, or not there. */
const SgObject *
sg_contract_type(SgContractCheck *check, const char *type)
{
	static SgObject none;
	void	  **known;

	/* types outside of pg_catalog are written with their schema */
	if (type == NULL || strchr(type, '.') == NULL)
		return NULL;
	type = sg_token_without_groups(type);
	if (check->types == NULL)
		check->types = sg_name_table("schema_guard types");
	known = sg_name_enter(check->types, type);
	if (*known == NULL)
		*known = check->source->lookup(SG_CONTRACT_TYPE, type, check->source->arg);
	if (*known == NULL)
		*known = &none;
	return *known == &none ? NULL : *known;
}

/* The domain of that name, or NULL. */
const SgObject *
sg_contract_domain(SgContractCheck *check, const char *type)
{
	const SgObject *object = sg_contract_type(check, type);
	const char *kind = object == NULL ? NULL : sg_item_definition(object, "kind");

	return kind != NULL && strcmp(kind, "domain") == 0 ? object : NULL;
}

/* What a driver sees of the type: what a domain is made of. */
const char *
sg_contract_base_type(SgContractCheck *check, const char *type)
{
	const SgObject *domain;

	for (int depth = 0; depth < MAX_DEPTH && (domain = sg_contract_domain(check, type)) != NULL; depth++)
		type = sg_item_definition(domain, "type");
	return type;
}

/*
 * The type without its modifier: numeric of numeric(12,2)[] and interval of
 * interval day to second(3); bpchar and "bit" are what character(n) and bit(n)
 * are called without.
 */
char *
sg_contract_without_modifier(const char *type)
{
	char	   *result = sg_token_without_groups(type);
	size_t		base = strcspn(result, "[");

	if (strncmp(result, "interval ", 9) == 0)
		return psprintf("interval%s", result + base);
	if (base == 9 && strncmp(result, "character", 9) == 0)
		return psprintf("bpchar%s", result + base);
	if (base == 3 && strncmp(result, "bit", 3) == 0)
		return psprintf("\"bit\"%s", result + base);
	return result;
}

/* A type needed without a modifier fits any modifier. */
static bool
same_type(const char *needed, const char *found)
{
	if (strcmp(needed, found) == 0)
		return true;
	return strcmp(sg_contract_without_modifier(needed), needed) == 0 &&
		strcmp(needed, sg_contract_without_modifier(found)) == 0;
}

/* Returns true if an application that expects the one type can use the other. */
bool
sg_contract_type_fits(SgContractCheck *check, const char *needed, const char *found)
{
	return same_type(needed, found) ||
		same_type(sg_contract_base_type(check, needed), sg_contract_base_type(check, found));
}

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
	Oid			oid = InvalidOid;
	int32		typmod = -1;
	Oid		   *declared;

	if (strncmp(type, "any", 3) != 0)
		return type;
	sg_compat_parse_type(type, &oid, &typmod);
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
	if (wanted.columns != NIL)
		return same_columns(check, wanted.columns, found.columns, call);
	return sg_contract_type_fits(check, wanted.type, called_type(call, found.type));
}

/* The columns that a function or procedure returns and names itself: a List of char *, "name type". */
static List *
own_columns(const SgObject *function)
{
	Returned	found;

	return find_result(function, &found) ? found.columns : NIL;
}

/* Their names: a List of char *. */
static List *
result_names(const SgObject *function)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, own_columns(function))
	{
		const char *column = lfirst(cell);
		SgToken		token;

		if (sg_token_next(&column, column + strlen(column), &token))
			names = lappend(names, sg_token_name(&token));
	}
	return names;
}

/* Returns true if the function returns columns that it names itself. */
static bool
has_columns(const SgObject *function)
{
	return result_names(function) != NIL;
}

/* Returns the composite type's attributes as SQL lists them: (a integer, b text). */
static char *
attribute_list(const SgObject *type)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < type->nitems; i++)
	{
		const SgItem *item = &type->items[i];

		if (sg_item_is(item, SG_ITEM_ATTRIBUTE))
			appendStringInfo(&list, "%s%s %s", list.len == 0 ? "(" : ", ",
							 quote_identifier(sg_item_name(item->attribute)), item->definition);
	}
	appendStringInfoString(&list, list.len == 0 ? "()" : ")");
	return list.data;
}

/* The attributes that are needed, likewise. */
static char *
needed_list(const List *attributes)
{
	StringInfoData list;
	ListCell   *lc;

	initStringInfo(&list);
	foreach(lc, attributes)
	{
		const SgContractColumn *attribute = lfirst(lc);

		appendStringInfo(&list, "%s%s %s", list.len == 0 ? "(" : ", ",
						 quote_identifier(attribute->name), attribute->type);
	}
	appendStringInfoChar(&list, ')');
	return list.data;
}

static SgProblem *
add_change(SgContractCheck *check, const SgObject *type, const char *attribute, const char *needed,
		   const char *found)
{
	SgProblem  *problem = sg_problem_add(&check->problems, SG_RULE_TYPE_CHANGED, type->type,
										 type->identity);

	problem->attribute = attribute;
	problem->needed = needed;
	problem->found = found;
	return problem;
}

/* Reports attributes that are missing or of another type, or else another order or number of them. */
static void
check_attributes(SgContractCheck *check, const SgContractType *needed, const SgObject *type)
{
	int			problems = list_length(check->problems);
	int			place = 0;
	bool		in_order = true;
	ListCell   *lc;

	foreach(lc, needed->attributes)
	{
		const SgContractColumn *attribute = lfirst(lc);
		const char *item_name = sg_item_attribute("attribute", attribute->name);
		const SgItem *item = sg_item_find(type, item_name);

		while (place < type->nitems && !sg_item_is(&type->items[place], SG_ITEM_ATTRIBUTE))
			place++;
		in_order &= place < type->nitems && item == &type->items[place++];
		if (item == NULL)
		{
			SgProblem  *problem = sg_problem_add(&check->problems, SG_RULE_ATTRIBUTE_MISSING,
												 type->type, type->identity);

			problem->attribute = item_name;
			problem->needed = attribute->type;
		}
		else if (!sg_contract_type_fits(check, attribute->type, item->definition))
			(void) add_change(check, type, item_name, attribute->type, item->definition);
	}
	for (; place < type->nitems; place++)
		in_order &= !sg_item_is(&type->items[place], SG_ITEM_ATTRIBUTE);
	if (!in_order && list_length(check->problems) == problems)
		(void) add_change(check, type, NULL, needed_list(needed->attributes), attribute_list(type));
}

/*
 * Checks what is under a type's name.  A driver is told what a domain is made
 * of, and reads a composite value attribute by attribute, in their order.
 */
void
sg_contract_check_type(SgContractCheck *check, const SgContractType *needed)
{
	const SgObject *type = sg_contract_type(check, needed->identity);
	const char *kind = type == NULL ? NULL : sg_item_definition(type, "kind");
	const char *base;

	if (type == NULL)
	{
		(void) sg_contract_missing(check, SG_RULE_TYPE_MISSING, SG_CONTRACT_TYPE, needed->identity);
		return;
	}
	if (needed->attributes != NIL)
	{
		if (kind != NULL && strcmp(kind, "composite") == 0)
			check_attributes(check, needed, type);
		else
			(void) add_change(check, type, NULL, needed_list(needed->attributes),
							  kind == NULL ? "a base type" : kind);
		return;
	}
	if (needed->base == NULL)
		return;
	base = sg_contract_base_type(check, needed->identity);
	if (kind == NULL || strcmp(kind, "domain") != 0)
		(void) add_change(check, type, NULL, psprintf("a domain over %s", needed->base),
						  kind == NULL ? "a base type" : kind);
	else if (!sg_contract_type_fits(check, needed->base, base))
		(void) add_change(check, type, "type", needed->base, base);
}

/*
 * The type of a column of what the function returns, called so, or NULL.  A
 * function that returns rows of a named type has none of its own.
 */
static const char *
result_column(SgContractCheck *check, const SgObject *function, const char *name,
						  const SgCall *call)
{
	ListCell   *cell;

	foreach(cell, own_columns(function))
	{
		const char *column = lfirst(cell);
		SgToken		token;

		if (sg_token_next(&column, column + strlen(column), &token) && token.kind == SG_TOKEN_NAME &&
			strcmp(sg_token_name(&token), name) == 0)
			return called_type(call, column_type(lfirst(cell)));
	}
	return NULL;
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
	fits = result_fits(check, needed->result, function, call) &&
		!(needed->record && has_columns(function));
	/* what only CALL can have is no result unless the contract says that it is called so */
	if (fits && (is_called || strcmp(function->type, "procedure") != 0))
		return;
	problem = sg_problem_add(&check->problems, SG_RULE_FUNCTION_RESULT_CHANGED, function->type, needed->identity);
	problem->attribute = "returns";
	problem->needed = needed->result;
	problem->found = sg_item_definition(function, is_called ? "arguments" : "returns");
}

/* The columns that are used of what the function returns. */
static void
check_columns(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function,
			  const SgCall *call)
{
	ListCell   *cell;

	foreach(cell, needed->columns)
	{
		const SgContractColumn *column = lfirst(cell);
		const char *type = result_column(check, function, column->name, call);
		SgProblem  *problem;

		if (type != NULL && sg_contract_type_fits(check, column->type, type))
			continue;
		problem = sg_problem_add(&check->problems, SG_RULE_FUNCTION_RESULT_CHANGED, function->type,
								 needed->identity);
		problem->attribute = sg_item_attribute("column", column->name);
		problem->needed = psprintf("%s %s", problem->attribute, column->type);
		problem->found = type == NULL ? sg_item_definition(function, "returns") :
			psprintf("%s %s", problem->attribute, type);
	}
}

/* All columns of what the function returns are taken, in their order; or the first are found by their places. */
static void
check_all_columns(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function)
{
	List	   *columns = result_names(function);
	const char *names = NULL;
	const char *found = sg_contract_name_list(columns);
	SgProblem  *problem;

	if (needed->star != NIL && !sg_text_list_equal(needed->star, columns))
		names = sg_contract_name_list(needed->star);
	else if (needed->first != NIL && !sg_text_list_begins(columns, needed->first))
		names = sg_contract_name_list(needed->first);
	if (names == NULL)
		return;
	problem = sg_problem_add(&check->problems, SG_RULE_FUNCTION_RESULT_CHANGED, function->type, needed->identity);
	problem->attribute = "returns";
	problem->needed = names;
	problem->found = found;
}

/* Does the function return what is needed of it? */
void
sg_contract_check_returned(SgContractCheck *check, const SgContractFunction *needed, const SgObject *function,
						   const SgCall *call)
{
	check_result(check, needed, function, call);
	check_columns(check, needed, function, call);
	check_all_columns(check, needed, function);
}
