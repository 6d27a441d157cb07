/*
 * format/name_table.c
 *		Hash tables with strings as keys.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "format/name_table.h"

typedef struct Entry
{
	const char *name;			/* hash key */
	void	   *value;
} Entry;

static uint32
hash_name(const void *key, Size keysize)
{
	const char *name = *(const char *const *) key;

	return string_hash(name, strlen(name) + 1);
}

static int
match_name(const void *left, const void *right, Size keysize)
{
	return strcmp(*(const char *const *) left, *(const char *const *) right);
}

/* Creates an empty table in the current memory context; "what" names it for debugging. */
HTAB *
sg_name_table(const char *what)
{
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(const char *);
	ctl.entrysize = sizeof(Entry);
	ctl.hash = hash_name;
	ctl.match = match_name;
	ctl.hcxt = CurrentMemoryContext;
	return hash_create(what, 64, &ctl, HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

/* Returns the place of the name's value, which is NULL at first.  The name is not copied. */
void	  **
sg_name_enter(HTAB *table, const char *name)
{
	bool		found;
	Entry	   *entry = hash_search(table, &name, HASH_ENTER, &found);

	if (!found)
		entry->value = NULL;
	return &entry->value;
}

/* Returns the name's value, or NULL. */
void *
sg_name_find(HTAB *table, const char *name)
{
	Entry	   *entry = hash_search(table, &name, HASH_FIND, NULL);

	return entry == NULL ? NULL : entry->value;
}

/* A table of the names, a List of char *, each of which is its own value. */
HTAB *
sg_name_table_of(const List *names)
{
	HTAB	   *table = sg_name_table("schema_guard names");
	ListCell   *cell;

	foreach(cell, names)
		*sg_name_enter(table, lfirst(cell)) = lfirst(cell);
	return table;
}
