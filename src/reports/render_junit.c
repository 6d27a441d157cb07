/*
 * reports/render_junit.c
 *		A report as JUnit XML: one test suite.
 *
 * There is no standard, but most readers follow one of two schemas, Apache Ant's or
 * Jenkins's; this output is valid in both.  Each finding that counts is a failed
 * test; the others are listed as the suite's output.  If nothing counts, there is
 * one test that passes.
 */
#include "postgres.h"

#include "access/xact.h"
#include "pgtime.h"
#include "utils/timestamp.h"

#include "reports/escape.h"
#include "reports/render.h"

static int
failures(const SgReport *report)
{
	int			count = 0;
	ListCell   *lc;

	foreach(lc, report->findings)
		count += ((const SgFinding *) lfirst(lc))->counts;
	return count;
}

/* Returns when the statement began, in UTC and without a time zone. */
static char *
timestamp(void)
{
	pg_time_t	now = timestamptz_to_time_t(GetCurrentStatementStartTimestamp());
	char		text[32];

	pg_strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", pg_gmtime(&now));
	return pstrdup(text);
}

static void
append_suite(StringInfo buf, const SgReport *report)
{
	int			failed = failures(report);

	appendStringInfoString(buf, "<testsuite");
	sg_escape_xml_attribute(buf, "name", psprintf("schema_guard.%s", report->what));
	appendStringInfo(buf, " package=\"schema_guard\" id=\"0\" timestamp=\"%s\" hostname=\"localhost\"",
					 timestamp());
	appendStringInfo(buf, " tests=\"%d\" failures=\"%d\" errors=\"0\" time=\"0\">\n<properties>\n",
					 Max(failed, 1), failed);
}

static void
append_property(StringInfo buf, const char *name, const char *value)
{
	appendStringInfoString(buf, "<property");
	sg_escape_xml_attribute(buf, "name", name);
	sg_escape_xml_attribute(buf, "value", value);
	appendStringInfoString(buf, "/>\n");
}

static void
append_testcase(StringInfo buf, const SgReport *report, const char *name)
{
	appendStringInfoString(buf, "<testcase");
	sg_escape_xml_attribute(buf, "classname", psprintf("schema_guard.%s", report->what));
	sg_escape_xml_attribute(buf, "name", name);
	appendStringInfoString(buf, " time=\"0\"");
}

/* Appends a line of a failure's text, unless there is none. */
static void
append_line(StringInfo buf, const char *label, const char *text)
{
	if (text == NULL)
		return;
	appendStringInfo(buf, "\n%s: ", label);
	sg_escape_xml(buf, text);
}

/* Returns what identifies the finding: its rule and what it is about. */
static char *
test_name(const SgFinding *finding)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, finding->rule);
	if (finding->release != NULL)
		appendStringInfo(&buf, ": %s", finding->release);
	if (finding->type != NULL)
		appendStringInfo(&buf, ": %s", sg_report_object(finding));
	if (finding->attribute != NULL)
		appendStringInfo(&buf, ": %s", finding->attribute);
	return buf.data;
}

static void
append_failure(StringInfo buf, const SgReport *report, const SgFinding *finding)
{
	bool		is_problem = finding->severity != NULL;

	append_testcase(buf, report, test_name(finding));
	appendStringInfoString(buf, ">\n<failure");
	sg_escape_xml_attribute(buf, "type", finding->rule);
	sg_escape_xml_attribute(buf, "message", finding->message);
	appendStringInfoChar(buf, '>');
	sg_escape_xml(buf, finding->message);
	append_line(buf, is_problem ? "needed" : "before", finding->before);
	append_line(buf, is_problem ? "found" : "after", finding->after);
	append_line(buf, "state", finding->state);
	if (finding->origin != NULL)
		append_line(buf, "changed", sg_report_origin(finding));
	if (finding->line > 0)
		append_line(buf, "schema file", psprintf("%s:%d", report->file, finding->line));
	appendStringInfoString(buf, "</failure>\n</testcase>\n");
}

/* Appends the report as JUnit XML. */
void
sg_render_junit(StringInfo buf, const SgReport *report)
{
	ListCell   *lc;

	appendStringInfoString(buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	append_suite(buf, report);
	foreach(lc, report->facts)
		append_property(buf, ((const SgFact *) lfirst(lc))->key, ((const SgFact *) lfirst(lc))->value);
	append_property(buf, "verdict", report->verdict);
	appendStringInfoString(buf, "</properties>\n");
	if (report->passed)
	{
		append_testcase(buf, report, report->verdict);
		appendStringInfoString(buf, "/>\n");
	}
	foreach(lc, report->findings)
	{
		if (((const SgFinding *) lfirst(lc))->counts)
			append_failure(buf, report, lfirst(lc));
	}
	appendStringInfoString(buf, "<system-out>");
	foreach(lc, report->findings)
	{
		const SgFinding *finding = lfirst(lc);

		if (finding->counts)
			continue;
		appendStringInfo(buf, "%s: ", sg_report_level_name(finding->level));
		sg_escape_xml(buf, finding->message);
		appendStringInfoChar(buf, '\n');
	}
	appendStringInfoString(buf, "</system-out>\n<system-err></system-err>\n</testsuite>\n</testsuites>");
}
