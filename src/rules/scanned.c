/*
 * rules/scanned.c
 *		Which tables commands have read from end to end.
 *
 * The server counts sequential scans; what it counts while a command runs is the
 * command's.  A query of the same transaction is not mistaken for one, nor is a
 * constraint that something else has proven to hold.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "rules/locking.h"
#include "rules/scanned.h"

/* a table that the command may read, and how many scans there were of it before */
typedef struct Count
{
	Oid			relid;
	int64		scans;
} Count;

/* in TopTransactionContext */
static struct
{
	List	   *counts;			/* of Count *, of the command that runs */
	List	   *relids;			/* what was read */
}			scanned;

/* Returns how often the session has read a table lately: since when does not matter. */
static int64
scans_of(Oid relid)
{
	return DatumGetInt64(DirectFunctionCall1(pg_stat_get_xact_numscans, ObjectIdGetDatum(relid)));
}

/* Before a command that is about to lock these tables, a List of SgLocking *. */
void
sg_scanned_command_start(const List *tables)
{
	MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);
	ListCell   *lc;

	scanned.counts = NIL;
	foreach(lc, tables)
	{
		Count	   *count = palloc(sizeof(Count));

		count->relid = ((const SgLocking *) lfirst(lc))->relid;
		count->scans = scans_of(count->relid);
		scanned.counts = lappend(scanned.counts, count);
	}
	MemoryContextSwitchTo(old);
}

/* After it. */
void
sg_scanned_command_end(void)
{
	MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);
	ListCell   *lc;

	foreach(lc, scanned.counts)
	{
		const Count *count = lfirst(lc);

		if (scans_of(count->relid) > count->scans)
			scanned.relids = list_append_unique_oid(scanned.relids, count->relid);
	}
	list_free_deep(scanned.counts);
	scanned.counts = NIL;
	MemoryContextSwitchTo(old);
}

/* Returns true if a command of this transaction has read the table from end to end. */
bool
sg_scanned_by_command(Oid relid)
{
	return list_member_oid(scanned.relids, relid);
}

/* At the end of a transaction its memory is gone. */
void
sg_scanned_transaction_event(XactEvent event)
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		memset(&scanned, 0, sizeof(scanned));
}
