/*
 * reports/render_json.c
 *		A report as JSON: everything that is known, for programs.
 *
 * One object.  Each finding is an object with the columns of the function that found
 * it, except null ones, and with what the other formats say in addition.
 */
#include "postgres.h"

#include "utils/json.h"

#include "reports/render.h"

/* Appends a member of an object, unless the value is NULL. */
void
sg_render_json_member(StringInfo buf, const char *key, const char *value)
{
	if (value == NULL)
		return;
	if (buf->data[buf->len - 1] != '{')
		appendStringInfoString(buf, ", ");
	escape_json(buf, key);
	appendStringInfoString(buf, ": ");
	escape_json(buf, value);
}

static void
append_number(StringInfo buf, const char *key, int64 value)
{
	if (value != 0)
		appendStringInfo(buf, ", \"%s\": " INT64_FORMAT, key, value);
}

static void
append_origin(StringInfo buf, const SgAttribution *origin)
{
	if (origin == NULL)
		return;
	sg_render_json_member(buf, "changed_at", sg_report_time(origin->changed_at));
	sg_render_json_member(buf, "changed_by", origin->changed_by);
	sg_render_json_member(buf, "verdict", origin->outcome);
	append_number(buf, "journal_id", origin->journal_id);
	append_number(buf, "window_id", origin->window_id);
}

static void
append_finding(StringInfo buf, const SgReport *report, const SgFinding *finding)
{
	bool		is_problem = finding->severity != NULL;

	appendStringInfoChar(buf, '{');
	sg_render_json_member(buf, "rule", finding->rule);
	sg_render_json_member(buf, "level", sg_report_level_name(finding->level));
	sg_render_json_member(buf, "severity", finding->severity);
	sg_render_json_member(buf, "message", finding->message);
	sg_render_json_member(buf, "change", finding->change);
	if (finding->type != NULL)
		sg_render_json_member(buf, "object", sg_report_object(finding));
	sg_render_json_member(buf, "object_type", finding->type);
	sg_render_json_member(buf, "object_identity", finding->identity);
	sg_render_json_member(buf, "facet", finding->facet);
	sg_render_json_member(buf, "attribute", finding->attribute);
	sg_render_json_member(buf, is_problem ? "needed" : "before", finding->before);
	sg_render_json_member(buf, is_problem ? "found" : "after", finding->after);
	sg_render_json_member(buf, "approved_in", finding->approved_in);
	append_number(buf, "bytes", finding->bytes);
	sg_render_json_member(buf, "release", finding->release);
	sg_render_json_member(buf, "state", finding->state);
	append_origin(buf, finding->origin);
	if (finding->line > 0)
		sg_render_json_member(buf, "file", report->file);
	append_number(buf, "line", finding->line);
	sg_render_json_member(buf, "fingerprint", finding->fingerprint);
	appendStringInfoChar(buf, '}');
}

/* Appends the report as JSON. */
void
sg_render_json(StringInfo buf, const SgReport *report)
{
	const char *separator = "\n";
	ListCell   *lc;

	appendStringInfoChar(buf, '{');
	sg_render_json_member(buf, "report", report->what);
	sg_render_json_member(buf, "schema_guard", SG_VERSION);
	foreach(lc, report->facts)
	{
		const SgFact *fact = lfirst(lc);

		sg_render_json_member(buf, fact->key, fact->value);
	}
	appendStringInfo(buf, ", \"passed\": %s", report->passed ? "true" : "false");
	sg_render_json_member(buf, "verdict", report->verdict);
	appendStringInfo(buf, ", \"counts\": {\"error\": %d, \"warning\": %d, \"note\": %d}, \"findings\": [",
					 report->counts[SG_LEVEL_ERROR], report->counts[SG_LEVEL_WARNING],
					 report->counts[SG_LEVEL_NOTE]);
	foreach(lc, report->findings)
	{
		appendStringInfoString(buf, separator);
		append_finding(buf, report, lfirst(lc));
		separator = ",\n";
	}
	appendStringInfoString(buf, report->findings == NIL ? "]}" : "\n]}");
}
