/*
 * format/block_read.c
 *		Reads the canonical text of an object.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "format/block.h"

/* Returns the object type that a header line begins with, and its length in *len. */
static const char *
parse_type(const SgReader *reader, size_t *len)
{
	for (const char *const *type = sg_object_types(); *type != NULL; type++)
	{
		*len = strlen(*type);
		if (reader->len > *len && reader->start[*len] == ' ' &&
			memcmp(reader->start, *type, *len) == 0)
			return *type;
	}
	if (reader->len == 0)
		sg_reader_malformed(reader, "empty line");
	if (reader->start[0] == ' ')
		sg_reader_malformed(reader, "object expected");
	sg_reader_malformed(reader, "unknown object type");
	return NULL;				/* keep compiler quiet */
}

/* Reads "[facet] ", if present, and sets *rest to the rest of the line. */
static SgFacet
parse_facet(const SgReader *reader, SgFacetSet facets, const char **rest)
{
	const char *text = reader->start + 2;
	const char *line_end = reader->start + reader->len;
	SgFacet		facet = SG_FACET_STRUCTURE;

	*rest = text;
	if (text < line_end && *text == '[')
	{
		const char *close = memchr(text, ']', line_end - text);
		char	   *name;

		if (close == NULL || close + 1 >= line_end || close[1] != ' ')
			sg_reader_malformed(reader, "facet without closing bracket and space");
		name = pnstrdup(text + 1, close - text - 1);
		if (!sg_facet_parse(name, &facet))
			sg_reader_malformed(reader, "unknown facet");
		*rest = close + 2;
	}
	if ((facets & SG_FACET_BIT(facet)) == 0)
		sg_reader_malformed(reader, "item of facet \"%s\", which the file does not declare",
				  sg_facet_name(facet));
	return facet;
}

/* Returns the end of an attribute: the first colon outside double quotes, or the end of the line. */
static const char *
find_attribute_end(const SgReader *reader, const char *text)
{
	const char *line_end = reader->start + reader->len;
	bool		quoted = false;

	for (; text < line_end; text++)
	{
		if (*text == '"')
			quoted = !quoted;
		else if (*text == ':' && !quoted)
			break;
	}
	if (quoted)
		sg_reader_malformed(reader, "name without closing quote");
	return text;
}

/* Reads the lines of a definition, each behind a bar, that follow the current line. */
char *
sg_block_read_lines(SgReader *reader)
{
	StringInfoData buf;
	int			count = 0;

	initStringInfo(&buf);
	while (sg_reader_next_starts(reader, "  |"))
	{
		(void) sg_reader_next(reader);
		if (count++ > 0)
			appendStringInfoChar(&buf, '\n');
		if (reader->len == 3)
			continue;
		if (reader->start[3] != ' ' || reader->len == 4)
			sg_reader_malformed(reader, "a line of a definition is \"  | \" and text, or \"  |\" alone");
		sg_reader_append_unescaped(&buf, reader, reader->start + 4, reader->len - 4);
	}
	if (count < 2)
		sg_reader_malformed(reader, "definition of several lines expected after a colon at the end of a line");
	return buf.data;
}

/* Reads the item that begins with the current line. */
static void
parse_item(SgReader *reader, SgFacetSet facets, SgObject *object, uint32 *rank)
{
	const char *text;
	const char *attribute_end;
	const char *line_end = reader->start + reader->len;
	const char *definition = "";
	char	   *attribute;
	SgFacet		facet;
	SgItem	   *item;

	if (reader->len < 3 || reader->start[2] == ' ' || reader->start[2] == '|')
		sg_reader_malformed(reader, "item expected");
	facet = parse_facet(reader, facets, &text);
	attribute_end = find_attribute_end(reader, text);
	if (attribute_end == text)
		sg_reader_malformed(reader, "item without attribute");
	attribute = sg_reader_unescaped(reader, text, attribute_end - text);
	if (attribute_end + 1 == line_end)
		definition = sg_block_read_lines(reader);
	else if (attribute_end < line_end)
	{
		if (attribute_end[1] != ' ' || attribute_end + 2 == line_end)
			sg_reader_malformed(reader, "space and definition expected after the colon");
		definition = sg_reader_unescaped(reader, attribute_end + 2, line_end - attribute_end - 2);
	}
	item = sg_object_add(object, facet, 0, attribute, definition);
	if (sg_item_is_ordered(item))
		item->rank = ++(*rank);
}

/*
 * Reads the object whose header is the current line, up to the line before the
 * next header.  The object is allocated in the current memory context.
 *
 * If all items of an object are of other facets, its text does not tell whether
 * its existence is part of the structure.  We assume that it is not.
 */
SgObject *
sg_block_read(SgReader *reader, SgFacetSet facets)
{
	SgObject   *object = palloc(sizeof(SgObject));
	size_t		type_len;
	const char *type = parse_type(reader, &type_len);
	const char *identity = reader->start + type_len + 1;
	uint32		rank = 0;
	bool		structural = false;

	sg_object_init(object, type,
				   sg_reader_unescaped(reader, identity, reader->start + reader->len - identity),
				   InvalidOid, InvalidOid);
	while (sg_reader_next_starts(reader, "  "))
	{
		CHECK_FOR_INTERRUPTS();
		(void) sg_reader_next(reader);
		parse_item(reader, facets, object, &rank);
	}
	for (int i = 0; i < object->nitems; i++)
	{
		if (object->items[i].facet == SG_FACET_STRUCTURE)
			structural = true;
	}
	object->structural = structural || object->nitems == 0;
	return object;
}

/*
 * Parses one block from the store, without checking that it is canonical.  The
 * object is allocated in the current memory context.  Raises SG005 if the text is
 * not a block.
 */
SgObject *
sg_block_parse(const char *block, size_t len)
{
	SgReader	reader;
	SgObject   *object;

	sg_reader_init(&reader, block, len);
	if (!sg_reader_next(&reader))
		sg_reader_malformed(&reader, "the block is empty");
	object = sg_block_read(&reader, SG_FACETS_ALL);
	if (sg_reader_next(&reader))
		sg_reader_malformed(&reader, "item expected");
	return object;
}
