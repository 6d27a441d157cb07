/*
 * support/table.c
 *		schema_guard's own tables without SPI, for what every DDL commit does.
 *
 * A statement through SPI costs 10 to 30 us even with a saved plan; an index scan
 * or an insert by itself costs 2 to 5.  DDL as short as ADD COLUMN takes 200 us,
 * and its commit needs about ten of them.  Therefore these tables are written in
 * the way the server writes its catalogs: CatalogTupleInsert() and the like
 * maintain the indexes of any table, unless those have expressions or predicates.
 * They do not check CHECK, NOT NULL and foreign key constraints and do not fire
 * triggers; callers must comply with these themselves.
 *
 * A table that is opened for writing is read with SnapshotSelf, which sees what is
 * committed and what this transaction has written.  That is right under the
 * publish lock (state/live_state.c), whose holder is the only one to write these
 * tables; and it takes no predicate locks, so that DDL in SERIALIZABLE
 * transactions does not fail because of our tables.  A table that is opened for
 * reading is read with the latest snapshot, whatever the isolation level, unless
 * the caller uses sg_table_read_self().
 *
 * A table that does not have the columns that this code expects causes an error,
 * and nothing worse.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "executor/tuptable.h"
#include "nodes/execnodes.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "support/compat.h"
#include "support/extension.h"
#include "support/table.h"

static void
check_shape(const SgTable *table)
{
	TupleDesc	desc = RelationGetDescr(table->rel);
	char		kind = table->rel->rd_rel->relkind;
	bool		fits = (kind == RELKIND_RELATION || kind == RELKIND_SEQUENCE) &&
		desc->natts == table->shape->ncolumns;

	for (int i = 0; fits && i < desc->natts; i++)
		fits = TupleDescAttr(desc, i)->atttypid == table->shape->types[i];
	if (fits)
		return;
	/* an extension of another version is the likely reason, and its error says what to do */
	sg_extension_require_version();
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("table schema_guard.%s is not as the extension made it",
					table->shape->name)));
}

/* The OIDs of our tables and indexes.  A commit of DDL needs twenty, and each takes two look-ups. */
typedef struct KnownRelation
{
	char		name[NAMEDATALEN];
	uint32		hash;			/* of its entry in the cache by name */
	Oid			relid;
} KnownRelation;

static KnownRelation known_relations[32];
static int	nknown = 0;

/* SyscacheCallbackFunction: a relation or schema may have been renamed or dropped. */
static void
forget_relations(Datum arg, int cache, uint32 hash)
{
	int			kept = 0;

	for (int i = 0; cache == RELNAMENSP && hash != 0 && i < nknown; i++)
	{
		if (known_relations[i].hash != hash)
			known_relations[kept++] = known_relations[i];
	}
	nknown = kept;
}

static void
remember_relation(const char *name, Oid schema, Oid relid)
{
	static bool registered = false;

	if (!registered)
	{
		CacheRegisterSyscacheCallback(RELNAMENSP, forget_relations, (Datum) 0);
		CacheRegisterSyscacheCallback(NAMESPACEOID, forget_relations, (Datum) 0);
		registered = true;
	}
	if (nknown == lengthof(known_relations))
		nknown = 0;
	strlcpy(known_relations[nknown].name, name, NAMEDATALEN);
	known_relations[nknown].hash = GetSysCacheHashValue2(RELNAMENSP, CStringGetDatum(name),
														 ObjectIdGetDatum(schema));
	known_relations[nknown].relid = relid;
	nknown++;
}

/* Returns the OID of one of our relations, or InvalidOid. */
Oid
sg_table_relid(const char *name)
{
	Oid			schema;
	Oid			relid;

	for (int i = 0; i < nknown; i++)
	{
		if (strcmp(known_relations[i].name, name) == 0)
			return known_relations[i].relid;
	}
	schema = sg_extension_schema();
	relid = get_relname_relid(name, schema);
	if (OidIsValid(relid))
		remember_relation(name, schema, relid);
	return relid;
}

static Oid
required_relation(const char *name)
{
	Oid			relid = sg_table_relid(name);

	if (OidIsValid(relid))
		return relid;
	sg_extension_require_version();	/* as above */
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("relation \"schema_guard.%s\" does not exist", name)));
}

/*
 * Opens a table for reading (AccessShareLock, released when it is closed) or for
 * writing (RowExclusiveLock, kept to the end of the transaction).
 */
void
sg_table_open(SgTable *table, const SgTableShape *shape, LOCKMODE lockmode)
{
	table->shape = shape;
	table->lockmode = lockmode;
	table->rel = table_open(required_relation(shape->name), lockmode);
	table->indexes = NULL;
	table->snapshot = lockmode >= RowExclusiveLock ? SnapshotSelf :
		RegisterSnapshot(GetLatestSnapshot());
	check_shape(table);
}

void
sg_table_close(SgTable *table)
{
	if (table->indexes != NULL)
		CatalogCloseIndexes(table->indexes);
	if (table->snapshot != SnapshotSelf)
		UnregisterSnapshot(table->snapshot);
	table_close(table->rel, table->lockmode == AccessShareLock ? AccessShareLock : NoLock);
}

/*
 * Makes scans of a table that was opened for reading take no predicate locks.  They
 * may return both versions of a row that is being updated, or none.
 */
void
sg_table_read_self(SgTable *table)
{
	if (table->snapshot != SnapshotSelf)
		UnregisterSnapshot(table->snapshot);
	table->snapshot = SnapshotSelf;
}

/*
 * Begins an index scan for the rows that satisfy all conditions, each on a column
 * of the index.  Fetch with systable_getnext(), end with systable_endscan().
 */
SysScanDesc
sg_table_scan(SgTable *table, const char *index, int nkeys, const SgTableKey *keys)
{
	ScanKeyData scan_keys[4];

	Assert(nkeys <= lengthof(scan_keys));
	for (int i = 0; i < nkeys; i++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(table->rel), keys[i].column - 1);

		ScanKeyEntryInitialize(&scan_keys[i], 0, keys[i].column, keys[i].strategy, InvalidOid,
							   column->attcollation, keys[i].procedure, keys[i].value);
	}
	return systable_beginscan(table->rel, required_relation(index), true, table->snapshot,
							  nkeys, scan_keys);
}

/* Begins a scan of all rows, in no particular order. */
SysScanDesc
sg_table_scan_all(SgTable *table)
{
	return systable_beginscan(table->rel, InvalidOid, false, table->snapshot, 0, NULL);
}

Datum
sg_table_value(const SgTable *table, HeapTuple tuple, AttrNumber column, bool *isnull)
{
	return heap_getattr(tuple, column, RelationGetDescr(table->rel), isnull);
}

/* Returns a value of a NOT NULL column.  Raises an error if it is null: the constraint is gone. */
Datum
sg_table_required(const SgTable *table, HeapTuple tuple, AttrNumber column)
{
	bool		isnull;
	Datum		value = sg_table_value(table, tuple, column, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("column \"%s\" of schema_guard.%s is null",
						NameStr(TupleDescAttr(RelationGetDescr(table->rel), column - 1)->attname),
						table->shape->name)));
	return value;
}

/* The same for type text, as a string in the current memory context. */
char *
sg_table_required_text(const SgTable *table, HeapTuple tuple, AttrNumber column)
{
	return TextDatumGetCString(sg_table_required(table, tuple, column));
}

/* Returns a value of type text as a string in the current memory context, or NULL. */
char *
sg_table_text(const SgTable *table, HeapTuple tuple, AttrNumber column)
{
	bool		isnull;
	Datum		value = sg_table_value(table, tuple, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

static void
open_indexes(SgTable *table)
{
	if (table->indexes == NULL)
		table->indexes = CatalogOpenIndexes(table->rel);
}

/* Inserts a row.  The caller makes sure that it complies with the table's constraints. */
void
sg_table_insert(SgTable *table, Datum *values, bool *nulls)
{
	HeapTuple	tuple = heap_form_tuple(RelationGetDescr(table->rel), values, nulls);

	open_indexes(table);
	CatalogTupleInsertWithInfo(table->rel, tuple, table->indexes);
	heap_freetuple(tuple);
}

/* Adds a row that slot holds to the indexes.  Returns false if one of them may have its key already. */
static bool
insert_into_indexes(SgTable *table, TupleTableSlot *slot)
{
	bool		is_new = true;

	for (int i = 0; i < table->indexes->ri_NumIndices; i++)
	{
		Relation	index = table->indexes->ri_IndexRelationDescs[i];
		IndexInfo  *info = table->indexes->ri_IndexRelationInfo[i];
		Datum		values[INDEX_MAX_KEYS];
		bool		nulls[INDEX_MAX_KEYS];
		bool		is_unique = index->rd_index->indisunique;

		if (!info->ii_ReadyForInserts)
			continue;
		FormIndexDatum(info, slot, NULL, values, nulls);
		is_new &= sg_compat_index_insert(index, values, nulls, &slot->tts_tid, table->rel,
										 is_unique ? UNIQUE_CHECK_PARTIAL : UNIQUE_CHECK_NO, info) || !is_unique;
	}
	return is_new;
}

/*
 * Inserts a row like sg_table_insert(), but returns false instead of raising an error
 * or waiting if there is one with the same key, or may be: that of a running
 * transaction.  This is what INSERT ... ON CONFLICT DO NOTHING does, but for the
 * waiting.
 */
bool
sg_table_insert_new(SgTable *table, Datum *values, bool *nulls)
{
	TupleTableSlot *slot = table_slot_create(table->rel, NULL);
	TransactionId xid = GetCurrentTransactionId();
	uint32		token;
	bool		is_new;

	ExecForceStoreHeapTuple(heap_form_tuple(RelationGetDescr(table->rel), values, nulls), slot, true);
	slot->tts_tableOid = RelationGetRelid(table->rel);
	open_indexes(table);
	token = SpeculativeInsertionLockAcquire(xid);
	table_tuple_insert_speculative(table->rel, slot, GetCurrentCommandId(true), 0, NULL, token);
	is_new = insert_into_indexes(table, slot);
	table_tuple_complete_speculative(table->rel, slot, token, is_new);
	SpeculativeInsertionLockRelease(xid);
	ExecDropSingleTupleTableSlot(slot);
	return is_new;
}

/* Updates the columns for which "replaces" is true in a row that a scan has returned. */
void
sg_table_update(SgTable *table, HeapTuple old, Datum *values, bool *nulls, bool *replaces)
{
	HeapTuple	tuple = heap_modify_tuple(old, RelationGetDescr(table->rel),
										  values, nulls, replaces);

	open_indexes(table);
	CatalogTupleUpdateWithInfo(table->rel, &tuple->t_self, tuple, table->indexes);
	heap_freetuple(tuple);
}

/* Deletes a row that a scan has returned. */
void
sg_table_delete(SgTable *table, HeapTuple tuple)
{
	CatalogTupleDelete(table->rel, &tuple->t_self);
}
