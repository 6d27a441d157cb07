/*
 * contracts/contract_named.c
 *		The rules about objects that only have to exist: types, operators, sequences
 *		...
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contracts/contract_rules.h"
#include "format/item_text.h"
#include "format/token.h"

/* An attribute of a composite type that is used. */
static void
check_attribute(SgContractCheck *check, const SgObject *type, const SgContractColumn *needed)
{
	char	   *attribute = sg_item_attribute("attribute", needed->name);
	const char *definition = sg_item_definition(type, attribute);
	SgColumnParts parts;
	SgProblem  *problem;

	if (definition != NULL)
		sg_item_column_parse(definition, &parts);
	if (definition != NULL && sg_contract_type_fits(check, needed->type, parts.type))
		return;
	problem = sg_problem_add(&check->problems, definition == NULL ? SG_RULE_ATTRIBUTE_MISSING :
							 SG_RULE_TYPE_CHANGED, type->type, type->identity);
	problem->attribute = attribute;
	problem->needed = needed->type;
	problem->found = definition == NULL ? NULL : parts.type;
}

/* A row of the type was made: it must have just these attributes. */
static void
check_type_row(SgContractCheck *check, const SgObject *type, const List *needed)
{
	List	   *found = sg_contract_columns(type, SG_ITEM_ATTRIBUTE, true);
	char	   *needed_text = sg_contract_name_list(needed);
	char	   *found_text = sg_contract_name_list(found);
	SgProblem  *problem;

	if (strcmp(needed_text, found_text) == 0)
		return;
	problem = sg_problem_add(&check->problems, SG_RULE_ROW_TYPE_CHANGED, type->type, type->identity);
	problem->needed = needed_text;
	problem->found = found_text;
}

/* Values were made for the type: each of its attributes must take what it is given, and there must be no others. */
static void
check_given(SgContractCheck *check, const SgObject *type, const List *given)
{
	ListCell   *next = list_head(given);
	bool		fits = true;
	SgProblem  *problem;

	for (int i = 0; i < type->nitems; i++)
	{
		SgColumnParts attribute;

		if (!sg_item_is(&type->items[i], SG_ITEM_ATTRIBUTE))
			continue;
		sg_item_column_parse(type->items[i].definition, &attribute);
		fits &= next != NULL && sg_contract_accepts(check, attribute.type, lfirst(next));
		next = next == NULL ? NULL : lnext(given, next);
	}
	if (fits && next == NULL)
		return;
	problem = sg_problem_add(&check->problems, SG_RULE_ROW_TYPE_CHANGED, type->type, type->identity);
	problem->needed = sg_contract_types_text(given);
	problem->found = sg_contract_name_list(sg_contract_columns(type, SG_ITEM_ATTRIBUTE, true));
}

static void
check_used_type(SgContractCheck *check, const SgContractType *needed)
{
	const SgObject *type = sg_contract_type(check, needed->identity);
	ListCell   *cell;

	if (type == NULL)
		return;					/* reported already */
	foreach(cell, needed->used)
		check_attribute(check, type, lfirst(cell));
	if (needed->row != NIL)
		check_type_row(check, type, needed->row);
	foreach(cell, needed->given)
		check_given(check, type, lfirst(cell));
}

static void
check_sequence(SgContractCheck *check, const char *identity)
{
	const SgObject *sequence = check->source->lookup(SG_CONTRACT_RELATION, identity, check->source->arg);

	if (sequence == NULL || strcmp(sequence->type, "sequence") != 0)
		sg_contract_missing(check, SG_RULE_SEQUENCE_MISSING, SG_CONTRACT_RELATION, identity)->found =
			sequence == NULL ? NULL : sequence->type;
}

/* What an operator returns: what its function does, which may come with PostgreSQL. */
static const char *
operator_result(SgContractCheck *check, const SgObject *operator)
{
	const char *name = sg_item_definition(operator, "function");
	const SgObject *function = name == NULL ? NULL :
		check->source->lookup(SG_CONTRACT_FUNCTION, name, check->source->arg);

	const char *open = sg_token_find(operator->identity, "(");
	List	   *arguments = NIL;
	ListCell   *cell;

	if (function != NULL || name == NULL)
		return name == NULL ? NULL : sg_item_definition(function, "returns");
	foreach(cell, sg_token_split(pnstrdup(open + 1, strlen(open) - 2)))
	{
		if (strcmp(lfirst(cell), "NONE") != 0)
			arguments = lappend(arguments, lfirst(cell));
	}
	return sg_contract_builtin_result(name, arguments);
}

/* An operator must return what it did; of a function with a polymorphic result only the call tells. */
static void
check_operator(SgContractCheck *check, const SgObject *operator, const char *needed)
{
	const char *found = operator_result(check, operator);
	SgProblem  *problem;

	if (found == NULL || strncmp(found, "any", 3) == 0 || sg_contract_type_fits(check, needed, found))
		return;
	problem = sg_problem_add(&check->problems, SG_RULE_FUNCTION_RESULT_CHANGED, operator->type, operator->identity);
	problem->attribute = "returns";
	problem->needed = needed;
	problem->found = found;
}

/* A cast that is not written must be made all the same. */
static void
check_cast(SgContractCheck *check, const SgObject *cast, const char *needed)
{
	const char *found = sg_item_definition(cast, "context");
	SgProblem  *problem;

	if (found == NULL || strcmp(found, "implicit") == 0 || strcmp(found, needed) == 0)
		return;
	problem = sg_problem_add(&check->problems, SG_RULE_CAST_MISSING, cast->type, cast->identity);
	problem->attribute = "context";
	problem->needed = needed;
	problem->found = found;
}

static void
check_named(SgContractCheck *check, const SgContractObject *needed)
{
	static const SgRule rules[] = {
		[SG_CONTRACT_OPERATOR] = SG_RULE_OPERATOR_MISSING,
		[SG_CONTRACT_COLLATION] = SG_RULE_COLLATION_MISSING,
		[SG_CONTRACT_CONFIGURATION] = SG_RULE_CONFIG_MISSING,
		[SG_CONTRACT_DICTIONARY] = SG_RULE_DICTIONARY_MISSING,
		[SG_CONTRACT_CAST] = SG_RULE_CAST_MISSING
	};
	const SgObject *object = check->source->lookup(needed->kind, needed->identity, check->source->arg);

	if (object == NULL)
		(void) sg_contract_missing(check, rules[needed->kind], needed->kind, needed->identity);
	else if (needed->needed != NULL && needed->kind == SG_CONTRACT_OPERATOR)
		check_operator(check, object, needed->needed);
	else if (needed->needed != NULL)
		check_cast(check, object, needed->needed);
}

/* Everything but relations, functions and enums that a contract names. */
void
sg_contract_check_named(SgContractCheck *check, const SgContract *contract)
{
	ListCell   *cell;

	foreach(cell, contract->types)
	{
		CHECK_FOR_INTERRUPTS();
		check_used_type(check, lfirst(cell));
	}
	foreach(cell, contract->sequences)
		check_sequence(check, lfirst(cell));
	foreach(cell, contract->named)
		check_named(check, lfirst(cell));
}
