/*
 * format/block.c
 *		The canonical text of an object, its block.
 *
 * The text is the contract: it is what people read in a schema file, what is
 * stored, and what is hashed.  docs/fingerprint.md has the grammar;
 * format/block_read.c reads it back.
 */
#include "postgres.h"

#include "format/block.h"
#include "format/digest.h"
#include "support/text.h"

/* A tab needs no escape: it is readable, and diff and git leave it alone. */
static inline bool
needs_escape(unsigned char c)
{
	return c == '\\' || (c < 0x20 && c != '\t') || c == 0x7f;
}

/* Returns true if any of the eight bytes is below 0x20, a backslash, or 0x7F. */
static inline bool
may_need_escape(uint64 bytes)
{
	const uint64 ones = UINT64CONST(0x0101010101010101);
	uint64		backslash = bytes ^ (ones * '\\');
	uint64		delete = bytes ^ (ones * 0x7f);

	return (((bytes - ones * 0x20) & ~bytes) | ((backslash - ones) & ~backslash) |
			((delete - ones) & ~delete)) & (ones * 0x80);
}

/* Returns a position, from "i" on, before which nothing needs an escape. */
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
 * Appends text with its control characters and backslashes escaped.  No server
 * encoding has ASCII bytes within multibyte characters, so that the text can be
 * scanned byte by byte.
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

/* Appends a multi-line definition, each line behind a bar. */
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
		appendStringInfoString(buf, sg_facet_name(item->facet));
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

/* Sets "buf" to the object's block, and computes its digest. */
void
sg_block_render(StringInfo buf, const SgObject *object, SgFacetSet facets, SgDigest *digest)
{
	resetStringInfo(buf);
	sg_block_write(buf, object, facets);
	sg_digest_block(buf->data, buf->len, digest);
}

static size_t
header_len(const SgBlock *block)
{
	const char *newline = memchr(block->text, '\n', block->len);

	return newline ? (size_t) (newline - block->text) : block->len;
}

/* The order of blocks in a schema file, for qsort. */
int
sg_block_compare(const void *a, const void *b)
{
	const SgBlock *left = a;
	const SgBlock *right = b;

	return sg_text_compare(left->text, header_len(left), right->text, header_len(right));
}

/* The same, but also orders objects whose names are missing, and whose header lines are therefore equal. */
static int
compare_texts(const void *a, const void *b)
{
	int			order = sg_block_compare(a, b);

	return order != 0 ? order : strcmp(((const SgBlock *) a)->text, ((const SgBlock *) b)->text);
}

/* Sorts blocks into the order of a schema file. */
void
sg_blocks_sort(SgBlock *blocks, int count)
{
	qsort(blocks, count, sizeof(SgBlock), compare_texts);
}
