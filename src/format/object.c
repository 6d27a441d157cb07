/*
 * format/object.c
 *		Objects and items, and their canonical text.
 *
 * The text is the contract: it is what people read in a schema file, what is
 * stored, and what is hashed.  docs/fingerprint.md has the grammar;
 * format/schemafile.c reads it back.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "format/object.h"
#include "support/text.h"

static const char *const facet_names[SG_NUM_FACETS] = {
	[SG_FACET_STRUCTURE] = "structure",
	[SG_FACET_INDEX] = "index",
	[SG_FACET_PARTITIONS] = "partitions",
	[SG_FACET_ACCESS] = "access",
	[SG_FACET_STORAGE] = "storage",
	[SG_FACET_COMMENT] = "comment",
	[SG_FACET_SETTINGS] = "settings"
};

/*
 * Every object type of format sg1, as pg_identify_object names them.  Where
 * one is the beginning of another the longer one stands first, so that a
 * header line has one reading.
 */
static const char *const object_types[] = {
	"access method",
	"aggregate",
	"cast",
	"collation",
	"conversion",
	"database",
	"default acl",
	"event trigger",
	"extension",
	"foreign table",
	"foreign-data wrapper",
	"function",
	"language",
	"materialized view",
	"operator class",
	"operator family",
	"operator",
	"procedure",
	"publication",
	"schema",
	"sequence",
	"server",
	"statistics object",
	"subscription",
	"table",
	"text search configuration",
	"text search dictionary",
	"text search parser",
	"text search template",
	"transform",
	"type",
	"user mapping",
	"view",
	NULL
};

/* items whose order is part of what they say */
static const char *const ordered_words[] = {"column ", "attribute ", "label ", NULL};

const char *
sg_facet_name(SgFacet facet)
{
	return facet_names[facet];
}

/* Returns false if there is no facet of that name. */
bool
sg_facet_parse(const char *name, SgFacet *facet)
{
	for (int i = 0; i < SG_NUM_FACETS; i++)
	{
		if (strcmp(name, facet_names[i]) == 0)
		{
			*facet = (SgFacet) i;
			return true;
		}
	}
	return false;
}

/* The names of the facets in the set, comma-separated, palloc'd. */
char *
sg_facet_set_text(SgFacetSet facets)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < SG_NUM_FACETS; i++)
	{
		if ((facets & SG_FACET_BIT(i)) == 0)
			continue;
		if (buf.len > 0)
			appendStringInfoString(&buf, ", ");
		appendStringInfoString(&buf, facet_names[i]);
	}
	return buf.data;
}

/* All object types, NULL-terminated; a longer name stands before its prefix. */
const char *const *
sg_object_types(void)
{
	return object_types;
}

/* The constant for an object type that need not be NUL-terminated, or NULL. */
const char *
sg_object_type_intern(const char *name, size_t len)
{
	for (const char *const *type = object_types; *type != NULL; type++)
	{
		if (strlen(*type) == len && memcmp(*type, name, len) == 0)
			return *type;
	}
	return NULL;
}

/*
 * Starts an object without items in the current memory context.  "type" must
 * be a constant, "identity" is kept, not copied.
 */
void
sg_object_init(SgObject *object, const char *type, const char *identity,
			   Oid classid, Oid objid)
{
	object->type = type;
	object->identity = identity;
	object->classid = classid;
	object->objid = objid;
	object->structural = true;
	object->nmentions = 0;
	object->mentions = NULL;
	object->nitems = 0;
	object->maxitems = 16;
	object->items = palloc(sizeof(SgItem) * object->maxitems);
}

/* Adds an item; the strings are kept, not copied.  The result is valid until the next call. */
SgItem *
sg_object_add(SgObject *object, SgFacet facet, uint32 stable_id,
			  const char *attribute, const char *definition)
{
	SgItem	   *item;

	if (object->nitems >= object->maxitems)
	{
		object->maxitems *= 2;
		object->items = repalloc(object->items, sizeof(SgItem) * object->maxitems);
	}
	item = &object->items[object->nitems++];
	item->facet = facet;
	item->stable_id = stable_id;
	item->rank = 0;
	item->attribute = attribute;
	item->definition = definition;
	return item;
}

/* Adds a structure item that has no stable ID. */
void
sg_object_add_structure(SgObject *object, const char *attribute, const char *definition)
{
	(void) sg_object_add(object, SG_FACET_STRUCTURE, 0, attribute, definition);
}

/* Adds a structure item whose place (from 1) among its like is part of what it says. */
void
sg_object_add_ordered(SgObject *object, uint32 rank, uint32 stable_id,
					  const char *attribute, const char *definition)
{
	SgItem	   *item = sg_object_add(object, SG_FACET_STRUCTURE, stable_id, attribute, definition);

	Assert(rank > 0 && sg_item_is_ordered(item));
	item->rank = rank;
}

/* Is the item's place among its like part of what it says? */
bool
sg_item_is_ordered(const SgItem *item)
{
	if (item->facet != SG_FACET_STRUCTURE)
		return false;
	for (const char *const *word = ordered_words; *word != NULL; word++)
	{
		if (strncmp(item->attribute, *word, strlen(*word)) == 0)
			return true;
	}
	return false;
}

/* ordered items first, in their order; then by facet and attribute, as UTF-8 bytes */
static int
compare_items(const void *a, const void *b)
{
	const SgItem *left = a;
	const SgItem *right = b;
	int			result;

	if (left->rank != right->rank)
	{
		if (left->rank == 0 || right->rank == 0)
			return left->rank == 0 ? 1 : -1;
		return left->rank < right->rank ? -1 : 1;
	}
	if (left->facet != right->facet)
		return left->facet < right->facet ? -1 : 1;
	result = sg_text_compare(left->attribute, strlen(left->attribute),
							 right->attribute, strlen(right->attribute));
	if (result != 0)
		return result;
	return sg_text_compare(left->definition, strlen(left->definition),
						   right->definition, strlen(right->definition));
}

/* The number of items at the beginning that come before all others, in canonical order. */
static int
count_in_order(const SgObject *object)
{
	int			count = 0;

	while (count < object->nitems && object->items[count].rank == count + 1)
		count++;
	for (int i = count; i < object->nitems; i++)
	{
		if (object->items[i].rank != 0)
			return 0;
	}
	return count;
}

/* Brings the items into canonical order.  Columns, which are most of them, mostly are. */
void
sg_object_sort(SgObject *object)
{
	int			in_order = count_in_order(object);

	if (object->nitems - in_order > 1)
		qsort(object->items + in_order, object->nitems - in_order, sizeof(SgItem), compare_items);
}

/* Does a description in these facets show the object at all? */
bool
sg_object_in_facets(const SgObject *object, SgFacetSet facets)
{
	if (object->structural && (facets & SG_FACET_BIT(SG_FACET_STRUCTURE)) != 0)
		return true;
	for (int i = 0; i < object->nitems; i++)
	{
		if ((facets & SG_FACET_BIT(object->items[i].facet)) != 0)
			return true;
	}
	return false;
}

/* A copy of the object and all its strings in the current memory context. */
SgObject *
sg_object_copy(const SgObject *object)
{
	SgObject   *copy = palloc(sizeof(SgObject));

	*copy = *object;
	copy->identity = pstrdup(object->identity);
	copy->maxitems = Max(object->nitems, 1);
	copy->items = palloc(sizeof(SgItem) * copy->maxitems);
	for (int i = 0; i < object->nitems; i++)
	{
		copy->items[i] = object->items[i];
		copy->items[i].attribute = pstrdup(object->items[i].attribute);
		copy->items[i].definition = pstrdup(object->items[i].definition);
	}
	copy->mentions = palloc(sizeof(Oid) * Max(object->nmentions, 1));
	if (object->nmentions > 0)
		memcpy(copy->mentions, object->mentions, sizeof(Oid) * object->nmentions);
	return copy;
}

/*
 * Like initStringInfo(), for one of the many texts that are mostly short: what
 * an object takes should stay in the processor's caches.
 */
void
sg_item_text_init(StringInfo buf)
{
	buf->maxlen = 128;
	buf->data = palloc(buf->maxlen);
	resetStringInfo(buf);
}

/* words "name", the name always quoted and its double quotes doubled; palloc'd */
char *
sg_item_attribute(const char *words, const char *name)
{
	size_t		words_len = strlen(words);
	size_t		name_len = strlen(name);
	char	   *result = palloc(words_len + 2 * name_len + 4);
	char	   *out = result;
	const char *quote;

	memcpy(out, words, words_len);
	out += words_len;
	*out++ = ' ';
	*out++ = '"';
	while ((quote = memchr(name, '"', name_len)) != NULL)
	{
		size_t		len = quote + 1 - name;

		memcpy(out, name, len);
		out += len;
		*out++ = '"';
		name += len;
		name_len -= len;
	}
	memcpy(out, name, name_len);
	out += name_len;
	*out++ = '"';
	*out = '\0';
	return result;
}

/* A tab needs no escape: it is readable, and diff and git leave it alone. */
static inline bool
needs_escape(unsigned char c)
{
	return c == '\\' || (c < 0x20 && c != '\t') || c == 0x7f;
}

/* Is there a byte below 0x20, a backslash or a 0x7F among these eight? */
static inline bool
may_need_escape(uint64 bytes)
{
	const uint64 ones = UINT64CONST(0x0101010101010101);
	uint64		backslash = bytes ^ (ones * '\\');
	uint64		delete = bytes ^ (ones * 0x7f);

	return (((bytes - ones * 0x20) & ~bytes) | ((backslash - ones) & ~backslash) |
			((delete - ones) & ~delete)) & (ones * 0x80);
}

/* the first place from "i" on that may have something to escape */
static inline size_t
skip_plain(const char *text, size_t i, size_t len)
{
	uint64		bytes;

	for (; i + sizeof(bytes) <= len; i += sizeof(bytes))
	{
		memcpy(&bytes, text + i, sizeof(bytes));
		if (may_need_escape(bytes))
			break;
	}
	return i;
}

/*
 * Appends text with its control characters and backslashes escaped.  All server
 * encodings keep ASCII bytes out of multibyte characters, so that bytes can be
 * looked at one by one.
 */
static void
append_ascii_escaped(StringInfo buf, const char *text, size_t len)
{
	size_t		start = 0;

	for (size_t i = skip_plain(text, 0, len); i < len; i++)
	{
		unsigned char c = (unsigned char) text[i];

		if (likely(!needs_escape(c)))
			continue;
		appendBinaryStringInfo(buf, text + start, i - start);
		start = i + 1;
		if (c == '\\')
			appendStringInfoString(buf, "\\\\");
		else if (c == '\n')
			appendStringInfoString(buf, "\\n");
		else if (c == '\r')
			appendStringInfoString(buf, "\\r");
		else
			appendStringInfo(buf, "\\x%02X", c);
	}
	appendBinaryStringInfo(buf, text + start, len - start);
}

/*
 * Appends text so that it stays on its line and can be read back: control
 * characters, backslashes and what is not convertible are escaped.
 */
void
sg_block_append_escaped(StringInfo buf, const char *text, size_t len)
{
	sg_text_append_escaped(buf, text, len, append_ascii_escaped);
}

/* Appends a definition of several lines: each on a line of its own, behind a bar. */
void
sg_block_append_lines(StringInfo buf, const char *definition)
{
	const char *line = definition;

	for (;;)
	{
		const char *end = strchr(line, '\n');
		size_t		len = end ? (size_t) (end - line) : strlen(line);

		appendStringInfoString(buf, len > 0 ? "  | " : "  |");
		sg_block_append_escaped(buf, line, len);
		appendStringInfoChar(buf, '\n');
		if (end == NULL)
			break;
		line = end + 1;
	}
}

static void
render_item(StringInfo buf, const SgItem *item)
{
	appendStringInfoString(buf, "  ");
	if (item->facet != SG_FACET_STRUCTURE)
	{
		appendStringInfoChar(buf, '[');
		appendStringInfoString(buf, facet_names[item->facet]);
		appendStringInfoString(buf, "] ");
	}
	sg_block_append_escaped(buf, item->attribute, strlen(item->attribute));
	if (item->definition[0] == '\0')
		appendStringInfoChar(buf, '\n');
	else if (strchr(item->definition, '\n') != NULL)
	{
		appendStringInfoString(buf, ":\n");
		sg_block_append_lines(buf, item->definition);
	}
	else
	{
		appendStringInfoString(buf, ": ");
		sg_block_append_escaped(buf, item->definition, strlen(item->definition));
		appendStringInfoChar(buf, '\n');
	}
}

/* Appends the header line of an object: its type and identity. */
void
sg_block_write_header(StringInfo buf, const char *type, const char *identity)
{
	appendStringInfoString(buf, type);
	appendStringInfoChar(buf, ' ');
	sg_block_append_escaped(buf, identity, strlen(identity));
	appendStringInfoChar(buf, '\n');
}

/* Appends the object's block: its header and its items in these facets, which must be sorted. */
void
sg_block_write(StringInfo buf, const SgObject *object, SgFacetSet facets)
{
	sg_block_write_header(buf, object->type, object->identity);
	for (int i = 0; i < object->nitems; i++)
	{
		if ((facets & SG_FACET_BIT(object->items[i].facet)) != 0)
			render_item(buf, &object->items[i]);
	}
}
