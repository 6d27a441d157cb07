/*
 * catalogs/scan.c
 *		Reads the system catalogs in step with each other.
 *
 * A scan by an index works below genam.c's systable_*(): it takes the key from the
 * index entry, so that it can skip rows without visiting the table.  It needs a
 * btree index.
 *
 * A scan by keys is for catalogs of which many rows are needed: see
 * catalogs/tid_map.c.  A row that the snapshot sees keeps its TID as long as the
 * snapshot is registered, so reading it again needs no visibility check.  Its
 * position on the page does not change while the page is pinned, provided that the
 * page has been locked once after it was pinned, to wait for a backend that is
 * moving rows (src/backend/storage/buffer/README, rules 1 and 2).
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

#define MAX_SCAN_KEYS 2

struct SgCatalogScan
{
	Oid			catalog_oid;
	Snapshot	snapshot;
	MemoryContext context;		/* outlives the single objects of a run */
	Relation	catalog;		/* NULL until the first tuple is asked for */
	TupleTableSlot *slot;		/* the tuple returned last */

	/* by an index */
	Oid			index_oid;		/* or InvalidOid */
	int			nscankeys;
	ScanKeyData scankeys[MAX_SCAN_KEYS];
	Relation	index;
	IndexScanDesc index_scan;
	bool		at_entry;		/* at an entry that has not been returned yet? */
	Oid			key;			/* ... with this key */
	bool		exhausted;

	/* by keys */
	AttrNumber	key_attribute;
	const Oid  *keys;
	int			nkeys;
	SgTupleFilter wanted;
	SgTidMap   *tid_map;
	Buffer		buffer;			/* the page of the tuple returned last, pinned by the slot */
	HeapTupleData tuple;
};

/*
 * Begins a scan of "catalog" in the order of "index", whose first column is
 * "key_attribute", an OID.  It returns all rows, or those with the key "only" if that
 * is valid.  When the first tuple is fetched, it takes an AccessShareLock on the
 * catalog, which sg_scan_close() releases.  The scan lives in the current memory
 * context; the snapshot must stay registered.
 */
SgCatalogScan *
sg_scan_open(Oid catalog, Oid index, AttrNumber key_attribute, Snapshot snapshot, Oid only)
{
	SgCatalogScan *scan = palloc0(sizeof(SgCatalogScan));

	scan->catalog_oid = catalog;
	scan->index_oid = index;
	scan->snapshot = snapshot;
	scan->context = CurrentMemoryContext;
	if (OidIsValid(only))
		sg_scan_require(scan, key_attribute, BTEqualStrategyNumber, F_OIDEQ,
						  ObjectIdGetDatum(only));
	return scan;
}

/* Adds a condition on a column of the index.  Must be called before the first tuple is fetched. */
void
sg_scan_require(SgCatalogScan *scan, AttrNumber attribute, StrategyNumber strategy,
				  RegProcedure procedure, Datum value)
{
	Assert(OidIsValid(scan->index_oid) && scan->catalog == NULL);
	Assert(scan->nscankeys < MAX_SCAN_KEYS);
	ScanKeyInit(&scan->scankeys[scan->nscankeys++], attribute, strategy, procedure, value);
}

/*
 * Begins a scan of the rows whose "key_attribute", an OID that is never null, is one
 * of "keys", and which are "wanted".  The keys are in ascending order and must stay
 * valid until the scan is closed.  Rows with the same key are returned in any order.
 * Otherwise like sg_scan_open(); for sg_scan_next() only.
 */
SgCatalogScan *
sg_scan_open_keys(Oid catalog, AttrNumber key_attribute, Snapshot snapshot,
					const Oid *keys, int nkeys, SgTupleFilter wanted)
{
	SgCatalogScan *scan = palloc0(sizeof(SgCatalogScan));

	scan->catalog_oid = catalog;
	scan->snapshot = snapshot;
	scan->context = CurrentMemoryContext;
	scan->key_attribute = key_attribute;
	scan->keys = keys;
	scan->nkeys = nkeys;
	scan->wanted = wanted;
	return scan;
}

/* Returns the number that a column of the catalog has in the index. */
static AttrNumber
index_column(SgCatalogScan *scan, AttrNumber attribute)
{
	for (int i = 0; i < IndexRelationGetNumberOfAttributes(scan->index); i++)
	{
		if (scan->index->rd_index->indkey.values[i] == attribute)
			return i + 1;
	}
	elog(ERROR, "column %d is not in index %u", attribute, scan->index_oid);
	return InvalidAttrNumber;	/* keep compiler quiet */
}

static void
start_index_scan(SgCatalogScan *scan)
{
	scan->index = index_open(scan->index_oid, AccessShareLock);
	for (int i = 0; i < scan->nscankeys; i++)
		scan->scankeys[i].sk_attno = index_column(scan, scan->scankeys[i].sk_attno);
	scan->index_scan = sg_compat_index_beginscan(scan->catalog, scan->index, scan->snapshot,
											 scan->nscankeys);
	scan->index_scan->xs_want_itup = true;
	index_rescan(scan->index_scan, scan->scankeys, scan->nscankeys, NULL, 0);
}

static void
start(SgCatalogScan *scan)
{
	MemoryContext old = MemoryContextSwitchTo(scan->context);

	scan->catalog = table_open(scan->catalog_oid, AccessShareLock);
	scan->slot = table_slot_create(scan->catalog, NULL);
	if (OidIsValid(scan->index_oid))
		start_index_scan(scan);
	else
		scan->tid_map = sg_tid_map_create(scan->catalog, scan->key_attribute, scan->keys,
										scan->nkeys, scan->wanted, scan->snapshot);
	MemoryContextSwitchTo(old);
}

/* Moves to the next index entry, unless the current one has not been returned.  False at the end. */
static bool
find_entry(SgCatalogScan *scan)
{
	MemoryContext old;
	bool		isnull;

	if (scan->at_entry)
		return true;
	if (scan->exhausted)
		return false;
	if (scan->catalog == NULL)
		start(scan);
	old = MemoryContextSwitchTo(scan->context);
	scan->at_entry = index_getnext_tid(scan->index_scan, ForwardScanDirection) != NULL;
	MemoryContextSwitchTo(old);
	scan->exhausted = !scan->at_entry;
	if (scan->at_entry)
		scan->key = DatumGetObjectId(index_getattr(scan->index_scan->xs_itup, 1,
													 RelationGetDescr(scan->index), &isnull));
	return scan->at_entry;
}

/* Returns the tuple of the current entry, or NULL if the snapshot does not see it. */
static HeapTuple
fetch_entry(SgCatalogScan *scan)
{
	bool		should_free;

	scan->at_entry = false;
	if (!index_fetch_heap(scan->index_scan, scan->slot))
		return NULL;
	return ExecFetchSlotHeapTuple(scan->slot, false, &should_free);
}

/* Returns the page, pinned, after waiting for backends that may be moving its rows. */
static Buffer
turn_to_page(SgCatalogScan *scan, BlockNumber block)
{
	Buffer		buffer = ReadBuffer(scan->catalog, block);

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
	return buffer;
}

/* Returns the next row with this key of a scan by keys, or NULL. */
static HeapTuple
next_tid(SgCatalogScan *scan, Oid key)
{
	HeapTuple	tuple = &scan->tuple;
	Buffer		buffer = scan->buffer;
	bool		turn;			/* to another page? */
	ItemId		item;

	if (scan->catalog == NULL)
		start(scan);
	if (!sg_tid_map_next(scan->tid_map, key, &tuple->t_self))
		return NULL;
	turn = !BufferIsValid(buffer) ||
		BufferGetBlockNumber(buffer) != ItemPointerGetBlockNumber(&tuple->t_self);
	if (turn)
		buffer = turn_to_page(scan, ItemPointerGetBlockNumber(&tuple->t_self));
	item = PageGetItemId(BufferGetPage(buffer), ItemPointerGetOffsetNumber(&tuple->t_self));
	tuple->t_data = (HeapTupleHeader) PageGetItem(BufferGetPage(buffer), item);
	tuple->t_len = ItemIdGetLength(item);
	tuple->t_tableOid = scan->catalog_oid;
	if (turn)
		ExecStorePinnedBufferHeapTuple(tuple, scan->slot, buffer);
	else
		ExecStoreBufferHeapTuple(tuple, scan->slot, buffer);
	scan->buffer = buffer;
	return tuple;
}

/* Returns the next tuple of a scan by an index, whatever its key, or NULL.  Valid until the next call. */
HeapTuple
sg_scan_next_any(SgCatalogScan *scan)
{
	HeapTuple	tuple;

	Assert(OidIsValid(scan->index_oid));
	while (find_entry(scan))
	{
		if ((tuple = fetch_entry(scan)) != NULL)
			return tuple;
	}
	return NULL;
}

/*
 * Returns the next tuple with this key, or NULL if there are no more.  Skips tuples
 * with smaller keys: from call to call, keys must not decrease.  The tuple is valid
 * until the next call.
 */
HeapTuple
sg_scan_next(SgCatalogScan *scan, Oid key)
{
	HeapTuple	tuple;

	if (!OidIsValid(scan->index_oid))
		return next_tid(scan, key);
	while (find_entry(scan))
	{
		if (scan->key > key)
			return NULL;
		if (scan->key < key)
			scan->at_entry = false;
		else if ((tuple = fetch_entry(scan)) != NULL)
			return tuple;
	}
	return NULL;
}

/* Returns an attribute of the tuple that the scan returned last. */
Datum
sg_scan_attribute(SgCatalogScan *scan, HeapTuple tuple, AttrNumber attribute, bool *isnull)
{
	Assert(tuple == ((HeapTupleTableSlot *) scan->slot)->tuple);
	return slot_getattr(scan->slot, attribute, isnull);
}

void
sg_scan_close(SgCatalogScan *scan)
{
	if (scan->catalog != NULL)
	{
		ExecDropSingleTupleTableSlot(scan->slot);
		if (scan->tid_map != NULL)
			sg_tid_map_free(scan->tid_map);
		else
		{
			index_endscan(scan->index_scan);
			index_close(scan->index, AccessShareLock);
		}
		table_close(scan->catalog, AccessShareLock);
	}
	pfree(scan);
}
