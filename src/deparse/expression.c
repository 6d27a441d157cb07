/*
 * deparse/expression.c
 *		Turns stored expressions into text, each different one once per run.
 *
 * A schema has few different expressions, but has each of them many times: now(),
 * 0, a check of a column called total.  Reading and deparsing the tree takes longer
 * than everything else that is done for a column.  So the text is cached.  Its key
 * is the stored form of the tree, without what is not printed, and with what is
 * printed but not stored:
 *
 * - the place of the expression in its statement (location) is left out;
 * - the name of a column is added to its number;
 * - the OID of a relation in a constant (nextval('s'::regclass)) is left out, and
 *	 the text is kept without the relation's name, which comes from regclassout().
 *
 * Everything else that a text depends on (names of functions and types, the
 * search path) is constant during a run.
 *
 * A run over a single object, as in each commit of DDL, would gain nothing from
 * that.  For such runs, a session-level cache holds the texts of expressions that
 * refer to built-in objects only, whose names never change.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "catalogs/mention.h"
#include "deparse/expression.h"
#include "deparse/tree.h"

/* limit for the number of texts; beyond it we drop them all, because frequent ones soon come again */
#define MAX_TEXTS 1000

/* longer trees are not kept for the session */
#define MAX_SESSION_TREE 2000

/* what the deparser prints for a regclass that is no relation */
#define NO_RELATION_TEXT "'-'"

typedef struct CachedText
{
	uint64		hash;			/* hash key: of "key" */
	int			len;
	char	   *key;
	char	   *text;			/* the whole text, or what precedes the relation's name */
	char	   *rest;			/* what follows that name, or NULL */
} CachedText;

struct SgDeparseCache
{
	MemoryContext context;		/* of the texts and their table */
	HTAB	   *texts;			/* of CachedText */
	StringInfoData key;			/* the current one */
};

/* state of make_key() */
typedef struct TreeScan
{
	const char *in;				/* the part of the tree that is not yet in the key */
	const SgColumnNames *columns;	/* or NULL */
	bool		in_regclass;	/* in a constant of type regclass */
	Oid			relation;		/* its value, or InvalidOid */
	const char *value;			/* where the value begins ... */
	const char *value_end;		/* ... and ends */
} TreeScan;

static SgDeparseCache *
create_cache(MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	SgDeparseCache *cache = palloc0(sizeof(SgDeparseCache));

	initStringInfo(&cache->key);
	cache->context = AllocSetContextCreate(context, "schema_guard texts", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(old);
	return cache;
}

/* Returns true if constants of this type are printed without catalog access. */
static bool
is_plain_type(Oid type)
{
	switch (type)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case INTERVALOID:
		case JSONOID:
		case JSONBOID:
		case UUIDOID:
			return true;
		default:
			return false;
	}
}

/*
 * Returns true if the tree refers to built-in objects only.  Any number in it may
 * be an OID, and OIDs of users' objects (from FirstNormalObjectId, 16384, on) have
 * five digits or more.
 */
static bool
is_builtin(const char *tree)
{
	static const char consttype[] = ":consttype ";
	const char *in;
	int			digits = 0;

	for (in = tree; *in != '\0'; in++)
	{
		digits = isdigit((unsigned char) *in) ? digits + 1 : 0;
		if (digits == 5)
			return false;
	}
	for (in = tree; (in = strstr(in, consttype)) != NULL;)
	{
		in += strlen(consttype);
		if (!is_plain_type(strtoul(in, NULL, 10)))
			return false;
	}
	return true;
}

/* Returns the cache to be used for the tree's text, or NULL. */
static SgDeparseCache *
cache_for(SgDeparser *deparser, const char *tree)
{
	static SgDeparseCache *of_session = NULL;

	/* the text of a damaged tree must not be kept */
	if (deparser->careful)
		return NULL;
	if (!deparser->single_object)
	{
		if (deparser->cache == NULL)
			deparser->cache = create_cache(deparser->context);
		return deparser->cache;
	}
	/* with a schema before pg_catalog in the search path, names in pg_catalog may have to be qualified */
	if (OidIsValid(deparser->hidden_schema) || strlen(tree) > MAX_SESSION_TREE ||
		!is_builtin(tree))
		return NULL;
	if (of_session == NULL)
		of_session = create_cache(TopMemoryContext);
	return of_session;
}

static HTAB *
create_table(MemoryContext context)
{
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(uint64);
	ctl.entrysize = sizeof(CachedText);
	ctl.hcxt = context;
	return hash_create("schema_guard texts", 256, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Adds the tree to the key up to "end". */
static void
take(StringInfo key, TreeScan *scan, const char *end)
{
	appendBinaryStringInfo(key, scan->in, end - scan->in);
	scan->in = end;
}

/* Handles ":location 12", from "number" on: leaves the number out. */
static void
scan_location(StringInfo key, TreeScan *scan, const char *number)
{
	take(key, scan, number);
	if (*scan->in == '-')
		scan->in++;
	scan->in += strspn(scan->in, "0123456789");
}

/* Handles ":varattno 1", from "number" on: adds the column's name.  Returns false if it has none. */
static bool
scan_column(StringInfo key, TreeScan *scan, const char *number)
{
	char	   *end;
	long		column = strtol(number, &end, 10);

	if (scan->columns == NULL || column <= 0 || column > scan->columns->count ||
		scan->columns->names[column - 1] == NULL)
		return false;
	take(key, scan, end);
	/* include the terminating zero byte */
	appendStringInfoChar(key, '"');
	appendBinaryStringInfo(key, scan->columns->names[column - 1],
						   strlen(scan->columns->names[column - 1]) + 1);
	return true;
}

/*
 * Handles ":constvalue 4 [ 1 2 3 4 0 0 0 0 ]" of a regclass, from "value" on: leaves
 * the bytes of the Datum out.  Returns false if it is null or not the first one.
 */
static bool
scan_relation(StringInfo key, TreeScan *scan, const char *value)
{
	Datum		datum = (Datum) 0;
	const char *number = value + strspn(value, "0123456789");
	char	   *end = NULL;

	/* a null has "<>", and the next bracket is another constant's */
	if (strncmp(number, " [", 2) != 0 || OidIsValid(scan->relation))
		return false;
	number += 2;
	scan->value = number;
	for (int i = 0; i < (int) sizeof(Datum); i++)
	{
		((char *) &datum)[i] = (char) strtol(number, &end, 10);
		number = end;
	}
	if (strncmp(number, " ]", 2) != 0 || !OidIsValid(DatumGetObjectId(datum)))
		return false;
	scan->relation = DatumGetObjectId(datum);
	scan->value_end = number;
	scan->in_regclass = false;
	take(key, scan, scan->value);
	scan->in = scan->value_end;
	return true;
}

/* Returns what follows the word if it is at "in", or NULL. */
static inline const char *
skip_word(const char *in, const char *word)
{
	size_t		len = strlen(word);

	return strncmp(in, word, len) == 0 ? in + len : NULL;
}

/*
 * Makes the key of a tree.  Returns false if the text must not be kept.  A name in a
 * tree cannot be mistaken for a field, because a space in it follows a backslash.
 */
static bool
make_key(StringInfo key, TreeScan *scan)
{
	const char *colon = scan->in;
	const char *value;

	resetStringInfo(key);
	for (; (colon = strchr(colon, ':')) != NULL; colon = Max(colon + 1, scan->in))
	{
		/* most fields are none of these */
		if (colon[1] == 'l' && (value = skip_word(colon, ":location ")) != NULL)
			scan_location(key, scan, value);
		else if (colon[1] == 'v' && ((value = skip_word(colon, ":varattno ")) != NULL ||
									 (value = skip_word(colon, ":varattnosyn ")) != NULL))
		{
			if (!scan_column(key, scan, value))
				return false;
		}
		else if (colon[1] == 'c' && (value = skip_word(colon, ":consttype ")) != NULL)
			scan->in_regclass = strtoul(value, NULL, 10) == REGCLASSOID;
		else if (scan->in_regclass && (value = skip_word(colon, ":constvalue ")) != NULL)
		{
			if (!scan_relation(key, scan, value))
				return false;
		}
	}
	take(key, scan, scan->in + strlen(scan->in));
	return true;
}

/* Appends a relation's name as the deparser prints a constant of type regclass. */
static void
append_relation(StringInfo buf, SgNames *names, Oid relation)
{
	Oid			schema = get_rel_namespace(relation);
	const char *name;

	/* of a relation that does not exist, the server would print the OID */
	if (!OidIsValid(schema))
		name = sg_names_missing(names, "relation");
	else if (isAnyTempNamespace(schema))
		name = sg_names_relation_text(names, relation);
	else
		name = DatumGetCString(DirectFunctionCall1(regclassout, ObjectIdGetDatum(relation)));

	appendStringInfoChar(buf, '\'');
	for (; *name != '\0'; name++)
	{
		if (*name == '\'')
			appendStringInfoChar(buf, '\'');
		appendStringInfoChar(buf, *name);
	}
	appendStringInfoChar(buf, '\'');
}

/* Returns the tree with InvalidOid in place of the relation. */
static char *
tree_without_relation(const char *tree, const TreeScan *scan)
{
	Datum		datum = ObjectIdGetDatum(InvalidOid);
	StringInfoData buf;

	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, tree, scan->value - tree);
	for (int i = 0; i < (int) sizeof(Datum); i++)
		appendStringInfo(&buf, " %d", (int) ((char *) &datum)[i]);
	appendStringInfoString(&buf, scan->value_end);
	return buf.data;
}

/* Keeps a text under the current key; "rest" (or NULL) is what follows the relation's name. */
static void
keep_text(SgDeparseCache *cache, uint64 hash, const char *text, const char *rest)
{
	CachedText	kept = {.hash = hash, .len = cache->key.len};
	MemoryContext old;

	if (cache->texts != NULL && hash_get_num_entries(cache->texts) >= MAX_TEXTS)
	{
		MemoryContextReset(cache->context);
		cache->texts = NULL;
	}
	if (cache->texts == NULL)
		cache->texts = create_table(cache->context);
	old = MemoryContextSwitchTo(cache->context);
	kept.key = palloc(cache->key.len);
	memcpy(kept.key, cache->key.data, cache->key.len);
	kept.text = pstrdup(text);
	kept.rest = rest != NULL ? pstrdup(rest) : NULL;
	MemoryContextSwitchTo(old);
	/* last, so that no error can leave an incomplete entry */
	*(CachedText *) hash_search(cache->texts, &hash, HASH_ENTER, NULL) = kept;
}

static char *
deparse_tree(SgDeparser *deparser, const char *tree, SgColumnNames *columns)
{
	return sg_deparse_node(deparser, sg_tree_read(deparser, tree), columns);
}

/* Returns a text that is not kept yet; keeps it if possible. */
static char *
deparse(SgDeparser *deparser, SgDeparseCache *cache, uint64 hash, const char *tree,
		const TreeScan *scan, SgColumnNames *columns)
{
	Node	   *node = sg_tree_read(deparser, tree);
	char	   *text;
	char	   *name;
	char	   *rest;
	StringInfoData buf;

	/* the mentions must be recorded for each object that has such a text */
	if (sg_mention_constants(deparser->names, node))
		return sg_deparse_node(deparser, node, columns);
	if (!OidIsValid(scan->relation))
	{
		text = sg_deparse_node(deparser, node, columns);
		keep_text(cache, hash, text, NULL);
		return text;
	}
	text = deparse_tree(deparser, tree_without_relation(tree, scan), columns);
	name = strstr(text, NO_RELATION_TEXT);
	if (name == NULL || strstr(name + 1, NO_RELATION_TEXT) != NULL)
		return sg_deparse_node(deparser, node, columns);
	rest = name + strlen(NO_RELATION_TEXT);
	*name = '\0';
	keep_text(cache, hash, text, rest);
	initStringInfo(&buf);
	appendStringInfoString(&buf, text);
	append_relation(&buf, deparser->names, scan->relation);
	appendStringInfoString(&buf, rest);
	return buf.data;
}

/* Returns the text of an entry, with the name of the current tree's relation. */
static char *
text_of(const CachedText *entry, SgNames *names, const TreeScan *scan)
{
	StringInfoData buf;

	if (entry->rest == NULL)
		return pstrdup(entry->text);
	initStringInfo(&buf);
	appendStringInfoString(&buf, entry->text);
	append_relation(&buf, names, scan->relation);
	appendStringInfoString(&buf, entry->rest);
	return buf.data;
}

/* Returns the text of a stored expression (pg_node_tree); otherwise like sg_deparse_node(). */
char *
sg_deparse_expression(SgDeparser *deparser, const char *tree, SgColumnNames *columns)
{
	TreeScan	scan = {.in = tree, .columns = columns};
	SgDeparseCache *cache = cache_for(deparser, tree);
	CachedText *entry = NULL;
	uint64		hash;

	if (cache == NULL || !make_key(&cache->key, &scan))
		return deparse_tree(deparser, tree, columns);
	hash = DatumGetUInt64(hash_any_extended((unsigned char *) cache->key.data, cache->key.len, 0));
	if (cache->texts != NULL)
		entry = hash_search(cache->texts, &hash, HASH_FIND, NULL);
	if (entry == NULL || entry->len != cache->key.len ||
		memcmp(entry->key, cache->key.data, entry->len) != 0)
		return deparse(deparser, cache, hash, tree, &scan, columns);
	return text_of(entry, deparser->names, &scan);
}
