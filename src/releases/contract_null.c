/*
 * releases/contract_null.c
 *		Rules about nulls: which columns hold none, which an INSERT must give.
 *
 * A column holds no null if it is NOT NULL, or its domain is, at any level, or
 * a CHECK says so in as many words.  A column that an INSERT leaves out is null
 * unless it has a default that is not: the column's own, or else its type's,
 * which a domain over another domain has copied from that.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "format/item_text.h"
#include "format/name_table.h"
#include "format/value.h"
#include "releases/contract_rules.h"
#include "releases/problem.h"

/* how many domains may be made of each other, and tables inherit from each other */
#define MAX_DEPTH 64

/* SgIsNull: the one column whose name is "arg" */
static bool
is_that(const char *name, void *arg)
{
	return strcmp(name, arg) == 0;
}

/*
 * Does a domain, or one that it is made of, refuse nulls?  Of values that are
 * there already only what is "valid" says something.
 */
static bool
domain_refuses_null(SgContractCheck *check, const char *type, bool valid)
{
	const SgObject *domain;

	for (int depth = 0; depth < MAX_DEPTH && (domain = sg_contract_domain(check, type)) != NULL; depth++)
	{
		if (sg_item_find(domain, "not null") != NULL)
			return true;
		for (int i = 0; i < domain->nitems; i++)
		{
			SgCheckParts constraint;

			if (sg_item_check_parse(&domain->items[i], &constraint) &&
				(valid ? constraint.valid : constraint.enforced) &&
				sg_value_truth(constraint.condition, is_that, "VALUE") == SG_FALSE)
				return true;
		}
		type = sg_item_definition(domain, "type");
	}
	return false;
}

/* Does a constraint of the table say that the column is, or is not, without nulls? */
static bool
never_null(SgContractCheck *check, const SgObject *table, const SgItem *item)
{
	char	   *name = sg_item_name(item->attribute);
	SgColumnParts column;
	bool		valid = true;

	sg_item_column_parse(item->definition, &column);
	for (int i = 0; i < table->nitems; i++)
	{
		const char *not_valid = sg_item_not_valid_column(&table->items[i]);
		SgCheckParts constraint;

		if (not_valid != NULL && strcmp(not_valid, name) == 0)
			valid = false;
		if (sg_item_check_parse(&table->items[i], &constraint) && constraint.valid &&
			sg_value_truth(constraint.condition, is_that, name) == SG_FALSE)
			return true;
	}
	return (column.not_null && valid) || domain_refuses_null(check, column.type, true);
}

static const SgObject *
may_be_null(SgContractCheck *check, const SgObject *table, const char *attribute, int depth)
{
	const SgObject *complete = sg_contract_complete(check, table);
	const SgItem *item = sg_item_find(complete, attribute);
	ListCell   *cell;

	if (item != NULL && !never_null(check, complete, item))
		return table;
	if (depth == MAX_DEPTH)
		return NULL;
	foreach(cell, check->source->children(table->identity, check->source->arg))
	{
		const SgObject *found = may_be_null(check, lfirst(cell), attribute, depth + 1);

		if (found != NULL)
			return found;
	}
	return NULL;
}

/*
 * The table in which a column that is read of "table" may hold nulls, itself
 * or one that inherits from it; or NULL.
 */
const SgObject *
sg_contract_may_be_null(SgContractCheck *check, const SgObject *table, const char *attribute)
{
	return may_be_null(check, table, attribute, 0);
}

/* Has a column without a default of its own one of its type? */
static bool
type_fills(SgContractCheck *check, const char *type)
{
	const SgObject *object = sg_contract_type(check, type);
	const char *expression = object == NULL ? NULL : sg_item_definition(object, "default");

	return expression != NULL && !sg_value_is_null(expression);
}

/* Is the column null in a row of which an INSERT does not give it? */
static bool
is_left_null(SgContractCheck *check, const SgColumnParts *column)
{
	if (column->fill == SG_FILL_NONE)
		return !type_fills(check, column->type);
	return column->fills_null;
}

/* what can come between an INSERT and its row */
typedef struct Interception
{
	bool		completed;		/* a trigger may fill in what is left null */
	bool		replaced;		/* a rule may do something else */
} Interception;

static Interception
find_interception(const SgObject *table)
{
	Interception found = {0};

	for (int i = 0; i < table->nitems; i++)
	{
		const SgItem *item = &table->items[i];
		bool		instead;

		if (sg_item_is(item, SG_ITEM_TRIGGER))
			found.completed |= sg_item_sees_new_row(item->definition) &&
				sg_item_fires(table, item);
		else if (sg_item_is(item, SG_ITEM_RULE))
			found.replaced |= sg_item_rule_is_on(item->definition, "INSERT", &instead) && instead &&
				sg_item_fires(table, item);
	}
	return found;
}

/* Has a partition a trigger of its own that may complete a row which is routed there? */
static bool
partition_completes(SgContractCheck *check, const char *identity, int depth)
{
	ListCell   *cell;

	CHECK_FOR_INTERRUPTS();
	if (depth == MAX_DEPTH)
		return false;
	foreach(cell, check->source->partitions(identity, check->source->arg))
	{
		const SgObject *partition = lfirst(cell);

		if (find_interception(partition).completed ||
			partition_completes(check, partition->identity, depth + 1))
			return true;
	}
	return false;
}

/* SgIsNull over a table of names */
static bool
is_listed(const char *name, void *arg)
{
	return sg_name_find(arg, name) != NULL;
}

/* Reports CHECKs that a row fails in which these columns are null, whatever the others are. */
static List *
check_constraints(SgRelationCheck *state, HTAB *nulls)
{
	List	   *problems = NIL;

	for (int i = 0; i < state->source->nitems; i++)
	{
		const SgItem *item = &state->source->items[i];
		SgCheckParts constraint;
		SgProblem  *problem;

		CHECK_FOR_INTERRUPTS();
		if (!sg_item_check_parse(item, &constraint) || !constraint.enforced ||
			sg_value_truth(constraint.condition, is_listed, nulls) != SG_FALSE)
			continue;
		problem = sg_contract_relation_problem(state, SG_RULE_INSERT_FAILS_CHECK, item->attribute);
		problem->found = item->definition;
		problems = lappend(problems, problem);
	}
	return problems;
}

/* An INSERT that leaves out what must have a value fails, unless something completes the row. */
void
sg_contract_check_insert(SgRelationCheck *state)
{
	Interception interception = find_interception(state->source);
	/* of a foreign table's constraints, the other server knows */
	bool		unsure = interception.completed || interception.replaced ||
		strcmp(state->source->type, "foreign table") == 0;
	List	   *doubtful = NIL; /* problems that a trigger can do away with */
	HTAB	   *given = sg_name_table("schema_guard columns given");
	HTAB	   *nulls = sg_name_table("schema_guard columns left null");
	ListCell   *cell;

	foreach(cell, state->needed->insert)
		*sg_name_enter(given, sg_item_attribute("column", lfirst(cell))) = lfirst(cell);
	for (int i = 0; i < state->source->nitems; i++)
	{
		const SgItem *item = &state->source->items[i];
		SgColumnParts column;
		SgProblem  *problem;
		bool		refused;

		CHECK_FOR_INTERRUPTS();
		if (!sg_item_is(item, SG_ITEM_COLUMN) || sg_name_find(given, item->attribute) != NULL)
			continue;
		sg_item_column_parse(item->definition, &column);
		if (!is_left_null(state->check, &column))
			continue;
		*sg_name_enter(nulls, sg_item_name(item->attribute)) = unconstify(SgItem *, item);
		refused = domain_refuses_null(state->check, column.type, false);
		if (!refused && !column.not_null)
			continue;
		problem = sg_contract_relation_problem(state, SG_RULE_INSERT_NEW_MANDATORY_COLUMN, item->attribute);
		problem->needed = "a default, or nullable";
		problem->found = item->definition;
		/* a domain refuses before triggers see the row */
		if (!refused || interception.replaced)
			doubtful = lappend(doubtful, problem);
	}
	doubtful = list_concat(doubtful, check_constraints(state, nulls));
	if (doubtful == NIL || !(unsure || partition_completes(state->check, state->object->identity, 0)))
		return;
	foreach(cell, doubtful)
		((SgProblem *) lfirst(cell))->severity = SG_RISKY;
}
