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
#include "support/compat.h"

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
static char *
without_modifier(const char *type)
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

/* A type needed without modifier is content with any. */
static bool
same_type(const char *needed, const char *found)
{
	if (strcmp(needed, found) == 0)
		return true;
	return strcmp(without_modifier(needed), needed) == 0 &&
		strcmp(needed, without_modifier(found)) == 0;
}

/* Does an application that expects the one type get along with the other? */
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
bool
sg_contract_result_fits(SgContractCheck *check, const char *needed, const SgObject *function,
						const SgCall *call)
{
	const char *returns = sg_item_definition(function, "returns");
	Returned		wanted = parse_result(needed, NULL);
	Returned		found;

	if (returns == NULL)
		return false;
	found = parse_result(returns, sg_item_definition(function, "arguments"));
	if (wanted.set != found.set)
		return false;
	if (wanted.columns != NIL)
		return same_columns(check, wanted.columns, found.columns, call);
	return sg_contract_type_fits(check, wanted.type, called_type(call, found.type));
}
