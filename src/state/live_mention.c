/*
 * state/live_mention.c
 *		Which objects the text of each object names: schema_guard.live_mention.
 *
 * See state/live_state.h for properties that all live_*.c share.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/fmgroids.h"

#include "state/delta.h"
#include "state/live_mention.h"
#include "state/live_state.h"
#include "support/table.h"

enum MentionColumn
{
	MENTION_CLASSID = 1,
	MENTION_OBJID,
	MENTION_MENTIONED,
	MENTION_COLUMNS = MENTION_MENTIONED
};

static const SgTableShape live_mention_shape = {
	"live_mention", MENTION_COLUMNS, {OIDOID, OIDOID, OIDOID}
};

static Oid
oid_value(const SgTable *table, HeapTuple tuple, AttrNumber column)
{
	bool		isnull;

	return DatumGetObjectId(sg_table_value(table, tuple, column, &isnull));
}

static void
receive_rows(SgTable *table, SysScanDesc scan, SgLiveMentionReceiver receive, void *arg)
{
	HeapTuple	tuple;

	while ((tuple = systable_getnext(scan)) != NULL)
		receive(oid_value(table, tuple, MENTION_CLASSID), oid_value(table, tuple, MENTION_OBJID),
				oid_value(table, tuple, MENTION_MENTIONED), arg);
	systable_endscan(scan);
}

static SysScanDesc
scan_mentions(SgTable *table, int nkeys, Oid classid, Oid objid, Oid mentioned)
{
	SgTableKey	keys[] = {
		{MENTION_CLASSID, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(classid)},
		{MENTION_OBJID, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(objid)},
		{MENTION_MENTIONED, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(mentioned)}
	};

	return sg_table_scan(table, "live_mention_pkey", nkeys, keys);
}

/*
 * Passes the mentions in an object's text to the receiver; if "objid" is invalid,
 * those in texts of the class; if "classid" is, too, all mentions.
 */
void
sg_live_mention_scan(Oid classid, Oid objid, SgLiveMentionReceiver receive, void *arg)
{
	SgTable		table;

	sg_live_open_table(&table, &live_mention_shape);
	receive_rows(&table, !OidIsValid(classid) ? sg_table_scan_all(&table) :
				 scan_mentions(&table, OidIsValid(objid) ? 2 : 1, classid, objid, InvalidOid),
				 receive, arg);
	sg_table_close(&table);
}

/* Passes the mentions of this OID, which may be SG_MENTION_ANY, to the receiver. */
void
sg_live_mention_scan_naming(Oid mentioned, SgLiveMentionReceiver receive, void *arg)
{
	SgTableKey	key = {MENTION_MENTIONED, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(mentioned)};
	SgTable		table;

	sg_live_open_table(&table, &live_mention_shape);
	receive_rows(&table, sg_table_scan(&table, "live_mention_mentioned", 1, &key), receive, arg);
	sg_table_close(&table);
}

static void
insert_mention(SgTable *table, const SgObjectChange *change, Oid mentioned)
{
	Datum		values[MENTION_COLUMNS];
	bool		nulls[MENTION_COLUMNS] = {0};

	values[MENTION_CLASSID - 1] = ObjectIdGetDatum(change->classid);
	values[MENTION_OBJID - 1] = ObjectIdGetDatum(change->objid);
	values[MENTION_MENTIONED - 1] = ObjectIdGetDatum(mentioned);
	sg_table_insert(table, values, nulls);
}

static void
delete_mention(SgTable *table, const SgObjectChange *change, Oid mentioned)
{
	SysScanDesc scan = scan_mentions(table, 3, change->classid, change->objid, mentioned);
	HeapTuple	tuple = systable_getnext(scan);

	if (HeapTupleIsValid(tuple))
		sg_table_delete(table, tuple);
	systable_endscan(scan);
}

/* Deletes and inserts the differences between the two lists, which are ascending. */
static void
publish_mentions(SgTable *table, const SgObjectChange *change)
{
	const SgObject *after = change->after;
	int			count = after != NULL ? after->nmentions : 0;
	int			i = 0;
	ListCell   *lc;

	foreach(lc, change->mentions_before)
	{
		Oid			before = lfirst_oid(lc);

		while (i < count && after->mentions[i] < before)
			insert_mention(table, change, after->mentions[i++]);
		if (i < count && after->mentions[i] == before)
			i++;
		else
			delete_mention(table, change, before);
	}
	while (i < count)
		insert_mention(table, change, after->mentions[i++]);
}

/* Brings the mentions up to date with a List of SgObjectChange *. */
void
sg_live_mention_publish(const List *changes)
{
	SgTable		table;
	bool		opened = false;
	ListCell   *lc;

	foreach(lc, changes)
	{
		const SgObjectChange *change = lfirst(lc);

		/* most objects name only the server's own */
		if (change->mentions_before == NIL &&
			(change->after == NULL || change->after->nmentions == 0))
			continue;
		if (!opened)
			sg_live_open_table(&table, &live_mention_shape);
		opened = true;
		publish_mentions(&table, change);
	}
	if (opened)
		sg_table_close(&table);
}
