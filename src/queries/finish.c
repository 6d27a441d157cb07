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

/* Of the columns that are found by their places, the longest list has all: each begins at the first. */
static void
finish_first(SgOutline *owner)
{
	SgOutline  *first = sg_outline_find(owner, "first");
	const char *longest = "";
	ListCell   *cell;

	if (first == NULL)
		return;
	foreach(cell, keys_of(first))
	{
		if (strlen(lfirst(cell)) > strlen(longest))
			longest = lfirst(cell);
	}
	sg_outline_remove(owner, "first");
	sg_outline_member(owner, "first")->scalar = longest;
}

/* Adds what "from" says of the column under the key. */
static void
add_member(SgOutline *to, const SgOutline *from, const char *key, const char *column)
{
	const SgOutline *group = sg_outline_find(from, key);
	const SgOutline *found = group == NULL ? NULL : sg_outline_find(group, column);
	SgOutline  *member;

	if (found == NULL)
		return;
	member = sg_outline_member(sg_outline_member(to, key), column);
	if (found->scalar != NULL)
		member->scalar = found->scalar;
	if (found->elements != NULL)
	{
		sg_outline_be_array(member);
		sg_outline_add_all(member, found);
	}
}

static bool
has_member(const SgOutline *relation, const char *key, const char *column)
{
	const SgOutline *group = sg_outline_find(relation, key);

	return group != NULL && sg_outline_find(group, column) != NULL;
}

/* Returns true if something uses the column by its name: reads, inserts or updates it. */
static bool
is_named(const SgOutline *relation, const char *column)
{
	const SgOutline *inserts = sg_outline_find(relation, "inserts");
	ListCell   *cell;

	foreach(cell, inserts == NULL ? NIL : keys_of(inserts))
	{
		if (has_member(inserts, lfirst(cell), column))
			return true;
	}
	return has_member(relation, "select", column) || has_member(relation, "uses", column);
}

/* The columns that are found by their places: if nothing uses them by their names, they may be called otherwise. */
static void
finish_placed(SgOutline *relation)
{
	static const char *const keys[] = {"select", "uses", "strict"};
	SgOutline  *placed = sg_outline_find(relation, "placed");
	const SgOutline *inserts = placed == NULL ? NULL : sg_outline_find(placed, "inserts");
	List	   *names;
	ListCell   *cell;
	ListCell   *list;

	if (placed == NULL)
		return;
	names = sg_outline_find(placed, "select") == NULL ? NIL : keys_of(sg_outline_find(placed, "select"));
	foreach(list, inserts == NULL ? NIL : keys_of(inserts))
		names = list_concat(names, keys_of(sg_outline_find(inserts, lfirst(list))));
	foreach(cell, names)
	{
		if (!is_named(relation, lfirst(cell)))
			sg_outline_add_text(sg_outline_member(relation, "unnamed"), lfirst(cell));
	}
	foreach(cell, names)
	{
		for (int i = 0; i < lengthof(keys); i++)
			add_member(relation, placed, keys[i], lfirst(cell));
		foreach(list, inserts == NULL ? NIL : keys_of(inserts))
			add_member(sg_outline_member(relation, "inserts"), inserts, lfirst(list), lfirst(cell));
	}
	sg_outline_remove(relation, "placed");
	/* a star tells their order as well */
	if (sg_outline_find(relation, "unnamed") == NULL &&
		(sg_outline_find(relation, "star") != NULL || sg_outline_find(relation, "copied") != NULL))
		sg_outline_remove(relation, "first");
}

static void
finish_relation(SgOutline *relation)
{
	finish_placed(relation);
	finish_first(relation);
	finish_uses(relation);
	finish_inserts(relation);
	finish_overridden(relation);
}

/* What is done with the value that a function returns, unless its very type counts. */
static void
finish_value(SgOutline *function)
{
	const SgOutline *used = sg_outline_find(function, "used");
	bool		exact = sg_outline_find(function, "exact") != NULL;

	if (used != NULL && (exact || used->elements == NULL))
		sg_outline_remove(function, "used");
	if (exact)
		sg_outline_remove(function, "exact");
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
	finish_value(function);
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
