/*
 * releases/contract.c
 *		The rules: does a schema have what a contract needs?
 *
 * Pure: objects come from the lookup callback, nothing else is read.  One
 * function for each kind of thing that a contract names; each adds an
 * SgProblem for each rule that is hurt.  docs/contracts.md lists the rules
 * with their reasons; a rule that cannot be decided from contract and objects
 * alone is not here (whether a view takes an INSERT, for one).
 */
#include "postgres.h"

#include "miscadmin.h"

#include "format/item_text.h"
#include "releases/contract.h"
#include "releases/contract_tree.h"

/* a check in progress */
typedef struct Check
{
	SgObjectLookup lookup;
	void	   *arg;
	List	   *problems;		/* of SgProblem * */
} Check;

/* a relation under check */
typedef struct RelationCheck
{
	Check	   *check;
	const SgNeededRelation *needed;
	const SgObject *object;		/* what bears the name */
	const SgObject *source;		/* the same with what a partition has from its parent */
	List	   *missing;		/* of char *: columns reported as missing */
} RelationCheck;

/* how deep partitions of partitions are followed */
#define MAX_PARTITION_DEPTH 64

/* The object types that may stand for a contract's kind of object, NULL-terminated. */
const char *const *
sg_contract_kind_types(const char *kind)
{
	static const char *const relations[] =
	{"table", "view", "materialized view", "foreign table", "sequence", NULL};
	static const char *const functions[] = {"function", "procedure", "aggregate", NULL};
	static const char *const types[] = {"type", NULL};

	if (strcmp(kind, SG_CONTRACT_RELATION) == 0)
		return relations;
	if (strcmp(kind, SG_CONTRACT_FUNCTION) == 0)
		return functions;
	return types;
}

/* Can an object of this type be what a contract calls "kind"? */
bool
sg_contract_kind_matches(const char *kind, const char *type)
{
	for (const char *const *known = sg_contract_kind_types(kind); *known != NULL; known++)
	{
		if (strcmp(*known, type) == 0)
			return true;
	}
	return false;
}

static SgProblem *
add_problem(Check *check, const char *rule, const char *type, const char *identity)
{
	SgProblem  *problem = palloc0(sizeof(SgProblem));

	problem->severity = SG_SEVERITY_BROKEN;
	problem->rule = rule;
	problem->type = type;
	problem->identity = identity;
	check->problems = lappend(check->problems, problem);
	return problem;
}

static const SgItem *
find_item(const SgObject *object, const char *attribute)
{
	for (int i = 0; i < object->nitems; i++)
	{
		if (strcmp(object->items[i].attribute, attribute) == 0)
			return &object->items[i];
	}
	return NULL;
}

static const char *
item_definition(const SgObject *object, const char *attribute)
{
	const SgItem *item = find_item(object, attribute);

	return item == NULL ? NULL : item->definition;
}

static bool
is_column(const SgItem *item)
{
	return strncmp(item->attribute, "column ", 7) == 0;
}

/* Is this what keeps rows, so that NOT NULL and unique indexes can be known? */
static bool
is_table(const SgObject *object)
{
	return strcmp(object->type, "table") == 0 || strcmp(object->type, "foreign table") == 0;
}

static SgProblem *
add_column_problem(RelationCheck *state, const char *rule, const char *attribute)
{
	SgProblem  *problem = add_problem(state->check, rule, state->object->type,
									  state->needed->identity);

	problem->attribute = attribute;
	return problem;
}

/*
 * Finds a column that the release uses; if it is not there, reports that once
 * and returns false.  "type" is what the contract expects, or NULL.
 */
static bool
require_column(RelationCheck *state, const char *name, const char *type,
			   const char **attribute, SgColumnParts *column)
{
	const SgItem *item;
	ListCell   *cell;

	*attribute = sg_attribute("column", name);
	item = find_item(state->source, *attribute);
	if (item != NULL)
	{
		sg_column_parse(item->definition, column);
		return true;
	}
	foreach(cell, state->missing)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return false;
	}
	state->missing = lappend(state->missing, unconstify(char *, name));
	add_column_problem(state, "column_missing", *attribute)->needed = type;
	return false;
}

/* A type needed without modifier is content with any. */
static bool
type_fits(const char *needed, const char *found)
{
	if (strcmp(needed, found) == 0)
		return true;
	return strcmp(sg_type_without_modifier(needed), needed) == 0 &&
		strcmp(needed, sg_type_without_modifier(found)) == 0;
}

static void
check_select(RelationCheck *state)
{
	ListCell   *cell;

	foreach(cell, state->needed->select)
	{
		const SgNeededColumn *needed = lfirst(cell);
		const char *attribute;
		SgColumnParts	column;

		if (require_column(state, needed->name, needed->type, &attribute, &column) &&
			!type_fits(needed->type, column.type))
		{
			SgProblem  *problem = add_column_problem(state, "type_changed", attribute);

			problem->needed = needed->type;
			problem->found = column.type;
		}
	}
}

/* What the domain that a column has as its type says under "attribute", or NULL. */
static const char *
domain_says(RelationCheck *state, const SgColumnParts *column, const char *attribute)
{
	const SgObject *domain;

	/* types outside of pg_catalog are written with their schema */
	if (strchr(column->type, '.') == NULL)
		return NULL;
	domain = state->check->lookup(SG_CONTRACT_TYPE, column->type, state->check->arg);
	return domain == NULL ? NULL : item_definition(domain, attribute);
}

static bool
never_null(RelationCheck *state, const SgColumnParts *column)
{
	return column->not_null || domain_says(state, column, "not null") != NULL;
}

static void
check_not_null(RelationCheck *state)
{
	ListCell   *cell;

	foreach(cell, state->needed->not_null)
	{
		const char *attribute;
		SgColumnParts	column;

		if (require_column(state, lfirst(cell), NULL, &attribute, &column) &&
			is_table(state->source) && !never_null(state, &column))
		{
			SgProblem  *problem = add_column_problem(state, "became_nullable", attribute);

			problem->needed = "NOT NULL";
			problem->found = "nullable";
		}
	}
}

/* The columns in "names" are written: they must be there, and writable. */
static void
check_written(RelationCheck *state, const List *names)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		const char *attribute;
		SgColumnParts	column;

		if (require_column(state, lfirst(cell), NULL, &attribute, &column) &&
			(column.fill == SG_FILL_GENERATED || column.fill == SG_FILL_IDENTITY_ALWAYS))
		{
			SgProblem  *problem = add_column_problem(state, "column_generated", attribute);

			problem->needed = "writable";
			problem->found = column.fill_text;
		}
	}
}

static bool
lists_column(const List *names, const char *attribute)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(sg_attribute("column", lfirst(cell)), attribute) == 0)
			return true;
	}
	return false;
}

/* Is there a trigger that sees a new row before it is stored, and may complete it? */
static bool
has_before_insert_trigger(const SgObject *object)
{
	for (int i = 0; i < object->nitems; i++)
	{
		const SgItem *item = &object->items[i];

		if (strncmp(item->attribute, "trigger ", 8) == 0 &&
			strstr(item->definition, "BEFORE ") != NULL &&
			strstr(item->definition, "INSERT") != NULL &&
			strstr(item->definition, "FOR EACH ROW") != NULL)
			return true;
	}
	return false;
}

/* An INSERT that does not name a column which must have a value fails. */
static void
check_mandatory(RelationCheck *state)
{
	bool		completed = has_before_insert_trigger(state->source);

	for (int i = 0; i < state->source->nitems; i++)
	{
		const SgItem *item = &state->source->items[i];
		SgColumnParts	column;
		SgProblem  *problem;

		CHECK_FOR_INTERRUPTS();
		if (!is_column(item) || lists_column(state->needed->insert, item->attribute))
			continue;
		sg_column_parse(item->definition, &column);
		if (column.fill != SG_FILL_NONE || !never_null(state, &column) ||
			domain_says(state, &column, "default") != NULL)
			continue;
		problem = add_column_problem(state, "insert_new_mandatory_column", item->attribute);
		problem->needed = "a default, or nullable";
		problem->found = item->definition;
		if (completed)
			problem->severity = SG_SEVERITY_RISKY;
	}
}

/* Are the two lists the same set of names?  Neither names anything twice. */
static bool
same_names(const List *left, const List *right)
{
	ListCell   *cell;

	if (list_length(left) != list_length(right))
		return false;
	foreach(cell, left)
	{
		ListCell   *other;
		bool		found = false;

		foreach(other, right)
			found = found || strcmp(lfirst(cell), lfirst(other)) == 0;
		if (!found)
			return false;
	}
	return true;
}

/* (a, "B c") */
static char *
name_list(const List *names)
{
	StringInfoData result;
	ListCell   *cell;

	initStringInfo(&result);
	foreach(cell, names)
		appendStringInfo(&result, "%s%s", result.len == 0 ? "(" : ", ",
						 sg_attribute("", lfirst(cell)) + 1);
	appendStringInfoChar(&result, ')');
	return result.data;
}

/* Does ON CONFLICT not find the index, because a partition lacks it? */
static bool
is_incomplete(const SgObject *object, const SgItem *item)
{
	const char *name = strchr(item->attribute, ' ');

	return name != NULL &&
		(item_definition(object, psprintf("incomplete index%s", name)) != NULL ||
		 item_definition(object, psprintf("lacks index%s", name)) != NULL);
}

static void
check_conflict_targets(RelationCheck *state)
{
	ListCell   *cell;

	foreach(cell, state->needed->conflict_targets)
	{
		bool		found = false;

		for (int i = 0; i < state->source->nitems && !found; i++)
			found = same_names(lfirst(cell), sg_unique_columns(&state->source->items[i])) &&
				!is_incomplete(state->source, &state->source->items[i]);
		if (!found)
			add_column_problem(state, "conflict_target_missing", NULL)->needed =
				psprintf("unique %s", name_list(lfirst(cell)));
	}
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
		const char *own = item_definition(partition, item->attribute);

		/* its part is complete unless it says so itself */
		if (own == NULL && strncmp(item->attribute, "incomplete index ", 17) != 0)
			sg_object_add(merged, item->facet, 0, item->attribute, item->definition);
	}
	for (int i = 0; i < partition->nitems; i++)
	{
		const SgItem *item = &partition->items[i];

		sg_object_add(merged, item->facet, 0, item->attribute, item->definition);
	}
	return merged;
}

/*
 * The object with everything it has: a partition that merely repeats its
 * parent has no structure items of its own.
 */
static const SgObject *
complete_object(Check *check, const SgObject *object, int depth)
{
	const char *definition = item_definition(object, "partition of");
	const SgObject *parent;

	if (definition == NULL || depth == MAX_PARTITION_DEPTH)
		return object;
	parent = check->lookup(SG_CONTRACT_RELATION, sg_bound_parent(definition), check->arg);
	if (parent == NULL)
		return object;
	return merge_partition(object, complete_object(check, parent, depth + 1));
}

static void
check_relation(Check *check, const SgNeededRelation *needed)
{
	RelationCheck state = {.check = check,.needed = needed};
	bool		writes = needed->inserts || needed->update != NIL;

	state.object = check->lookup(SG_CONTRACT_RELATION, needed->identity, check->arg);
	if (state.object == NULL)
	{
		add_problem(check, "relation_missing", SG_CONTRACT_RELATION, needed->identity);
		return;
	}
	state.source = complete_object(check, state.object, 0);
	check_select(&state);
	check_not_null(&state);
	if (writes && (strcmp(state.object->type, "materialized view") == 0 ||
				   strcmp(state.object->type, "sequence") == 0))
	{
		SgProblem  *problem = add_column_problem(&state, "relation_kind_changed", NULL);

		problem->needed = "something that can be written";
		problem->found = state.object->type;
		return;
	}
	check_written(&state, needed->insert);
	check_written(&state, needed->update);
	if (is_table(state.source))
	{
		if (needed->inserts)
			check_mandatory(&state);
		check_conflict_targets(&state);
	}
}

static void
check_function(Check *check, const SgNeededFunction *needed)
{
	const SgObject *object = check->lookup(SG_CONTRACT_FUNCTION, needed->identity, check->arg);
	const char *result;
	SgProblem  *problem;

	if (object == NULL)
	{
		add_problem(check, "function_missing", SG_CONTRACT_FUNCTION, needed->identity);
		return;
	}
	if (needed->result == NULL)
		return;
	result = item_definition(object, "returns");
	if (result != NULL && strcmp(result, needed->result) == 0)
		return;
	problem = add_problem(check, "function_result_changed", object->type, needed->identity);
	problem->attribute = "returns";
	problem->needed = needed->result;
	problem->found = result;
}

static void
check_enum(Check *check, const SgNeededEnum *needed)
{
	const SgObject *object = check->lookup(SG_CONTRACT_TYPE, needed->identity, check->arg);
	const char *kind = object == NULL ? NULL : item_definition(object, "kind");
	ListCell   *cell;

	if (kind == NULL || strcmp(kind, "enum") != 0)
	{
		SgProblem  *problem = add_problem(check, "enum_missing", SG_CONTRACT_TYPE,
										  needed->identity);

		problem->needed = "enum";
		problem->found = object == NULL ? NULL : kind == NULL ? object->type : kind;
		return;
	}
	foreach(cell, needed->labels)
	{
		const char *attribute = sg_attribute("label", lfirst(cell));

		if (find_item(object, attribute) == NULL)
			add_problem(check, "enum_label_missing", object->type, needed->identity)->attribute =
				attribute;
	}
}

/* The objects that a contract names: a List of SgContractObject *. */
List *
sg_contract_objects(const SgContract *contract)
{
	List	   *objects = NIL;
	ListCell   *cell;

#define ADD_OBJECTS(list, Needed, named_kind) \
	foreach(cell, list) \
	{ \
		SgContractObject *object = palloc(sizeof(SgContractObject)); \
		object->kind = named_kind; \
		object->identity = ((Needed *) lfirst(cell))->identity; \
		objects = lappend(objects, object); \
	}
	ADD_OBJECTS(contract->relations, SgNeededRelation, SG_CONTRACT_RELATION);
	ADD_OBJECTS(contract->functions, SgNeededFunction, SG_CONTRACT_FUNCTION);
	ADD_OBJECTS(contract->enums, SgNeededEnum, SG_CONTRACT_TYPE);
#undef ADD_OBJECTS
	return objects;
}

/*
 * What of the contract does not hold: a List of SgProblem *, NIL if it fits.
 * Everything is allocated in the current memory context or belongs to the
 * contract or to what "lookup" returned.
 */
List *
sg_contract_check(const SgContract *contract, SgObjectLookup lookup, void *arg)
{
	Check		check = {.lookup = lookup,.arg = arg};
	ListCell   *cell;

	foreach(cell, contract->relations)
		check_relation(&check, lfirst(cell));
	foreach(cell, contract->functions)
		check_function(&check, lfirst(cell));
	foreach(cell, contract->enums)
		check_enum(&check, lfirst(cell));
	return check.problems;
}
