/*
 * contracts/contract_use_text.c
 *		What is done with a value, in words.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "contracts/contract_rules.h"
#include "format/item.h"

/* A type as messages have it: without its mark. */
static const char *
type_text(const char *type)
{
	return strcmp(type, SG_CONTRACT_LABEL) == 0 ? "a literal" : type + (type[0] == '$' || type[0] == '\'');
}

/* The same of several. */
char *
sg_contract_types_text(const List *types)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, types)
		appendStringInfo(&buf, "%s%s", cell == list_head(types) ? "" : ", ", type_text(lfirst(cell)));
	return buf.data;
}

/* What is done, in words. */
static char *
own_text(const SgContractUse *use)
{
	switch (use->kind)
	{
		case SG_USE_CAST:
			return psprintf("something that can be cast to %s", use->type);
		case SG_USE_PASSED:
			return psprintf("something that is taken as %s", use->type);
		case SG_USE_UNITED:
			return psprintf("something that goes together as (%s)", sg_contract_types_text(use->arguments));
		case SG_USE_ELEMENT:
			return pstrdup("an array");
		case SG_USE_ASSIGNABLE:
			return psprintf("something that can be assigned to %s", use->type);
		case SG_USE_ASSIGNED:
			return psprintf("something that takes %s", type_text(use->type));
		case SG_USE_SORTED:
			return pstrdup("something that can be sorted");
		case SG_USE_RETURNED:
			return pstrdup(use->type);
		case SG_USE_FRAMED:
			return psprintf("something for RANGE with an offset of %s", type_text(use->type));
		case SG_USE_LABEL:
			return psprintf("%s, if it is an enum", sg_item_attribute("label", use->name));
		default:
			return psprintf("something for %s(%s)", use->name, sg_contract_types_text(use->arguments));
	}
}

/* The use in words, palloc'd. */
char *
sg_contract_use_text(const SgContractUse *use)
{
	char	   *text = own_text(use);

	check_stack_depth();
	if (use->kind == SG_USE_UNITED && use->type != NULL)
		text = psprintf("%s and becomes %s", text, use->type);
	return use->then == NULL ? text : psprintf("%s %s %s", text, use->kind == SG_USE_ELEMENT ? "of" : "that gives",
												sg_contract_use_text(use->then));
}
