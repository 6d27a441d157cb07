/*
 * reports/render_html.c
 *		A report as a page of HTML: one file, which loads nothing.
 *
 * Its content security policy forbids scripts and the network, so that whatever a
 * name contains stays text.  It is a single column that wraps, to suit a phone.
 */
#include "postgres.h"

#include "format/line_diff.h"
#include "reports/escape.h"
#include "reports/render.h"

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";

static const char style[] =
	"<style>\n"
	":root { color-scheme: light dark; --line: #8884; --error: #c62828; --warning: #b26a00; --note: #4a6785; --passed: #2e7d32; }\n"
	"@media (prefers-color-scheme: dark) { :root { --error: #ef7b7b; --warning: #f0b04f; --note: #9db8d2; --passed: #7fc784; } }\n"
	"body { font: 16px/1.45 system-ui, sans-serif; max-width: 56rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }\n"
	"h1 { font-size: 1.25rem; margin: 0 0 .5rem; }\n"
	".verdict { font-size: 1.1rem; font-weight: 600; padding: .6rem .8rem; border-left: .4rem solid; border-radius: .25rem; background: #8881; }\n"
	"dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .8rem; margin: .8rem 0; font-size: .9rem; }\n"
	"dt { opacity: .7; } dd { margin: 0; }\n"
	"article { border: 1px solid var(--line); border-left: .4rem solid; border-radius: .25rem; padding: .5rem .8rem; margin: .6rem 0; }\n"
	"article > * { color: CanvasText; margin: 0 0 .25rem; }\n"
	".rule { font: .85rem ui-monospace, monospace; } .level { font-weight: 600; }\n"
	".where { font-size: .85rem; opacity: .75; }\n"
	"pre { font: .85rem/1.35 ui-monospace, monospace; white-space: pre-wrap; background: #8881; padding: .5rem; border-radius: .25rem; max-height: 24rem; overflow: auto; }\n"
	"ins, del { text-decoration: none; } ins { background: #2e7d3233; } del { background: #c6282833; }\n"
	".error { border-color: var(--error); } .warning { border-color: var(--warning); } .note { border-color: var(--note); } .passed { border-color: var(--passed); }\n"
	".error .level { color: var(--error); } .warning .level { color: var(--warning); } .note .level { color: var(--note); }\n"
	"</style>\n";

/* Appends an element with text as its content. */
static void
append_element(StringInfo buf, const char *name, const char *class, const char *text)
{
	appendStringInfo(buf, "<%s", name);
	if (class != NULL)
		sg_escape_xml_attribute(buf, "class", class);
	appendStringInfoChar(buf, '>');
	sg_escape_xml(buf, text);
	appendStringInfo(buf, "</%s>", name);
}

static void
append_facts(StringInfo buf, const SgReport *report)
{
	ListCell   *lc;

	appendStringInfoString(buf, "<dl>\n");
	foreach(lc, report->facts)
	{
		const SgFact *fact = lfirst(lc);

		append_element(buf, "dt", NULL, fact->label);
		append_element(buf, "dd", NULL, fact->value);
		appendStringInfoChar(buf, '\n');
	}
	appendStringInfoString(buf, "</dl>\n");
}

/* Appends the difference between two texts, with removed and added lines marked. */
static void
append_difference(StringInfo buf, const char *before, const char *after)
{
	char	   *old = psprintf("%s\n", before);
	char	   *new = psprintf("%s\n", after);
	StringInfoData lines;
	char	   *line;
	char	   *end;

	initStringInfo(&lines);
	sg_line_diff(&lines, old, strlen(old), new, strlen(new));
	appendStringInfoString(buf, "<pre>");
	for (line = lines.data; (end = strchr(line, '\n')) != NULL; line = end + 1)
	{
		*end = '\0';
		if (*line == '-' || *line == '+')
			append_element(buf, *line == '-' ? "del" : "ins", NULL, line);
		else
			sg_escape_xml(buf, line);
		appendStringInfoChar(buf, '\n');
	}
	appendStringInfoString(buf, "</pre>");
}

static void
append_definition(StringInfo buf, const char *label, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	append_element(buf, "div", "where", label);
	append_element(buf, "pre", NULL, text);
}

/* Appends the definitions before and after, folded because they can be long. */
static void
append_definitions(StringInfo buf, const SgFinding *finding)
{
	bool		is_problem = finding->severity != NULL;

	if (finding->before == NULL && finding->after == NULL)
		return;
	appendStringInfo(buf, "<details><summary>%s</summary>",
					 is_problem ? "needed and found" : "definition");
	if (!is_problem && finding->before != NULL && finding->after != NULL)
		append_difference(buf, finding->before, finding->after);
	else
	{
		append_definition(buf, is_problem ? "needed" : "before", finding->before);
		append_definition(buf, is_problem ? "found" : "after", finding->after);
	}
	appendStringInfoString(buf, "</details>\n");
}

/* Appends the finding's place, its origin, and where it is approved. */
static void
append_where(StringInfo buf, const SgReport *report, const SgFinding *finding)
{
	if (finding->line > 0)
		append_element(buf, "div", "where", psprintf("%s:%d", report->file, finding->line));
	if (finding->origin != NULL)
		append_element(buf, "div", "where", sg_report_origin(finding));
	if (finding->state != NULL)
		append_element(buf, "div", "where", psprintf("in %s", finding->state));
	if (finding->approved_in != NULL)
		append_element(buf, "div", "where", psprintf("approved in %s", finding->approved_in));
}

static void
append_finding(StringInfo buf, const SgReport *report, const SgFinding *finding)
{
	const char *level = sg_report_level_name(finding->level);

	appendStringInfo(buf, "<article class=\"%s\">\n<div class=\"rule\"><span class=\"level\">%s</span> ",
					 level, level);
	sg_escape_xml(buf, finding->rule);
	appendStringInfoString(buf, "</div>\n");
	append_element(buf, "p", NULL, finding->message);
	appendStringInfoChar(buf, '\n');
	append_where(buf, report, finding);
	append_definitions(buf, finding);
	appendStringInfoString(buf, "</article>\n");
}

/* Appends the report as a page of HTML. */
void
sg_render_html(StringInfo buf, const SgReport *report)
{
	char	   *title = psprintf("schema_guard: %s", report->what);
	ListCell   *lc;

	appendStringInfoString(buf, head);
	append_element(buf, "title", NULL, title);
	appendStringInfo(buf, "\n%s</head>\n<body>\n", style);
	append_element(buf, "h1", NULL, title);
	appendStringInfoChar(buf, '\n');
	append_element(buf, "p", !report->passed ? "verdict error" :
				   report->counts[SG_LEVEL_WARNING] > 0 ? "verdict warning" : "verdict passed",
				   report->verdict);
	appendStringInfoChar(buf, '\n');
	append_facts(buf, report);
	foreach(lc, report->findings)
		append_finding(buf, report, lfirst(lc));
	appendStringInfoString(buf, "</body>\n</html>");
}
