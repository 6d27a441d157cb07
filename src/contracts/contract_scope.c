/*
 * contracts/contract_scope.c
 *		The rules about unqualified names, which additions can take.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contracts/contract_rules.h"
#include "format/item_text.h"
#include "format/name_table.h"

/* The relation with all that it has, or NULL. */
static const SgObject *
find_relation(SgContractCheck *check, const char *identity)
{
	const SgObject *object = check->source->lookup(SG_CONTRACT_RELATION, identity, check->source->arg);

	return object == NULL ? NULL : sg_contract_complete(check, object);
}

/* A column name that stands alone: none but the relation that had it may have it. */
static void
check_bare_name(SgContractCheck *check, const SgContractBareName *name)
{
	char	   *attribute = sg_item_attribute("column", name->column);
	ListCell   *cell;

	foreach(cell, name->relations)
	{
		const SgObject *relation = find_relation(check, lfirst(cell));

		CHECK_FOR_INTERRUPTS();
		if (relation != NULL && sg_item_find(relation, attribute) != NULL)
			sg_problem_add(&check->problems, SG_RULE_COLUMN_AMBIGUOUS, relation->type,
						   relation->identity)
				->attribute = attribute;
	}
}

/* The names of the columns of relations: a table of names. */
static HTAB *
columns_of(SgContractCheck *check, const List *relations)
{
	HTAB	   *names = sg_name_table("schema_guard joined columns");
	ListCell   *cell;

	foreach(cell, relations)
	{
		const SgObject *relation = find_relation(check, lfirst(cell));
		ListCell   *lc;

		foreach(lc, relation == NULL ? NIL : sg_contract_columns(relation, SG_ITEM_COLUMN, true))
			*sg_name_enter(names, lfirst(lc)) = lfirst(lc);
	}
	return names;
}

/* NATURAL JOIN is by the columns that both sides have: they must be the same as before. */
static void
check_natural(SgContractCheck *check, const SgContractNatural *join)
{
	HTAB	   *left = columns_of(check, join->left);
	HTAB	   *right = columns_of(check, join->right);
	HTAB	   *wanted = sg_name_table("schema_guard common columns");
	List	   *common = NIL;
	bool		same = true;
	HASH_SEQ_STATUS status;
	const char **name;
	ListCell   *cell;
	SgProblem  *problem;

	foreach(cell, join->columns)
		*sg_name_enter(wanted, lfirst(cell)) = lfirst(cell);
	hash_seq_init(&status, left);
	while ((name = hash_seq_search(&status)) != NULL)
	{
		if (sg_name_find(right, *name) == NULL)
			continue;
		common = lappend(common, unconstify(char *, *name));
		same &= sg_name_find(wanted, *name) != NULL;
	}
	if (join->left == NIL || join->right == NIL ||
		(same && list_length(common) == list_length(join->columns)))
		return;
	list_sort(common, sg_contract_compare_names);
	problem = sg_contract_missing(check, SG_RULE_NATURAL_JOIN_CHANGED, SG_CONTRACT_RELATION,
								  linitial(join->left));
	problem->needed = sg_contract_name_list(join->columns);
	problem->found = common == NIL ? "nothing" : sg_contract_name_list(common);
}

/* An object whose name has no schema: search_path must not lead to another. */
static void
check_hidden_name(SgContractCheck *check, const SgContractHidden *hidden)
{
	const SgObject *other = check->source->lookup(hidden->kind, hidden->other, check->source->arg);

	if (other == NULL && hidden->kind == SG_CONTRACT_TYPE)
	{
		other = check->source->lookup(SG_CONTRACT_RELATION, hidden->other, check->source->arg);
		if (other != NULL && strcmp(other->type, "sequence") == 0)
			return;
	}
	if (other != NULL)
		sg_problem_add(&check->problems, SG_RULE_NAME_HIDDEN, other->type, other->identity)->needed = hidden->identity;
}

/* What a name that stands alone may mean otherwise than it did. */
void
sg_contract_check_scope(SgContractCheck *check, const SgContract *contract)
{
	ListCell   *cell;

	foreach(cell, contract->bare)
		check_bare_name(check, lfirst(cell));
	foreach(cell, contract->natural)
	{
		CHECK_FOR_INTERRUPTS();
		check_natural(check, lfirst(cell));
	}
	foreach(cell, contract->hidden)
	{
		CHECK_FOR_INTERRUPTS();
		check_hidden_name(check, lfirst(cell));
	}
}

/* A relation whose name has no schema: search_path must not lead to another. */
void
sg_contract_check_hidden(SgRelationCheck *state)
{
	ListCell   *cell;

	foreach(cell, state->needed->not_in)
	{
		const SgObject *other = state->check->source->lookup(SG_CONTRACT_RELATION, lfirst(cell),
															 state->check->source->arg);

		if (other != NULL)
			sg_problem_add(&state->check->problems, SG_RULE_RELATION_HIDDEN, other->type,
						   other->identity)
				->needed = state->needed->identity;
	}
}
