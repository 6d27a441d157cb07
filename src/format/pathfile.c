/*
 * format/pathfile.c
 *		Writes path files, and applies their steps to a schema.
 */
#include "postgres.h"

#include "format/digest.h"
#include "format/line_diff.h"
#include "format/pathfile.h"
#include "format/reason.h"
#include "support/errors.h"

/* Returns a block of a changed object, for its header line. */
static const SgBlock *
either_block(const SgBlockPair *change)
{
	return change->after != NULL ? change->after : change->before;
}

static int
compare_changes(const ListCell *a, const ListCell *b)
{
	return sg_block_compare(either_block(lfirst(a)), either_block(lfirst(b)));
}

/*
 * Applies the changes to the schema's blocks, but does not update its fingerprint.
 * Raises SG005 if the schema lacks a "before" block, or has an object with the name
 * of a new one.  Blocks are not copied.
 */
void
sg_pathfile_apply(SgDescription *schema, const List *changes)
{
	List	   *sorted = list_copy(changes);
	SgBlock    *blocks;
	int			count = 0;
	int			old = 0;
	ListCell   *lc;

	list_sort(sorted, compare_changes);
	blocks = palloc_extended(sizeof(SgBlock) * (schema->nobjects + list_length(sorted) + 1),
							 MCXT_ALLOC_HUGE);
	foreach(lc, sorted)
	{
		const SgBlockPair *change = lfirst(lc);
		int			order = -1;

		while (old < schema->nobjects &&
			   (order = sg_block_compare(&schema->blocks[old], either_block(change))) < 0)
			blocks[count++] = schema->blocks[old++];
		if ((old < schema->nobjects && order == 0) != (change->before != NULL) ||
			(change->before != NULL &&
			 sg_digest_compare(&schema->blocks[old].digest, &change->before->digest) != 0))
			ereport(ERROR,
					(errcode(ERRCODE_SG_INVALID_SCHEMA_FILE),
					 errmsg("a step of the path does not fit the state before it%s",
							sg_reason(pnstrdup(either_block(change)->text,
											   strcspn(either_block(change)->text, "\n")), 1))));
		if (change->before != NULL)
			old++;
		if (change->after != NULL)
			blocks[count++] = *change->after;
	}
	while (old < schema->nobjects)
		blocks[count++] = schema->blocks[old++];
	pfree(schema->blocks);
	list_free(sorted);
	schema->blocks = blocks;
	schema->nobjects = count;
}

/* Appends the first state to the body of a path file. */
void
sg_pathfile_write_start(StringInfo body, const SgDescription *schema)
{
	appendStringInfo(body, "start: %s\n", schema->fingerprint);
	for (int i = 0; i < schema->nobjects; i++)
		appendBinaryStringInfo(body, schema->blocks[i].text, (int) schema->blocks[i].len);
}

/* Appends a statement: on one line, or line by line behind a bar. */
static void
write_statement(StringInfo body, const char *statement)
{
	if (strchr(statement, '\n') == NULL)
	{
		appendStringInfoString(body, "statement: ");
		sg_block_append_escaped(body, statement, strlen(statement));
		appendStringInfoChar(body, '\n');
		return;
	}
	appendStringInfoString(body, "statement:\n");
	sg_block_append_lines(body, statement);
}

/*
 * Appends a step that leads to the fingerprint.  Statements are char *, changes
 * SgBlockPair *.
 */
void
sg_pathfile_write_step(StringInfo body, int step, const char *fingerprint,
					   const List *statements, const List *changes)
{
	List	   *sorted = list_copy(changes);
	ListCell   *lc;

	list_sort(sorted, compare_changes);
	appendStringInfo(body, "\nstep %d: %s\n", step, fingerprint);
	foreach(lc, statements)
	{
		const char *statement = lfirst(lc);

		if (statement[0] != '\0')
			write_statement(body, statement);
	}
	foreach(lc, sorted)
	{
		const SgBlockPair *change = lfirst(lc);

		sg_line_diff(body,
					 change->before != NULL ? change->before->text : "",
					 change->before != NULL ? change->before->len : 0,
					 change->after != NULL ? change->after->text : "",
					 change->after != NULL ? change->after->len : 0);
	}
	list_free(sorted);
}

/*
 * Returns the complete file for a body, with the schema's scope in its head.  The
 * last line has no newline, because psql adds one.
 */
char *
sg_pathfile_finish(const SgDescription *schema, const StringInfoData *body)
{
	StringInfoData file;
	SgDigest	digest;
	char		hex[SG_DIGEST_HEX_LEN + 1] = "";

	sg_digest_block(body->data, body->len, &digest);
	sg_digest_to_hex(&digest, hex);
	initStringInfo(&file);
	appendStringInfo(&file, SG_PATHFILE_TITLE "\nformat: " SG_FORMAT "\ndigest: %.*s\n",
					 SG_DIGEST_HEX_LEN, hex);
	sg_schemafile_write_scope(&file, schema);
	appendStringInfoChar(&file, '\n');
	appendBinaryStringInfo(&file, body->data, body->len);
	file.data[--file.len] = '\0';
	return file.data;
}
