/*
 * reports/render_gitlab.c
 *		A report for GitLab's Code Quality: an array of violations.
 */
#include "postgres.h"

#include "utils/json.h"

#include "reports/render.h"

static const char *const severities[SG_NUM_LEVELS] = {
	[SG_LEVEL_NOTE] = "info",
	[SG_LEVEL_WARNING] = "minor",
	[SG_LEVEL_ERROR] = "critical"
};

/* Appends the report as a Code Quality report. */
void
sg_render_gitlab(StringInfo buf, const SgReport *report)
{
	const char *separator = "\n";
	ListCell   *lc;

	appendStringInfoChar(buf, '[');
	foreach(lc, report->findings)
	{
		const SgFinding *finding = lfirst(lc);

		appendStringInfo(buf, "%s{", separator);
		sg_render_json_member(buf, "description", finding->message);
		sg_render_json_member(buf, "check_name", finding->rule);
		sg_render_json_member(buf, "fingerprint", finding->fingerprint);
		sg_render_json_member(buf, "severity", severities[finding->level]);
		appendStringInfoString(buf, ", \"location\": {\"path\": ");
		escape_json(buf, report->file);
		appendStringInfo(buf, ", \"lines\": {\"begin\": %d}}}", Max(finding->line, 1));
		separator = ",\n";
	}
	appendStringInfoString(buf, report->findings == NIL ? "]" : "\n]");
}
