/*
 * deparse/query_names.c
 *		Would the deparser give the columns of a relation other names if it did
 *		not know that it is one?  See deparse/relations.c.
 */
#include "postgres.h"

#include "nodes/parsenodes.h"

#include "deparse/query_names.h"

/* What there is of joins in the query. */
SgQueryShape
sg_query_shape(const Query *query)
{
	SgQueryShape	shape = {0};
	ListCell   *lc;

	foreach(lc, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		if (entry->rtekind != RTE_JOIN)
			continue;
		shape.joins = true;
		if (entry->alias != NULL)
			shape.named_joins = true;
		if (entry->joinmergedcols > 0)
			shape.merged_columns = true;
	}
	return shape;
}

/* the user's name for column "i" (from 0), or NULL where there is none or the column is dropped */
static const char *
column_alias(const RangeTblEntry *entry, const SgRelationColumns *columns, int i)
{
	if (entry->alias == NULL || i >= list_length(entry->alias->colnames) ||
		i >= columns->count || columns->names[i] == NULL)
		return NULL;
	return strVal(list_nth(entry->alias->colnames, i));
}

/* The first column (from 0) whose name in the query is not its own, or -1. */
int
sg_query_first_renamed_column(const RangeTblEntry *entry, const SgRelationColumns *columns)
{
	for (int i = 0; i < columns->count; i++)
	{
		const char *alias = column_alias(entry, columns, i);

		if (alias != NULL && strcmp(alias, columns->names[i]) != 0)
			return i;
	}
	return -1;
}

/* Were columns added after the query was made, that still exist? */
static bool
has_added_columns(const RangeTblEntry *entry, const SgRelationColumns *columns)
{
	for (int i = list_length(entry->eref->colnames); i < columns->count; i++)
	{
		if (columns->names[i] != NULL)
			return true;
	}
	return false;
}

/* How many columns in the FROM list have this name now? */
static int
count_columns(SgNames *names, const Query *query, const char *name)
{
	int			count = 0;
	ListCell   *lc;
	ListCell   *column;

	foreach(lc, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		if (!entry->inFromCl || entry->rtekind == RTE_JOIN)
			continue;
		if (entry->rtekind == RTE_RELATION)
		{
			const SgRelationColumns *columns = sg_names_columns(names, entry->relid);

			for (int i = 0; i < columns->count; i++)
				count += columns->names[i] != NULL && strcmp(columns->names[i], name) == 0;
			continue;
		}
		foreach(column, entry->eref->colnames)
			count += strcmp(strVal(lfirst(column)), name) == 0;
	}
	return count;
}

/* Is this the name of column "i" of the result of a join, which it merges? */
static bool
merges_column(const RangeTblEntry *entry, int i, const char *name)
{
	return entry->rtekind == RTE_JOIN && i < entry->joinmergedcols &&
		strcmp(strVal(list_nth(entry->eref->colnames, i)), name) == 0;
}

/* How many joins merge columns of this name? */
static int
count_merges(const Query *query, const char *name)
{
	int			count = 0;
	ListCell   *lc;

	foreach(lc, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		for (int i = 0; entry->rtekind == RTE_JOIN && i < entry->joinmergedcols; i++)
			count += merges_column(entry, i, name);
	}
	return count;
}

/* Has a column not the name any more that it had in the query? */
static bool
has_changed_names(const RangeTblEntry *entry, const SgRelationColumns *columns)
{
	int			i = 0;
	ListCell   *lc;

	foreach(lc, entry->eref->colnames)
	{
		if (i < columns->count && columns->names[i] != NULL &&
			strcmp(columns->names[i], strVal(lfirst(lc))) != 0)
			return true;
		i++;
	}
	return false;
}

/*
 * Do USING and NATURAL leave all columns the names that they have?  Surely so
 * if none was renamed, and a name that is merged is only that of the columns
 * that are merged with each other: one more than there are joins to do it.
 */
static bool
merges_keep_names(SgNames *names, const Query *query)
{
	ListCell   *lc;

	if (query->resultRelation != 0)
		return false;
	foreach(lc, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		if (entry->rtekind == RTE_RELATION && entry->inFromCl &&
			has_changed_names(entry, sg_names_columns(names, entry->relid)))
			return false;
		for (int i = 0; entry->rtekind == RTE_JOIN && i < entry->joinmergedcols; i++)
		{
			const char *name = strVal(list_nth(entry->eref->colnames, i));

			if (count_columns(names, query, name) != count_merges(query, name) + 1)
				return false;
		}
	}
	return true;
}

/*
 * Would the names that the deparser chooses for the columns be others?  Of a
 * relation it prints names for the columns if any of those that it chose is
 * not the column's own, from WITH if the user wrote any: not the same if it
 * changes a name that the user wrote back.  And of a column that was added it
 * knows that it is not part of a join's result only if it opens the relation.
 * That does not matter unless it prints lists of names.
 */
bool
sg_query_names_would_differ(SgNames *names, const Query *query, SgQueryShape shape,
					  const RangeTblEntry *entry)
{
	const SgRelationColumns *columns = sg_names_columns(names, entry->relid);
	int			renamed = sg_query_first_renamed_column(entry, columns);

	if (renamed >= 0 && shape.merged_columns)
		return true;
	for (int i = 0; i < renamed; i++)
	{
		if (columns->names[i] != NULL &&
			strcmp(columns->names[i], column_alias(entry, columns, renamed)) == 0)
			return true;
	}
	if (!shape.joins || !has_added_columns(entry, columns))
		return false;
	return renamed >= 0 || shape.named_joins ||
		(shape.merged_columns && !merges_keep_names(names, query));
}
