/*
 * metrics/collect.c
 *		Reading the values of the metrics.
 *
 * A scrape comes every few seconds, so nothing here describes the whole schema:
 * drift is counted by comparing stored digests (sg_drift_published), and for a
 * release only the objects that its contract names are described.
 *
 * Monitoring matters most when something is broken.  So each part is read in a
 * subtransaction: one that fails says so in a metric of its own, and the others are
 * still returned. A part waits for locks no longer than a connection's check does.
 */
#include "postgres.h"

#include "utils/float.h"

#include "approvals/approval.h"
#include "compare/drift.h"
#include "contracts/contract_source.h"
#include "contracts/problem.h"
#include "format/diff.h"
#include "metrics/collect.h"
#include "metrics/metric.h"
#include "releases/release.h"
#include "state/live_state.h"
#include "support/array.h"
#include "support/attempt.h"
#include "support/lock_wait.h"
#include "support/spi.h"
#include "support/text.h"

/* as long as the check of a connection waits, in milliseconds */
#define LOCK_WAIT 200

/* a part of the metrics: read by SQL, as rows of (name, labels text[], value), or by a function */
typedef struct Part
{
	const char *name;
	const char *sql;			/* or NULL */
	void		(*read) (List **metrics);
} Part;

/* what sg_attempt() is given */
typedef struct Reading
{
	const Part *part;
	List	   *metrics;
} Reading;

/* an epoch, as all times are */
#define EPOCH(time) "extract(epoch FROM " time ")"

static const char info_sql[] =
"SELECT 'schema_guard_info',"
	" ARRAY['library_version', schema_guard.library_version(), 'extension_version', e.extversion,"
	"  'mode', schema_guard.setting_in_force('schema_guard.mode'),"
	"  'phase', CASE s.phase WHEN 'restored' THEN 'armed' ELSE coalesce(s.phase, 'new') END], 1"
	" FROM pg_extension e LEFT JOIN schema_guard.live_state s ON true WHERE e.extname = 'schema_guard'";

static const char verify_sql[] =
"SELECT v.name, '{}'::text[], v.value FROM schema_guard.live_state s,"
	" LATERAL (VALUES ('schema_guard_schema_objects', s.object_count::float8),"
	"  ('schema_guard_live_state_recomputed_total', s.recomputed),"
	"  ('schema_guard_last_verify_timestamp_seconds', " EPOCH("s.verified_at") "),"
																			   "  ('schema_guard_last_verify_items', s.verify_rows)) v (name, value)"
																			   " WHERE v.value IS NOT NULL";

/* zero in total if there is no problem */
static const char problems_sql[] =
"SELECT 'schema_guard_problems', CASE WHEN p.object_type IS NULL THEN '{}'::text[] ELSE ARRAY['object_type', p.object_type] END,"
	" count(p.object_type) FROM (SELECT) one LEFT JOIN schema_guard.problems p ON true"
	" GROUP BY p.object_type";

static const char sessions_sql[] =
"SELECT 'schema_guard_release_sessions', ARRAY['application', application, 'version', version],"
	" schema_guard.release_sessions(application, version)"
	" FROM schema_guard.release WHERE retired_at IS NULL";

static const char refused_sql[] =
"SELECT 'schema_guard_refused_changes_total', '{}'::text[], CASE WHEN is_called THEN last_value ELSE 0 END"
	" FROM schema_guard.refused_attempts"
	" UNION ALL"
	" SELECT 'schema_guard_refused_connections_total', '{}', CASE WHEN is_called THEN last_value ELSE 0 END"
	" FROM schema_guard.refused_connections";

/*
 * zeros as well, because Prometheus does not see an increase in a counter that appears
 * with a value
 */
static const char incidents_sql[] =
"SELECT 'schema_guard_incidents_total', ARRAY['sqlstate', k.sqlstate], coalesce(sum(i.count), 0)"
	" FROM (VALUES ('0A000'), ('22P02'), ('23502'), ('23514'), ('3F000'), ('42702'), ('42703'), ('42704'), ('42883'), ('42P01'))"
	" k (sqlstate) LEFT JOIN schema_guard.incidents i ON i.sqlstate = k.sqlstate GROUP BY k.sqlstate";

static const char windows_sql[] =
"SELECT v.name, '{}'::text[], v.value FROM (SELECT count(*) AS open, max(expires_at) AS expires_at"
	"  FROM schema_guard.change_window WHERE closed_at IS NULL AND expires_at > clock_timestamp()) w,"
	" LATERAL (VALUES ('schema_guard_open_windows', w.open::float8),"
	"  ('schema_guard_window_expires_timestamp_seconds', " EPOCH("w.expires_at") ")) v (name, value)"
	" WHERE v.value IS NOT NULL";

/* numbers have no gaps, so nothing is counted */
static const char journal_sql[] =
"SELECT v.name, '{}'::text[], v.value FROM"
	" (SELECT (SELECT min(journal_id) FROM schema_guard.journal_entry) AS oldest) o LEFT JOIN"
	" (SELECT journal_id, changed_at FROM schema_guard.journal_entry ORDER BY journal_id DESC LIMIT 1) n ON true,"
	" LATERAL (VALUES ('schema_guard_changes_total', coalesce(n.journal_id, 0)::float8),"
	"  ('schema_guard_journal_entries', coalesce(n.journal_id - o.oldest + 1, 0)),"
	"  ('schema_guard_last_change_timestamp_seconds', " EPOCH("n.changed_at") ")) v (name, value)"
	" WHERE v.value IS NOT NULL";

static const char sizes_sql[] =
"SELECT 'schema_guard_journal_bytes', '{}'::text[], pg_total_relation_size('schema_guard.journal_entry')"
	" + pg_total_relation_size('schema_guard.journal_object')"
	" UNION ALL"
	" SELECT 'schema_guard_store_bytes', '{}', pg_total_relation_size('schema_guard.object_text')"
	" + pg_total_relation_size('schema_guard.digest_list')";

static const char approval_sql[] =
	"SELECT 'schema_guard_schema_approved_until_timestamp_seconds', '{}'::text[], " EPOCH("s.approved_until") " FROM schema_guard.snapshots s WHERE s.approved_until IS NOT NULL"
																											  " AND s.fingerprint = (SELECT fingerprint FROM schema_guard.live_state) LIMIT 1";

/*
 * Returns true if the work fails, after a warning that says why.  Rethrows errors
 * that end the statement or the session.
 */
static bool
attempt(SgWork work, void *arg)
{
	ErrorData  *error = sg_attempt(work, arg, SG_ATTEMPT_KEEP);

	if (error == NULL)
		return false;
	if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION)
		ReThrowError(error);
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("some metrics of schema_guard cannot be read: %s", sg_text_escape_unmappable(error->message))));
	return true;
}

/* Adds a row of name, labels and value to a List of SgMetric *. */
static void
add_metric(uint64 row, void *metrics)
{
	bool		isnull;

	sg_metric_add(metrics, sg_spi_text(row, 1), sg_array_to_list(sg_spi_value(row, 2, &isnull)),
				  strtod(sg_spi_text(row, 3), NULL));
}

static void
read_sql(const char *sql, List **metrics)
{
	(void) sg_spi_read(sql, 0, NULL, NULL, add_metric, metrics);
}

/* Reads whether the live state is stale, and whether it is approved. */
static void
read_state(List **metrics)
{
	SgLiveState state;

	sg_live_state(&state);
	sg_metric_add(metrics, "schema_guard_live_state_stale", NIL, state.stale || !state.exists);
	sg_metric_add(metrics, "schema_guard_schema_approved", NIL,
				  state.exists && sg_approval_is_given(state.fingerprint));
}

/* Counts the differences by the column "change" of drift(), with a row for each value. */
static void
read_drift(List **metrics)
{
	int			counts[SG_RENAMED + 1] = {0};
	const SgDrift *drift = sg_drift_published();
	const SgLapsedApproval *lapsed = drift->lapsed;
	ListCell   *cell;

	foreach(cell, drift->changes)
		counts[((SgItemChange *) lfirst(cell))->kind]++;
	for (SgChangeKind kind = SG_ADDED; kind <= SG_RENAMED; kind++)
		sg_metric_add(metrics, "schema_guard_drift_items",
					  list_make2("change", unconstify(char *, sg_change_kind_name(kind))), counts[kind]);
	sg_metric_add(metrics, "schema_guard_drift_items", list_make2("change", "revoked"),
				  lapsed != NULL && lapsed->revoked);
	sg_metric_add(metrics, "schema_guard_drift_items", list_make2("change", "expired"),
				  lapsed != NULL && !lapsed->revoked);
}

/* a release that is being checked */
typedef struct ReleaseCheck
{
	const SgRelease *release;
	int			broken;
	int			risky;
} ReleaseCheck;

static void
check_release(void *arg)
{
	ReleaseCheck *check = arg;
	List	   *problems = sg_contract_check_live(sg_contract_parse(check->release->contract));

	check->broken = list_length(sg_problems_broken(problems));
	check->risky = list_length(problems) - check->broken;
}

/* Adds the metrics of a release; NaN if its contract cannot be checked. */
static void
add_release(List **metrics, const SgRelease *release)
{
	ReleaseCheck check = {release};
	bool		failed = attempt(check_release, &check);
	List	   *labels = list_make4("application", release->application, "version", release->version);
	double		nothing = get_float8_nan();

	sg_metric_add(metrics, "schema_guard_release_fits", labels, failed ? nothing : check.broken == 0);
	sg_metric_add(metrics, "schema_guard_release_problems",
				  lappend(lappend(list_copy(labels), "severity"), "broken"), failed ? nothing : check.broken);
	sg_metric_add(metrics, "schema_guard_release_problems",
				  lappend(lappend(list_copy(labels), "severity"), "risky"), failed ? nothing : check.risky);
}

static void
read_releases(List **metrics)
{
	List	   *live = sg_release_live();
	ListCell   *cell;

	sg_metric_add(metrics, "schema_guard_live_releases", NIL, list_length(live));
	foreach(cell, live)
		add_release(metrics, lfirst(cell));
}

static const Part parts[] = {
	{"info", info_sql},
	{"state", NULL, read_state},
	{"approval", approval_sql},
	{"verify", verify_sql},
	{"drift", NULL, read_drift},
	{"problems", problems_sql},
	{"releases", NULL, read_releases},
	{"sessions", sessions_sql},
	{"refused", refused_sql},
	{"incidents", incidents_sql},
	{"windows", windows_sql},
	{"journal", journal_sql},
	{"sizes", sizes_sql}
};

static void
read_part(void *arg)
{
	Reading    *reading = arg;

	if (reading->part->sql != NULL)
		read_sql(reading->part->sql, &reading->metrics);
	else
		reading->part->read(&reading->metrics);
}

/*
 * Returns all metrics, in the order of the view.  Runs as the owner, in a function
 * with a GUC level of its own.
 */
List *
sg_collect_metrics(void)
{
	List	   *metrics = NIL;

	sg_lock_wait_bound(LOCK_WAIT);
	for (int i = 0; i < lengthof(parts); i++)
	{
		Reading		reading = {&parts[i]};
		bool		failed = attempt(read_part, &reading);

		if (!failed)
			metrics = list_concat(metrics, reading.metrics);
		sg_metric_add(&metrics, "schema_guard_part_failed",
					  list_make2("part", unconstify(char *, parts[i].name)), failed);
	}
	return sg_metric_sort(metrics);
}
