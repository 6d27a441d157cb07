/*
 * catalogs/names.c
 *		The names of the objects that descriptions refer to: their cache, gaps in
 *		it, and schemas.
 *
 * One hash table, keyed by catalog, OID and modifier, has the names; those of
 * relations and columns are in tables of their own (names_relations.c).  We look
 * into them several times for each column, and they can have tens of thousands of
 * entries, so they are simplehash tables.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "catalogs/names.h"
#include "catalogs/names_cache.h"
#include "format/sql.h"
#include "support/text.h"

static inline uint32
hash_name_key(SgNameKey key)
{
	return hash_combine(murmurhash32(key.oid), key.catalog ^ (uint32) key.modifier);
}

static inline bool
same_name_key(SgNameKey a, SgNameKey b)
{
	return a.oid == b.oid && a.modifier == b.modifier && a.catalog == b.catalog;
}

#define SH_PREFIX entries
#define SH_ELEMENT_TYPE SgNameEntry
#define SH_KEY_TYPE SgNameKey
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_name_key(key)
#define SH_EQUAL(table, a, b) same_name_key(a, b)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* size of the blocks that sg_names_alloc() allocates */
#define BLOCK_SIZE 8000

/*
 * Returns an empty cache in the current memory context.  "hidden_schema" is the
 * schema whose name is left out, or InvalidOid.  Catalog scans use the snapshot,
 * which must stay registered, or the latest catalog snapshot if that is NULL.
 */
SgNames *
sg_names_create(Oid hidden_schema, Snapshot snapshot)
{
	SgNames    *names = palloc0(sizeof(SgNames));
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(Oid);
	ctl.entrysize = sizeof(SgSchemaName);
	ctl.hcxt = CurrentMemoryContext;
	names->context = CurrentMemoryContext;
	names->hidden_schema = hidden_schema;
	names->snapshot = snapshot;
	names->mentions.capacity = 16;
	names->mentions.oids = palloc(sizeof(Oid) * names->mentions.capacity);
	names->entries = entries_create(CurrentMemoryContext, 64, NULL);
	names->schemas = hash_create("schema_guard schemas", 256, &ctl,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return names;
}

/* Allocates memory that lives as long as the names, without the overhead of palloc(). */
void *
sg_names_alloc(SgNames *names, Size size)
{
	void	   *result;

	size = MAXALIGN(size);
	if (size > BLOCK_SIZE / 8)
		return MemoryContextAlloc(names->context, size);
	if (names->block_left < size)
	{
		names->block = MemoryContextAlloc(names->context, BLOCK_SIZE);
		names->block_left = BLOCK_SIZE;
	}
	result = names->block;
	names->block += size;
	names->block_left -= size;
	return result;
}

/* Returns a copy of the name that lives as long as the names. */
const char *
sg_names_strdup(SgNames *names, const char *name)
{
	size_t		len = strlen(name) + 1;

	return memcpy(sg_names_alloc(names, len), name, len);
}

/* Returns the entry, or NULL if there is none. */
const SgNameEntry *
sg_names_find(SgNames *names, Oid catalog, Oid oid, int64 modifier)
{
	SgNameKey	key = {.catalog = catalog, .oid = oid, .modifier = modifier};

	return entries_lookup(names->entries, key);
}

/*
 * Keeps a name, and returns the copy that lives as long as the names.  If the
 * current object has gaps, one of them may be in the text: then the text is not
 * kept, so that the gap is noted the next time, too.
 */
const char *
sg_names_keep_text(SgNames *names, Oid catalog, Oid oid, int64 modifier, const char *text)
{
	SgNameKey	key = {.catalog = catalog, .oid = oid, .modifier = modifier};
	const char *copy = sg_names_strdup(names, text);
	bool		found;

	if (names->gaps == NIL)
		entries_insert(names->entries, key, &found)->text = copy;
	return copy;
}

/* Keeps, and returns, the answer to the question about the object and the type. */
bool
sg_names_keep_answer(SgNames *names, Oid catalog, Oid oid, Oid type, bool answer)
{
	SgNameKey	key = {.catalog = catalog, .oid = oid, .modifier = type};
	bool		found;

	entries_insert(names->entries, key, &found)->answer = answer;
	return answer;
}

/*
 * Notes that something about the current object cannot be described, in words that
 * follow "cannot be described: ".  Returns what to print in its place, which the
 * server prints for missing types, too.  It cannot be a name, which would be quoted.
 */
const char *
sg_names_note_gap(SgNames *names, const char *words)
{
	MemoryContext oldcontext;
	ListCell   *lc;

	foreach(lc, names->gaps)
	{
		if (strcmp(lfirst(lc), words) == 0)
			return SG_MISSING;
	}
	oldcontext = MemoryContextSwitchTo(names->context);
	names->gaps = lappend(names->gaps, pstrdup(words));
	MemoryContextSwitchTo(oldcontext);
	return SG_MISSING;
}

/*
 * Returns true if the text may have a name that is missing, or empty, as only a damaged catalog
 * gives it: then no parser takes it.
 */
bool
sg_names_may_lack(const char *text)
{
	return strstr(text, SG_MISSING) != NULL || strstr(text, "\"\"") != NULL;
}

/* The same for an object that does not exist; "what" is its kind. */
const char *
sg_names_missing(SgNames *names, const char *what)
{
	char		words[64];

	snprintf(words, sizeof(words), "missing %s", what);
	return sg_names_note_gap(names, words);
}

/* Returns and forgets the gaps, as in "missing role, missing type"; NULL if there are none. */
char *
sg_names_take_gaps(SgNames *names)
{
	StringInfoData buf;
	ListCell   *lc;

	if (names->gaps == NIL)
		return NULL;
	list_sort(names->gaps, sg_text_compare_cells);
	initStringInfo(&buf);
	foreach(lc, names->gaps)
		appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "", (char *) lfirst(lc));
	sg_names_forget_gaps(names);
	return buf.data;
}

void
sg_names_forget_gaps(SgNames *names)
{
	list_free_deep(names->gaps);
	names->gaps = NIL;
}

/* Returns what is known about a schema. */
const SgSchemaName *
sg_names_schema(SgNames *names, Oid schema)
{
	bool		found;
	SgSchemaName *entry = hash_search(names->schemas, &schema, HASH_FIND, &found);
	HeapTuple	tuple;
	char	   *name;

	if (found)
		return entry;
	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	if (!HeapTupleIsValid(tuple))
	{
		static const SgSchemaName missing = {.quoted = SG_MISSING};

		(void) sg_names_missing(names, "schema");
		return &missing;
	}
	name = NameStr(((Form_pg_namespace) GETSTRUCT(tuple))->nspname);
	entry = hash_search(names->schemas, &schema, HASH_ENTER, &found);
	entry->system = strncmp(name, "pg_", 3) == 0 || strcmp(name, "information_schema") == 0;
	/* the same for the temporary schemas of all sessions */
	if (isAnyTempNamespace(schema))
		name = "pg_temp";
	entry->quoted = MemoryContextStrdup(names->context, sg_sql_identifier(name));
	ReleaseSysCache(tuple);
	return entry;
}

/*
 * Returns schema.name in the current memory context.  Leaves out the hidden schema,
 * but not pg_catalog.
 */
char *
sg_names_qualify(SgNames *names, Oid schema, const char *name)
{
	const char *quoted = sg_sql_identifier(name);
	const char *qualifier;
	size_t		qualifier_len;
	size_t		len = strlen(quoted) + 1;
	char	   *result;

	if (OidIsValid(schema) && schema == names->hidden_schema)
		return pstrdup(quoted);
	qualifier = sg_names_schema(names, schema)->quoted;
	qualifier_len = strlen(qualifier);
	result = palloc(qualifier_len + 1 + len);
	memcpy(result, qualifier, qualifier_len);
	result[qualifier_len] = '.';
	memcpy(result + qualifier_len + 1, quoted, len);
	return result;
}
