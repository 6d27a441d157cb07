/*
 * catalogs/scan.c
 *		Reading the system catalogs in step with each other.
 *
 * A cursor by an index is below the interface of genam.c's systable_*(): the key
 * is taken from the index entry, so that the rows of no interest are passed over
 * without a look at the table.  Needs a btree index.
 *
 * A cursor by keys is for catalogs of which much is needed: see catalogs/tid_map.c.  A
 * row that the snapshot sees stays under its number as long as the snapshot is
 * registered: to read it again needs no look at its visibility.  Where it is on
 * its page does not change as long as the page is pinned, but from when it was
 * locked once after that, which waits for whoever was moving rows just then
 * (src/backend/storage/buffer/README, rules 1 and 2).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/itup.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "executor/tuptable.h"
#include "storage/bufmgr.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "catalogs/scan.h"
#include "support/compat.h"

#define MAX_CURSOR_KEYS 2

struct SgCatalogScan
{
	Oid			catalog_oid;
	Snapshot	snapshot;
	MemoryContext context;		/* the scan's own, which outlives the objects */
	Relation	catalog;		/* NULL until the first tuple is asked for */
	TupleTableSlot *slot;		/* the tuple handed out */

	/* by an index */
	Oid			index_oid;		/* or InvalidOid */
	int			nscankeys;
	ScanKeyData scankeys[MAX_CURSOR_KEYS];
	Relation	index;
	IndexScanDesc scan;
	bool		at_entry;		/* is the scan at an entry that was not handed out? */
	Oid			key;			/* ... of this key */
	bool		exhausted;

	/* by keys */
	AttrNumber	key_attribute;
	const Oid  *keys;
	int			nkeys;
	SgTupleFilter wanted;
	SgTidMap   *places;
	Buffer		buffer;			/* the page of the tuple handed out, pinned by the slot */
	HeapTupleData tuple;
};

/*
 * Opens a cursor over "catalog" in the order of "index", whose first column is
 * "key_attribute", an OID; over all rows, or those with the key "only" if that
 * is valid.  Takes AccessShareLock on the catalog, when the first tuple is asked
 * for, until sg_scan_close.  The cursor lives in the current memory context,
 * whatever is current later; the snapshot must stay registered.
 */
SgCatalogScan *
sg_scan_open(Oid catalog, Oid index, AttrNumber key_attribute, Snapshot snapshot, Oid only)
{
	SgCatalogScan   *cursor = palloc0(sizeof(SgCatalogScan));

	cursor->catalog_oid = catalog;
	cursor->index_oid = index;
	cursor->snapshot = snapshot;
	cursor->context = CurrentMemoryContext;
	if (OidIsValid(only))
		sg_scan_require(cursor, key_attribute, BTEqualStrategyNumber, F_OIDEQ,
						  ObjectIdGetDatum(only));
	return cursor;
}

/* Restricts the cursor, before its first tuple is asked for, by a column of the index. */
void
sg_scan_require(SgCatalogScan *cursor, AttrNumber attribute, StrategyNumber strategy,
				  RegProcedure procedure, Datum value)
{
	Assert(OidIsValid(cursor->index_oid) && cursor->catalog == NULL);
	Assert(cursor->nscankeys < MAX_CURSOR_KEYS);
	ScanKeyInit(&cursor->scankeys[cursor->nscankeys++], attribute, strategy, procedure, value);
}

/*
 * Opens a cursor over the rows whose "key_attribute", an OID that is never null,
 * is one of "keys", and which are "wanted".  The keys are in ascending order and
 * stay the caller's, until the cursor is closed.  Rows of the same key come in
 * any order.  Otherwise like sg_scan_open(); for sg_scan_next() only.
 */
SgCatalogScan *
sg_scan_open_keys(Oid catalog, AttrNumber key_attribute, Snapshot snapshot,
					const Oid *keys, int nkeys, SgTupleFilter wanted)
{
	SgCatalogScan   *cursor = palloc0(sizeof(SgCatalogScan));

	cursor->catalog_oid = catalog;
	cursor->snapshot = snapshot;
	cursor->context = CurrentMemoryContext;
	cursor->key_attribute = key_attribute;
	cursor->keys = keys;
	cursor->nkeys = nkeys;
	cursor->wanted = wanted;
	return cursor;
}

/* the number in the index of a column of the catalog */
static AttrNumber
index_column(SgCatalogScan *cursor, AttrNumber attribute)
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
start_index_scan(SgCatalogScan *cursor)
{
	cursor->index = index_open(cursor->index_oid, AccessShareLock);
	for (int i = 0; i < cursor->nscankeys; i++)
		cursor->scankeys[i].sk_attno = index_column(cursor, cursor->scankeys[i].sk_attno);
	cursor->scan = sg_compat_index_beginscan(cursor->catalog, cursor->index, cursor->snapshot,
											 cursor->nscankeys);
	cursor->scan->xs_want_itup = true;
	index_rescan(cursor->scan, cursor->scankeys, cursor->nscankeys, NULL, 0);
}

static void
start(SgCatalogScan *cursor)
{
	MemoryContext old = MemoryContextSwitchTo(cursor->context);

	cursor->catalog = table_open(cursor->catalog_oid, AccessShareLock);
	cursor->slot = table_slot_create(cursor->catalog, NULL);
	if (OidIsValid(cursor->index_oid))
		start_index_scan(cursor);
	else
		cursor->places = sg_tid_map_create(cursor->catalog, cursor->key_attribute, cursor->keys,
										cursor->nkeys, cursor->wanted, cursor->snapshot);
	MemoryContextSwitchTo(old);
}

/* Goes to the next index entry, unless there is one not yet handed out; false at the end. */
static bool
find_entry(SgCatalogScan *cursor)
{
	MemoryContext old;
	bool		isnull;

	if (cursor->at_entry)
		return true;
	if (cursor->exhausted)
		return false;
	if (cursor->catalog == NULL)
		start(cursor);
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
fetch_entry(SgCatalogScan *cursor)
{
	bool		should_free;

	cursor->at_entry = false;
	if (!index_fetch_heap(cursor->scan, cursor->slot))
		return NULL;
	return ExecFetchSlotHeapTuple(cursor->slot, false, &should_free);
}

/* the page, pinned and with nobody left who could be moving its rows */
static Buffer
turn_to_page(SgCatalogScan *cursor, BlockNumber block)
{
	Buffer		buffer = ReadBuffer(cursor->catalog, block);

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
	return buffer;
}

/* The next row of a cursor by keys with this key, or NULL. */
static HeapTuple
next_place(SgCatalogScan *cursor, Oid key)
{
	HeapTuple	tuple = &cursor->tuple;
	Buffer		buffer = cursor->buffer;
	bool		turn;			/* to another page? */
	ItemId		item;

	if (cursor->catalog == NULL)
		start(cursor);
	if (!sg_tid_map_next(cursor->places, key, &tuple->t_self))
		return NULL;
	turn = !BufferIsValid(buffer) ||
		BufferGetBlockNumber(buffer) != ItemPointerGetBlockNumber(&tuple->t_self);
	if (turn)
		buffer = turn_to_page(cursor, ItemPointerGetBlockNumber(&tuple->t_self));
	item = PageGetItemId(BufferGetPage(buffer), ItemPointerGetOffsetNumber(&tuple->t_self));
	tuple->t_data = (HeapTupleHeader) PageGetItem(BufferGetPage(buffer), item);
	tuple->t_len = ItemIdGetLength(item);
	tuple->t_tableOid = cursor->catalog_oid;
	if (turn)
		ExecStorePinnedBufferHeapTuple(tuple, cursor->slot, buffer);
	else
		ExecStoreBufferHeapTuple(tuple, cursor->slot, buffer);
	cursor->buffer = buffer;
	return tuple;
}

/* The next tuple of a cursor by an index, whatever its key, or NULL.  Valid until the next call. */
HeapTuple
sg_scan_next_any(SgCatalogScan *cursor)
{
	HeapTuple	tuple;

	Assert(OidIsValid(cursor->index_oid));
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
sg_scan_next(SgCatalogScan *cursor, Oid key)
{
	HeapTuple	tuple;

	if (!OidIsValid(cursor->index_oid))
		return next_place(cursor, key);
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
sg_scan_attribute(SgCatalogScan *cursor, HeapTuple tuple, AttrNumber attribute, bool *isnull)
{
	Assert(tuple == ((HeapTupleTableSlot *) cursor->slot)->tuple);
	return slot_getattr(cursor->slot, attribute, isnull);
}

void
sg_scan_close(SgCatalogScan *cursor)
{
	if (cursor->catalog != NULL)
	{
		ExecDropSingleTupleTableSlot(cursor->slot);
		if (cursor->places != NULL)
			sg_tid_map_free(cursor->places);
		else
		{
			index_endscan(cursor->scan);
			index_close(cursor->index, AccessShareLock);
		}
		table_close(cursor->catalog, AccessShareLock);
	}
	pfree(cursor);
}
