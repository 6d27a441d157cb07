/*
 * contracts/contract_row.c
 *		The rules about whole rows: what "*" stands for, what INSERT fills by
 *		position.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "contracts/contract_rules.h"
#include "format/item_text.h"
#include "format/name_table.h"
#include "support/text.h"

/* The columns or attributes of an object, in order: a List of char *. */
List *
sg_contract_columns(const SgObject *object, SgItemKind kind, bool with_generated)
{
	List	   *names = NIL;

	for (int i = 0; i < object->nitems; i++)
	{
		const SgItem *item = &object->items[i];
		SgColumnParts column;

		if (!sg_item_is(item, kind))
			continue;
		if (!with_generated)
		{
			sg_item_column_parse(item->definition, &column);
			if (column.fill == SG_FILL_GENERATED)
				continue;
		}
		names = lappend(names, sg_item_name(item->attribute));
	}
	return names;
}

/* Reports if the columns are not those that the release takes a whole row for. */
static SgProblem *
check_row(SgRelationCheck *state, SgRule rule, const List *needed, bool with_generated)
{
	List	   *found;
	SgProblem  *problem;

	if (needed == NIL)
		return NULL;
	found = sg_contract_columns(state->source, SG_ITEM_COLUMN, with_generated);
	if (sg_text_list_equal(needed, found))
		return NULL;
	problem = sg_contract_relation_problem(state, rule, NULL);
	problem->needed = sg_contract_name_list(needed);
	problem->found = sg_contract_name_list(found);
	return problem;
}

/* The type of the relation's column; NULL if it has none of the name. */
const char *
sg_contract_column_type(const SgRelationCheck *state, const char *name)
{
	const SgItem *item = sg_name_find(state->items, sg_item_attribute("column", name));
	SgColumnParts column;

	if (item == NULL)
		return NULL;
	sg_item_column_parse(item->definition, &column);
	return column.type;
}

/* Returns true if the column accepts all types that it is given. */
static bool
takes_all(SgRelationCheck *state, const char *name, const SgContractPosition *position)
{
	const char *type = sg_contract_column_type(state, name);
	const SgObject *object = position->labels == NIL ? NULL : sg_contract_enum(state->check, type);

	sg_contract_check_labels(state->check, object, object == NULL ? NULL : object->identity, position->labels);
	return sg_contract_position_holds(state->check, position, type);
}

/* What an INSERT fills by position, and what it finds there. */
typedef struct Filled
{
	List	   *needed;			/* of char * */
	List	   *found;			/* of char *, as many at most */
	List	   *given;			/* those of "found" that are not left to their defaults */
	bool		taken;			/* each takes what it is given */
	bool		moved;			/* a column that was filled is elsewhere now */
} Filled;

static Filled
fill_positions(SgRelationCheck *state, const List *positions)
{
	Filled		filled = {.taken = true};
	List	   *columns = sg_contract_columns(state->source, SG_ITEM_COLUMN, true);
	ListCell   *cell;
	ListCell   *column;

	forboth(cell, positions, column, columns)
	{
		const SgContractPosition *position = lfirst(cell);

		filled.found = lappend(filled.found, lfirst(column));
		if (position->given != NIL)
			filled.given = lappend(filled.given, lfirst(column));
		filled.taken &= takes_all(state, lfirst(column), position);
		filled.moved |= strcmp(position->column, lfirst(column)) != 0 &&
			sg_contract_column_type(state, position->column) != NULL;
	}
	foreach(cell, positions)
		filled.needed = lappend(filled.needed,
								unconstify(char *, ((const SgContractPosition *) lfirst(cell))->column));
	filled.taken &= list_length(filled.needed) == list_length(filled.found);
	return filled;
}

static void
check_writable(SgRelationCheck *state, const List *names)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		const SgItem *item = sg_name_find(state->items, sg_item_attribute("column", lfirst(cell)));
		SgColumnParts column;

		sg_item_column_parse(item->definition, &column);
		sg_contract_check_given(state, lfirst(cell), &column);
	}
}

/*
 * An INSERT without a list of columns.  A column of another name in the place
 * may be the same, renamed; but not if the one that was there is elsewhere.
 */
static void
check_positions(SgRelationCheck *state, const List *positions)
{
	Filled		filled = fill_positions(state, positions);
	SgContractRelation given = *state->needed;
	SgRelationCheck insert = *state;

	if (!filled.taken || !sg_text_list_equal(filled.needed, filled.found))
	{
		SgProblem  *problem = sg_contract_relation_problem(state, SG_RULE_INSERT_POSITIONS_CHANGED, NULL);

		problem->needed = sg_contract_name_list(filled.needed);
		problem->found = sg_contract_name_list(filled.found);
		if (filled.taken && !filled.moved)
			problem->severity = SG_RISKY;
	}
	check_writable(state, filled.given);
	if (!sg_contract_is_table(state->source))
		return;
	given.insert = filled.given;
	insert.needed = &given;
	sg_contract_check_insert(&insert);
}

/* The first columns must be those that they were: a star or COPY without names, which takes all, has told of others. */
static void
check_first(SgRelationCheck *state)
{
	List	   *found = sg_contract_columns(state->source, SG_ITEM_COLUMN, true);
	SgProblem  *problem;

	if (state->needed->star != NIL || state->needed->copied != NIL || sg_text_list_begins(found, state->needed->first))
		return;
	problem = sg_contract_relation_problem(state, SG_RULE_STAR_RESULT_CHANGED, NULL);
	problem->needed = sg_contract_name_list(state->needed->first);
	problem->found = sg_contract_name_list(found);
}

/* Everything that depends on all columns of the relation. */
void
sg_contract_check_rows(SgRelationCheck *state)
{
	SgProblem  *problem;
	ListCell   *cell;

	(void) check_row(state, SG_RULE_STAR_RESULT_CHANGED, state->needed->star, true);
	(void) check_row(state, SG_RULE_ROW_TYPE_CHANGED, state->needed->row, true);
	problem = check_row(state, SG_RULE_ROW_TYPE_CHANGED, state->needed->row_used, true);
	if (problem != NULL)
		problem->severity = SG_RISKY;
	(void) check_row(state, SG_RULE_STAR_RESULT_CHANGED, state->needed->copied, false);
	check_first(state);
	foreach(cell, state->needed->positional)
	{
		CHECK_FOR_INTERRUPTS();
		check_positions(state, lfirst(cell));
	}
}
