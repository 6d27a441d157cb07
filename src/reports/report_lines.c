/*
 * reports/report_lines.c
 *		The line of the schema file that a finding is about.
 *
 * That is the item's line; if the file lacks the item, the line of its object; and
 * if it lacks the object, the line before which the object would stand.
 */
#include "postgres.h"

#include "format/block.h"
#include "reports/report.h"

/* a schema file, and where its blocks begin */
typedef struct File
{
	const SgDescription *schema;
	int		   *lines;			/* of the header of each block */
} File;

static int
count_lines(const char *text, size_t len)
{
	int			count = 0;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\n';
	return count;
}

/* Computes where the blocks begin, after the file's head and an empty line. */
static File
index_file(const SgDescription *schema)
{
	SgDescription head = *schema;
	File		file = {schema, palloc(sizeof(int) * Max(schema->nobjects, 1))};
	char	   *text;
	int			line;

	head.nobjects = 0;
	text = sg_schemafile_write(&head);
	line = count_lines(text, strlen(text)) + 2;
	for (int i = 0; i < schema->nobjects; i++)
	{
		file.lines[i] = line;
		line += count_lines(schema->blocks[i].text, schema->blocks[i].len);
	}
	return file;
}

/* Finds the first block whose header is not less than this one; returns true if it is equal. */
static bool
find_block(const File *file, const char *type, const char *identity, int *place)
{
	StringInfoData header;
	SgBlock		wanted = {0};
	int			low = 0;
	int			high = file->schema->nobjects;

	initStringInfo(&header);
	sg_block_write_header(&header, type, identity);
	wanted.text = header.data;
	wanted.len = header.len;
	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (sg_block_compare(&file->schema->blocks[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*place = low;
	return low < file->schema->nobjects && sg_block_compare(&file->schema->blocks[low], &wanted) == 0;
}

/* Returns how many lines below its header the block has the attribute, or 0 if it has not. */
static int
find_attribute(const SgBlock *block, const char *attribute)
{
	StringInfoData wanted;
	SgReader	reader;

	initStringInfo(&wanted);
	sg_block_append_escaped(&wanted, attribute, strlen(attribute));
	sg_reader_init(&reader, block->text, block->len);
	while (sg_reader_next(&reader))
	{
		const char *line = reader.start;
		const char *end = line + reader.len;

		if (reader.len < 2 || memcmp(line, "  ", 2) != 0)
			continue;
		line += 2;
		if (line < end && *line == '[')
		{
			while (line < end && *line != ']')
				line++;
			line = Min(line + 2, end);
		}
		if (end - line >= wanted.len && memcmp(line, wanted.data, wanted.len) == 0 &&
			(line + wanted.len == end || line[wanted.len] == ':'))
			return reader.line - 1;
	}
	return 0;
}

/* Returns the line of the item, or of the object if "attribute" is NULL; 0 if it is not there. */
static int
find_item(const File *file, const char *type, const char *identity, const char *attribute)
{
	int			place;
	int			below;

	if (!find_block(file, type, identity, &place))
		return 0;
	if (attribute == NULL)
		return file->lines[place];
	below = find_attribute(&file->schema->blocks[place], attribute);
	return below == 0 ? 0 : file->lines[place] + below;
}

/* Returns the line of the finding's item, under its old name too if it was renamed. */
static int
find_line(const File *file, const SgFinding *finding)
{
	bool		renamed = finding->change != NULL &&
		strcmp(finding->change, sg_change_kind_name(SG_RENAMED)) == 0;
	int			line = find_item(file, finding->type, finding->identity, finding->attribute);
	int			place;

	if (line == 0 && renamed && finding->attribute != NULL)
		line = find_item(file, finding->type, finding->identity, finding->before);
	else if (line == 0 && renamed)
		line = find_item(file, finding->type, finding->before, NULL);
	if (line > 0)
		return line;
	if (file->schema->nobjects == 0)
		return 1;
	if (find_block(file, finding->type, finding->identity, &place))
		return file->lines[place];
	return file->lines[Min(place, file->schema->nobjects - 1)];
}

/* Sets the lines of the findings that are about an object, in this schema's file. */
void
sg_report_find_lines(SgReport *report, const SgDescription *schema)
{
	File		file = index_file(schema);
	ListCell   *lc;

	foreach(lc, report->findings)
	{
		SgFinding  *finding = lfirst(lc);

		if (finding->type != NULL && finding->identity != NULL)
			finding->line = find_line(&file, finding);
	}
}
