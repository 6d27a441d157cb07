/*
 * approvals/approval.c
 *		Approvals: which roles have said that a schema is allowed.
 *
 * An approval is for a fingerprint, and is given by the session's role:  SET ROLE
 * does not turn one person into two.  A schema is approved by as many different
 * roles as schema_guard.required_approvals says.  Where that is above 1 the
 * proposer does not count: the role that stored the first snapshot with that
 * fingerprint.  The first one counts, so that nobody is disqualified by importing
 * the same file to look at it, and nobody else can become the proposer.
 *
 * An approval may expire; then it is as if it had been revoked at that time.  The
 * view schema_guard.valid_approval has the approvals in force and says which of
 * them count; no other place knows that rule. expected_schema has the approved
 * schema that the live one is compared with.
 *
 * An approval may name live releases that the change may break (breaking).  Such a
 * change needs more than the required number of approvals: each of those has to name
 * the release.
 *
 * A path (approvals/path.c) is approved by approving each of its states as one of its
 * steps: such an approval is one of the state, and the steps' order is judged
 * by these alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"

#include "approvals/approval.h"
#include "snapshots/snapshot.h"
#include "support/array.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

enum ApprovalColumn
{
	APPROVAL_ID = 1,
	APPROVAL_FINGERPRINT,
	APPROVAL_SNAPSHOT_NAME,
	APPROVAL_NOTE,
	APPROVAL_APPROVED_AT,
	APPROVAL_APPROVED_BY,
	APPROVAL_SESSION_ROLE,
	APPROVAL_EXPIRES_AT,
	APPROVAL_PATH_ID,
	APPROVAL_REVOKED_AT,
	APPROVAL_REVOKED_BY,
	APPROVAL_REVOKE_REASON,
	APPROVAL_BREAKING,
	APPROVAL_COLUMNS = APPROVAL_BREAKING
};

static const SgTableShape approval_shape = {
	"approval", APPROVAL_COLUMNS,
	{INT8OID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TIMESTAMPTZOID,
	INT8OID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTARRAYOID}
};

static Datum
session_role_datum(void)
{
	return sg_text_datum(GetUserNameFromId(GetSessionUserId(), false));
}

static Datum
current_role_datum(void)
{
	return sg_text_datum(GetUserNameFromId(GetOuterUserId(), false));
}

/*
 * Returns when an approval that is given now ends.  Raises an error unless that is
 * in the future, and finite.
 */
TimestampTz
sg_approval_end(const Interval *expires)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz end = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
															  TimestampTzGetDatum(now),
															  PointerGetDatum(expires)));

	if (TIMESTAMP_NOT_FINITE(end))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an approval cannot expire after an infinite time"),
				 errhint("Leave \"expires\" out: the approval does not expire then.")));
	if (end <= now)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an approval must expire in the future")));
	return end;
}

/* Sets the parameters that all approvals of one call share, $1 to $5. */
static void
approval_values(const SgApproval *approval, Datum *values, char *nulls)
{
	nulls[0] = approval->note != NULL ? ' ' : 'n';
	if (approval->note != NULL)
		values[0] = sg_text_datum(approval->note);
	values[1] = current_role_datum();
	values[2] = session_role_datum();
	values[3] = TimestampTzGetDatum(approval->end);
	nulls[3] = approval->expires ? ' ' : 'n';
	nulls[4] = approval->breaking != NIL ? ' ' : 'n';
	if (approval->breaking != NIL)
		values[4] = sg_array_of_list(approval->breaking);
}

/*
 * Stores approvals of the states that a subquery returns as fingerprint, name,
 * path_id and step, unless the role has already given one that lasts as long and
 * names the same releases.
 */
#define STORE_SQL(states) \
	"INSERT INTO schema_guard.approval" \
	" (fingerprint, snapshot_name, path_id, note, approved_by, session_role, expires_at, breaking)" \
	" SELECT n.fingerprint, n.name, n.path_id, $1, $2, $3, $4, $5 FROM (" states ") n" \
	" WHERE NOT EXISTS (SELECT FROM schema_guard.valid_approval v" \
	"  WHERE v.fingerprint = n.fingerprint AND v.session_role = $3" \
	"  AND v.path_id IS NOT DISTINCT FROM n.path_id" \
	"  AND coalesce(v.expires_at, 'infinity') >= coalesce($4, 'infinity')" \
	"  AND ($5 IS NULL OR v.breaking @> $5))" \
	" ORDER BY n.step"

/*
 * Stores the approval of the session's role.  Returns false, and stores
 * nothing, if that role has approved the fingerprint for as long already.
 */
bool
sg_approval_store(const SgSnapshot *snapshot, const SgApproval *approval)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTARRAYOID, TEXTOID, TEXTOID};
	char		nulls[] = "       ";
	Datum		values[7];

	approval_values(approval, values, nulls);
	values[5] = CStringGetTextDatum(snapshot->fingerprint);
	values[6] = sg_text_datum(snapshot->name);
	return sg_spi_execute(STORE_SQL("SELECT $6 AS fingerprint, $7 AS name, NULL::bigint AS path_id, 0 AS step"),
						  7, types, values, nulls) > 0;
}

/*
 * Stores the approval of the session's role for each state of a path, in the
 * order of the path.  Returns how many were not there for as long already.
 */
uint64
sg_approval_store_path(int64 path_id, const SgApproval *approval)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTARRAYOID, INT8OID};
	char		nulls[] = "      ";
	Datum		values[6];

	approval_values(approval, values, nulls);
	values[5] = Int64GetDatum(path_id);
	return sg_spi_execute(STORE_SQL("SELECT s.fingerprint, p.name || '/' || s.step AS name, p.path_id, s.step"
									" FROM schema_guard.migration_path p, LATERAL"
									"  (SELECT fingerprint, pg_catalog.max(step) AS step"
									"   FROM schema_guard.migration_step"
									"   WHERE path_id = $6 GROUP BY fingerprint) s"
									" WHERE p.path_id = $6"),
						  6, types, values, nulls);
}

/* the assignments of a revocation by $1 for the reason $2 */
#define REVOKE_SQL(condition) \
	"UPDATE schema_guard.approval" \
	" SET revoked_at = pg_catalog.clock_timestamp(), revoked_by = $1, revoke_reason = $2" \
	" WHERE " condition " AND approval_id IN (SELECT approval_id FROM schema_guard.valid_approval)"

/* Revokes every approval of the snapshot's fingerprint; returns how many. */
uint64
sg_approval_revoke(const SgSnapshot *snapshot, const char *reason)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[] = {
		session_role_datum(), sg_text_datum(reason), CStringGetTextDatum(snapshot->fingerprint)
	};

	return sg_spi_execute(REVOKE_SQL("fingerprint = $3"), 3, types, values, NULL);
}

/*
 * Revokes every approval that was given to the path; returns how many.  What
 * was given to one of its states alone, or to another path, stays.
 */
uint64
sg_approval_revoke_path(int64 path_id, const char *reason)
{
	static const Oid types[] = {TEXTOID, TEXTOID, INT8OID};
	Datum		values[] = {session_role_datum(), sg_text_datum(reason), Int64GetDatum(path_id)};

	return sg_spi_execute(REVOKE_SQL("path_id = $3"), 3, types, values, NULL);
}

/* Returns the role that stored the first snapshot with that fingerprint, which must exist. */
char *
sg_approval_proposer(const char *fingerprint)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = CStringGetTextDatum(fingerprint);
	char	   *proposer = sg_spi_fetch_text("SELECT created_by FROM schema_guard.snapshot"
											 " WHERE fingerprint = $1 ORDER BY snapshot_id LIMIT 1",
											 1, types, &value);

	if (proposer == NULL)
		elog(ERROR, "no snapshot has fingerprint %s", fingerprint);
	return proposer;
}

/* Returns the number of approvals of the fingerprint that count. */
int
sg_approval_count(const char *fingerprint)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = CStringGetTextDatum(fingerprint);

	return (int) sg_spi_fetch_int8("SELECT pg_catalog.count(DISTINCT session_role)"
								   " FROM schema_guard.valid_approval WHERE fingerprint = $1 AND counts",
								   1, types, &value);
}

/* Returns true if any approval is in force.  Without SPI, because every commit of DDL asks. */
static bool
has_approval(const char *fingerprint)
{
	SgTableKey	key = {APPROVAL_FINGERPRINT, BTEqualStrategyNumber, F_TEXTEQ,
	CStringGetTextDatum(fingerprint)};
	TimestampTz now = GetCurrentTimestamp();
	bool		found = false;
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_table_open(&table, &approval_shape, AccessShareLock);
	/* the index has only those that are not revoked */
	scan = sg_table_scan(&table, "approval_fingerprint_idx", 1, &key);
	while (!found && (tuple = systable_getnext(scan)) != NULL)
	{
		bool		never;
		bool		valid;
		Datum		end = sg_table_value(&table, tuple, APPROVAL_EXPIRES_AT, &never);

		(void) sg_table_value(&table, tuple, APPROVAL_REVOKED_AT, &valid);
		found = valid && (never || DatumGetTimestampTz(end) > now);
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return found;
}

/*
 * Returns true if the required number of approvals of the fingerprint say that this
 * live release may break: an approval that does not say so does not agree.
 * Approvals from before the release was registered with this contract do not count.
 */
bool
sg_approval_agrees(const char *fingerprint, const char *application, const char *version)
{
	static const Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[] = {
		CStringGetTextDatum(fingerprint), sg_text_datum(application), sg_text_datum(version)
	};

	return sg_spi_fetch_int8("SELECT pg_catalog.count(DISTINCT v.session_role)"
							 " FROM schema_guard.release r, schema_guard.valid_approval v"
							 " WHERE r.application = $2 AND r.version = $3 AND v.fingerprint = $1 AND v.counts"
							 " AND v.breaking @> ARRAY[$2 || '/' || $3] AND v.approved_at >= r.registered_at",
							 3, types, values) >= sg_required_approvals;
}

/* Returns true if the fingerprint has the approvals required. */
bool
sg_approval_is_given(const char *fingerprint)
{
	if (!has_approval(fingerprint))
		return false;
	/* one is enough, by any role */
	if (sg_required_approvals == 1)
		return true;
	return sg_approval_count(fingerprint) >= sg_required_approvals;
}

/*
 * Returns the approved snapshot that the live schema should equal, or NULL if none
 * is approved: the newest by the last approval that counts; of a path, the state
 * that the database is in, or was in last.
 */
SgSnapshot *
sg_approval_expected(void)
{
	char	   *fingerprint = sg_spi_fetch_text("SELECT fingerprint FROM schema_guard.expected_schema",
												0, NULL, NULL);

	return fingerprint == NULL ? NULL : sg_snapshot_by_fingerprint(fingerprint);
}

/* Reads a row of lapsed_approval into a SgLapsedApproval *. */
static void
read_lapsed(uint64 row, void *arg)
{
	SgLapsedApproval *lapsed = palloc0(sizeof(SgLapsedApproval));
	bool		isnull;

	strlcpy(lapsed->fingerprint, sg_spi_text(row, 1), sizeof(lapsed->fingerprint));
	lapsed->snapshot_name = sg_spi_text(row, 2);
	lapsed->revoked = DatumGetBool(sg_spi_value(row, 3, &isnull));
	lapsed->ended_at = DatumGetTimestampTz(sg_spi_value(row, 4, &isnull));
	lapsed->revoked_by = sg_spi_text(row, 5);
	lapsed->reason = sg_spi_text(row, 6);
	*(SgLapsedApproval **) arg = lapsed;
}

#define LAPSED_SQL(condition) \
	"SELECT fingerprint, snapshot_name, revoked, ended_at, revoked_by, revoke_reason" \
	" FROM schema_guard.lapsed_approval" condition " LIMIT 1"

/*
 * Returns the approval of the fingerprint, or of any if that is NULL, that was the
 * last to be revoked or to expire; NULL if none was.
 */
SgLapsedApproval *
sg_approval_lapsed(const char *fingerprint)
{
	static const Oid types[] = {TEXTOID};
	SgLapsedApproval *lapsed = NULL;

	if (fingerprint == NULL)
		(void) sg_spi_read(LAPSED_SQL(""), 0, NULL, NULL, read_lapsed, &lapsed);
	else
	{
		Datum		value = CStringGetTextDatum(fingerprint);

		(void) sg_spi_read(LAPSED_SQL(" WHERE fingerprint = $1"), 1, types, &value, read_lapsed, &lapsed);
	}
	return lapsed;
}
