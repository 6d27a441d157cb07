/*
 * contracts/contract.c
 *		The rules by which a schema has what a contract needs.
 *
 * Pure: objects come from the lookup callback, nothing else is read.  One
 * function for each kind of thing that a contract names; each adds an
 * SgProblem for each rule that is hurt.  docs/contracts.md lists the rules
 * with their reasons; a rule that cannot be decided from contract and objects
 * alone is not here (whether a view takes an INSERT, for one).
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contracts/contract.h"
#include "contracts/contract_rules.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "support/compat.h"

/*
 * Finds a column that the release uses; if it is not there, reports that once
 * and returns false.  "type" is what the contract expects, or NULL.
 */
static bool
require_column(SgRelationCheck *state, const char *name, const char *type,
			   const char **attribute, SgColumnParts *column)
{
	const SgItem *item;
	void	  **reported;

	CHECK_FOR_INTERRUPTS();
	*attribute = sg_item_attribute("column", name);
	item = sg_name_find(state->items, *attribute);
	if (item != NULL)
	{
		sg_item_column_parse(item->definition, column);
		return true;
	}
	if (state->missing == NULL)
		state->missing = sg_name_table("schema_guard missing columns");
	reported = sg_name_enter(state->missing, name);
	if (*reported == NULL)
	{
		*reported = sg_contract_relation_problem(state, SG_RULE_COLUMN_MISSING, *attribute);
		((SgProblem *) *reported)->needed = type;
	}
	return false;
}

/* The object's items by their attributes. */
static HTAB *
index_items(const SgObject *object)
{
	HTAB	   *items = sg_name_table("schema_guard items");

	for (int i = 0; i < object->nitems; i++)
		*sg_name_enter(items, object->items[i].attribute) = &object->items[i];
	return items;
}

/* The column's type, if it is an enum, must have the labels that literals beside the column are. */
static void
check_labels(SgRelationCheck *state, const SgContractUses *uses, const char *type)
{
	const SgObject *object;
	List	   *labels = NIL;
	ListCell   *cell;

	foreach(cell, uses->uses)
	{
		const SgContractUse *use = lfirst(cell);

		if (use->kind == SG_USE_LABEL)
			labels = lappend(labels, unconstify(char *, use->name));
	}
	object = labels == NIL ? NULL : sg_contract_enum(state->check, type);
	sg_contract_check_labels(state->check, object, object == NULL ? NULL : object->identity, labels);
}

/* A column of another type than it had, "before" if that is known, must get along with what is done with it. */
static void
check_uses(SgRelationCheck *state, const SgContractUses *uses, const char *attribute,
		   const char *before, const char *type)
{
	ListCell   *cell;

	foreach(cell, uses->uses)
	{
		bool		holds = sg_contract_use_holds(state->check, lfirst(cell), type);
		SgProblem  *problem;

		CHECK_FOR_INTERRUPTS();
		if (holds && (before == NULL || !sg_contract_use_reads_text(lfirst(cell), before, type)))
			continue;
		problem = sg_contract_relation_problem(state, SG_RULE_TYPE_CHANGED, attribute);
		problem->needed = sg_contract_use_text(lfirst(cell));
		problem->found = type;
		if (holds)
			problem->severity = SG_RISKY;
	}
}

/* Checks a column that is selected.  "uses" says what is done with it, or is NULL. */
static void
check_selected(SgRelationCheck *state, const SgContractColumn *needed, const SgContractUses *uses)
{
	const char *attribute;
	SgColumnParts column;
	SgProblem  *problem;

	if (!require_column(state, needed->name, needed->type, &attribute, &column))
		return;
	if (uses != NULL)
		check_labels(state, uses, column.type);
	if (sg_contract_type_is(state->check, needed->type, column.type, uses))
		return;
	if (uses != NULL)
	{
		check_uses(state, uses, attribute, needed->type, column.type);
		return;
	}
	problem = sg_contract_relation_problem(state, SG_RULE_TYPE_CHANGED, attribute);
	problem->needed = needed->type;
	problem->found = column.type;
}

/* Checks the columns that are selected or used, in the contract's order. */
static void
check_select(SgRelationCheck *state)
{
	bool		has_uses = state->needed->uses != NIL;
	HTAB	   *selected = has_uses ? sg_name_table("schema_guard selected columns") : NULL;
	HTAB	   *used = has_uses ? sg_contract_index_uses(state->needed->uses) : NULL;
	const char *attribute;
	SgColumnParts column;
	ListCell   *cell;

	foreach(cell, state->needed->select)
	{
		const SgContractColumn *needed = lfirst(cell);

		if (has_uses)
			*sg_name_enter(selected, needed->name) = lfirst(cell);
		check_selected(state, needed, has_uses ? sg_name_find(used, needed->name) : NULL);
	}
	foreach(cell, state->needed->uses)
	{
		const SgContractUses *uses = lfirst(cell);

		if (sg_name_find(selected, uses->column) != NULL ||
			!require_column(state, uses->column, NULL, &attribute, &column))
			continue;
		check_labels(state, uses, column.type);
		check_uses(state, uses, attribute, NULL, column.type);
	}
}

static void
check_not_null(SgRelationCheck *state)
{
	ListCell   *cell;

	foreach(cell, state->needed->not_null)
	{
		const SgObject *nullable;
		const char *attribute;
		SgColumnParts column;
		SgProblem  *problem;

		if (!require_column(state, lfirst(cell), NULL, &attribute, &column) ||
			!sg_contract_is_table(state->source))
			continue;
		nullable = sg_contract_may_be_null(state->check, state->object, attribute);
		if (nullable == NULL)
			continue;
		problem = sg_contract_relation_problem(state, SG_RULE_BECAME_NULLABLE, attribute);
		problem->needed = "NOT NULL";
		problem->found = nullable == state->object ? "nullable" :
			psprintf("nullable in %s, which inherits from it", nullable->identity);
	}
}

/* The columns in "names" are written, by INSERT or UPDATE: they must be there, and writable. */
static void
check_written(SgRelationCheck *state, const List *names, bool inserted)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		const char *attribute;
		SgColumnParts column;

		if (!require_column(state, lfirst(cell), NULL, &attribute, &column))
			continue;
		if (inserted)
			sg_contract_check_given(state, lfirst(cell), &column);
		else
			sg_contract_check_writable(state, attribute, &column);
	}
}

static bool
is_listed(const List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* GROUP BY leaves out columns of a table whose primary key it has, wholly and not deferrable. */
static void
check_grouped_by(SgRelationCheck *state)
{
	for (int i = 0; i < state->source->nitems; i++)
	{
		const SgItem *item = &state->source->items[i];
		SgUniqueKey key;
		bool		all = true;
		ListCell   *cell;

		if (!sg_item_is(item, SG_ITEM_CONSTRAINT) || strncmp(item->definition, "PRIMARY KEY", 11) != 0 ||
			!sg_item_unique_key(item, &key) || key.deferrable)
			continue;
		foreach(cell, key.columns)
			all &= is_listed(state->needed->grouped_by, lfirst(cell));
		if (all)
			return;
	}
	sg_contract_relation_problem(state, SG_RULE_GROUP_KEY_MISSING, NULL)->needed =
		sg_contract_name_list(state->needed->grouped_by);
}

/* Checks and triggers that were added since: whether they get in the way, the data tell. */
static void
check_guards(SgRelationCheck *state)
{
	HTAB	   *triggers;
	HTAB	   *checks;

	if (!state->needed->tells_guards)
		return;
	triggers = sg_name_table_of(state->needed->triggers);
	checks = sg_name_table_of(state->needed->checks);
	for (int i = 0; i < state->source->nitems; i++)
	{
		const SgItem *item = &state->source->items[i];
		bool		is_trigger = sg_item_is(item, SG_ITEM_TRIGGER);
		SgCheckParts constraint;
		SgProblem  *problem;

		if (is_trigger ? !sg_item_fires(state->source, item) : !sg_item_check_parse(item, &constraint))
			continue;
		if (sg_name_find(is_trigger ? triggers : checks, sg_item_name(item->attribute)) != NULL)
			continue;
		problem = sg_contract_relation_problem(state, is_trigger ? SG_RULE_TRIGGER_ADDED :
											   SG_RULE_CHECK_ADDED, item->attribute);
		problem->found = item->definition;
	}
}

/* COPY takes a view with an INSTEAD OF INSERT trigger. */
static bool
has_insert_trigger(const SgObject *view)
{
	for (int i = 0; i < view->nitems; i++)
	{
		if (sg_item_is(&view->items[i], SG_ITEM_TRIGGER) &&
			strncmp(view->items[i].definition, "INSTEAD OF INSERT", 17) == 0)
			return true;
	}
	return false;
}

/* Returns true if COPY TO reads this kind of relation. */
static bool
can_be_copied(const SgObject *object)
{
	if (strcmp(object->type, "materialized view") == 0)
		return sg_compat_copies_materialized_views();
	return strcmp(object->type, "table") == 0 &&
		(sg_item_find(object, "partition by") == NULL || sg_compat_copies_partitioned_tables());
}

/* Returns true if the command works on this kind of relation. */
static bool
takes_command(const SgObject *object, const char *command)
{
	const char *type = object->type;
	bool		is_view = strcmp(type, "view") == 0;

	if (strcmp(command, "copy to") == 0)
		return can_be_copied(object);
	if (strcmp(type, "table") == 0)
		return true;
	if (strcmp(command, "copy from") == 0)
		return is_view ? has_insert_trigger(object) : strcmp(type, "foreign table") == 0;
	if (strcmp(command, "tablesample") == 0)
		return strcmp(type, "materialized view") == 0;
	if (strcmp(command, "system columns") == 0)
		return !is_view;
	if (strcmp(command, "merge") == 0)
		return is_view && sg_compat_merges_into_views();
	if (strcmp(command, "truncate") == 0)
		return strcmp(type, "foreign table") == 0;
	if (strncmp(command, "lock", 4) == 0)
		return is_view;
	return is_view || strcmp(type, "foreign table") == 0;
}

static void
check_commands(SgRelationCheck *state)
{
	ListCell   *cell;

	foreach(cell, state->needed->commands)
	{
		SgProblem  *problem;

		if (takes_command(state->source, lfirst(cell)))
			continue;
		problem = sg_contract_relation_problem(state, SG_RULE_RELATION_KIND_CHANGED, lfirst(cell));
		problem->needed = "a table";
		problem->found = state->object->type;
	}
}

/* INSERT INTO t SELECT * FROM t, or from a function with rows of t, gives a value to each column, whichever there are. */
static void
check_own_rows(SgRelationCheck *state)
{
	bool		made = is_listed(state->needed->commands, "insert all columns");

	if (made && state->needed->row_used != NIL && sg_contract_is_table(state->source))
		sg_contract_check_all_given(state);
	if (made || is_listed(state->needed->commands, "insert own rows"))
		check_written(state, sg_contract_columns(state->source, SG_ITEM_COLUMN, true), true);
}

/* UPDATE SET column = DEFAULT: that must be something that the column takes. */
static void
check_defaulted(SgRelationCheck *state)
{
	ListCell   *cell;

	foreach(cell, state->needed->update_default)
	{
		const char *attribute;
		SgColumnParts column;

		if (require_column(state, lfirst(cell), NULL, &attribute, &column) && sg_contract_is_table(state->source))
			sg_contract_check_default(state, sg_name_find(state->items, attribute));
	}
}

/* What is written to the relation. */
static void
check_writes(SgRelationCheck *state)
{
	const SgContractRelation *needed = state->needed;

	if ((needed->inserts || needed->may_insert != NIL || needed->update != NIL ||
		 needed->update_default != NIL || needed->positional != NIL) &&
		(strcmp(state->object->type, "materialized view") == 0 ||
		 strcmp(state->object->type, "sequence") == 0))
	{
		SgProblem  *problem = sg_contract_relation_problem(state, SG_RULE_RELATION_KIND_CHANGED, NULL);

		problem->needed = "something that can be written";
		problem->found = state->object->type;
		return;
	}
	check_written(state, needed->insert, true);
	check_written(state, needed->may_insert, true);
	check_written(state, needed->update, false);
	check_defaulted(state);
	check_own_rows(state);
	sg_contract_check_rewriting(state, state->source);
	if (sg_contract_is_table(state->source))
	{
		if (needed->inserts)
			sg_contract_check_insert(state);
		sg_contract_check_conflicts(state);
		check_guards(state);
	}
	else if (strcmp(state->object->type, "view") == 0)
	{
		SgRelationCheck *view = palloc(sizeof(SgRelationCheck));

		*view = *state;
		state->check->views = lappend(state->check->views, view);
		/* a view has no constraints */
		sg_contract_check_arbiters(state);
	}
}

static void
check_relation(SgContractCheck *check, const SgContractRelation *needed)
{
	SgRelationCheck state = {.check = check,.needed = needed};

	state.object = check->source->lookup(SG_CONTRACT_RELATION, needed->identity, check->source->arg);
	if (state.object == NULL)
	{
		sg_contract_missing(check, SG_RULE_RELATION_MISSING, SG_CONTRACT_RELATION, needed->identity);
		return;
	}
	state.source = sg_contract_complete(check, state.object);
	state.items = index_items(state.source);
	state.needed = needed = sg_contract_present(&state);
	sg_contract_check_hidden(&state);
	check_select(&state);
	check_not_null(&state);
	check_commands(&state);
	sg_contract_check_rows(&state);
	if (needed->grouped_by != NIL)
		check_grouped_by(&state);
	check_writes(&state);
	sg_contract_check_referring(&state);
}

static void
check_enum(SgContractCheck *check, const SgContractEnum *needed)
{
	const SgObject *named = sg_contract_type(check, needed->identity);
	const SgObject *object = sg_contract_enum(check, needed->identity);

	if (object == NULL)
	{
		const char *kind;
		SgProblem  *problem = sg_contract_missing(check, SG_RULE_ENUM_MISSING, SG_CONTRACT_TYPE,
										  needed->identity);

		kind = named == NULL ? NULL : sg_item_definition(named, "kind");
		problem->needed = "enum";
		problem->found = named == NULL ? NULL : kind == NULL ? named->type : kind;
		return;
	}
	sg_contract_check_labels(check, object, needed->identity, needed->labels);
}

/*
 * Returns what of the contract does not hold: a List of SgProblem *, NIL if it fits.
 * Everything is allocated in the current memory context or belongs to the
 * contract or to what "source" returned.
 */
List *
sg_contract_check(const SgContract *contract, const SgObjectSource *source)
{
	SgContractCheck check = {.source = source};
	ListCell   *cell;

	foreach(cell, contract->relations)
		check_relation(&check, lfirst(cell));
	/* what is beneath them may have been reported by itself */
	foreach(cell, check.views)
		sg_contract_check_view(lfirst(cell));
	foreach(cell, contract->functions)
		sg_contract_check_function(&check, lfirst(cell));
	foreach(cell, contract->enums)
		check_enum(&check, lfirst(cell));
	foreach(cell, contract->types)
		sg_contract_check_type(&check, lfirst(cell));
	sg_contract_check_named(&check, contract);
	sg_contract_check_scope(&check, contract);
	return check.problems;
}
