/*
 * approvals/window.c
 *		Windows: time-limited permission to make unapproved changes.
 *
 * A window is a row.  It is open from its transaction's commit until it
 * expires or is closed, for every session of the database; the gate looks at
 * it when a transaction commits (gate/commit.c).  Opening and closing are also
 * written to the server's log, because a window is meant to be noticed.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "approvals/window.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

enum WindowColumn
{
	WINDOW_ID = 1,
	WINDOW_REASON,
	WINDOW_OPENED_AT,
	WINDOW_OPENED_BY,
	WINDOW_EXPIRES_AT,
	WINDOW_CLOSED_AT,
	WINDOW_CLOSED_BY,
	WINDOW_COLUMNS = WINDOW_CLOSED_BY
};

static const SgTableShape change_window_shape = {
	"change_window", WINDOW_COLUMNS,
	{INT8OID, TEXTOID, TIMESTAMPTZOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID}
};

/* a window is an exception; what lasts longer should be approved */
#define MAX_DAYS 30

/* a reason is a sentence, not a document; in bytes */
#define MAX_REASON 1000

static void
check_reason(const char *reason)
{
	if (reason[strspn(reason, " \t\r\n")] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reason of a window is empty"),
				 errhint("Say why unapproved changes have to be made; the journal keeps it.")));
	if (strlen(reason) > MAX_REASON)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reason of a window is longer than %d bytes", MAX_REASON)));
}

static void
check_duration(const Interval *duration)
{
	const Interval longest = {.day = MAX_DAYS};
	const Interval nothing = {0};

	/* before it is added to anything, because the sum may be out of range */
	if (DatumGetBool(DirectFunctionCall2(interval_gt, PointerGetDatum(duration),
										 PointerGetDatum(&longest))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("duration of a window is longer than %d days", MAX_DAYS),
				 errhint("Open another window when this one has expired, or approve what is to stay.")));
	if (DatumGetBool(DirectFunctionCall2(interval_le, PointerGetDatum(duration),
										 PointerGetDatum(&nothing))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("duration of a window is not positive")));
}

/* Returns the end of a window that begins now.  Raises an error unless it lies in the near future. */
static TimestampTz
window_end(const Interval *duration)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz end;

	check_duration(duration);
	end = DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
												  TimestampTzGetDatum(now),
												  PointerGetDatum(duration)));
	/* "1 month -29 days" can be less than nothing */
	if (end <= now)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("duration of a window is not positive")));
	return end;
}

/* Returns the caller of a SECURITY DEFINER function: the role that SET ROLE has set. */
static const char *
caller_name(void)
{
	return sg_text_escape_unmappable(GetUserNameFromId(GetOuterUserId(), false));
}

/*
 * Opens a window and returns its number.  Other windows stay open.  Runs as the
 * owner.
 */
int64
sg_window_open(const char *reason, const Interval *duration)
{
	static const Oid types[3] = {TEXTOID, TEXTOID, TIMESTAMPTZOID};
	Datum		values[3];
	int64		window_id;
	bool		isnull;
	TimestampTz end;

	check_reason(reason);
	end = window_end(duration);
	sg_spi_connect();
	values[0] = sg_text_datum(reason);
	values[1] = sg_text_datum(caller_name());
	values[2] = TimestampTzGetDatum(end);
	if (sg_spi_modify("INSERT INTO schema_guard.change_window (reason, opened_by, expires_at)"
					   " VALUES ($1, $2, $3) RETURNING window_id",
					   3, types, values, NULL) != 1)
		elog(ERROR, "the window was not opened");
	window_id = DatumGetInt64(sg_spi_value(0, 1, &isnull));
	sg_spi_finish();
	ereport(LOG,
			(errmsg("schema_guard window " INT64_FORMAT " opened by role \"%s\" until %s: %s",
					window_id, caller_name(), timestamptz_to_str(end), reason)));
	return window_id;
}

/* Closes all open windows; raises an error if there is none.  Runs as the owner. */
void
sg_window_close(void)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(caller_name());

	if (sg_spi_execute("UPDATE schema_guard.change_window"
					   " SET closed_at = clock_timestamp(), closed_by = $1"
					   " WHERE closed_at IS NULL AND expires_at > clock_timestamp()",
					   1, types, &value, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no window is open"),
				 errhint("The view schema_guard.windows lists past windows.")));
	ereport(LOG,
			(errmsg("schema_guard windows closed by role \"%s\"", caller_name())));
}

/*
 * Returns the newest open window, with its reason in *reason; 0 if there is none.
 * Without SPI, because every commit of DDL asks.
 */
int64
sg_window_newest_open(char **reason)
{
	TimestampTz now = GetCurrentTimestamp();
	int64		newest = 0;
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_table_open(&table, &change_window_shape, AccessShareLock);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		bool		isnull;
		int64		id = DatumGetInt64(sg_table_value(&table, tuple, WINDOW_ID, &isnull));
		TimestampTz end = DatumGetTimestampTz(sg_table_value(&table, tuple, WINDOW_EXPIRES_AT,
															 &isnull));

		(void) sg_table_value(&table, tuple, WINDOW_CLOSED_AT, &isnull);
		if (!isnull || end <= now || id <= newest)
			continue;
		newest = id;
		*reason = sg_table_required_text(&table, tuple, WINDOW_REASON);
	}
	systable_endscan(scan);
	sg_table_close(&table);
	return newest;
}
