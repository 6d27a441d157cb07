/*
 * contracts/contract_overload.c
 *		The functions of a name, and the arguments of a call, taken apart.
 */
#include "postgres.h"

#include "contracts/contract_overload.h"
#include "contracts/contract_rules.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "format/token.h"

/* The identity's name without arguments, schema.name; palloc'd. */
char *
sg_contract_function_called(const char *identity)
{
	return pnstrdup(identity, sg_token_find(identity, "(") - identity);
}

/* The types in a function's identity: a List of char *. */
List *
sg_contract_overload_types(const char *identity)
{
	const char *open = sg_token_find(identity, "(");

	return *open == '\0' ? NIL : sg_token_split(pnstrdup(open + 1, strlen(open) - 2));
}

/* Returns the type of each argument that becomes part of the VARIADIC one. */
char *
sg_contract_overload_element(const char *array)
{
	size_t		len = strlen(array);

	if (strcmp(array, "anyarray") == 0)
		return "anyelement";
	if (strcmp(array, "anycompatiblearray") == 0)
		return "anycompatible";
	return pnstrdup(array, len > 2 && strcmp(array + len - 2, "[]") == 0 ? len - 2 : len);
}

/* The arguments in a call's canonical identity: a List of SgArgument *. */
List *
sg_contract_overload_arguments(const char *identity)
{
	List	   *arguments = NIL;
	ListCell   *cell;

	foreach(cell, sg_contract_overload_types(identity))
	{
		SgArgument   *argument = palloc0(sizeof(SgArgument));
		const char *text = lfirst(cell);
		const char *arrow;

		if (strncmp(text, "VARIADIC ", 9) == 0)
		{
			argument->variadic = true;
			text += 9;
		}
		arrow = sg_token_find(text, " => ");
		argument->type = *arrow == '\0' ? text : arrow + 4;
		if (*arrow != '\0')
		{
			SgToken		name;

			if (sg_token_next(&text, arrow, &name))
				argument->name = sg_token_name(&name);
		}
		arguments = lappend(arguments, argument);
	}
	return arguments;
}

/* Skips the word if the text begins with it. */
static bool
skip_word(const char **text, const char *word)
{
	size_t		len = strlen(word);

	if (strncmp(*text, word, len) != 0)
		return false;
	*text += len;
	return true;
}

static SgParameters
read_parameters(const SgObject *function)
{
	const char *arguments = sg_item_definition(function, "arguments");
	SgParameters	parameters = {.types = sg_contract_overload_types(function->identity)};
	ListCell   *cell;

	foreach(cell, sg_token_split(arguments == NULL ? "" : arguments))
	{
		const char *text = lfirst(cell);
		SgToken		name;
		const char *type;

		parameters.defaults += *sg_token_find(text, " DEFAULT ") != '\0';
		if (skip_word(&text, "OUT "))
			continue;
		if (skip_word(&text, "VARIADIC "))
			parameters.variadic = true;
		else
			(void) skip_word(&text, "INOUT ");
		type = list_length(parameters.names) < list_length(parameters.types) ?
			list_nth(parameters.types, list_length(parameters.names)) : "";
		/* "name type", or the type alone */
		if (strncmp(text, type, strlen(type)) != 0 && sg_token_next(&text, text + strlen(text), &name) &&
			name.kind == SG_TOKEN_NAME)
			parameters.names = lappend(parameters.names, sg_token_name(&name));
		else
			parameters.names = lappend(parameters.names, "");
	}
	return parameters;
}

/*
 * The functions of that name: a List of SgOverload *.  A contract may call many
 * of them, or one in many ways, so they are described and read once.
 */
List *
sg_contract_overloads(SgContractCheck *check, const char *name)
{
	List	  **known;
	ListCell   *cell;

	if (check->overloads == NULL)
		check->overloads = sg_name_table("schema_guard overloads");
	known = (List **) sg_name_enter(check->overloads, name);
	if (*known != NIL)
		return *known;
	foreach(cell, check->source->overloads(name, check->source->arg))
	{
		SgOverload   *overload = palloc(sizeof(SgOverload));

		overload->function = lfirst(cell);
		overload->parameters = read_parameters(overload->function);
		*known = lappend(*known, overload);
	}
	return *known;
}

/* The place of the parameter of that name, or -1. */
int
sg_contract_overload_place(const SgParameters *parameters, const char *name)
{
	for (int i = 0; i < list_length(parameters->names); i++)
	{
		if (strcmp(list_nth(parameters->names, i), name) == 0)
			return i;
	}
	return -1;
}
