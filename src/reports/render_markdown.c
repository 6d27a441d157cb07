/*
 * reports/render_markdown.c
 *		A report as Markdown, for a comment on a pull request.
 *
 * It begins with an invisible HTML comment that is always the same, by which a
 * pipeline finds the comment to replace.  The most important findings come first,
 * because GitHub accepts no more than 65,536 characters; the list is cut there.
 */
#include "postgres.h"

#include "reports/escape.h"
#include "reports/render.h"

/* maximum length of a comment in bytes, and the room that is kept for its end */
#define MAX_LEN 65000
#define END_LEN 200

/* what is shown of a finding and of a fact, in bytes before they are escaped */
#define SHOWN_FINDING 1500
#define SHOWN_FACT 300

static const char *const level_marks[SG_NUM_LEVELS] = {
	[SG_LEVEL_NOTE] = ":information_source:",
	[SG_LEVEL_WARNING] = ":warning:",
	[SG_LEVEL_ERROR] = ":x:"
};

/* Returns the mark of the report as a whole. */
static const char *
report_mark(const SgReport *report)
{
	if (!report->passed)
		return level_marks[SG_LEVEL_ERROR];
	return report->counts[SG_LEVEL_WARNING] > 0 ? level_marks[SG_LEVEL_WARNING] : ":white_check_mark:";
}

static void
append_header(StringInfo buf, const SgReport *report)
{
	appendStringInfo(buf, "<!-- schema_guard: %s", report->what);
	if (report->release != NULL)
	{
		appendStringInfoChar(buf, ' ');
		sg_escape_comment(buf, report->release);
	}
	appendStringInfo(buf, " -->\n### schema_guard: %s\n\n", report->what);
}

static void
append_row(StringInfo buf, const char *label, const char *value)
{
	appendStringInfo(buf, "| %s | <code>", label);
	sg_escape_markdown(buf, value, SHOWN_FACT);
	appendStringInfoString(buf, "</code> |\n");
}

static void
append_table(StringInfo buf, const SgReport *report)
{
	ListCell   *lc;

	appendStringInfo(buf, "| Verdict | %s **", report_mark(report));
	sg_escape_markdown(buf, report->verdict, SHOWN_FACT);
	appendStringInfoString(buf, "** |\n|---|---|\n");
	foreach(lc, report->facts)
		append_row(buf, ((const SgFact *) lfirst(lc))->label, ((const SgFact *) lfirst(lc))->value);
}

static void
append_finding(StringInfo buf, const SgReport *report, const SgFinding *finding)
{
	appendStringInfo(buf, "- %s `%s` ", level_marks[finding->level], finding->rule);
	sg_escape_markdown(buf, finding->message, SHOWN_FINDING);
	if (finding->origin != NULL)
	{
		appendStringInfoString(buf, " (");
		sg_escape_markdown(buf, sg_report_origin(finding), SHOWN_FACT);
		appendStringInfoChar(buf, ')');
	}
	if (finding->approved_in != NULL)
	{
		appendStringInfoString(buf, " (approved in ");
		sg_escape_markdown(buf, finding->approved_in, SHOWN_FACT);
		appendStringInfoChar(buf, ')');
	}
	if (finding->state != NULL)
	{
		appendStringInfoString(buf, " (in ");
		sg_escape_markdown(buf, finding->state, SHOWN_FACT);
		appendStringInfoChar(buf, ')');
	}
	if (finding->line > 0)
	{
		appendStringInfoString(buf, " &#8212; ");
		sg_escape_markdown(buf, report->file, SHOWN_FACT);
		appendStringInfo(buf, ":%d", finding->line);
	}
	appendStringInfoChar(buf, '\n');
}

/* Returns how many of each level there are, in words. */
static char *
summary(const SgReport *report)
{
	static const char *const names[SG_NUM_LEVELS][2] = {
		{"note", "notes"}, {"warning", "warnings"}, {"error", "errors"}
	};
	StringInfoData buf;

	initStringInfo(&buf);
	for (int level = SG_LEVEL_ERROR; level >= SG_LEVEL_NOTE; level--)
	{
		if (report->counts[level] > 0)
			appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "",
							 sg_report_count(report->counts[level], names[level][0], names[level][1]));
	}
	return buf.data;
}

static void
append_details(StringInfo buf, const SgReport *report)
{
	StringInfoData item;
	int			count = 0;
	ListCell   *lc;

	initStringInfo(&item);
	appendStringInfo(buf, "\n<details>\n<summary>%s</summary>\n\n", summary(report));
	foreach(lc, report->findings)
	{
		resetStringInfo(&item);
		append_finding(&item, report, lfirst(lc));
		if (buf->len + item.len > MAX_LEN - END_LEN)
			break;
		appendBinaryStringInfo(buf, item.data, item.len);
		count++;
	}
	if (count < list_length(report->findings))
		appendStringInfo(buf, "- and %d more\n", list_length(report->findings) - count);
	appendStringInfoString(buf, "\n</details>\n");
}

/* Appends the report as Markdown. */
void
sg_render_markdown(StringInfo buf, const SgReport *report)
{
	append_header(buf, report);
	append_table(buf, report);
	if (report->findings != NIL)
		append_details(buf, report);
}
