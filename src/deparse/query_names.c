/*
 * deparse/query_names.c
 *		Which column names the deparser would choose if it did not know that an
 *		entry is a relation: see deparse/relations.c.
 */
#include "postgres.h"

#include "nodes/parsenodes.h"

#include "deparse/query_names.h"

/* Returns which kinds of joins the query has. */
SgQueryShape
sg_query_shape(const Query *query)
{
	SgQueryShape shape = {0};
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

/* Returns the query's own name for column "i" (from 0); NULL if it has none, or the column is dropped. */
static const char *
column_alias(const RangeTblEntry *entry, const SgRelationColumns *columns, int i)
{
	if (entry->alias == NULL || i >= list_length(entry->alias->colnames) ||
		i >= columns->count || columns->names[i] == NULL)
		return NULL;
	return strVal(list_nth(entry->alias->colnames, i));
}

/* Returns the first column (from 0) that the query renames, or -1. */
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

/* Returns true if the relation has columns that were added after the query was stored. */
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

/* Returns the number of columns in the FROM list that have this name now. */
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

/* Returns true if the join merges columns into its column "i", and that has this name. */
static bool
merges_column(const RangeTblEntry *entry, int i, const char *name)
{
	return entry->rtekind == RTE_JOIN && i < entry->joinmergedcols &&
		strcmp(strVal(list_nth(entry->eref->colnames, i)), name) == 0;
}

/* Returns the number of joins that merge columns of this name. */
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

/* Returns true if a column was renamed after the query was stored. */
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
 * Returns true if USING and NATURAL certainly do not change names of columns:
 * none was renamed, and each merged name belongs only to columns that are merged
 * with each other, which are one more than the joins that merge them.
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
 * Returns true if the deparser would choose other column names for a WITH item
 * than for the relation.  For a relation it prints column names if any of its
 * choices differs from the column's own name; for a WITH item, if the user wrote
 * any.  These disagree if its choice for a name that the user wrote is the column's
 * own name.  Also, only by opening the relation can it learn that an added column
 * is not part of a join's result, which matters only if it prints lists of names.
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
