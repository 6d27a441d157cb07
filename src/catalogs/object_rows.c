/*
 * catalogs/object_rows.c
 *		Catalog rows about objects of any class.
 *
 * Such a catalog (comments, security labels) has no row for most objects, but
 * it takes an index scan for each object to find that out.  When everything is
 * described, the catalog is therefore loaded: it is scanned once, and its rows are
 * kept by object.  Otherwise each object is looked up by the index.
 *
 * The first column of the catalog, and of the index, is the object's OID; if there
 * are objects of several classes, the second is the OID of the class.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "common/hashfn.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "catalogs/object_rows.h"

#define OBJECT_COLUMN 1
#define CLASS_COLUMN 2

typedef struct RowsKey
{
	Oid			classid;
	Oid			objid;
} RowsKey;

typedef struct RowsEntry
{
	RowsKey		key;
	char		status;
	List	   *rows;			/* of HeapTuple */
} RowsEntry;

#define SH_PREFIX rows
#define SH_ELEMENT_TYPE RowsEntry
#define SH_KEY_TYPE RowsKey
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_combine(murmurhash32((key).objid), (key).classid)
#define SH_EQUAL(table, a, b) ((a).objid == (b).objid && (a).classid == (b).classid)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct SgObjectRows
{
	Oid			catalog;
	Oid			index;
	bool		by_class;		/* is there a column with the class? */
	SgTupleFilter wanted;
	Snapshot	snapshot;
	MemoryContext context;
	TupleDesc	desc;			/* the catalog's, once it has been read */
	rows_hash  *loaded;			/* NULL: look up each object */
};

/*
 * Makes the "wanted" rows of a catalog available, in the current memory context.
 * "by_class" says whether it has a column with the object's class.  The snapshot
 * must stay registered.
 */
SgObjectRows *
sg_object_rows_create(Oid catalog, Oid index, bool by_class, SgTupleFilter wanted,
					  Snapshot snapshot)
{
	SgObjectRows *rows = palloc0(sizeof(SgObjectRows));

	rows->catalog = catalog;
	rows->index = index;
	rows->by_class = by_class;
	rows->wanted = wanted;
	rows->snapshot = snapshot;
	rows->context = CurrentMemoryContext;
	return rows;
}

static Relation
open_catalog(SgObjectRows *rows)
{
	Relation	rel = table_open(rows->catalog, AccessShareLock);

	if (rows->desc == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(rows->context);

		rows->desc = CreateTupleDescCopy(RelationGetDescr(rel));
		MemoryContextSwitchTo(old);
	}
	return rel;
}

/* Returns the value of an OID column that is never null. */
static Oid
oid_column(const SgObjectRows *rows, HeapTuple row, AttrNumber attribute)
{
	bool		isnull;

	return DatumGetObjectId(heap_getattr(row, attribute, rows->desc, &isnull));
}

/* Keeps a row, unless it is about an object that came with the server. */
static void
keep_row(SgObjectRows *rows, HeapTuple row)
{
	RowsKey		key = {.objid = oid_column(rows, row, OBJECT_COLUMN)};
	RowsEntry  *entry;
	bool		found;

	if (key.objid < FirstNormalObjectId)
		return;
	if (rows->by_class)
		key.classid = oid_column(rows, row, CLASS_COLUMN);
	entry = rows_insert(rows->loaded, key, &found);
	if (!found)
		entry->rows = NIL;
	entry->rows = lappend(entry->rows, heap_copytuple(row));
}

/*
 * Loads the whole catalog.  From then on, only objects that came with the server,
 * such as the schema public, are looked up one by one.
 */
void
sg_object_rows_load(SgObjectRows *rows)
{
	MemoryContext old = MemoryContextSwitchTo(rows->context);
	Relation	rel = open_catalog(rows);
	TableScanDesc scan = table_beginscan_strat(rel, rows->snapshot, 0, NULL, true, false);
	HeapTuple	row;

	rows->loaded = rows_create(rows->context, 64, NULL);
	while ((row = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		if (rows->wanted == NULL || rows->wanted(row))
			keep_row(rows, row);
	}
	table_endscan(scan);
	table_close(rel, AccessShareLock);
	MemoryContextSwitchTo(old);
}

/* Returns copies of an object's rows, in the current memory context. */
static List *
look_up(SgObjectRows *rows, Oid classid, Oid objid)
{
	Relation	rel = open_catalog(rows);
	ScanKeyData keys[2];
	int			nkeys = 0;
	SysScanDesc scan;
	HeapTuple	row;
	List	   *found = NIL;

	ScanKeyInit(&keys[nkeys++], OBJECT_COLUMN, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(objid));
	if (rows->by_class)
		ScanKeyInit(&keys[nkeys++], CLASS_COLUMN, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(classid));
	scan = systable_beginscan(rel, rows->index, true, rows->snapshot, nkeys, keys);
	while ((row = systable_getnext(scan)) != NULL)
	{
		if (rows->wanted == NULL || rows->wanted(row))
			found = lappend(found, heap_copytuple(row));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

/*
 * Returns the rows (HeapTuple) of an object, in no particular order.  The caller
 * must not change or free them.  They live as long as the current memory context or
 * that of the SgObjectRows, whichever ends first.
 */
List *
sg_object_rows_find(SgObjectRows *rows, Oid classid, Oid objid)
{
	RowsKey		key = {.classid = rows->by_class ? classid : InvalidOid,.objid = objid};
	RowsEntry  *entry;

	if (rows->loaded == NULL || objid < FirstNormalObjectId)
		return look_up(rows, classid, objid);
	entry = rows_lookup(rows->loaded, key);
	return entry != NULL ? entry->rows : NIL;
}

/* Returns an attribute of a row that was found. */
Datum
sg_object_rows_attribute(const SgObjectRows *rows, HeapTuple row, AttrNumber attribute,
						 bool *isnull)
{
	return heap_getattr(row, attribute, rows->desc, isnull);
}
