/*
 * reports/render_sarif.c
 *		A report as SARIF 2.1.0, for GitHub's code scanning and its like.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html: one run, with the
 * rules that have findings.
 */
#include "postgres.h"

#include "utils/json.h"

#include "reports/escape.h"
#include "reports/render.h"

#define SCHEMA_URI "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

/* Returns the findings that are the first ones of their rules. */
static List *
first_of_each_rule(const SgReport *report)
{
	List	   *rules = NIL;
	ListCell   *lf;
	ListCell   *lr;

	foreach(lf, report->findings)
	{
		SgFinding  *finding = lfirst(lf);
		bool		known = false;

		foreach(lr, rules)
			known = known || strcmp(((const SgFinding *) lfirst(lr))->rule, finding->rule) == 0;
		if (!known)
			rules = lappend(rules, finding);
	}
	return rules;
}

/* Returns the name of a rule as words. */
static char *
rule_words(const char *rule)
{
	char	   *words = pstrdup(rule);

	for (char *c = words; *c != '\0'; c++)
	{
		if (*c == '_')
			*c = ' ';
	}
	return words;
}

static void
append_rule(StringInfo buf, const SgReport *report, const SgFinding *finding)
{
	char	   *words = rule_words(finding->rule);

	appendStringInfoChar(buf, '{');
	sg_render_json_member(buf, "id", finding->rule);
	appendStringInfo(buf, ", \"shortDescription\": {\"text\": \"%s\"}", words);
	appendStringInfo(buf, ", \"fullDescription\": {\"text\": \"%s, as %s() of schema_guard says\"}",
					 words, report->what);
	appendStringInfo(buf, ", \"defaultConfiguration\": {\"level\": \"%s\"}}",
					 sg_report_level_name(finding->level));
}

static void
append_location(StringInfo buf, const SgReport *report, const SgFinding *finding)
{
	StringInfoData uri;

	initStringInfo(&uri);
	sg_escape_uri(&uri, report->file);
	appendStringInfoString(buf, ", \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": ");
	escape_json(buf, uri.data);
	appendStringInfo(buf, "}, \"region\": {\"startLine\": %d}}", Max(finding->line, 1));
	if (finding->type != NULL && finding->identity != NULL)
	{
		appendStringInfoString(buf, ", \"logicalLocations\": [{");
		sg_render_json_member(buf, "fullyQualifiedName", finding->identity);
		sg_render_json_member(buf, "kind", finding->type);
		appendStringInfoString(buf, "}]");
	}
	appendStringInfoString(buf, "}]");
}

/* Appends what else is known. */
static void
append_properties(StringInfo buf, const SgFinding *finding)
{
	appendStringInfoString(buf, ", \"properties\": {");
	sg_render_json_member(buf, "attribute", finding->attribute);
	sg_render_json_member(buf, "release", finding->release);
	sg_render_json_member(buf, "state", finding->state);
	sg_render_json_member(buf, "approvedIn", finding->approved_in);
	if (finding->origin != NULL)
		sg_render_json_member(buf, "origin", sg_report_origin(finding));
	appendStringInfoChar(buf, '}');
}

static void
append_result(StringInfo buf, const SgReport *report, const SgFinding *finding, const List *rules)
{
	int			index = 0;

	while (strcmp(((const SgFinding *) list_nth(rules, index))->rule, finding->rule) != 0)
		index++;
	appendStringInfoChar(buf, '{');
	sg_render_json_member(buf, "ruleId", finding->rule);
	appendStringInfo(buf, ", \"ruleIndex\": %d", index);
	sg_render_json_member(buf, "level", sg_report_level_name(finding->level));
	appendStringInfoString(buf, ", \"message\": {");
	sg_render_json_member(buf, "text", finding->message);
	appendStringInfoChar(buf, '}');
	append_location(buf, report, finding);
	appendStringInfo(buf, ", \"partialFingerprints\": {\"schemaGuard/v1\": \"%s\"}",
					 finding->fingerprint);
	append_properties(buf, finding);
	appendStringInfoChar(buf, '}');
}

/* Returns what distinguishes this report's results from those of others for the same commit. */
static const char *
category(const SgReport *report)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "schema_guard/%s/", report->what);
	if (report->release != NULL)
	{
		sg_escape_uri(&buf, report->release);
		appendStringInfoChar(&buf, '/');
	}
	return buf.data;
}

/* Appends the report as SARIF. */
void
sg_render_sarif(StringInfo buf, const SgReport *report)
{
	List	   *rules = first_of_each_rule(report);
	const char *separator = "\n";
	ListCell   *lc;

	appendStringInfoString(buf, "{\"$schema\": \"" SCHEMA_URI "\", \"version\": \"2.1.0\", \"runs\": [{\n"
						   "\"tool\": {\"driver\": {\"name\": \"schema_guard\", \"version\": \"" SG_VERSION "\", \"rules\": [");
	foreach(lc, rules)
	{
		appendStringInfoString(buf, separator);
		append_rule(buf, report, lfirst(lc));
		separator = ",\n";
	}
	appendStringInfoString(buf, "]}},\n\"automationDetails\": {");
	sg_render_json_member(buf, "id", category(report));
	appendStringInfoString(buf, "},\n\"properties\": {");
	sg_render_json_member(buf, "verdict", report->verdict);
	appendStringInfoString(buf, "},\n\"results\": [");
	separator = "\n";
	foreach(lc, report->findings)
	{
		appendStringInfoString(buf, separator);
		append_result(buf, report, lfirst(lc), rules);
		separator = ",\n";
	}
	appendStringInfoString(buf, "]}]}");
}
