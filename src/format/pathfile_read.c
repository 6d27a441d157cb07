/*
 * format/pathfile_read.c
 *		Reads path files, step by step.
 *
 * This is as strict as reading schema files: the digest must be that of the text,
 * each state must have the fingerprint that the file says, and each step must be,
 * byte for byte, what writing it would have produced.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "format/digest.h"
#include "format/fingerprint.h"
#include "format/pathfile.h"
#include "support/errors.h"

static void
disagree(const char *what, const char *said, const char *computed)
{
	ereport(ERROR,
			(errcode(ERRCODE_SG_INVALID_SCHEMA_FILE),
			 errmsg("path file's text and %s disagree", what),
			 errdetail("The file says %s, its text has %s.", said, computed),
			 errhint("The file was changed or cut off after it was exported; export it again.")));
}

/* Raises SG005 unless the rest of the text, after the head, has this digest. */
static void
check_digest(const SgReader *reader, const char *said)
{
	SgDigest	digest;
	char		hex[SG_DIGEST_HEX_LEN + 1] = "";

	sg_digest_block(reader->pos, reader->end - reader->pos, &digest);
	sg_digest_to_hex(&digest, hex);
	hex[SG_DIGEST_HEX_LEN] = '\0';
	if (strcmp(hex, said) != 0)
		disagree("digest", said, hex);
}

static void
check_fingerprint(const SgPathReader *path)
{
	SgDigest	root;
	char	   *computed;

	sg_digest_tree_root(path->tree, &root);
	computed = sg_fingerprint_text(&root);
	if (strcmp(computed, path->schema->fingerprint) != 0)
		disagree(path->step == 0 ? "first fingerprint" : psprintf("fingerprint of step %d", path->step),
				 path->schema->fingerprint, computed);
	pfree(computed);
}

/* Returns the next empty line, or the end of the text. */
static const char *
section_end(const SgReader *reader)
{
	const char *line = reader->pos;

	while (line < reader->end && *line != '\n')
	{
		const char *newline = memchr(line, '\n', reader->end - line);

		line = newline != NULL ? newline + 1 : reader->end;
	}
	return line;
}

/* Reads the first state. */
static void
read_start(SgPathReader *path)
{
	const char *end = path->reader.end;

	sg_schemafile_parse_fingerprint(&path->reader, sg_schemafile_read_field(&path->reader, "start"),
									path->schema->fingerprint);
	path->reader.end = section_end(&path->reader);
	sg_schemafile_read_blocks(&path->reader, path->schema);
	path->reader.line--;		/* the last read counted the end as a line */
	path->reader.end = end;
	path->tree = sg_digest_tree_create();
	for (int i = 0; i < path->schema->nobjects; i++)
		sg_digest_tree_add(path->tree, &path->schema->blocks[i].digest);
	check_fingerprint(path);
}

/*
 * Starts to read a path file, which is in the server encoding, and reads its
 * first state.  Raises SG005 if anything is wrong with it.  Results point into
 * "file" or are allocated in the current memory context.
 */
SgPathReader *
sg_pathfile_open(const char *file, size_t len)
{
	SgPathReader *path = palloc0(sizeof(SgPathReader));
	const char *digest;

	file = sg_schemafile_complete(file, &len);
	path->schema = palloc0(sizeof(SgDescription));
	sg_reader_init(&path->reader, file, len);
	path->reader.what = "path file";
	sg_schemafile_read_title(&path->reader, SG_PATHFILE_TITLE);
	digest = sg_schemafile_read_field(&path->reader, "digest");
	sg_schemafile_read_scope(&path->reader, path->schema);
	check_digest(&path->reader, digest);
	read_start(path);
	return path;
}

/* Reads the first line of a step.  The current line is the empty line before it. */
static void
read_step_line(SgPathReader *path)
{
	SgReader   *reader = &path->reader;
	char	   *key = psprintf("step %d", path->step);

	sg_schemafile_parse_fingerprint(reader, sg_schemafile_read_field(reader, key),
									path->schema->fingerprint);
}

static void
read_statements(SgPathReader *path)
{
	SgReader   *reader = &path->reader;

	path->statements = NIL;
	while (sg_reader_next_starts(reader, "statement:"))
	{
		const size_t key = strlen("statement:");

		(void) sg_reader_next(reader);
		if (reader->len == key)
			path->statements = lappend(path->statements, sg_block_read_lines(reader));
		else
			path->statements = lappend(path->statements,
									   sg_reader_unescaped(reader, reader->start + key + 1,
														   reader->len - key - 1));
	}
}

/* Returns true if the next line belongs to the same object as the current line. */
static bool
object_goes_on(const SgReader *reader)
{
	return reader->end - reader->pos >= 2 && strchr(" +-", reader->pos[0]) != NULL &&
		reader->pos[1] == ' ';
}

/* Parses the block on one side of a change; returns NULL if that side is empty. */
static SgBlock *
read_side(const SgPathReader *path, const SgReader *header, const StringInfoData *text)
{
	MemoryContext context = CurrentMemoryContext;
	SgBlock    *block;
	SgReader	reader;

	if (text->len == 0)
		return NULL;
	block = palloc0(sizeof(SgBlock));
	sg_reader_init(&reader, text->data, text->len);
	reader.what = header->what;
	reader.line = header->line - 1;
	(void) sg_reader_next(&reader);
	sg_schemafile_read_block(&reader, path->schema, block, context);
	if (reader.pos < reader.end)
		sg_reader_malformed(header, "the lines are not those of one object");
	return block;
}

/* Reads the change of an object, whose header is the current line. */
static SgBlockPair *
read_change(SgPathReader *path)
{
	SgReader   *reader = &path->reader;
	SgReader	header = *reader;
	SgBlockPair *change = palloc(sizeof(SgBlockPair));
	StringInfoData before;
	StringInfoData after;

	initStringInfo(&before);
	initStringInfo(&after);
	for (;;)
	{
		if (reader->start[0] != '+')
			appendBinaryStringInfo(&before, reader->start + 1, (int) reader->len);
		if (reader->start[0] != '-')
			appendBinaryStringInfo(&after, reader->start + 1, (int) reader->len);
		if (!object_goes_on(reader))
			break;
		(void) sg_reader_next(reader);
	}
	change->before = read_side(path, &header, &before);
	change->after = read_side(path, &header, &after);
	if (change->before != NULL && change->after != NULL &&
		sg_block_compare(change->before, change->after) != 0)
		sg_reader_malformed(&header, "the object changes its name");
	return change;
}

static void
read_changes(SgPathReader *path)
{
	SgReader   *reader = &path->reader;

	path->changes = NIL;
	while (reader->pos < reader->end && *reader->pos != '\n')
	{
		CHECK_FOR_INTERRUPTS();
		(void) sg_reader_next(reader);
		if (reader->len < 2 || strchr(" +-", reader->start[0]) == NULL || reader->start[1] == ' ')
			sg_reader_malformed(reader, "object expected, behind a space, \"+\" or \"-\"");
		path->changes = lappend(path->changes, read_change(path));
	}
}

/* Raises SG005 unless writing the step produces the text that was read. */
static void
check_canonical(const SgPathReader *path, const SgReader *start)
{
	StringInfoData text;
	const char *from = start->pos - 1;	/* include the empty line */

	initStringInfo(&text);
	sg_pathfile_write_step(&text, path->step, path->schema->fingerprint,
						   path->statements, path->changes);
	if (text.len != path->reader.pos - from || memcmp(text.data, from, text.len) != 0)
		sg_reader_malformed(start, "step %d is not written as schema_guard writes it",
							path->step);
	pfree(text.data);
}

static void
apply_changes(SgPathReader *path)
{
	ListCell   *lc;

	sg_pathfile_apply(path->schema, path->changes);
	foreach(lc, path->changes)
	{
		const SgBlockPair *change = lfirst(lc);

		if (change->before != NULL)
			sg_digest_tree_remove(path->tree, &change->before->digest);
		if (change->after != NULL)
			sg_digest_tree_add(path->tree, &change->after->digest);
	}
}

/*
 * Reads the next step, and sets path->schema to the state that it leads to.  Returns
 * false at the end of the file, which must have at least one step.  Errors and
 * memory are as for sg_pathfile_open().
 */
bool
sg_pathfile_next(SgPathReader *path)
{
	SgReader   *reader = &path->reader;
	SgReader	start;

	if (reader->pos == reader->end && path->step > 0)
		return false;
	if (!sg_reader_next(reader))
		sg_reader_malformed(reader, "the file ends where a step is expected");
	start = *reader;
	path->step++;
	read_step_line(path);
	read_statements(path);
	read_changes(path);
	check_canonical(path, &start);
	apply_changes(path);
	check_fingerprint(path);
	return true;
}
