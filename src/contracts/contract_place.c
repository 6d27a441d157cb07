/*
 * contracts/contract_place.c
 *		Columns that are found by their places, as those of INSERT INTO t SELECT * FROM u
 *		or FROM u AS x(a, b): they may be called otherwise.
 */
#include "postgres.h"

#include "contracts/contract_rules.h"
#include "format/name_table.h"

/*
 * The present names of columns by those that they had: of such as are gone, while a column that was not there has
 * their place.  NULL for "unnamed": whether or not anything needs them.
 */
static HTAB *
find_renamed(const SgRelationCheck *state, HTAB *unnamed)
{
	HTAB	   *renamed = sg_name_table("schema_guard renamed columns");
	HTAB	   *known = sg_name_table_of(state->needed->first);
	List	   *columns = sg_contract_columns(state->source, SG_ITEM_COLUMN, true);
	ListCell   *before;
	ListCell   *now;

	forboth(before, state->needed->first, now, columns)
	{
		if ((unnamed == NULL || sg_name_find(unnamed, lfirst(before)) != NULL) && sg_name_find(known, lfirst(now)) == NULL &&
			sg_contract_column_type(state, lfirst(before)) == NULL)
			*sg_name_enter(renamed, lfirst(before)) = lfirst(now);
	}
	return renamed;
}

static char *
present_name(HTAB *renamed, const char *name)
{
	char	   *now = sg_name_find(renamed, name);

	return now == NULL ? unconstify(char *, name) : now;
}

static List *
present_names(HTAB *renamed, const List *names)
{
	List	   *present = NIL;
	ListCell   *cell;

	foreach(cell, names)
		present = lappend(present, present_name(renamed, lfirst(cell)));
	return present;
}

static List *
present_columns(HTAB *renamed, const List *columns)
{
	List	   *present = NIL;
	ListCell   *cell;

	foreach(cell, columns)
	{
		SgContractColumn *column = palloc(sizeof(SgContractColumn));

		*column = *(const SgContractColumn *) lfirst(cell);
		column->name = present_name(renamed, column->name);
		present = lappend(present, column);
	}
	return present;
}

static List *
present_uses(HTAB *renamed, const List *all)
{
	List	   *present = NIL;
	ListCell   *cell;

	foreach(cell, all)
	{
		SgContractUses *uses = palloc(sizeof(SgContractUses));

		*uses = *(const SgContractUses *) lfirst(cell);
		uses->column = present_name(renamed, uses->column);
		present = lappend(present, uses);
	}
	return present;
}

/*
 * What is needed of the relation, with the names that columns have now which are found by their places.  Rows that are
 * returned or passed as a whole show the names, which must be those that they were.
 */
const SgContractRelation *
sg_contract_present(const SgRelationCheck *state)
{
	HTAB	   *renamed;
	SgContractRelation *present;

	if (state->needed->first == NIL)
		return state->needed;
	renamed = find_renamed(state, sg_name_table_of(state->needed->unnamed));
	present = palloc(sizeof(SgContractRelation));
	*present = *state->needed;
	present->select = present_columns(renamed, present->select);
	present->uses = present_uses(renamed, present->uses);
	present->star = present_names(renamed, present->star);
	present->copied = present_names(renamed, present->copied);
	/* one that is needed by its name is missed elsewhere */
	present->first = present_names(find_renamed(state, NULL), present->first);
	present->insert = present_names(renamed, present->insert);
	present->may_insert = present_names(renamed, present->may_insert);
	present->overridden = present_names(renamed, present->overridden);
	return present;
}
