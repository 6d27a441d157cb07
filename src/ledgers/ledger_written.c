/*
 * ledgers/ledger_written.c
 *		Which ledgers the current transaction has written.
 *
 * The plan says which tables a statement writes.  Whether a table is a ledger is
 * determined once and kept, so that a statement that writes costs a look at a small
 * array.  What a rollback to a savepoint undoes stays noted, which does no harm: the
 * ledger is compared with its previous rows, and nothing has changed.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "nodes/parsenodes.h"
#include "parser/parsetree.h"
#include "utils/rel.h"

#include "ledgers/ledger_find.h"
#include "ledgers/ledger_written.h"
#include "support/compat.h"

/* of a transaction that writes more ledgers than this, the rest is noticed later */
#define MAX_WRITTEN 64

/* whether a table that was written is a ledger; a table's OID determines its place */
typedef struct Looked
{
	Oid			relid;			/* InvalidOid: nothing is known */
	bool		is_ledger;
} Looked;

static Looked looked[256];

static Oid	written[MAX_WRITTEN];
static int	nwritten = 0;

/* A relation was invalidated; InvalidOid: any may have been.  Must not fail. */
void
sg_ledger_written_invalidated(Oid relid)
{
	if (!OidIsValid(relid))
		memset(looked, 0, sizeof(looked));
	else if (looked[relid % lengthof(looked)].relid == relid)
		looked[relid % lengthof(looked)].relid = InvalidOid;
}

static bool
look_at(Oid relid)
{
	Relation	rel = table_open(relid, NoLock);
	SgLedger   *ledger = sg_ledger_find_relation(rel);

	table_close(rel, NoLock);
	return ledger != NULL;
}

/* Notes the table if it is a ledger; this session has it locked. */
static void
note_table(Oid relid)
{
	Looked	   *place = &looked[relid % lengthof(looked)];

	if (place->relid != relid)
	{
		bool		is_ledger = look_at(relid);

		place->relid = relid;
		place->is_ledger = is_ledger;
	}
	if (!place->is_ledger)
		return;
	for (int i = 0; i < nwritten; i++)
	{
		if (written[i] == relid)
			return;
	}
	if (nwritten < MAX_WRITTEN)
		written[nwritten++] = relid;
}

/* Called at the end of a statement: notes the ledgers that it may have written. */
void
sg_ledger_written_query(const PlannedStmt *plan)
{
	int			place = 0;
	int			index;

	while ((index = sg_compat_next_result_relation(plan, &place)) > 0)
	{
		Oid			relid = rt_fetch(index, plan->rtable)->relid;

		if (relid >= FirstNormalObjectId)
			note_table(relid);
	}
}

static void
note_name(const RangeVar *name)
{
	Oid			relid = name == NULL ? InvalidOid : RangeVarGetRelid(name, NoLock, true);

	if (relid >= FirstNormalObjectId)
		note_table(relid);
}

/* The same for commands that write without the executor. */
void
sg_ledger_written_utility(const Node *statement)
{
	ListCell   *lc;

	if (IsA(statement, CopyStmt) && ((const CopyStmt *) statement)->is_from)
		note_name(((const CopyStmt *) statement)->relation);
	else if (IsA(statement, TruncateStmt))
	{
		foreach(lc, ((const TruncateStmt *) statement)->relations)
			note_name(lfirst(lc));
	}
}

/* Notes ledgers that may have been written unnoticed. */
void
sg_ledger_written_add(const List *relids)
{
	ListCell   *lc;

	foreach(lc, relids)
	{
		bool		known = false;

		for (int i = 0; i < nwritten; i++)
			known |= written[i] == lfirst_oid(lc);
		if (!known && nwritten < MAX_WRITTEN)
			written[nwritten++] = lfirst_oid(lc);
	}
}

/* Returns the OIDs of the ledgers that were written. */
List *
sg_ledger_written_list(void)
{
	List	   *relids = NIL;

	for (int i = 0; i < nwritten; i++)
		relids = lappend_oid(relids, written[i]);
	return relids;
}

/* Called once they were compared, and at the end of a transaction. */
void
sg_ledger_written_forget(void)
{
	nwritten = 0;
}
