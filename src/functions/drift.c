/*
 * functions/drift.c
 *		drift().
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "compare/drift.h"
#include "functions/change_rows.h"
#include "functions/rows.h"
#include "journal/journal_changes.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_drift);

/* the OUT parameters of drift() after those of diff() */
enum
{
	COL_CHANGED_AT = SG_CHANGE_COLUMNS,
	COL_CHANGED_BY,
	COL_VERDICT,
	COL_JOURNAL_ID,
	COL_WINDOW_ID,
	DRIFT_COLUMNS
};

/* the row of an approval that has ended */
static void
add_lapsed_row(SgRows *rows, const SgLapsedApproval *lapsed)
{
	Datum		values[DRIFT_COLUMNS] = {0};
	bool		nulls[DRIFT_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	sg_rows_set_text(values, nulls, 0, lapsed->revoked ? "revoked" : "expired");
	sg_rows_set_text(values, nulls, 1, "approval");
	sg_rows_set_text(values, nulls, 2, lapsed->snapshot_name);
	sg_rows_set_text(values, nulls, 5, lapsed->fingerprint);
	sg_rows_set_text(values, nulls, 6, lapsed->reason);
	values[COL_CHANGED_AT] = TimestampTzGetDatum(lapsed->ended_at);
	nulls[COL_CHANGED_AT] = false;
	sg_rows_set_text(values, nulls, COL_CHANGED_BY, lapsed->revoked_by);
	sg_rows_add(rows, values, nulls);
}

static void
add_drift_row(SgRows *rows, const SgItemChange *change, const SgAttribution *entry)
{
	Datum		values[DRIFT_COLUMNS] = {0};
	bool		nulls[DRIFT_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	sg_change_rows_set(values, nulls, 0, change);
	if (entry != NULL)
	{
		values[COL_CHANGED_AT] = TimestampTzGetDatum(entry->changed_at);
		nulls[COL_CHANGED_AT] = false;
		sg_rows_set_text(values, nulls, COL_CHANGED_BY, entry->changed_by);
		sg_rows_set_text(values, nulls, COL_VERDICT, entry->outcome);
		values[COL_JOURNAL_ID] = Int64GetDatum(entry->journal_id);
		nulls[COL_JOURNAL_ID] = false;
		values[COL_WINDOW_ID] = Int64GetDatum(entry->window_id);
		nulls[COL_WINDOW_ID] = entry->window_id == 0;
	}
	sg_rows_add(rows, values, nulls);
}

/* drift() returns setof the columns of diff(), and the origin of each row */
Datum
schema_guard_drift(PG_FUNCTION_ARGS)
{
	SgRows		rows;
	SgDrift    *drift;
	ListCell   *change;
	ListCell   *entry;

	sg_extension_require_version();
	drift = sg_drift();
	sg_rows_begin(&rows, fcinfo);
	if (drift->lapsed != NULL)
		add_lapsed_row(&rows, drift->lapsed);
	forboth(change, drift->changes, entry, drift->attributions)
		add_drift_row(&rows, lfirst(change), lfirst(entry));
	return (Datum) 0;
}
