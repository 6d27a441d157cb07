/*
 * queries/finish.c
 *		Makes a contract of what was noted while queries were walked.
 */
#include "postgres.h"

#include "queries/finish.h"

/* Keeps what is done with a column of an enum whose very type is needed as well. */
static void
finish_enum(SgOutline *uses, const SgOutline *strict)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"returned\": %s}", strict->scalar);
	sg_outline_add_json(uses, buf.data);
}

/*
 * Removes what is not part of a contract: uses of a column whose exact type is
 * needed, and the note that it is.
 */
static void
finish_uses(SgOutline *relation)
{
	SgOutline  *strict = sg_outline_find(relation, "strict");
	SgOutline  *uses = sg_outline_find(relation, "uses");
	const char **names;
	int			count;

	if (strict == NULL)
		return;
	count = sg_outline_keys(strict, &names);
	for (int i = 0; i < count && uses != NULL; i++)
	{
		const SgOutline *very = sg_outline_find(strict, names[i]);
		SgOutline  *used = sg_outline_find(uses, names[i]);

		if (very->scalar != NULL && used != NULL && used->elements != NULL)
			finish_enum(used, very);
		else
			sg_outline_remove(uses, names[i]);
	}
	if (uses != NULL && hash_get_num_entries(uses->members) == 0)
		sg_outline_remove(relation, "uses");
	sg_outline_remove(relation, "strict");
}

static List *
keys_of(const SgOutline *outline)
{
	const char **names;
	int			count = sg_outline_keys(outline, &names);
	List	   *keys = NIL;

	for (int i = 0; i < count; i++)
		keys = lappend(keys, unconstify(char *, names[i]));
	return keys;
}

/*
 * Splits the columns of INSERTs: a rule checks the columns that all INSERTs give
 * ("insert"); the others may be given ("may_insert").
 */
static void
finish_inserts(SgOutline *relation)
{
	SgOutline  *inserts = sg_outline_find(relation, "inserts");
	SgOutline  *insert;
	List	   *lists;
	ListCell   *cell;

	if (inserts == NULL)
		return;
	lists = keys_of(inserts);
	insert = sg_outline_member(relation, "insert");
	sg_outline_be_array(insert);
	foreach(cell, keys_of(sg_outline_find(inserts, linitial(lists))))
		sg_outline_add_text(insert, lfirst(cell));
	for_each_cell(cell, lists, list_second_cell(lists))
	{
		const List *names = keys_of(sg_outline_find(inserts, lfirst(cell)));
		const SgOutline *rest = sg_outline_retain_texts(insert, names);

		if (rest->elements != NULL)
			sg_outline_add_all(sg_outline_member(relation, "may_insert"), rest);
	}
	sg_outline_remove(relation, "inserts");
}

/* What each INSERT that gives the column gives it with OVERRIDING, or by COPY, may be an identity column. */
static void
finish_overridden(SgOutline *relation)
{
	SgOutline  *overriding = sg_outline_find(relation, "overriding");
	SgOutline  *others = sg_outline_find(relation, "not overriding");
	ListCell   *cell;

	foreach(cell, overriding == NULL ? NIL : keys_of(overriding))
	{
		if (others == NULL || sg_outline_find(others, lfirst(cell)) == NULL)
			sg_outline_add_text(sg_outline_member(relation, "overridden"), lfirst(cell));
	}
	if (overriding != NULL)
		sg_outline_remove(relation, "overriding");
	if (others != NULL)
		sg_outline_remove(relation, "not overriding");
}

static void
finish_relation(SgOutline *relation)
{
	finish_uses(relation);
	finish_inserts(relation);
	finish_overridden(relation);
}

/* Of the columns that are found by their places, the longest list has all: each begins at the first. */
static void
finish_first(SgOutline *function)
{
	SgOutline  *first = sg_outline_find(function, "first");
	const char *longest = "";
	ListCell   *cell;

	if (first == NULL)
		return;
	foreach(cell, keys_of(first))
	{
		if (strlen(lfirst(cell)) > strlen(longest))
			longest = lfirst(cell);
	}
	sg_outline_remove(function, "first");
	sg_outline_member(function, "first")->scalar = longest;
}

/*
 * If all columns of a result are taken by a star, they replace its type; and if
 * nothing else is needed, the result is all that the contract says.
 */
static void
finish_function(SgOutline *function)
{
	SgOutline  *returns = sg_outline_find(function, "returns");
	const SgOutline *table = sg_outline_find(function, "table");

	if (table != NULL)
	{
		returns = sg_outline_member(function, "returns");
		returns->scalar = table->scalar;
		sg_outline_remove(function, "table");
	}
	finish_uses(function);
	finish_first(function);
	if (function->scalar == NULL && returns != NULL && hash_get_num_entries(function->members) == 1)
		function->scalar = returns->scalar;
}

/* Calls "finish" for each member of that key's member. */
static void
finish_each(SgOutline *contract, const char *key, void (*finish) (SgOutline *member))
{
	SgOutline  *group = sg_outline_find(contract, key);
	const char **names;
	int			count = group == NULL ? 0 : sg_outline_keys(group, &names);

	for (int i = 0; i < count; i++)
		finish(sg_outline_find(group, names[i]));
}

/*
 * Finishes the contract when everything was added.  Until then it is the union of
 * what each statement needs, whatever the order and number of additions; so
 * recordings of several sessions are merged before they are finished
 * (recording/recorded.c).
 */
void
sg_finish_contract(SgOutline *contract)
{
	finish_each(contract, "relations", finish_relation);
	finish_each(contract, "functions", finish_function);
}
