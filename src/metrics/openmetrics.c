/*
 * metrics/openmetrics.c
 *		Metrics as text, in the OpenMetrics format 1.0.
 *
 * Pure: reads nothing but its argument.
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "lib/stringinfo.h"

#include "metrics/metric.h"
#include "metrics/openmetrics.h"

/* Appends text escaped as within a quoted string of the format. */
static void
append_escaped(StringInfo buf, const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
	{
		if (*c == '\n')
			appendStringInfoString(buf, "\\n");
		else
		{
			if (*c == '\\' || *c == '"')
				appendStringInfoChar(buf, '\\');
			appendStringInfoChar(buf, *c);
		}
	}
}

/* Appends the name without the suffix that the type adds. */
static void
append_family_name(StringInfo buf, const SgMetricFamily *family)
{
	const char *suffix = family->type == SG_METRIC_COUNTER ? "_total" :
		family->type == SG_METRIC_INFO ? "_info" : "";

	appendBinaryStringInfo(buf, family->name, (int) (strlen(family->name) - strlen(suffix)));
}

static void
append_head(StringInfo buf, const SgMetricFamily *family)
{
	appendStringInfoString(buf, "# TYPE ");
	append_family_name(buf, family);
	appendStringInfo(buf, " %s\n# HELP ", sg_metric_type_name(family->type));
	append_family_name(buf, family);
	appendStringInfoChar(buf, ' ');
	append_escaped(buf, family->help);
	appendStringInfoChar(buf, '\n');
}

static void
append_labels(StringInfo buf, const List *labels)
{
	const char *separator = "{";

	for (int i = 0; i + 1 < list_length(labels); i += 2)
	{
		appendStringInfo(buf, "%s%s=\"", separator, (char *) list_nth(labels, i));
		append_escaped(buf, list_nth(labels, i + 1));
		appendStringInfoChar(buf, '"');
		separator = ",";
	}
	if (labels != NIL)
		appendStringInfoChar(buf, '}');
}

static void
append_value(StringInfo buf, double value)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (isnan(value))
		appendStringInfoString(buf, " NaN\n");
	else if (isinf(value))
		appendStringInfo(buf, " %cInf\n", value > 0 ? '+' : '-');
	else
	{
		double_to_shortest_decimal_buf(value, digits);
		appendStringInfo(buf, " %s\n", digits);
	}
}

/* Returns the text of sorted metrics. */
char *
sg_openmetrics_text(const List *metrics)
{
	const SgMetricFamily *family = NULL;
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	foreach(cell, metrics)
	{
		const SgMetric *metric = lfirst(cell);

		if (metric->family != family)
			append_head(&buf, metric->family);
		family = metric->family;
		appendStringInfoString(&buf, family->name);
		append_labels(&buf, metric->labels);
		append_value(&buf, metric->value);
	}
	appendStringInfoString(&buf, "# EOF\n");
	return buf.data;
}
