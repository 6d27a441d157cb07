/*
 * support/spi.c
 *		Access to schema_guard's own tables through SPI.
 *
 * We use SPI rather than direct access, except for what every commit of DDL does
 * (support/table.c), because PostgreSQL then takes care of constraints, defaults
 * and indexes.
 *
 * Every statement runs with the latest snapshot: what the gate reads under the
 * publish lock must be what the previous holder has committed, even in a
 * REPEATABLE READ or SERIALIZABLE transaction.
 *
 * A statement that reads is planned each time: a plan made for empty tables, which
 * the session would keep, can be a thousand times slower once they are full, and
 * nothing would invalidate it.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "support/spi.h"

/* a saved plan; the key is the address of its SQL text, which is a constant */
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

/* Returns the prepared statement; see the head of this file. */
static SPIPlanPtr
plan_of(const char *sql, int nargs, const Oid *types, bool read_only)
{
	PlanEntry  *entry;
	bool		found;

	/* a saved plan without parameters would never be replanned; SPI_finish() frees this one */
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

/* Returns true while a statement of ours runs: so triggers know that the guard itself writes. */
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
 * Runs a statement that reads, and returns the number of rows, which stay in
 * SPI_tuptable until the next statement.  "sql" must be a string constant, because
 * its plan is saved under its address.  "nulls" is as for SPI_execute_plan().
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

/* Returns a value of the last result, in SPI's memory, which sg_spi_finish() frees. */
Datum
sg_spi_value(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

/* Returns the text form of a value of the last result, in the current memory context, or NULL for a null. */
char *
sg_spi_text(uint64 row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

/*
 * Connects, runs a statement that reads, and calls "read" for each row, in the
 * current memory context.  Returns the number of rows.
 */
uint64
sg_spi_read(const char *sql, int nargs, const Oid *types, const Datum *values,
			SgSpiRow read, void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	uint64		rows;
	MemoryContext old;

	sg_spi_connect();
	rows = sg_spi_query(sql, nargs, types, values, NULL);
	old = MemoryContextSwitchTo(context);
	for (uint64 row = 0; row < rows; row++)
	{
		CHECK_FOR_INTERRUPTS();
		read(row, arg);
	}
	MemoryContextSwitchTo(old);
	sg_spi_finish();
	return rows;
}

/* Connects, and returns true if a statement that reads returns a row. */
bool
sg_spi_exists(const char *sql, int nargs, const Oid *types, const Datum *values)
{
	bool		found;

	sg_spi_connect();
	found = sg_spi_query(sql, nargs, types, values, NULL) > 0;
	sg_spi_finish();
	return found;
}

/* Reads the first column of a row into a char *. */
static void
read_text(uint64 row, void *text)
{
	*(char **) text = sg_spi_text(row, 1);
}

/*
 * Connects, and returns the text form of the first column of the last row that a
 * statement reads, in the current memory context; NULL if that is null, or there
 * is no row.
 */
char *
sg_spi_fetch_text(const char *sql, int nargs, const Oid *types, const Datum *values)
{
	char	   *text = NULL;

	(void) sg_spi_read(sql, nargs, types, values, read_text, &text);
	return text;
}

/* Adds the first column of a row to a List of char *. */
static void
add_text(uint64 row, void *texts)
{
	*(List **) texts = lappend(*(List **) texts, sg_spi_text(row, 1));
}

/* The same for all rows: returns a List of char *. */
List *
sg_spi_fetch_texts(const char *sql, int nargs, const Oid *types, const Datum *values)
{
	List	   *texts = NIL;

	(void) sg_spi_read(sql, nargs, types, values, add_text, &texts);
	return texts;
}

/* Reads the first column of a row into an int64. */
static void
read_int8(uint64 row, void *number)
{
	bool		isnull;
	Datum		value = sg_spi_value(row, 1, &isnull);

	*(int64 *) number = isnull ? 0 : DatumGetInt64(value);
}

/* Like sg_spi_fetch_text(), but for a bigint; 0 instead of NULL. */
int64
sg_spi_fetch_int8(const char *sql, int nargs, const Oid *types, const Datum *values)
{
	int64		number = 0;

	(void) sg_spi_read(sql, nargs, types, values, read_int8, &number);
	return number;
}

/* Connects, runs a statement that writes, and returns the number of rows. */
uint64
sg_spi_execute(const char *sql, int nargs, const Oid *types, const Datum *values, const char *nulls)
{
	uint64		rows;

	sg_spi_connect();
	rows = sg_spi_modify(sql, nargs, types, values, nulls);
	sg_spi_finish();
	return rows;
}
