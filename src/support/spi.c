/*
 * support/spi.c
 *		Work on schema_guard's own tables, through SPI, as their owner.
 *
 * SPI rather than direct access, but for what every commit of DDL does
 * (support/table.c): constraints, defaults and indexes are then PostgreSQL's
 * business.
 *
 * Every statement runs under a snapshot of its own, the latest: what the gate
 * reads under its lock must be what the previous holder committed, also in a
 * REPEATABLE READ or SERIALIZABLE transaction.
 *
 * A statement that reads is planned each time: the plan for empty tables,
 * which a session would keep, can be a thousand times slower once they are
 * full, and nothing tells the session that they are.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "support/spi.h"

/* a kept plan, found by the address of its SQL text, which is a constant */
typedef struct PlanEntry
{
	const char *sql;
	SPIPlanPtr	plan;
} PlanEntry;

static HTAB *plans = NULL;

static SPIPlanPtr
prepare(const char *sql, int nargs, const Oid *types, int options)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(sql, nargs, unconstify(Oid *, types), options);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s", SPI_result_code_string(SPI_result));
	return plan;
}

/* the statement, prepared; see the head of this file */
static SPIPlanPtr
plan_of(const char *sql, int nargs, const Oid *types, bool read_only)
{
	PlanEntry  *entry;
	bool		found;

	/* without parameters a kept plan is never made anew; this one goes with SPI_finish */
	if (read_only && nargs == 0)
		return prepare(sql, nargs, types, 0);
	if (plans == NULL)
	{
		HASHCTL		ctl = {0};

		ctl.keysize = sizeof(const char *);
		ctl.entrysize = sizeof(PlanEntry);
		plans = hash_create("schema_guard plans", 32, &ctl, HASH_ELEM | HASH_BLOBS);
	}
	entry = hash_search(plans, &sql, HASH_ENTER, &found);
	if (!found)
		entry->plan = NULL;
	if (entry->plan == NULL)
	{
		SPIPlanPtr	plan = prepare(sql, nargs, types, read_only ? CURSOR_OPT_CUSTOM_PLAN : 0);

		if (SPI_keepplan(plan) != 0)
			elog(ERROR, "SPI_keepplan failed");
		entry->plan = plan;
	}
	return entry->plan;
}

void
sg_spi_connect(void)
{
	int			result = SPI_connect();

	if (result != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed: %s", SPI_result_code_string(result));
}

void
sg_spi_finish(void)
{
	int			result = SPI_finish();

	if (result != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed: %s", SPI_result_code_string(result));
}

/* is a statement of ours running? */
static bool running = false;

/* Is a statement of ours running?  To triggers: who writes is the guard itself. */
bool
sg_spi_is_running(void)
{
	return running;
}

static uint64
execute(const char *sql, int nargs, const Oid *types, const Datum *values,
		const char *nulls, bool read_only)
{
	SPIPlanPtr	plan = plan_of(sql, nargs, types, read_only);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	bool		was_running = running;
	volatile int result = 0;

	running = true;
	PG_TRY();
	{
		result = SPI_execute_snapshot(plan, unconstify(Datum *, values), nulls,
									  snapshot, InvalidSnapshot, read_only, true, 0);
	}
	PG_FINALLY();
	{
		running = was_running;
	}
	PG_END_TRY();
	UnregisterSnapshot(snapshot);
	if (result < 0)
		elog(ERROR, "SPI_execute_snapshot failed: %s", SPI_result_code_string(result));
	return SPI_processed;
}

/*
 * Runs one statement that reads; the rows are in SPI_tuptable until the next
 * one.  "sql" must be a string constant: its plan is kept under its address.
 * "nulls" as in SPI_execute_plan.  Returns the number of rows.
 */
uint64
sg_spi_query(const char *sql, int nargs, const Oid *types, const Datum *values, const char *nulls)
{
	return execute(sql, nargs, types, values, nulls, true);
}

/* The same for a statement that writes. */
uint64
sg_spi_modify(const char *sql, int nargs, const Oid *types, const Datum *values, const char *nulls)
{
	return execute(sql, nargs, types, values, nulls, false);
}

/* A value of the last result, in SPI's memory: valid until sg_spi_finish. */
Datum
sg_spi_value(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

/* The text form of a value of the last result, or NULL for a null, likewise. */
char *
sg_spi_text(uint64 row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}
