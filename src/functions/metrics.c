/*
 * functions/metrics.c
 *		collect_metrics(), for the view metrics, and metrics_text().
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "functions/rows.h"
#include "metrics/collect.h"
#include "metrics/metric.h"
#include "metrics/openmetrics.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_collect_metrics);
SG_FUNCTION(schema_guard_metrics_text);

/* the OUT parameters of collect_metrics() */
enum
{
	COL_NAME,
	COL_LABELS,
	COL_VALUE,
	COL_TYPE,
	COL_HELP,
	METRIC_COLUMNS
};

static void
push(SgCompatJsonb *state, JsonbIteratorToken token, char *text)
{
	JsonbValue	value;

	value.type = jbvString;
	value.val.string.val = text;
	value.val.string.len = (int) strlen(text);
	sg_compat_jsonb_push(state, token, &value);
}

static Datum
labels_datum(const List *labels)
{
	SgCompatJsonb state = {0};

	sg_compat_jsonb_push(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i + 1 < list_length(labels); i += 2)
	{
		push(&state, WJB_KEY, list_nth(labels, i));
		push(&state, WJB_VALUE, list_nth(labels, i + 1));
	}
	sg_compat_jsonb_push(&state, WJB_END_OBJECT, NULL);
	return JsonbPGetDatum(JsonbValueToJsonb(state.result));
}

/* collect_metrics() returns setof (name text, labels jsonb, value float8, type text, help text) */
Datum
schema_guard_collect_metrics(PG_FUNCTION_ARGS)
{
	List	   *metrics;
	SgRows		rows;
	ListCell   *cell;

	sg_extension_require_version();
	metrics = sg_collect_metrics();
	sg_rows_begin(&rows, fcinfo);
	foreach(cell, metrics)
	{
		const SgMetric *metric = lfirst(cell);
		Datum		values[METRIC_COLUMNS];
		bool		nulls[METRIC_COLUMNS] = {false};

		sg_rows_set_text(values, nulls, COL_NAME, metric->family->name);
		values[COL_LABELS] = labels_datum(metric->labels);
		values[COL_VALUE] = Float8GetDatum(metric->value);
		sg_rows_set_text(values, nulls, COL_TYPE, sg_metric_type_name(metric->family->type));
		sg_rows_set_text(values, nulls, COL_HELP, metric->family->help);
		sg_rows_add(&rows, values, nulls);
	}
	return (Datum) 0;
}

/* metrics_text() returns text */
Datum
schema_guard_metrics_text(PG_FUNCTION_ARGS)
{
	sg_extension_require_version();
	PG_RETURN_TEXT_P(cstring_to_text(sg_openmetrics_text(sg_collect_metrics())));
}
