/*
 * contracts/contract_type.c
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

#include "catalogs/names.h"
#include "contracts/contract_rules.h"
#include "contracts/problem.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "format/token.h"
#include "support/attempt.h"
#include "support/compat.h"

/* how many domains may be made of each other */
#define MAX_DEPTH 64

/* a type that is looked up */
typedef struct TypeSearch
{
	const char *text;
	Oid			oid;
} TypeSearch;

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

/* The enum of that name, or that a domain of the name is made of; or NULL. */
const SgObject *
sg_contract_enum(SgContractCheck *check, const char *type)
{
	const SgObject *object = sg_contract_type(check, sg_contract_base_type(check, type));
	const char *kind = object == NULL ? NULL : sg_item_definition(object, "kind");

	return kind != NULL && strcmp(kind, "enum") == 0 ? object : NULL;
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

static void
look_up(void *arg)
{
	TypeSearch *search = arg;
	int32		typmod;

	sg_compat_parse_type(search->text, &search->oid, &typmod);
}

/* Looks up a type by its name; InvalidOid if there is none, or a damaged catalog gave the name. */
Oid
sg_contract_type_oid(const char *type)
{
	TypeSearch	search = {type, InvalidOid};

	if (!sg_names_may_lack(type))
		look_up(&search);
	else if (sg_attempt_object(look_up, &search) != NULL)
		return InvalidOid;
	return search.oid;
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

/*
 * Returns true if the column need not be held to its uses: it is of the type that it had.  A
 * domain that is new, or gone, counts as another one if there are any.
 */
bool
sg_contract_type_is(SgContractCheck *check, const char *needed, const char *found, const SgContractUses *uses)
{
	if (!sg_contract_type_fits(check, needed, found))
		return false;
	return uses == NULL ||
		strcmp(sg_contract_without_modifier(needed), sg_contract_without_modifier(found)) == 0 ||
		(sg_contract_domain(check, needed) == NULL && sg_contract_domain(check, found) == NULL);
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
