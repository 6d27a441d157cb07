/*
 * format/schemafile.c
 *		Reads and writes schema files, the text form of a description.
 *
 * Reading is strict: a file is accepted only if it is, byte for byte, what
 * writing would have produced.  Each block is parsed and written again, and
 * the two must be equal; headers must ascend; the fingerprint must follow from
 * the blocks.  So all that the parser has to do is to say in which line a file is
 * wrong, and why.
 *
 * Reading takes one pass over the text, and one small memory context for the
 * current block: the time is linear in the length of the file, and blocks point
 * into the file's text.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "format/block.h"
#include "format/digest.h"
#include "format/fingerprint.h"
#include "format/reader.h"
#include "format/schemafile.h"
#include "format/scope_rules.h"
#include "support/errors.h"
#include "support/grow.h"
#include "support/text.h"

#define FILE_TITLE "schema_guard schema file"

static int
compare_attributes(const void *a, const void *b)
{
	const SgItem *left = *(SgItem *const *) a;
	const SgItem *right = *(SgItem *const *) b;

	if (left->facet != right->facet)
		return left->facet < right->facet ? -1 : 1;
	return strcmp(left->attribute, right->attribute);
}

/* Raises SG005 if two items of the object have the same facet and attribute. */
static void
check_items_distinct(const SgReader *header, const SgObject *object)
{
	SgItem	  **sorted = palloc(sizeof(SgItem *) * Max(object->nitems, 1));

	for (int i = 0; i < object->nitems; i++)
		sorted[i] = &object->items[i];
	qsort(sorted, object->nitems, sizeof(SgItem *), compare_attributes);
	for (int i = 1; i < object->nitems; i++)
	{
		if (compare_attributes(&sorted[i - 1], &sorted[i]) == 0)
			sg_reader_malformed(header, "the object has two items %s", sorted[i]->attribute);
	}
}

/*
 * Raises SG005 unless the block is what writing the object produces: sorted,
 * without needless escapes, and so on.
 */
static void
check_canonical(const SgReader *header, const SgObject *object, const SgBlock *block)
{
	StringInfoData canonical;
	SgReader	found;
	SgReader	expected;

	initStringInfo(&canonical);
	sg_block_write(&canonical, object, SG_FACETS_ALL);
	if (canonical.len == block->len && memcmp(canonical.data, block->text, block->len) == 0)
		return;
	sg_reader_init(&found, block->text, block->len);
	sg_reader_init(&expected, canonical.data, canonical.len);
	while (sg_reader_next(&found) && sg_reader_next(&expected))
	{
		if (found.len == expected.len && memcmp(found.start, expected.start, found.len) == 0)
			continue;
		found.line += header->line - 1;
		sg_reader_malformed(&found, "the item is out of order or not written as schema_guard writes it");
	}
	sg_reader_malformed(header, "the object is not written as schema_guard does");
}

/* Appends the lines of a file's head that give the scope. */
void
sg_schemafile_write_scope(StringInfo buf, const SgDescription *schema)
{
	ListCell   *cell;

	appendStringInfo(buf, "facets: %s\n", sg_facet_set_text(schema->facets));
	foreach(cell, schema->exclusions)
	{
		const char *pattern = lfirst(cell);

		appendStringInfoString(buf, "exclude: ");
		sg_block_append_escaped(buf, pattern, strlen(pattern));
		appendStringInfoChar(buf, '\n');
	}
}

/*
 * Returns a schema file, in the current memory context.  Its last line has no
 * newline, because psql adds one.  The blocks must be sorted; their type, identity
 * and digest are not used.
 */
char *
sg_schemafile_write(const SgDescription *schema)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, FILE_TITLE "\nformat: " SG_FORMAT "\nfingerprint: %s\n", schema->fingerprint);
	sg_schemafile_write_scope(&buf, schema);
	appendStringInfoChar(&buf, '\n');
	for (int i = 0; i < schema->nobjects; i++)
		appendBinaryStringInfo(&buf, schema->blocks[i].text, (int) schema->blocks[i].len);
	buf.data[--buf.len] = '\0';
	return buf.data;
}

/* Advances to the next line, which must be "key: value", and returns the value. */
char *
sg_schemafile_read_field(SgReader *reader, const char *key)
{
	size_t		len = strlen(key);
	StringInfoData canonical;
	char	   *value;

	if (!sg_reader_next(reader))
		sg_reader_malformed(reader, "the file ends where \"%s:\" is expected", key);
	if (reader->len < len + 2 || memcmp(reader->start, key, len) != 0 ||
		memcmp(reader->start + len, ": ", 2) != 0)
		sg_reader_malformed(reader, "\"%s:\" expected", key);
	value = sg_reader_unescaped(reader, reader->start + len + 2, reader->len - len - 2);
	initStringInfo(&canonical);
	sg_block_append_escaped(&canonical, value, strlen(value));
	if (canonical.len != reader->len - len - 2 ||
		memcmp(canonical.data, reader->start + len + 2, canonical.len) != 0)
		sg_reader_malformed(reader, "it is not escaped as schema_guard escapes it");
	return value;
}

/* Parses the value of a "facets:" line, which must be written as schema_guard writes it. */
static SgFacetSet
parse_facets(const SgReader *reader, const char *text)
{
	SgFacetSet	facets = 0;
	const char *name = text;

	for (;;)
	{
		size_t		len = strcspn(name, ",");
		SgFacet		facet;

		if (!sg_facet_parse(pnstrdup(name, len), &facet))
			sg_reader_malformed(reader, "unknown facet \"%s\"", pnstrdup(name, len));
		facets |= SG_FACET_BIT(facet);
		if (name[len] == '\0')
			break;
		name += len + 1;
		name += strspn(name, " ");
	}
	if (strcmp(sg_facet_set_text(facets), text) != 0)
		sg_reader_malformed(reader, "facets are written \"%s\"", sg_facet_set_text(facets));
	return facets;
}

/* Reads the title and the format of a file.  The reader must be before the first line. */
void
sg_schemafile_read_title(SgReader *reader, const char *title)
{
	const char *value;

	reader->line = 1;
	if (reader->pos == reader->end)
		sg_reader_malformed(reader, "the file is empty");
	if (sg_reader_next_starts(reader, "\xEF\xBB\xBF"))
		sg_reader_malformed(reader, "the file begins with a byte order mark");
	if (!sg_reader_next_starts(reader, title))
		sg_reader_malformed(reader, "this is not a %s, which begins with \"%s\"", reader->what, title);
	reader->line = 0;
	(void) sg_reader_next(reader);
	if (reader->len != strlen(title))
		sg_reader_malformed(reader, "nothing is expected after \"%s\"", title);
	value = sg_schemafile_read_field(reader, "format");
	if (strcmp(value, SG_FORMAT) != 0)
		sg_reader_malformed(reader, "the format is \"%s\", this version of schema_guard reads \"%s\"",
							value, SG_FORMAT);
}

/* Checks and copies the fingerprint on the current line. */
void
sg_schemafile_parse_fingerprint(const SgReader *reader, const char *text, char *fingerprint)
{
	SgDigest	digest;

	if (strlen(text) != SG_FINGERPRINT_LEN ||
		strncmp(text, SG_FORMAT ":", strlen(SG_FORMAT ":")) != 0 ||
		!sg_digest_from_hex(text + strlen(SG_FORMAT ":"), &digest))
		sg_reader_malformed(reader, "a fingerprint is \"%s:\" and %d lower-case hex digits",
							SG_FORMAT, SG_DIGEST_HEX_LEN);
	strlcpy(fingerprint, text, SG_FINGERPRINT_LEN + 1);
}

/* Reads the lines of a file's head that give the scope, and the empty line after them. */
void
sg_schemafile_read_scope(SgReader *reader, SgDescription *schema)
{
	const char *value;
	const char *previous = NULL;

	value = sg_schemafile_read_field(reader, "facets");
	schema->facets = parse_facets(reader, value);
	while (sg_reader_next_starts(reader, "exclude:"))
	{
		value = sg_schemafile_read_field(reader, "exclude");
		if (previous != NULL &&
			sg_text_compare(previous, strlen(previous), value, strlen(value)) >= 0)
			sg_reader_malformed(reader, "exclusion rules are sorted and distinct");
		if (sg_text_escape_unmappable(value) != value)
			sg_reader_malformed(reader, "an exclusion rule is text without any \\xHH above \\x7F");
		schema->exclusions = lappend(schema->exclusions, unconstify(char *, value));
		previous = value;
	}
	if (sg_reader_next(reader) && reader->len != 0)
		sg_reader_malformed(reader, "\"exclude:\" or an empty line expected");
}

/* Reads the lines before the first block. */
static void
read_head(SgReader *reader, SgDescription *schema)
{
	sg_schemafile_read_title(reader, FILE_TITLE);
	sg_schemafile_parse_fingerprint(reader, sg_schemafile_read_field(reader, "fingerprint"),
									schema->fingerprint);
	sg_schemafile_read_scope(reader, schema);
}

/*
 * Reads the block whose header is the current line, and checks everything that can
 * be checked about it alone.  Allocates what the block keeps in "keep", and garbage
 * in the current memory context.
 */
void
sg_schemafile_read_block(SgReader *reader, const SgDescription *schema, SgBlock *block, MemoryContext keep)
{
	SgReader	header = *reader;
	SgObject   *object = sg_block_read(reader, schema->facets);

	block->text = header.start;
	block->len = reader->pos - header.start;
	check_items_distinct(&header, object);
	sg_object_sort(object);
	check_canonical(&header, object, block);
	if (sg_scope_excludes(schema->exclusions, object->identity))
		sg_reader_malformed(&header, "an exclusion rule of the file itself leaves this object out");
	block->type = object->type;
	block->identity = MemoryContextStrdup(keep, object->identity);
	sg_digest_block(block->text, block->len, &block->digest);
}

/* Reads blocks to the end of the text. */
void
sg_schemafile_read_blocks(SgReader *reader, SgDescription *schema)
{
	MemoryContext keep = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(keep, "schema file block",
												  ALLOCSET_DEFAULT_SIZES);
	int			capacity = 256;

	schema->blocks = palloc(sizeof(SgBlock) * capacity);
	MemoryContextSwitchTo(scratch);
	while (sg_reader_next(reader))
	{
		SgBlock    *block;
		SgReader	header = *reader;

		CHECK_FOR_INTERRUPTS();
		SG_GROW(schema->blocks, schema->nobjects, capacity);
		block = &schema->blocks[schema->nobjects];
		sg_schemafile_read_block(reader, schema, block, keep);
		if (schema->nobjects > 0)
		{
			int			order = sg_block_compare(block - 1, block);

			/* "???" stands for a name that is missing */
			if (order == 0 && strstr(block->identity, "???") == NULL)
				sg_reader_malformed(&header, "the object is there twice");
			if (order > 0)
				sg_reader_malformed(&header, "objects are sorted by their header lines, this one comes too late");
		}
		schema->nobjects++;
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(keep);
	MemoryContextDelete(scratch);
}

/* Returns the text with a newline at its end. */
const char *
sg_schemafile_complete(const char *file, size_t *len)
{
	char	   *copy;

	if (*len == 0 || file[*len - 1] == '\n')
		return file;
	copy = palloc_extended(*len + 1, MCXT_ALLOC_HUGE);
	memcpy(copy, file, *len);
	copy[(*len)++] = '\n';
	return copy;
}

/* Computes the fingerprint from the blocks' digests, into a buffer of SG_FINGERPRINT_LEN + 1 bytes. */
void
sg_schemafile_fingerprint(const SgDescription *schema, char *fingerprint)
{
	SgDigestSet set;
	SgDigest	root;

	sg_digest_set_init(&set);
	for (int i = 0; i < schema->nobjects; i++)
		sg_digest_set_add(&set, &schema->blocks[i].digest);
	sg_digest_set_sort(&set);
	sg_digest_root(&set, &root);
	strlcpy(fingerprint, sg_fingerprint_text(&root), SG_FINGERPRINT_LEN + 1);
	pfree(set.members);
}

/*
 * Reads a schema file, which is in the server encoding, and recomputes its
 * fingerprint.  Raises SG005 if it is not exactly what sg_schemafile_write() would
 * have written, with or without a newline at the end: psql adds one, and a shell
 * that reads the text into a variable removes it.  The blocks of the result may
 * point into "file"; everything else is allocated in the current memory context.
 */
SgDescription *
sg_schemafile_read(const char *file, size_t len)
{
	SgDescription *schema = palloc0(sizeof(SgDescription));
	SgReader	reader;
	char		computed[SG_FINGERPRINT_LEN + 1];

	file = sg_schemafile_complete(file, &len);
	sg_reader_init(&reader, file, len);
	read_head(&reader, schema);
	sg_schemafile_read_blocks(&reader, schema);
	sg_schemafile_fingerprint(schema, computed);
	if (strcmp(computed, schema->fingerprint) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_SG_INVALID_SCHEMA_FILE),
				 errmsg("schema file's text and fingerprint disagree"),
				 errdetail("The file says %s, its text has %s.", schema->fingerprint, computed),
				 errhint("The file was changed or cut off after it was exported; export it again.")));
	return schema;
}
