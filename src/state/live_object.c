/*
 * state/live_object.c
 *		The objects of the live state: schema_guard.live_object.
 *
 * See state/live_state.h for properties that all live_*.c share.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/fmgroids.h"

#include "state/delta.h"
#include "state/digest_column.h"
#include "state/live_object.h"
#include "state/live_state.h"
#include "support/table.h"

enum ObjectColumn
{
	OBJECT_CLASSID = 1,
	OBJECT_OBJID,
	OBJECT_DIGEST,
	OBJECT_ITEM_KEYS,
	OBJECT_COLUMNS = OBJECT_ITEM_KEYS
};

static const SgTableShape live_object_shape = {
	"live_object", OBJECT_COLUMNS, {OIDOID, OIDOID, BYTEAOID, OIDARRAYOID}
};

static void
read_row(const SgTable *table, HeapTuple tuple, SgLiveObject *row)
{
	bool		isnull;
	Datum		keys;
	ArrayType  *array;

	row->classid = DatumGetObjectId(sg_table_value(table, tuple, OBJECT_CLASSID, &isnull));
	row->objid = DatumGetObjectId(sg_table_value(table, tuple, OBJECT_OBJID, &isnull));
	if (!sg_digest_column(table, tuple, OBJECT_DIGEST, &row->digest))
		memset(&row->digest, 0, sizeof(SgDigest));
	row->nkeys = 0;
	row->keys = NULL;
	keys = sg_table_value(table, tuple, OBJECT_ITEM_KEYS, &isnull);
	if (isnull)
		return;
	array = DatumGetArrayTypeP(keys);
	if (ARR_NDIM(array) == 1 && !ARR_HASNULL(array))
	{
		row->nkeys = ARR_DIMS(array)[0];
		row->keys = palloc(sizeof(Oid) * row->nkeys);
		memcpy(row->keys, ARR_DATA_PTR(array), sizeof(Oid) * row->nkeys);
	}
}

static SysScanDesc
scan_object(SgTable *table, Oid classid, Oid objid)
{
	SgTableKey	keys[] = {
		{OBJECT_CLASSID, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(classid)},
		{OBJECT_OBJID, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(objid)}
	};

	return sg_table_scan(table, "live_object_pkey", OidIsValid(objid) ? 2 : 1, keys);
}

/* Finds an object's row.  Returns false if there is none. */
bool
sg_live_object_find(Oid classid, Oid objid, SgLiveObject *row)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_live_open_table(&table, &live_object_shape);
	scan = scan_object(&table, classid, objid);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		read_row(&table, tuple, row);
	systable_endscan(scan);
	sg_table_close(&table);
	return HeapTupleIsValid(tuple);
}

/*
 * Passes the rows of a class, or all rows if "classid" is invalid, to the receiver,
 * which may keep what a row points to.
 */
void
sg_live_object_scan(Oid classid, SgLiveObjectReceiver receive, void *arg)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_live_open_table(&table, &live_object_shape);
	scan = OidIsValid(classid) ? scan_object(&table, classid, InvalidOid) :
		sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		SgLiveObject row;

		read_row(&table, tuple, &row);
		receive(&row, arg);
	}
	systable_endscan(scan);
	sg_table_close(&table);
}

static Datum
keys_datum(const SgObject *object)
{
	Datum	   *keys = palloc(sizeof(Datum) * Max(object->nitems, 1));

	for (int i = 0; i < object->nitems; i++)
		keys[i] = ObjectIdGetDatum(object->items[i].stable_id);
	return PointerGetDatum(construct_array(keys, object->nitems, OIDOID, sizeof(Oid), true,
										   TYPALIGN_INT));
}

static void
publish_object(SgTable *table, const SgObjectChange *change)
{
	SysScanDesc scan = scan_object(table, change->classid, change->objid);
	HeapTuple	old = systable_getnext(scan);
	Datum		values[OBJECT_COLUMNS] = {0};
	bool		nulls[OBJECT_COLUMNS] = {0};

	if (change->after != NULL)
	{
		values[OBJECT_CLASSID - 1] = ObjectIdGetDatum(change->classid);
		values[OBJECT_OBJID - 1] = ObjectIdGetDatum(change->objid);
		values[OBJECT_DIGEST - 1] = sg_digest_datum(&change->digest_after);
		values[OBJECT_ITEM_KEYS - 1] = keys_datum(change->after);
	}
	if (!HeapTupleIsValid(old))
	{
		if (change->after != NULL)
			sg_table_insert(table, values, nulls);
	}
	else if (change->after == NULL)
		sg_table_delete(table, old);
	else
	{
		bool		replaces[OBJECT_COLUMNS] = {0};

		replaces[OBJECT_DIGEST - 1] = true;
		replaces[OBJECT_ITEM_KEYS - 1] = true;
		sg_table_update(table, old, values, nulls, replaces);
	}
	systable_endscan(scan);
}

/* Brings the rows of objects up to date with a List of SgObjectChange *. */
void
sg_live_object_publish(const List *changes)
{
	SgTable		table;
	ListCell   *lc;

	if (changes == NIL)
		return;
	sg_live_open_table(&table, &live_object_shape);
	foreach(lc, changes)
		publish_object(&table, lfirst(lc));
	sg_table_close(&table);
}
