/*
 * sg_catalog.c
 *		Reading the system catalogs in step with each other.
 *
 * Below the interface of genam.c's systable_*(): the key is taken from the index
 * entry, so that the rows of no interest (columns of indexes and TOAST tables,
 * say, which are more than those of tables) are passed over without a look at
 * the table.  Needs a btree index.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/itup.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "executor/tuptable.h"
#include "sg_catalog.h"
#include "sg_compat.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#define MAX_CURSOR_KEYS 2

struct SgCursor
{
	Oid			catalog_oid;
	Oid			index_oid;
	Snapshot	snapshot;
	MemoryContext context;		/* the scan's own, which outlives the objects */
	int			nkeys;
	ScanKeyData keys[MAX_CURSOR_KEYS];
	Relation	catalog;		/* NULL until the first tuple is asked for, as what follows */
	Relation	index;
	IndexScanDesc scan;
	TupleTableSlot *slot;		/* the tuple handed out */
	bool		at_entry;		/* is the scan at an entry that was not handed out? */
	Oid			key;			/* ... of this key */
	bool		exhausted;
};

/*
 * Opens a cursor over "catalog" in the order of "index", whose first column is
 * "key_attribute", an OID; over all rows, or those with the key "only" if that
 * is valid.  Takes AccessShareLock on the catalog, when the first tuple is asked
 * for, until sg_cursor_close.  The cursor lives in the current memory context,
 * whatever is current later; the snapshot must stay registered.
 */
SgCursor *
sg_cursor_open(Oid catalog, Oid index, AttrNumber key_attribute, Snapshot snapshot, Oid only)
{
	SgCursor   *cursor = palloc0(sizeof(SgCursor));

	cursor->catalog_oid = catalog;
	cursor->index_oid = index;
	cursor->snapshot = snapshot;
	cursor->context = CurrentMemoryContext;
	if (OidIsValid(only))
		sg_cursor_require(cursor, key_attribute, BTEqualStrategyNumber, F_OIDEQ,
						  ObjectIdGetDatum(only));
	return cursor;
}

/* Restricts the cursor, before its first tuple is asked for, by a column of the index. */
void
sg_cursor_require(SgCursor *cursor, AttrNumber attribute, StrategyNumber strategy,
				  RegProcedure procedure, Datum value)
{
	Assert(cursor->scan == NULL && cursor->nkeys < MAX_CURSOR_KEYS);
	ScanKeyInit(&cursor->keys[cursor->nkeys++], attribute, strategy, procedure, value);
}

/* the number in the index of a column of the catalog */
static AttrNumber
index_column(SgCursor *cursor, AttrNumber attribute)
{
	for (int i = 0; i < IndexRelationGetNumberOfAttributes(cursor->index); i++)
	{
		if (cursor->index->rd_index->indkey.values[i] == attribute)
			return i + 1;
	}
	elog(ERROR, "column %d is not in index %u", attribute, cursor->index_oid);
	return InvalidAttrNumber;	/* keep compiler quiet */
}

static void
start_scan(SgCursor *cursor)
{
	MemoryContext old = MemoryContextSwitchTo(cursor->context);

	cursor->catalog = table_open(cursor->catalog_oid, AccessShareLock);
	cursor->index = index_open(cursor->index_oid, AccessShareLock);
	for (int i = 0; i < cursor->nkeys; i++)
		cursor->keys[i].sk_attno = index_column(cursor, cursor->keys[i].sk_attno);
	cursor->slot = table_slot_create(cursor->catalog, NULL);
	cursor->scan = sg_compat_index_beginscan(cursor->catalog, cursor->index, cursor->snapshot,
											 cursor->nkeys);
	cursor->scan->xs_want_itup = true;
	index_rescan(cursor->scan, cursor->keys, cursor->nkeys, NULL, 0);
	MemoryContextSwitchTo(old);
}

/* Goes to the next index entry, unless there is one not yet handed out; false at the end. */
static bool
find_entry(SgCursor *cursor)
{
	MemoryContext old;
	bool		isnull;

	if (cursor->at_entry)
		return true;
	if (cursor->exhausted)
		return false;
	if (cursor->scan == NULL)
		start_scan(cursor);
	old = MemoryContextSwitchTo(cursor->context);
	cursor->at_entry = index_getnext_tid(cursor->scan, ForwardScanDirection) != NULL;
	MemoryContextSwitchTo(old);
	cursor->exhausted = !cursor->at_entry;
	if (cursor->at_entry)
		cursor->key = DatumGetObjectId(index_getattr(cursor->scan->xs_itup, 1,
													 RelationGetDescr(cursor->index), &isnull));
	return cursor->at_entry;
}

/* The tuple of the entry at hand, or NULL if the snapshot does not see it. */
static HeapTuple
fetch_entry(SgCursor *cursor)
{
	bool		should_free;

	cursor->at_entry = false;
	if (!index_fetch_heap(cursor->scan, cursor->slot))
		return NULL;
	return ExecFetchSlotHeapTuple(cursor->slot, false, &should_free);
}

/* The next tuple, whatever its key, or NULL.  Valid until the next call. */
HeapTuple
sg_cursor_next_any(SgCursor *cursor)
{
	HeapTuple	tuple;

	while (find_entry(cursor))
	{
		if ((tuple = fetch_entry(cursor)) != NULL)
			return tuple;
	}
	return NULL;
}

/*
 * The next tuple whose key is "key", or NULL if there is no more of them.
 * Tuples with smaller keys are passed over: from call to call, keys must not
 * decrease.  The tuple is valid until the next call.
 */
HeapTuple
sg_cursor_next(SgCursor *cursor, Oid key)
{
	HeapTuple	tuple;

	while (find_entry(cursor))
	{
		if (cursor->key > key)
			return NULL;
		if (cursor->key < key)
			cursor->at_entry = false;
		else if ((tuple = fetch_entry(cursor)) != NULL)
			return tuple;
	}
	return NULL;
}

/* An attribute of the tuple that the cursor returned last. */
Datum
sg_cursor_attribute(SgCursor *cursor, HeapTuple tuple, AttrNumber attribute, bool *isnull)
{
	Assert(tuple == ((HeapTupleTableSlot *) cursor->slot)->tuple);
	return slot_getattr(cursor->slot, attribute, isnull);
}

void
sg_cursor_close(SgCursor *cursor)
{
	if (cursor->scan != NULL)
	{
		ExecDropSingleTupleTableSlot(cursor->slot);
		index_endscan(cursor->scan);
		index_close(cursor->index, AccessShareLock);
		table_close(cursor->catalog, AccessShareLock);
	}
	pfree(cursor);
}
