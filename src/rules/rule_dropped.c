/*
 * rules/rule_dropped.c
 *		What data a transaction has dropped.
 *
 * What is gone has left its row behind: no other transaction can have removed the
 * version that this one has deleted or updated.  So it says what there was, of
 * partitions too, which have no columns of their own in a description.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "rules/rule.h"
#include "support/settings.h"

/* what a table that is gone had when it was last analyzed, with its partitions */
typedef struct Extent
{
	bool		is_table;
	int64		kilobytes;
	double		rows;
} Extent;

static bool
is_mine(TransactionId xid)
{
	return TransactionIdIsNormal(xid) && TransactionIdIsCurrentTransactionId(xid);
}

/* Returns the name that a column had which this transaction has dropped, and not added, or NULL. */
static char *
dropped_name(Relation attributes, Oid relid, AttrNumber attnum)
{
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	char	   *name = NULL;
	bool		dropped = false;

	ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(attnum));
	scan = systable_beginscan(attributes, AttributeRelidNumIndexId, true, SnapshotAny, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_attribute attribute = (Form_pg_attribute) GETSTRUCT(tuple);

		if (attribute->attisdropped)
			dropped = dropped || is_mine(HeapTupleHeaderGetXmin(tuple->t_data));
		else if (!is_mine(HeapTupleHeaderGetXmin(tuple->t_data)) &&
				 is_mine(HeapTupleHeaderGetRawXmax(tuple->t_data)))
			name = pstrdup(NameStr(attribute->attname));
	}
	systable_endscan(scan);
	return dropped ? name : NULL;
}

/* Adds the columns of a table that are gone. */
void
sg_rule_check_dropped_columns(List **findings, Relation rel, const char *type, const char *identity,
							  const char *size)
{
	Relation	attributes = table_open(AttributeRelationId, AccessShareLock);

	for (int i = 0; i < RelationGetNumberOfAttributes(rel); i++)
	{
		char	   *name;

		if (!TupleDescAttr(RelationGetDescr(rel), i)->attisdropped)
			continue;
		name = dropped_name(attributes, RelationGetRelid(rel), i + 1);
		if (name != NULL)
			sg_rule_add(findings, SG_RULE_DATA_DROPPED, type, identity,
						psprintf("%s of %s %s (%s) was dropped, with what was in it",
								 sg_item_attribute("column", name), type, identity, size));
	}
	table_close(attributes, AccessShareLock);
}

static void add_extent(Extent *extent, Oid relid);

/* Adds the partitions that have gone with their table. */
static void
add_partitions(Extent *extent, Oid relid)
{
	Relation	inherits = table_open(InheritsRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_inherits_inhparent, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(inherits, InheritsParentIndexId, true, SnapshotAny, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		if (is_mine(HeapTupleHeaderGetRawXmax(tuple->t_data)))
			add_extent(extent, ((Form_pg_inherits) GETSTRUCT(tuple))->inhrelid);
	}
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
}

static void
add_extent(Extent *extent, Oid relid)
{
	Relation	classes = table_open(RelationRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	int64		kilobytes = 0;
	double		rows = 0;
	bool		partitioned = false;

	ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(classes, ClassOidIndexId, true, SnapshotAny, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_class relation = (Form_pg_class) GETSTRUCT(tuple);

		/* older versions tell how large it once was */
		if (!is_mine(HeapTupleHeaderGetRawXmax(tuple->t_data)))
			continue;
		partitioned = relation->relkind == RELKIND_PARTITIONED_TABLE;
		extent->is_table |= (partitioned || relation->relkind == RELKIND_RELATION) && sg_rule_concerns(relation);
		kilobytes = Max(kilobytes, (int64) relation->relpages * (BLCKSZ / 1024));
		rows = Max(rows, relation->reltuples);
	}
	systable_endscan(scan);
	table_close(classes, AccessShareLock);
	if (partitioned)
		add_partitions(extent, relid);
	else
	{
		extent->kilobytes += kilobytes;
		extent->rows += rows;
	}
}

/*
 * Adds a table that is gone, with its partitions.  A partition that says nothing of its
 * own any more is gone from the description only.
 */
void
sg_rule_check_dropped(List **findings, const SgObjectChange *change)
{
	Extent		extent = {0};

	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(change->objid)))
		return;
	add_extent(&extent, change->objid);
	if (extent.is_table && extent.kilobytes >= sg_migration_rules_size)
		sg_rule_add(findings, SG_RULE_DATA_DROPPED, change->before->type, change->before->identity,
					psprintf("%s %s (%s) was dropped, with what was in it", change->before->type,
							 change->before->identity, sg_rule_size(extent.kilobytes, extent.rows)));
}
