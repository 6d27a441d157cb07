/*
 * sg_catalog.c
 *		Reading the system catalogs in step with each other.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "sg_catalog.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#define MAX_CURSOR_KEYS 2

struct SgCursor
{
	Relation	catalog;
	Relation	index;
	AttrNumber	key_attribute;
	Snapshot	snapshot;
	MemoryContext context;		/* the scan's own, which outlives the objects */
	int			nkeys;
	ScanKeyData keys[MAX_CURSOR_KEYS];
	SysScanDesc scan;			/* NULL until the first tuple is asked for */
	HeapTuple	pending;		/* fetched, not yet handed out */
	bool		exhausted;
};

/*
 * Opens a cursor over "catalog" in the order of "index", whose first column is
 * "key_attribute", an OID; over all rows, or those with the key "only" if that
 * is valid.  Takes AccessShareLock on the catalog until sg_cursor_close.  The
 * cursor lives in the current memory context, whatever is current later.
 */
SgCursor *
sg_cursor_open(Oid catalog, Oid index, AttrNumber key_attribute, Snapshot snapshot, Oid only)
{
	SgCursor   *cursor = palloc0(sizeof(SgCursor));

	cursor->catalog = table_open(catalog, AccessShareLock);
	cursor->index = index_open(index, AccessShareLock);
	cursor->key_attribute = key_attribute;
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

static HeapTuple
fetch(SgCursor *cursor)
{
	MemoryContext old;
	HeapTuple	tuple;

	if (cursor->exhausted)
		return NULL;
	old = MemoryContextSwitchTo(cursor->context);
	if (cursor->scan == NULL)
		cursor->scan = systable_beginscan_ordered(cursor->catalog, cursor->index,
												  cursor->snapshot, cursor->nkeys, cursor->keys);
	tuple = systable_getnext_ordered(cursor->scan, ForwardScanDirection);
	if (!HeapTupleIsValid(tuple))
		cursor->exhausted = true;
	MemoryContextSwitchTo(old);
	return tuple;
}

/* The next tuple, whatever its key, or NULL.  Valid until the next call. */
HeapTuple
sg_cursor_next_any(SgCursor *cursor)
{
	HeapTuple	tuple = cursor->pending;

	if (tuple != NULL)
		cursor->pending = NULL;
	else
		tuple = fetch(cursor);
	return tuple;
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

	while ((tuple = sg_cursor_next_any(cursor)) != NULL)
	{
		bool		isnull;
		Oid			found = DatumGetObjectId(heap_getattr(tuple, cursor->key_attribute,
														  RelationGetDescr(cursor->catalog),
														  &isnull));

		if (found == key)
			return tuple;
		if (found > key)
		{
			cursor->pending = tuple;
			return NULL;
		}
	}
	return NULL;
}

/* An attribute of a tuple that the cursor returned. */
Datum
sg_cursor_attribute(SgCursor *cursor, HeapTuple tuple, AttrNumber attribute, bool *isnull)
{
	return heap_getattr(tuple, attribute, RelationGetDescr(cursor->catalog), isnull);
}

void
sg_cursor_close(SgCursor *cursor)
{
	if (cursor->scan != NULL)
		systable_endscan_ordered(cursor->scan);
	index_close(cursor->index, AccessShareLock);
	table_close(cursor->catalog, AccessShareLock);
	pfree(cursor);
}
