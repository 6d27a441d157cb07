/*
 * contracts/contract_rewrite.c
 *		The rules about rules: what a statement that is rewritten cannot have.
 *
 * As rewriteHandler.c's RewriteQuery() decides.  Where an INSTEAD rule is in force, RETURNING
 * needs an unconditional one that returns rows.  Within WITH a statement has to stay one, and one that
 * has a WITH must not become several.  ON CONFLICT allows no rule on INSERT that does anything, and none
 * on UPDATE, be it in force or not.  MERGE allows no rules at all, whatever they are on and whether they are in
 * force.
 */
#include "postgres.h"

#include "contracts/contract_rules.h"
#include "format/item_text.h"

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

/* what the rules on an event make of a statement */
typedef struct Rewriting
{
	const SgItem *replacement;	/* an INSTEAD rule, which may be conditional; or NULL */
	const SgItem *addition;		/* a rule that adds statements, or has them instead; or NULL */
	bool		replaced;		/* one of the INSTEAD rules is not conditional */
	bool		returns;		/* ... and returns rows */
	int			statements;		/* how many it becomes */
	int			notifications;	/* how many of them are NOTIFY */
} Rewriting;

static Rewriting
rewrite(const SgObject *object, const char *event)
{
	Rewriting	rewriting = {NULL};

	for (int i = 0; i < object->nitems; i++)
	{
		const SgItem *item = &object->items[i];
		SgRuleParts rule;

		if (!sg_item_is(item, SG_ITEM_RULE) || !sg_item_rule_parse(item->definition, event, &rule) ||
			!sg_item_fires(object, item))
			continue;
		if (rule.instead)
			rewriting.replacement = item;
		if (rule.statements > 0)
			rewriting.addition = item;
		rewriting.replaced |= rule.instead && !rule.conditional;
		rewriting.returns |= rule.instead && !rule.conditional && rule.returns;
		rewriting.statements += rule.statements;
		rewriting.notifications += rule.notifications;
	}
	/* the statement itself, or those rows of it that no conditional rule takes */
	rewriting.statements += !rewriting.replaced;
	return rewriting;
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
	bool		after = is_used(state->needed, psprintf("%s after with", command));
	Rewriting	rewriting;

	if (!returning && !within && !after)
		return;
	rewriting = rewrite(object, event);
	if (within && (rewriting.statements != 1 || rewriting.notifications > 0))
		report(state, object, rewriting.statements == 0 ? rewriting.replacement : rewriting.addition,
			   psprintf("%s within WITH", event));
	if (after && rewriting.statements - rewriting.notifications > 1)
		report(state, object, rewriting.addition, psprintf("%s with WITH", event));
	if (returning && rewriting.replacement != NULL && !rewriting.returns)
		report(state, object, rewriting.replacement, psprintf("%s with RETURNING", event));
}

/* The rule that makes ON CONFLICT fail, or NULL. */
const SgItem *
sg_contract_conflict_rule(const SgObject *object)
{
	for (int i = 0; i < object->nitems; i++)
	{
		const SgItem *item = &object->items[i];
		SgRuleParts rule;

		if (sg_item_is(item, SG_ITEM_RULE) &&
			(sg_item_rule_parse(item->definition, "UPDATE", &rule) ||
			 (sg_item_rule_parse(item->definition, "INSERT", &rule) && rule.statements > 0 &&
			  sg_item_fires(object, item))))
			return item;
	}
	return NULL;
}

/*
 * ON CONFLICT DO NOTHING: what else ON CONFLICT may have is a key, with which its rule looks for these.
 * Where the server writes through a view by itself, they do not count.
 */
static void
check_conflict(SgRelationCheck *state, const SgObject *object)
{
	const SgItem *rule = is_used(state->needed, "insert on conflict") ? sg_contract_conflict_rule(object) : NULL;

	if (rule != NULL && (sg_contract_is_table(object) || rewrite(object, "INSERT").replaced))
		report(state, object, rule, "INSERT with ON CONFLICT");
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
	check_conflict(state, object);
	check_merge(state, object);
}
