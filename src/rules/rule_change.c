/*
 * rules/rule_change.c
 *		What the transaction has done to a table's columns and constraints.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "format/item_text.h"
#include "format/sql.h"
#include "rules/rule.h"
#include "support/compat.h"
#include "support/settings.h"

/* Returns the definition that the item had before, or NULL. */
static const char *
definition_before(const SgObjectChange *change, const SgItem *item)
{
	return sg_item_definition(change->before, item->attribute);
}

static bool
is_not_valid(const char *definition)
{
	static const char suffix[] = " NOT VALID";
	size_t		len = strlen(definition);

	return len >= sizeof(suffix) - 1 && strcmp(definition + len - (sizeof(suffix) - 1), suffix) == 0;
}

/*
 * Returns true if a CHECK constraint already said that the column is not null: then
 * the server reads no rows.
 */
static bool
was_known(const SgObjectChange *change, const SgItem *column)
{
	const char *expected = psprintf("CHECK ((%s IS NOT NULL))",
									sg_sql_identifier(sg_item_name(column->attribute)));

	for (int i = 0; i < change->before->nitems; i++)
	{
		const SgItem *item = &change->before->items[i];

		if (sg_item_is(item, SG_ITEM_CONSTRAINT) && strcmp(item->definition, expected) == 0)
			return true;
	}
	return false;
}

/*
 * Returns true if the item is a constraint that is new or newly valid, so that the
 * rows had to be read.  NOT NULL on a column counts as one.
 */
static bool
is_validated(const SgObjectChange *change, const SgItem *item)
{
	const char *before = definition_before(change, item);
	SgColumnParts was;
	SgColumnParts is;

	if (sg_item_is(item, SG_ITEM_COLUMN) && before != NULL)
	{
		sg_item_column_parse(before, &was);
		sg_item_column_parse(item->definition, &is);
		return is.not_null && !was.not_null && !was_known(change, item);
	}
	return sg_item_is(item, SG_ITEM_CONSTRAINT) &&
		(strncmp(item->definition, "CHECK ", 6) == 0 || strncmp(item->definition, "FOREIGN KEY ", 12) == 0) &&
		!is_not_valid(item->definition) && (before == NULL || is_not_valid(before));
}

/*
 * Returns true if the transaction may have read the whole table.  The server's
 * counter dates from when it was last reported, which can be in an earlier
 * transaction.
 */
static bool
was_scanned(Oid relid)
{
	return DatumGetInt64(DirectFunctionCall1(pg_stat_get_xact_numscans, ObjectIdGetDatum(relid))) > 0;
}

/* Returns true if a valid index begins with the columns of the key, in any order. */
static bool
has_index(Relation rel, const ForeignKeyCacheInfo *key)
{
	List	   *indexes = RelationGetIndexList(rel);
	ListCell   *lc;

	foreach(lc, indexes)
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_index index;
		int			found = 0;

		if (!HeapTupleIsValid(tuple))
			continue;
		index = (Form_pg_index) GETSTRUCT(tuple);
		for (int i = 0; i < key->nkeys; i++)
		{
			for (int j = 0; j < Min(key->nkeys, index->indnkeyatts); j++)
				found += index->indkey.values[j] == key->conkey[i];
		}
		if (!index->indisvalid || !heap_attisnull(tuple, Anum_pg_index_indpred, NULL))
			found = 0;
		ReleaseSysCache(tuple);
		if (found >= key->nkeys)
			return true;
	}
	return false;
}

/* Adds a finding if no index supports the foreign key of the item. */
static void
check_foreign_key(List **findings, Relation rel, const SgObjectChange *change, const SgItem *item,
				  const char *size)
{
	char	   *name = sg_item_name(item->attribute);
	ListCell   *lc;

	foreach(lc, RelationGetFKeyList(rel))
	{
		const ForeignKeyCacheInfo *key = lfirst(lc);
		char	   *key_name = get_constraint_name(key->conoid);

		if (key_name != NULL && strcmp(key_name, name) == 0 && !has_index(rel, key))
			sg_rule_add(findings, SG_RULE_FOREIGN_KEY_WITHOUT_INDEX, change->after->type, change->after->identity,
						psprintf("table %s (%s) has no index for foreign key %s: each DELETE of what it refers to reads all of it",
								 change->after->identity, size, key_name));
	}
}

/* Adds findings about dropped columns. */
static void
check_columns(List **findings, const SgObjectChange *change, const char *size)
{
	for (int i = 0; i < change->before->nitems; i++)
	{
		const SgItem *item = &change->before->items[i];
		bool		kept = !sg_item_is(item, SG_ITEM_COLUMN);

		for (int j = 0; j < change->after->nitems && !kept; j++)
		{
			const SgItem *other = &change->after->items[j];

			kept = sg_item_is(other, SG_ITEM_COLUMN) && other->stable_id == item->stable_id;
		}
		if (!kept)
			sg_rule_add(findings, SG_RULE_DATA_DROPPED, change->after->type, change->after->identity,
						psprintf("%s of table %s (%s) was dropped, with what was in it", item->attribute,
								 change->after->identity, size));
	}
}

static void
check_items(List **findings, Relation rel, const SgObjectChange *change, const char *size)
{
	bool		readable = CheckRelationLockedByMe(rel, ShareRowExclusiveLock, true) &&
		sg_compat_first_file_subid(rel) == InvalidSubTransactionId && was_scanned(RelationGetRelid(rel));

	for (int i = 0; i < change->after->nitems; i++)
	{
		const SgItem *item = &change->after->items[i];

		if (readable && is_validated(change, item))
			sg_rule_add(findings, SG_RULE_TABLE_SCANNED, change->after->type, change->after->identity,
						psprintf("table %s (%s) was read from end to end for %s, and nobody could write to it meanwhile",
								 change->after->identity, size, item->attribute));
		if (sg_item_is(item, SG_ITEM_CONSTRAINT) && strncmp(item->definition, "FOREIGN KEY ", 12) == 0 &&
			definition_before(change, item) == NULL)
			check_foreign_key(findings, rel, change, item, size);
	}
}

/*
 * Adds a finding about a dropped table.  Its row in pg_class is deleted, but the
 * dead tuple is still there, and says how large the table was when it was last
 * analyzed.
 */
static void
check_dropped(List **findings, const SgObjectChange *change)
{
	Relation	classes = table_open(RelationRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	int64		kilobytes = -1;
	double		rows = 0;
	bool		is_table = false;

	ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(change->objid));
	scan = systable_beginscan(classes, ClassOidIndexId, true, SnapshotAny, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_class relation = (Form_pg_class) GETSTRUCT(tuple);

		is_table = relation->relkind == RELKIND_RELATION && sg_rule_concerns(relation);
		kilobytes = Max(kilobytes, (int64) relation->relpages * (BLCKSZ / 1024));
		rows = Max(rows, relation->reltuples);
	}
	systable_endscan(scan);
	table_close(classes, AccessShareLock);
	if (is_table && kilobytes >= sg_migration_rules_size)
		sg_rule_add(findings, SG_RULE_DATA_DROPPED, change->before->type, change->before->identity,
					psprintf("%s %s (%s) was dropped, with what was in it", change->before->type,
							 change->before->identity, sg_rule_size(kilobytes, rows)));
}

/* Checks what has changed in an object that existed before. */
void
sg_rule_check_change(List **findings, const SgObjectChange *change)
{
	Relation	rel;

	if (change->classid != RelationRelationId || change->before == NULL)
		return;
	if (change->after == NULL)
	{
		check_dropped(findings, change);
		return;
	}
	rel = RelationIdGetRelation(change->objid);
	if (!RelationIsValid(rel))
		return;
	/* one that is not locked has only got another name, and its file could be removed at any time */
	if (rel->rd_rel->relkind == RELKIND_RELATION && rel->rd_createSubid == InvalidSubTransactionId &&
		CheckRelationLockedByMe(rel, ShareUpdateExclusiveLock, true) &&
		sg_rule_kilobytes(rel) >= sg_migration_rules_size)
	{
		char	   *size = sg_rule_size(sg_rule_kilobytes(rel), rel->rd_rel->reltuples);

		check_columns(findings, change, size);
		check_items(findings, rel, change, size);
	}
	RelationClose(rel);
}
