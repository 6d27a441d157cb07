/*
 * contracts/contract_object.c
 *		Objects that contracts are checked against, completed with what descriptions
 *		leave out.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contracts/contract_rules.h"
#include "contracts/problem.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "support/compat.h"

/* how deep partitions of partitions are followed */
#define MAX_PARTITION_DEPTH 64

/* Adds a problem of an object that is known only by what the contract calls it. */
SgProblem *
sg_contract_missing(SgContractCheck *check, SgRule rule, SgContractKind kind, const char *identity)
{
	return sg_problem_add(&check->problems, rule, sg_contract_kind_name(kind), identity);
}

/* Adds a problem of the relation; "attribute" is NULL if the relation as a whole is at fault. */
SgProblem *
sg_contract_relation_problem(SgRelationCheck *state, SgRule rule, const char *attribute)
{
	SgProblem  *problem = sg_problem_add(&state->check->problems, rule, state->object->type,
										 state->needed->identity);

	problem->attribute = attribute;
	return problem;
}

/* An enum lacks a label: told once, however many columns are of it. */
static void
label_missing(SgContractCheck *check, const SgObject *type, const char *identity, const char *attribute)
{
	void	  **reported;

	if (check->missing_labels == NULL)
		check->missing_labels = sg_name_table("schema_guard missing labels");
	reported = sg_name_enter(check->missing_labels, psprintf("%s %s", identity, attribute));
	if (*reported != NULL)
		return;
	*reported = sg_problem_add(&check->problems, SG_RULE_ENUM_LABEL_MISSING, type->type, identity);
	((SgProblem *) *reported)->attribute = attribute;
}

/* The enum must have the labels, a List of char *; "identity" is what it is called in the contract.  NULL is none that is to have any. */
void
sg_contract_check_labels(SgContractCheck *check, const SgObject *type, const char *identity, const List *labels)
{
	HTAB	   *found;
	ListCell   *cell;

	if (type == NULL || labels == NIL)
		return;
	found = sg_name_table("schema_guard labels");
	for (int i = 0; i < type->nitems; i++)
		*sg_name_enter(found, type->items[i].attribute) = &type->items[i];
	foreach(cell, labels)
	{
		const char *attribute = sg_item_attribute("label", lfirst(cell));

		CHECK_FOR_INTERRUPTS();
		if (sg_name_find(found, attribute) == NULL)
			label_missing(check, type, identity, attribute);
	}
	hash_destroy(found);
}

/* A column that is written must take values. */
void
sg_contract_check_writable(SgRelationCheck *state, const char *attribute, const SgColumnParts *column)
{
	SgProblem  *problem;

	if (column->fill != SG_FILL_GENERATED && column->fill != SG_FILL_IDENTITY_ALWAYS)
		return;
	problem = sg_contract_relation_problem(state, SG_RULE_COLUMN_GENERATED, attribute);
	problem->needed = "writable";
	problem->found = column->fill_text;
}

/* The same of one that an INSERT gives a value: with OVERRIDING, or in COPY, any identity column takes it. */
void
sg_contract_check_given(SgRelationCheck *state, const char *name, const SgColumnParts *column)
{
	ListCell   *cell;

	foreach(cell, column->fill == SG_FILL_IDENTITY_ALWAYS ? state->needed->overridden : NIL)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return;
	}
	sg_contract_check_writable(state, sg_item_attribute("column", name), column);
}

/*
 * Returns true if the object stores rows, so that it can have NOT NULL constraints and
 * unique indexes.
 */
bool
sg_contract_is_table(const SgObject *object)
{
	return strcmp(object->type, "table") == 0 || strcmp(object->type, "foreign table") == 0;
}

/* (a, "B c") */
char *
sg_contract_name_list(const List *names)
{
	StringInfoData result;
	ListCell   *cell;

	initStringInfo(&result);
	foreach(cell, names)
		appendStringInfo(&result, "%s%s", result.len == 0 ? "(" : ", ",
						 sg_item_attribute("", lfirst(cell)) + 1);
	appendStringInfoString(&result, result.len == 0 ? "()" : ")");
	return result.data;
}

/* list_sort()'s, for names */
int
sg_contract_compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/*
 * The parent's item as its partition has it.  Before 17 that does not have the
 * identity of a column, which so is as good as without a default there.
 */
static const char *
partition_definition(const SgItem *item)
{
	SgColumnParts column;

	if (sg_compat_partitions_have_identity() || !sg_item_is(item, SG_ITEM_COLUMN))
		return item->definition;
	sg_item_column_parse(item->definition, &column);
	if (column.fill != SG_FILL_IDENTITY_ALWAYS && column.fill != SG_FILL_IDENTITY_DEFAULT)
		return item->definition;
	return pnstrdup(item->definition, column.fill_text - 1 - item->definition);
}

/* A partition's items over those of its parent, which it repeats unless it says otherwise. */
static SgObject *
merge_partition(const SgObject *partition, const SgObject *parent)
{
	SgObject   *merged = palloc(sizeof(SgObject));

	sg_object_init(merged, partition->type, partition->identity, InvalidOid, InvalidOid);
	for (int i = 0; i < parent->nitems; i++)
	{
		const SgItem *item = &parent->items[i];
		const char *own = sg_item_definition(partition, item->attribute);

		/* its part is complete unless it says so itself; rules are no part of it */
		if (own == NULL && !sg_item_is(item, SG_ITEM_INCOMPLETE_INDEX) &&
			!sg_item_is(item, SG_ITEM_RULE))
			sg_object_add(merged, item->facet, 0, item->attribute, partition_definition(item));
	}
	for (int i = 0; i < partition->nitems; i++)
	{
		const SgItem *item = &partition->items[i];

		sg_object_add(merged, item->facet, 0, item->attribute, item->definition);
	}
	return merged;
}

static const SgObject *
complete_object(SgContractCheck *check, const SgObject *object, int depth)
{
	const char *definition = sg_item_definition(object, "partition of");
	const SgObject *parent;

	if (definition == NULL || depth == MAX_PARTITION_DEPTH)
		return object;
	parent = check->source->lookup(SG_CONTRACT_RELATION, sg_item_bound_parent(definition),
								   check->source->arg);
	if (parent == NULL)
		return object;
	return merge_partition(object, complete_object(check, parent, depth + 1));
}

/*
 * A sequence with the columns that each has and no description names (sequence.c's
 * DefineSequence()).
 */
static const SgObject *
complete_sequence(const SgObject *sequence)
{
	static const char *const columns[][2] = {
		{"last_value", "bigint"}, {"log_cnt", "bigint"}, {"is_called", "boolean"}
	};
	SgObject   *completed = palloc(sizeof(SgObject));

	sg_object_init(completed, sequence->type, sequence->identity, InvalidOid, InvalidOid);
	for (int i = 0; i < lengthof(columns); i++)
		sg_object_add(completed, SG_FACET_STRUCTURE, 0, sg_item_attribute("column", columns[i][0]),
					  columns[i][1]);
	return completed;
}

/*
 * The object with everything it has: a partition that merely repeats its
 * parent has no structure items of its own.
 */
const SgObject *
sg_contract_complete(SgContractCheck *check, const SgObject *object)
{
	if (strcmp(object->type, "sequence") == 0)
		return complete_sequence(object);
	return complete_object(check, object, 0);
}

/* Returns what a contract's kind of object is called. */
const char *
sg_contract_kind_name(SgContractKind kind)
{
	static const char *const names[] = {
		[SG_CONTRACT_RELATION] = "relation",
		[SG_CONTRACT_FUNCTION] = "function",
		[SG_CONTRACT_TYPE] = "type",
		[SG_CONTRACT_OPERATOR] = "operator",
		[SG_CONTRACT_COLLATION] = "collation",
		[SG_CONTRACT_CONFIGURATION] = "text search configuration",
		[SG_CONTRACT_DICTIONARY] = "text search dictionary",
		[SG_CONTRACT_CAST] = "cast"
	};

	return names[kind];
}

/* Returns the object types that a contract's kind stands for, NULL-terminated. */
const char *const *
sg_contract_kind_types(SgContractKind kind)
{
	static const char *const types[][6] = {
		[SG_CONTRACT_RELATION] = {"table", "view", "materialized view", "foreign table", "sequence", NULL},
		[SG_CONTRACT_FUNCTION] = {"function", "procedure", "aggregate", NULL},
		[SG_CONTRACT_TYPE] = {"type", NULL},
		[SG_CONTRACT_OPERATOR] = {"operator", NULL},
		[SG_CONTRACT_COLLATION] = {"collation", NULL},
		[SG_CONTRACT_CONFIGURATION] = {"text search configuration", NULL},
		[SG_CONTRACT_DICTIONARY] = {"text search dictionary", NULL},
		[SG_CONTRACT_CAST] = {"cast", NULL}
	};

	return types[kind];
}

/* Returns true if an object of this type can be what a contract calls "kind". */
bool
sg_contract_kind_matches(SgContractKind kind, const char *type)
{
	for (const char *const *known = sg_contract_kind_types(kind); *known != NULL; known++)
	{
		if (strcmp(*known, type) == 0)
			return true;
	}
	return false;
}
