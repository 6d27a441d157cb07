/*
 * worker/step.c
 *		What a worker does: verifies the live state, notifies of what has expired or
 *		was refused, and prunes the journal.
 *
 * The table told records, by kind, what was notified already, so that a restart
 * sends nothing twice.  What happened before the worker's first run is not notified.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "gate/verify.h"
#include "state/live_state.h"
#include "support/notify.h"
#include "support/settings.h"
#include "support/spi.h"
#include "worker/step.h"

/* the schedule of verify() is spread by up to this fraction of its interval */
#define JITTER 10

/* how often the journal is pruned, in milliseconds */
#define PRUNE_INTERVAL (24 * 3600 * 1000L)

static TimestampTz
after(TimestampTz time, int64 seconds)
{
	return time + seconds * USECS_PER_SEC;
}

/* Returns the time that a query returns; DT_NOEND for a null or if there is no row. */
static TimestampTz
query_time(const char *sql, int nargs, const Oid *types, const Datum *values)
{
	TimestampTz time = DT_NOEND;
	bool		isnull = true;
	Datum		value;

	sg_spi_connect();
	if (sg_spi_query(sql, nargs, types, values, NULL) > 0)
	{
		value = sg_spi_value(0, 1, &isnull);
		if (!isnull)
			time = DatumGetTimestampTz(value);
	}
	sg_spi_finish();
	return time;
}

/* Returns a delay that is the same at each interval, but differs from database to database. */
static int64
jitter(void)
{
	return sg_verify_interval / JITTER * (int64) (MyDatabaseId % 100) / 100;
}

static void
report_missed(const List *changes)
{
	if (changes == NIL)
		return;
	ereport(LOG,
			(errmsg_plural("schema_guard verify() found %d unobserved change in database \"%s\"",
						   "schema_guard verify() found %d unobserved changes in database \"%s\"",
						   list_length(changes), list_length(changes), get_database_name(MyDatabaseId)),
			 errhint("SELECT * FROM schema_guard.journal WHERE verdict = 'unobserved' ORDER BY journal_id DESC; SELECT * FROM schema_guard.problems")));
}

/*
 * Runs verify() if it is due or the live state is stale.  Not in mode off, in which
 * changes are not looked at, nor during a restore, which it would end.
 */
static TimestampTz
verify(void)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz verified_at;
	SgLiveState state;

	sg_live_state(&state);
	if (sg_verify_interval == 0 || sg_mode == SG_MODE_OFF || state.phase == SG_PHASE_RESTORING)
		return DT_NOEND;
	verified_at = query_time("SELECT verified_at FROM schema_guard.live_state", 0, NULL, NULL);
	if (state.exists && !state.stale && !TIMESTAMP_IS_NOEND(verified_at) &&
		after(verified_at, sg_verify_interval + jitter()) > now)
		return after(verified_at, sg_verify_interval + jitter());
	report_missed(sg_verify_quietly());
	return after(now, sg_verify_interval + jitter());
}

/* Returns until when the kind was notified; if it never was, begins with now. */
static TimestampTz
told_until(const char *kind, TimestampTz now)
{
	static const Oid types[] = {TEXTOID, TIMESTAMPTZOID};
	Datum		values[2] = {CStringGetTextDatum(kind), TimestampTzGetDatum(now)};

	(void) sg_spi_execute("INSERT INTO schema_guard.told (kind, until, number) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
						  2, types, values, NULL);
	return query_time("SELECT until FROM schema_guard.told WHERE kind = $1", 1, types, values);
}

static void
note_told(const char *kind, TimestampTz until)
{
	static const Oid types[] = {TEXTOID, TIMESTAMPTZOID};
	Datum		values[2] = {CStringGetTextDatum(kind), TimestampTzGetDatum(until)};

	(void) sg_spi_execute("UPDATE schema_guard.told SET until = $2 WHERE kind = $1", 2, types, values, NULL);
}

/*
 * something that expires: the event, and queries for those that expired between two
 * times and for the next one
 */
typedef struct Ending
{
	const char *kind;
	const char *event;
	const char *ended_sql;
	const char *next_sql;
} Ending;

static const Ending endings[] = {
	{
		"approval", "approval_ended",
		/* that of a path, which is one of each of its states, once: as revoke() tells of it */
		"SELECT 'snapshot', coalesce(p.name, a.snapshot_name), coalesce(l.fingerprint, a.fingerprint)"
		" FROM schema_guard.approval a LEFT JOIN schema_guard.migration_path p USING (path_id)"
		" LEFT JOIN LATERAL (SELECT fingerprint FROM schema_guard.migration_step s"
		"                     WHERE s.path_id = p.path_id ORDER BY step DESC LIMIT 1) l ON true"
		" WHERE a.revoked_at IS NULL AND a.expires_at > $1 AND a.expires_at <= $2"
		" GROUP BY 2, 3 ORDER BY min(a.expires_at)",
		"SELECT min(expires_at) FROM schema_guard.approval WHERE revoked_at IS NULL AND expires_at > $1"
	},
	{
		"window", "window_ended",
		"SELECT 'window_id', window_id::text, NULL::text FROM schema_guard.change_window"
		" WHERE closed_at IS NULL AND expires_at > $1 AND expires_at <= $2 ORDER BY expires_at",
		"SELECT min(expires_at) FROM schema_guard.change_window WHERE closed_at IS NULL AND expires_at > $1"
	}
};

static void
tell_ended(const Ending *ending, TimestampTz since, TimestampTz until)
{
	static const Oid types[] = {TIMESTAMPTZOID, TIMESTAMPTZOID};
	Datum		values[2] = {TimestampTzGetDatum(since), TimestampTzGetDatum(until)};
	uint64		rows;

	sg_spi_connect();
	rows = sg_spi_query(ending->ended_sql, 2, types, values, NULL);
	for (uint64 row = 0; row < rows; row++)
	{
		StringInfoData buf;

		sg_notify_begin(&buf, ending->event);
		sg_notify_text(&buf, sg_spi_text(row, 1), sg_spi_text(row, 2));
		sg_notify_text(&buf, "fingerprint", sg_spi_text(row, 3));
		sg_notify_text(&buf, "reason", "expired");
		sg_notify_send(&buf);
		ereport(LOG,
				(errmsg("schema_guard %s has expired: %s", ending->kind, sg_spi_text(row, 2))));
	}
	sg_spi_finish();
}

/* Notifies of approvals and windows that have expired. */
static TimestampTz
tell_endings(void)
{
	static const Oid types[] = {TIMESTAMPTZOID};
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz due = DT_NOEND;
	Datum		value = TimestampTzGetDatum(now);

	for (int i = 0; i < lengthof(endings); i++)
	{
		TimestampTz until = told_until(endings[i].kind, now);
		TimestampTz next;

		if (until < now)
		{
			tell_ended(&endings[i], until, now);
			note_told(endings[i].kind, now);
		}
		next = query_time(endings[i].next_sql, 1, types, &value);
		due = Min(due, next);
	}
	return due;
}

/* the newest refusal of each kind, and how many were not notified so far; marks all as notified */
static const char refused_sql[] =
"UPDATE schema_guard.told t SET number = r.number"
	" FROM (SELECT DISTINCT ON (f.kind) f.*, f.number - o.number AS count"
	" FROM schema_guard.refusal f JOIN schema_guard.told o ON o.kind = f.kind"
	" WHERE f.number > o.number ORDER BY f.kind, f.number DESC) r"
	" WHERE t.kind = r.kind"
	" RETURNING r.kind, r.number, r.count, r.sqlstate, r.message, r.session_role, r.application_name, r.release";

/* Notifies of refusals: once for each kind, however many there were. */
static TimestampTz
tell_refused(void)
{
	uint64		rows;

	(void) sg_spi_execute("INSERT INTO schema_guard.told (kind, until, number)"
						  " SELECT k.kind, now(), coalesce((SELECT max(number) FROM schema_guard.refusal r WHERE r.kind = k.kind), 0)"
						  " FROM (VALUES ('change'), ('connection')) k (kind) ON CONFLICT DO NOTHING",
						  0, NULL, NULL, NULL);
	sg_spi_connect();
	rows = sg_spi_modify(refused_sql, 0, NULL, NULL, NULL);
	for (uint64 row = 0; row < rows; row++)
	{
		StringInfoData buf;

		sg_notify_begin(&buf, "refusal");
		sg_notify_text(&buf, "kind", sg_spi_text(row, 1));
		sg_notify_number(&buf, "number", strtoll(sg_spi_text(row, 2), NULL, 10));
		sg_notify_number(&buf, "count", strtoll(sg_spi_text(row, 3), NULL, 10));
		sg_notify_text(&buf, "sqlstate", sg_spi_text(row, 4));
		sg_notify_text(&buf, "message", sg_spi_text(row, 5));
		sg_notify_text(&buf, "session_role", sg_spi_text(row, 6));
		sg_notify_text(&buf, "application_name", sg_spi_text(row, 7));
		sg_notify_text(&buf, "release", sg_spi_text(row, 8));
		sg_notify_send(&buf);
	}
	sg_spi_finish();
	return DT_NOEND;
}

/* Prunes the journal once a day, where schema_guard.journal_retention says how long it is kept. */
static TimestampTz
prune(void)
{
	static const Oid types[] = {FLOAT8OID};
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz due;
	TimestampTz oldest;
	Datum		keep = Float8GetDatum(sg_journal_retention);

	if (sg_journal_retention == 0)
		return DT_NOEND;
	oldest = query_time("SELECT changed_at FROM schema_guard.journal_entry ORDER BY journal_id LIMIT 1", 0, NULL, NULL);
	due = TIMESTAMP_IS_NOEND(oldest) ? DT_NOEND : after(oldest, sg_journal_retention);
	if (due > now)
		return due;
	due = told_until("prune", 0);
	if (due > now)
		return due;
	due = TimestampTzPlusMilliseconds(now, PRUNE_INTERVAL);
	(void) sg_spi_execute("SELECT schema_guard.prune_journal(make_interval(secs => $1))", 1, types, &keep, NULL);
	note_told("prune", due);
	return due;
}

const SgStep sg_steps[] = {verify, tell_endings, tell_refused, prune, NULL};
