/*
 * format/change_text.c
 *		A difference as one line, for the DETAIL of an error.
 *
 * Long definitions are truncated.  If two long or multi-line definitions differ,
 * we show the place where the difference begins, because that is what the reader
 * is looking for.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "format/block.h"
#include "format/detail.h"
#include "format/diff.h"
#include "format/reason.h"
#include "support/text.h"

/* how much of a definition is shown, in bytes */
#define SHOWN_LEN 200
/* how much of that comes before the place where two definitions begin to differ */
#define SHOWN_CONTEXT 40
#define CUT "..."

static const char *const kind_names[] = {
	[SG_ADDED] = "added",
	[SG_REMOVED] = "removed",
	[SG_CHANGED] = "changed",
	[SG_RENAMED] = "renamed"
};

/* Returns the name of a kind of change, a constant. */
const char *
sg_change_kind_name(SgChangeKind kind)
{
	return kind_names[kind];
}

/* Appends at most SHOWN_LEN bytes of a line from "start", which must be the first byte of a character. */
static void
append_cut(StringInfo buf, const char *line, size_t len, size_t start)
{
	size_t		shown = len - start;

	if (shown > SHOWN_LEN)
		shown = sg_text_clip_len(line + start, (int) shown, SHOWN_LEN);
	if (start > 0)
		appendStringInfoString(buf, CUT);
	sg_block_append_escaped(buf, line + start, shown);
	if (start + shown < len)
		appendStringInfoString(buf, CUT);
}

/* Appends a definition, or the first line of it that is not blank. */
static void
append_definition(StringInfo buf, const char *definition)
{
	const char *line = definition + strspn(definition, " \t\n");
	size_t		len = strcspn(line, "\n");

	append_cut(buf, line, len, 0);
	if (line[len] == '\n' && line[len + 1] != '\0')
		appendStringInfoString(buf, " " CUT);
}

/* Returns where to begin showing two lines that differ, the same offset for both. */
static size_t
shown_start(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t		differ = 0;

	if (alen <= SHOWN_LEN && blen <= SHOWN_LEN)
		return 0;
	while (differ < alen && differ < blen && a[differ] == b[differ])
		differ++;
	if (differ <= 2 * SHOWN_CONTEXT)
		return 0;
	return sg_text_clip_len(a, (int) alen, (int) differ - SHOWN_CONTEXT);
}

/* Appends one side of a changed line. */
static void
append_line(StringInfo buf, const char *line, size_t len, size_t start)
{
	if (len == 0)
		appendStringInfoString(buf, "(nothing)");
	else
		append_cut(buf, line, len, start);
}

static void
append_lines_changed(StringInfo buf, const char *before, size_t before_len,
					 const char *after, size_t after_len)
{
	size_t		start = shown_start(before, before_len, after, after_len);

	append_line(buf, before, before_len, start);
	appendStringInfoString(buf, " -> ");
	append_line(buf, after, after_len, start);
}

/* Returns the line after one of length "len", or the empty string at the end of the text. */
static const char *
following_line(const char *line, size_t len)
{
	return line[len] == '\0' ? line + len : line + len + 1;
}

/* Appends where and how two definitions differ. */
static void
append_changed(StringInfo buf, const char *before, const char *after)
{
	bool		several = strchr(before, '\n') != NULL || strchr(after, '\n') != NULL;
	size_t		before_len = strcspn(before, "\n");
	size_t		after_len = strcspn(after, "\n");
	int			number = 1;

	while (before_len == after_len && memcmp(before, after, before_len) == 0 &&
		   (before[before_len] != '\0' || after[after_len] != '\0'))
	{
		before = following_line(before, before_len);
		after = following_line(after, after_len);
		before_len = strcspn(before, "\n");
		after_len = strcspn(after, "\n");
		number++;
	}
	if (several)
		appendStringInfo(buf, " in line %d", number);
	appendStringInfoString(buf, ": ");
	append_lines_changed(buf, before, before_len, after, after_len);
}

/* Appends the name in an attribute, without the words before it. */
static void
append_name(StringInfo buf, const char *attribute)
{
	const char *name = strchr(attribute, '"');

	if (name == NULL)
		name = attribute;
	sg_block_append_escaped(buf, name, strlen(name));
}

static void
append_object_change(StringInfo buf, const SgItemChange *change)
{
	if (change->kind == SG_RENAMED)
	{
		sg_block_append_escaped(buf, change->before, strlen(change->before));
		appendStringInfoString(buf, " renamed to ");
		sg_block_append_escaped(buf, change->after, strlen(change->after));
		return;
	}
	sg_block_append_escaped(buf, change->identity, strlen(change->identity));
	appendStringInfo(buf, " %s", kind_names[change->kind]);
}

static void
append_item_change(StringInfo buf, const SgItemChange *change)
{
	const char *attribute = change->kind == SG_RENAMED ? change->before : change->attribute;
	const char *definition = change->kind == SG_ADDED ? change->after : change->before;

	sg_block_append_escaped(buf, change->identity, strlen(change->identity));
	appendStringInfoString(buf, ": ");
	sg_block_append_escaped(buf, attribute, strlen(attribute));
	appendStringInfo(buf, " %s", kind_names[change->kind]);
	if (change->kind == SG_RENAMED)
	{
		appendStringInfoString(buf, " to ");
		append_name(buf, change->after);
	}
	else if (change->kind == SG_CHANGED)
		append_changed(buf, change->before, change->after);
	else if (definition[0] != '\0')
	{
		appendStringInfoString(buf, ": ");
		append_definition(buf, definition);
	}
}

/* Returns the change as one line, in the current memory context. */
char *
sg_change_text(const SgItemChange *change)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, change->type);
	appendStringInfoChar(&buf, ' ');
	if (change->attribute == NULL)
		append_object_change(&buf, change);
	else
		append_item_change(&buf, change);
	return buf.data;
}

/* Returns what ends the message of an error that is due to these changes: see sg_reason(). */
char *
sg_changes_reason(const List *changes)
{
	return sg_reason(changes == NIL ? NULL : sg_change_text(linitial(changes)),
					 list_length(changes));
}

static char *
change_line(const void *change)
{
	return sg_change_text(change);
}

/*
 * Returns the changes, one per line, without a final newline: at most
 * SG_MAX_DETAIL_ITEMS of them, then how many more there are.
 */
char *
sg_changes_detail(const List *changes)
{
	return sg_detail(changes, change_line);
}
