/*
 * metrics/metric.c
 *		Metrics: their names and meanings.
 *
 * Names follow Prometheus' conventions: base units at the end, _total for what only
 * grows.  Labels have few values, and none that each schema change would add to,
 * such as fingerprints or names of objects.
 */
#include "postgres.h"

#include "metrics/metric.h"

/* in the order of the view */
static const SgMetricFamily families[] = {
	{"schema_guard_info", SG_METRIC_INFO, "Versions, mode and phase of the guard."},
	{"schema_guard_schema_approved", SG_METRIC_GAUGE, "1 if the live schema has the approvals required."},
	{"schema_guard_schema_approved_until_timestamp_seconds", SG_METRIC_GAUGE,
	"When the live schema's approval expires; absent if it does not."},
	{"schema_guard_schema_objects", SG_METRIC_GAUGE, "Objects that the fingerprint covers."},
	{"schema_guard_drift_items", SG_METRIC_GAUGE,
	"Items in which the live state differs from the approved schema."},
	{"schema_guard_live_state_stale", SG_METRIC_GAUGE,
	"1 if the schema is known to have changed unnoticed; verify() finds out how."},
	{"schema_guard_live_state_recomputed_total", SG_METRIC_COUNTER,
	"Commits that had to describe the whole schema."},
	{"schema_guard_last_verify_timestamp_seconds", SG_METRIC_GAUGE, "When verify() was last complete."},
	{"schema_guard_last_verify_items", SG_METRIC_GAUGE, "Number of rows that the last verify() returned."},
	{"schema_guard_problems", SG_METRIC_GAUGE, "Rows of the view problems, by the type of the object."},
	{"schema_guard_release_fits", SG_METRIC_GAUGE, "1 if the schema has everything that the live release needs."},
	{"schema_guard_release_problems", SG_METRIC_GAUGE, "Rows of check_release() of a live release, by severity."},
	{"schema_guard_release_sessions", SG_METRIC_GAUGE, "Connected sessions that declare the live release."},
	{"schema_guard_live_releases", SG_METRIC_GAUGE, "Releases that are registered and not retired."},
	{"schema_guard_refused_changes_total", SG_METRIC_COUNTER, "Schema changes that were refused."},
	{"schema_guard_refused_connections_total", SG_METRIC_COUNTER, "Connections and sessions that were refused."},
	{"schema_guard_incidents_total", SG_METRIC_COUNTER, "Statement errors caused by schema changes, by SQLSTATE."},
	{"schema_guard_open_windows", SG_METRIC_GAUGE, "Windows that are open."},
	{"schema_guard_window_expires_timestamp_seconds", SG_METRIC_GAUGE,
	"When the last open window expires; absent if none is open."},
	{"schema_guard_changes_total", SG_METRIC_COUNTER, "Schema changes that the journal has recorded."},
	{"schema_guard_last_change_timestamp_seconds", SG_METRIC_GAUGE, "When the schema last changed."},
	{"schema_guard_journal_entries", SG_METRIC_GAUGE, "Entries in the journal."},
	{"schema_guard_journal_bytes", SG_METRIC_GAUGE, "Size of the journal on disk."},
	{"schema_guard_store_bytes", SG_METRIC_GAUGE, "Size of the stored descriptions on disk."},
	{"schema_guard_part_failed", SG_METRIC_GAUGE, "1 if the metrics of that part could not be read."}
};

/* Returns the family of that name; raises an error if there is none. */
const SgMetricFamily *
sg_metric_family(const char *name)
{
	for (int i = 0; i < lengthof(families); i++)
	{
		if (strcmp(families[i].name, name) == 0)
			return &families[i];
	}
	elog(ERROR, "there is no metric \"%s\"", name);
	return NULL;
}

const char *
sg_metric_type_name(SgMetricType type)
{
	switch (type)
	{
		case SG_METRIC_COUNTER:
			return "counter";
		case SG_METRIC_INFO:
			return "info";
		default:
			return "gauge";
	}
}

/* Adds a value to the list, in the current memory context. */
void
sg_metric_add(List **metrics, const char *name, List *labels, double value)
{
	SgMetric   *metric = palloc(sizeof(SgMetric));

	metric->family = sg_metric_family(name);
	metric->labels = labels;
	metric->value = value;
	*metrics = lappend(*metrics, metric);
}

static int
compare_metrics(const ListCell *a, const ListCell *b)
{
	const SgMetric *left = lfirst(a);
	const SgMetric *right = lfirst(b);
	ListCell   *l;
	ListCell   *r;

	if (left->family != right->family)
		return left->family < right->family ? -1 : 1;
	forboth(l, left->labels, r, right->labels)
	{
		int			order = strcmp(lfirst(l), lfirst(r));

		if (order != 0)
			return order;
	}
	return list_length(left->labels) - list_length(right->labels);
}

/* Sorts by family, then by labels, so that equal states give equal texts. */
List *
sg_metric_sort(List *metrics)
{
	list_sort(metrics, compare_metrics);
	return metrics;
}
