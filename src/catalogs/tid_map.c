/*
 * catalogs/tid_map.c
 *		The TIDs of a catalog's rows, by a key that several rows share.
 *
 * Fetching a hundred thousand rows one by one through an index costs several times
 * as much as a sequential scan: for each row an index entry, a lock on the page and
 * a visibility check.  So the catalog is scanned once, and only the TIDs of each
 * key's rows are kept.  The rows of a key are mostly next to each other, because
 * they were inserted together, and such a run takes twelve bytes.  Since the keys
 * are known, nothing has to be sorted.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "access/tupmacs.h"
#include "utils/rel.h"

#include "catalogs/tid_map.h"
#include "support/grow.h"

#define NO_RUN (-1)

/* consecutive rows of a page */
typedef struct Run
{
	BlockNumber block;
	OffsetNumber offset;		/* of the first one */
	uint16		count;
	int			next;			/* of the same key; or NO_RUN */
} Run;

/* the runs of one key */
typedef struct RunList
{
	int			first;			/* or NO_RUN */
	int			last;
} RunList;

struct SgTidMap
{
	const Oid  *keys;			/* ascending */
	int			nkeys;
	RunList    *lists;			/* of each key */
	Run		   *runs;
	int			nruns;
	int			maxruns;
	int			key;			/* for sg_tid_map_next(): the current key, an index ... */
	int			run;			/* ... its current run ... */
	int			done;			/* ... and how many rows of that have been returned */
};

/*
 * Returns the index of a key, or -1.  "hint" is the index of the previous key:
 * catalogs are mostly in the order of OIDs.
 */
static int
find_key(const SgTidMap *map, Oid key, int hint)
{
	int			low = 0;
	int			high = map->nkeys - 1;

	if (hint + 1 <= high && map->keys[hint + 1] == key)
		return hint + 1;
	while (low <= high)
	{
		int			middle = low + (high - low) / 2;

		if (map->keys[middle] == key)
			return middle;
		if (map->keys[middle] < key)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return -1;
}

/* Returns true if the row directly follows the run. */
static bool
continues(const Run *run, ItemPointer tid)
{
	return run->block == ItemPointerGetBlockNumber(tid) &&
		run->offset + run->count == ItemPointerGetOffsetNumber(tid);
}

static void
add_tid(SgTidMap *map, RunList *list, ItemPointer tid)
{
	Run		   *run;

	if (list->first != NO_RUN && continues(&map->runs[list->last], tid))
	{
		map->runs[list->last].count++;
		return;
	}
	SG_GROW(map->runs, map->nruns, map->maxruns);
	if (list->first == NO_RUN)
		list->first = map->nruns;
	else
		map->runs[list->last].next = map->nruns;
	list->last = map->nruns;
	run = &map->runs[map->nruns++];
	run->block = ItemPointerGetBlockNumber(tid);
	run->offset = ItemPointerGetOffsetNumber(tid);
	run->count = 1;
	run->next = NO_RUN;
}

/*
 * Returns the offset of a column in the fixed part of a row.  It, and all columns
 * before it, are of fixed width and never null.
 */
static int
fixed_offset(TupleDesc desc, AttrNumber attribute)
{
	int			offset = 0;

	for (int i = 0; i < attribute - 1; i++)
	{
		Form_pg_attribute form = TupleDescAttr(desc, i);

		Assert(form->attnotnull && form->attlen > 0);
		offset = att_align_nominal(offset, form->attalign) + form->attlen;
	}
	return att_align_nominal(offset, TupleDescAttr(desc, attribute - 1)->attalign);
}

static void
scan_catalog(SgTidMap *map, Relation catalog, AttrNumber key_attribute, SgTupleFilter wanted,
			 Snapshot snapshot)
{
	/* no buffer ring: the pages will be read again very soon */
	TableScanDesc scan = table_beginscan_strat(catalog, snapshot, 0, NULL, false, false);
	int			offset = fixed_offset(RelationGetDescr(catalog), key_attribute);
	Oid			last_key = InvalidOid;
	int			found = -1;
	int			hint = -1;
	HeapTuple	row;

	while ((row = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Oid			key = *(Oid *) ((char *) GETSTRUCT(row) + offset);

		if (key != last_key)
		{
			found = find_key(map, key, hint);
			last_key = key;
			if (found >= 0)
				hint = found;
		}
		if (found >= 0 && (wanted == NULL || wanted(row)))
			add_tid(map, &map->lists[found], &row->t_self);
	}
	table_endscan(scan);
}

/*
 * Creates, in the current memory context, a map of the rows that the snapshot sees,
 * that are "wanted", and whose key (an OID, never null) is one of "keys".  These are
 * in ascending order and must stay valid.
 */
SgTidMap *
sg_tid_map_create(Relation catalog, AttrNumber key_attribute, const Oid *keys, int nkeys,
			   SgTupleFilter wanted, Snapshot snapshot)
{
	SgTidMap   *map = palloc0(sizeof(SgTidMap));

	map->keys = keys;
	map->nkeys = nkeys;
	map->lists = palloc(sizeof(RunList) * Max(nkeys, 1));
	for (int i = 0; i < nkeys; i++)
		map->lists[i].first = NO_RUN;
	map->maxruns = 64;
	map->runs = palloc(sizeof(Run) * map->maxruns);
	scan_catalog(map, catalog, key_attribute, wanted, snapshot);
	map->run = nkeys > 0 ? map->lists[0].first : NO_RUN;
	return map;
}

/*
 * Finds the TID of the next row with this key, in physical order.  Returns false if
 * there are no more.  From call to call, keys must not decrease.
 */
bool
sg_tid_map_next(SgTidMap *map, Oid key, ItemPointer tid)
{
	const Run  *run;

	while (map->key < map->nkeys && map->keys[map->key] < key)
	{
		map->key++;
		map->done = 0;
		map->run = map->key < map->nkeys ? map->lists[map->key].first : NO_RUN;
	}
	if (map->run == NO_RUN || map->keys[map->key] != key)
		return false;
	run = &map->runs[map->run];
	ItemPointerSet(tid, run->block, run->offset + map->done);
	if (++map->done >= run->count)
	{
		map->done = 0;
		map->run = run->next;
	}
	return true;
}

void
sg_tid_map_free(SgTidMap *map)
{
	pfree(map->lists);
	pfree(map->runs);
	pfree(map);
}
