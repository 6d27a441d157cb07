/*
 * rules/rule_change.c
 *		What the transaction has done to a table's columns and constraints.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "format/item_text.h"
#include "format/sql.h"
#include "rules/rule.h"
#include "rules/scanned.h"
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

static bool
is_foreign_key(const SgItem *item)
{
	return sg_item_is(item, SG_ITEM_CONSTRAINT) && strncmp(item->definition, "FOREIGN KEY ", 12) == 0;
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
		(is_foreign_key(item) || strncmp(item->definition, "CHECK ", 6) == 0) &&
		!is_not_valid(item->definition) && (before == NULL || is_not_valid(before));
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

/*
 * Returns true if the constraint is older than this transaction, as one that a
 * partition keeps when it is detached.
 */
static bool
was_there(Oid constraint)
{
	Relation	constraints = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found = false;

	ScanKeyInit(&key, Anum_pg_constraint_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(constraint));
	scan = systable_beginscan(constraints, ConstraintOidIndexId, true, SnapshotAny, 1, &key);
	while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
		found = !TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data));
	systable_endscan(scan);
	table_close(constraints, AccessShareLock);
	return found;
}

/* Adds a finding if the foreign key of the item is new, and no index supports it. */
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

		if (key_name != NULL && strcmp(key_name, name) == 0 && !was_there(key->conoid) && !has_index(rel, key))
			sg_rule_add(findings, SG_RULE_FOREIGN_KEY_WITHOUT_INDEX, change->after->type, change->after->identity,
						psprintf("table %s (%s) has no index for foreign key %s: each DELETE of what it refers to reads all of it",
								 change->after->identity, size, key_name));
	}
}

static void
check_items(List **findings, Relation rel, const SgObjectChange *change, const char *size)
{
	bool		readable = CheckRelationLockedByMe(rel, ShareRowExclusiveLock, true) &&
		sg_compat_first_file_subid(rel) == InvalidSubTransactionId &&
		sg_scanned_by_command(RelationGetRelid(rel));

	for (int i = 0; i < change->after->nitems; i++)
	{
		const SgItem *item = &change->after->items[i];

		if (readable && is_validated(change, item))
			sg_rule_add(findings, SG_RULE_TABLE_SCANNED, change->after->type, change->after->identity,
						psprintf("table %s (%s) was read from end to end for %s, and nobody could write to it meanwhile",
								 change->after->identity, size, item->attribute));
		if (is_foreign_key(item) && definition_before(change, item) == NULL)
			check_foreign_key(findings, rel, change, item, size);
	}
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
		sg_rule_check_dropped(findings, change);
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

		check_items(findings, rel, change, size);
	}
	RelationClose(rel);
}
