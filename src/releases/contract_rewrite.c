/*
 * releases/contract_rewrite.c
 *		The rules about rules: what a statement that is rewritten cannot have.
 *
 * As rewriteHandler.c's RewriteQuery() decides.  Where an INSTEAD rule is in force, RETURNING
 * needs an unconditional one that returns rows.  Within WITH a statement has to stay one: so
 * the only rule must be an unconditional INSTEAD of a single statement.  MERGE allows no rules
 * at all, whatever they are on and whether they are in force.
 */
#include "postgres.h"

#include "format/item_text.h"
#include "releases/contract_rules.h"

/* Returns true if the command is one of those that the release uses. */
static bool
is_used(const SgContractRelation *needed, const char *command)
{
	ListCell   *cell;

	foreach(cell, needed->commands)
	{
		if (strcmp(lfirst(cell), command) == 0)
			return true;
	}
	return false;
}

static void
report(SgRelationCheck *state, const SgObject *object, const SgItem *rule, const char *needed)
{
	SgProblem  *problem = sg_problem_add(&state->check->problems, SG_RULE_RULE_ADDED, object->type,
										 object->identity);

	problem->attribute = rule->attribute;
	problem->needed = needed;
}

/*
 * The rules on the event of "object", which the release writes, or which is beneath a view
 * that it writes: they must allow what else the statements have.
 */
static void
check_event(SgRelationCheck *state, const SgObject *object, const char *event, const char *command)
{
	bool		returning = is_used(state->needed, psprintf("%s returning", command));
	bool		within = is_used(state->needed, psprintf("%s in with", command));
	const SgItem *replacement = NULL;
	bool		returns = false;

	for (int i = 0; (returning || within) && i < object->nitems; i++)
	{
		const SgItem *item = &object->items[i];
		SgRuleParts rule;

		if (!sg_item_is(item, SG_ITEM_RULE) || !sg_item_rule_parse(item->definition, event, &rule) ||
			!sg_item_fires(object, item))
			continue;
		if (rule.instead)
			replacement = item;
		returns |= rule.instead && !rule.conditional && rule.returns;
		if (within && (!rule.instead || rule.conditional || rule.statements != 1))
			report(state, object, item, psprintf("%s within WITH", event));
	}
	if (returning && replacement != NULL && !returns)
		report(state, object, replacement, psprintf("%s with RETURNING", event));
}

static void
check_merge(SgRelationCheck *state, const SgObject *object)
{
	for (int i = 0; is_used(state->needed, "merge") && i < object->nitems; i++)
	{
		if (sg_item_is(&object->items[i], SG_ITEM_RULE))
			report(state, object, &object->items[i], "MERGE");
	}
}

/* The rules of "object", which the release writes, or which is beneath a view that it writes. */
void
sg_contract_check_rewriting(SgRelationCheck *state, const SgObject *object)
{
	check_event(state, object, "INSERT", "insert");
	check_event(state, object, "UPDATE", "update");
	check_event(state, object, "DELETE", "delete");
	check_merge(state, object);
}
