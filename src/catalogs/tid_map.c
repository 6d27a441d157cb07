/*
 * catalogs/tid_map.c
 *		Where the rows of a catalog are, by a key that many of them share.
 *
 * To fetch a hundred thousand rows one by one through an index costs several
 * times what a sequential scan of all rows does: an index entry, a lock on the
 * page and a look at the row's visibility for each of them.  So the catalog is
 * scanned once, and what is kept of it is only which rows belong to which key.
 * The rows of one key mostly stand behind each other, because they were made
 * together: a run of them takes twelve bytes.  Nothing has to be sorted, for
 * the keys are known.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "access/tupmacs.h"
#include "utils/rel.h"

#include "catalogs/tid_map.h"

#define NO_RUN (-1)

/* rows that stand behind each other on a page */
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
	int			key;			/* sg_tid_map_next()'s: the key at hand, an index ... */
	int			run;			/* ... its run ... */
	int			done;			/* ... and how many of that were handed out */
};

/*
 * The index of a key, or -1.  "hint" is that of the one asked for before:
 * catalogs are mostly in the order of OIDs.
 */
static int
find_key(const SgTidMap *places, Oid key, int hint)
{
	int			low = 0;
	int			high = places->nkeys - 1;

	if (hint + 1 <= high && places->keys[hint + 1] == key)
		return hint + 1;
	while (low <= high)
	{
		int			middle = low + (high - low) / 2;

		if (places->keys[middle] == key)
			return middle;
		if (places->keys[middle] < key)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return -1;
}

/* Is this where the run goes on? */
static bool
continues(const Run *run, ItemPointer place)
{
	return run->block == ItemPointerGetBlockNumber(place) &&
		run->offset + run->count == ItemPointerGetOffsetNumber(place);
}

static void
add_place(SgTidMap *places, RunList *list, ItemPointer place)
{
	Run		   *run;

	if (list->first != NO_RUN && continues(&places->runs[list->last], place))
	{
		places->runs[list->last].count++;
		return;
	}
	if (places->nruns >= places->maxruns)
	{
		places->maxruns *= 2;
		places->runs = repalloc_huge(places->runs, sizeof(Run) * places->maxruns);
	}
	if (list->first == NO_RUN)
		list->first = places->nruns;
	else
		places->runs[list->last].next = places->nruns;
	list->last = places->nruns;
	run = &places->runs[places->nruns++];
	run->block = ItemPointerGetBlockNumber(place);
	run->offset = ItemPointerGetOffsetNumber(place);
	run->count = 1;
	run->next = NO_RUN;
}

/*
 * Where a column of a fixed width that is never null, as are all before it, is
 * in the fixed part of a row.
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
scan_catalog(SgTidMap *places, Relation catalog, AttrNumber key_attribute, SgTupleFilter wanted,
			 Snapshot snapshot)
{
	/* no ring of buffers: what is read here is read again very soon */
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
			found = find_key(places, key, hint);
			last_key = key;
			if (found >= 0)
				hint = found;
		}
		if (found >= 0 && (wanted == NULL || wanted(row)))
			add_place(places, &places->lists[found], &row->t_self);
	}
	table_endscan(scan);
}

/*
 * Finds the rows that the snapshot sees, whose key (an OID, never null) is one
 * of "keys", which are in ascending order and stay the caller's, and which are
 * "wanted".  In the current memory context.
 */
SgTidMap *
sg_tid_map_create(Relation catalog, AttrNumber key_attribute, const Oid *keys, int nkeys,
			   SgTupleFilter wanted, Snapshot snapshot)
{
	SgTidMap   *places = palloc0(sizeof(SgTidMap));

	places->keys = keys;
	places->nkeys = nkeys;
	places->lists = palloc(sizeof(RunList) * Max(nkeys, 1));
	for (int i = 0; i < nkeys; i++)
		places->lists[i].first = NO_RUN;
	places->maxruns = 64;
	places->runs = palloc(sizeof(Run) * places->maxruns);
	scan_catalog(places, catalog, key_attribute, wanted, snapshot);
	places->run = nkeys > 0 ? places->lists[0].first : NO_RUN;
	return places;
}

/*
 * The place of the next row with that key, in the order in which the rows
 * stand; false if there is no more of them.  From call to call, keys must not
 * decrease.
 */
bool
sg_tid_map_next(SgTidMap *places, Oid key, ItemPointer place)
{
	const Run  *run;

	while (places->key < places->nkeys && places->keys[places->key] < key)
	{
		places->key++;
		places->done = 0;
		places->run = places->key < places->nkeys ? places->lists[places->key].first : NO_RUN;
	}
	if (places->run == NO_RUN || places->keys[places->key] != key)
		return false;
	run = &places->runs[places->run];
	ItemPointerSet(place, run->block, run->offset + places->done);
	if (++places->done >= run->count)
	{
		places->done = 0;
		places->run = run->next;
	}
	return true;
}

void
sg_tid_map_free(SgTidMap *places)
{
	pfree(places->lists);
	pfree(places->runs);
	pfree(places);
}
