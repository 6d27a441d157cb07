/*
 * journal/journal_identity.c
 *		Which entries of the journal name an object.
 *
 * The search for what changed an object begins with its newest entry, and usually
 * ends soon.  So the table journal_identity has a row for each object that an entry
 * changes, by the hash of its identity, which may be too long for a btree, and in
 * the order of the entries. A renamed object has a row for each of its names.
 *
 * The rows only say where to look: whoever reads an entry compares the identity.
 * They are not dumped.  When a restore brings entries, their rows are made
 * (gate/write.c).  Before 1.1 there is no such table, and each entry is read.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

#include "format/diff.h"
#include "journal/journal_identity.h"
#include "support/table.h"
#include "support/text.h"

/* the columns of journal_identity, as in the install script */
enum
{
	IDENTITY_HASH = 1,
	IDENTITY_JOURNAL_ID,
	IDENTITY_COLUMNS = IDENTITY_JOURNAL_ID
};

static const SgTableShape identity_shape = {
	"journal_identity", IDENTITY_COLUMNS, {INT8OID, INT8OID}
};

/* the hashes of an entry's names */
typedef struct Hashes
{
	int			count;
	int64	   *values;
} Hashes;

/* Returns the same as hashtextextended(identity, 0), which fills the table in an extension update. */
static int64
hash_of(const char *identity, int len)
{
	return (int64) hash_bytes_extended((const unsigned char *) identity, len, 0);
}

static int64
hash_of_text(const char *identity)
{
	const char *stored = sg_text_escape_unmappable(identity);

	return hash_of(stored, strlen(stored));
}

static int
compare_hashes(const void *a, const void *b)
{
	int64		left = *(const int64 *) a;
	int64		right = *(const int64 *) b;

	return left < right ? -1 : left > right;
}

/* Inserts a row for each different hash. */
static void
insert_hashes(int64 journal_id, Hashes *hashes)
{
	SgTable		table;

	if (hashes->count == 0)
		return;
	qsort(hashes->values, hashes->count, sizeof(int64), compare_hashes);
	sg_table_open(&table, &identity_shape, RowExclusiveLock);
	for (int i = 0; i < hashes->count; i++)
	{
		Datum		values[] = {Int64GetDatum(hashes->values[i]), Int64GetDatum(journal_id)};
		bool		nulls[IDENTITY_COLUMNS] = {false};

		CHECK_FOR_INTERRUPTS();
		if (i == 0 || hashes->values[i] != hashes->values[i - 1])
			sg_table_insert(&table, values, nulls);
	}
	sg_table_close(&table);
}

/* Returns true if the extension in this database has the table. */
bool
sg_journal_identity_exists(void)
{
	return OidIsValid(sg_table_relid(identity_shape.name));
}

/* Notes what an entry that the guard writes has changed: a List of SgItemChange. */
void
sg_journal_identity_add(int64 journal_id, const List *changes)
{
	Hashes		hashes = {0};
	ListCell   *lc;

	if (changes == NIL || !sg_journal_identity_exists())
		return;
	/* an object that is renamed has two names */
	hashes.values = palloc_extended(2 * sizeof(int64) * list_length(changes), MCXT_ALLOC_HUGE);
	foreach(lc, changes)
	{
		const SgItemChange *change = lfirst(lc);

		hashes.values[hashes.count++] = hash_of_text(change->identity);
		if (change->kind == SG_RENAMED && change->attribute == NULL)
			hashes.values[hashes.count++] = hash_of_text(change->before);
	}
	insert_hashes(journal_id, &hashes);
	pfree(hashes.values);
}

/* Returns a member of the object that is a string, or NULL. */
static JsonbValue *
string_member(JsonbContainer *object, const char *key, JsonbValue *value)
{
	JsonbValue *found = getKeyJsonValueFromContainer(object, key, strlen(key), value);

	return found != NULL && found->type == jbvString ? found : NULL;
}

static void
add_member(Hashes *hashes, JsonbContainer *object, const char *key)
{
	JsonbValue	value;

	if (string_member(object, key, &value) != NULL)
		hashes->values[hashes->count++] = hash_of(value.val.string.val, value.val.string.len);
}

static bool
is_renamed_object(JsonbContainer *change)
{
	const char *renamed = sg_change_kind_name(SG_RENAMED);
	JsonbValue	value;

	return string_member(change, "attribute", &value) == NULL &&
		string_member(change, "change", &value) != NULL &&
		value.val.string.len == (int) strlen(renamed) &&
		memcmp(value.val.string.val, renamed, value.val.string.len) == 0;
}

/*
 * The same for an entry that anybody but the guard writes, from its column
 * "changes".  What is not of the form that we write is ignored.
 */
void
sg_journal_identity_add_json(int64 journal_id, Jsonb *changes)
{
	JsonbIterator *it = JsonbIteratorInit(&changes->root);
	Hashes		hashes = {0};
	JsonbValue	element;
	JsonbIteratorToken token;

	if (!JB_ROOT_IS_ARRAY(changes) || JB_ROOT_IS_SCALAR(changes) || !sg_journal_identity_exists())
		return;
	hashes.values = palloc_extended(2 * sizeof(int64) * Max(JB_ROOT_COUNT(changes), 1), MCXT_ALLOC_HUGE);
	while ((token = JsonbIteratorNext(&it, &element, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM || element.type != jbvBinary ||
			!JsonContainerIsObject(element.val.binary.data))
			continue;
		add_member(&hashes, element.val.binary.data, "object_identity");
		if (is_renamed_object(element.val.binary.data))
			add_member(&hashes, element.val.binary.data, "before");
	}
	insert_hashes(journal_id, &hashes);
	pfree(hashes.values);
}

/*
 * Finds the newest entries before one that name the object, or one with the same
 * hash, the newest first.  Returns how many, "size" at most.
 */
int
sg_journal_identity_find(const char *identity, int64 before, int64 *ids, int size)
{
	Oid			index_oid = sg_table_relid("journal_identity_newest");
	SgTable		table;
	Relation	index;
	SysScanDesc scan;
	ScanKeyData keys[2];
	HeapTuple	tuple;
	int			count = 0;

	if (!OidIsValid(index_oid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"schema_guard.journal_identity_newest\" does not exist")));
	sg_table_open(&table, &identity_shape, AccessShareLock);
	index = index_open(index_oid, AccessShareLock);
	ScanKeyInit(&keys[0], IDENTITY_HASH, BTEqualStrategyNumber, F_INT8EQ,
				Int64GetDatum(hash_of_text(identity)));
	ScanKeyInit(&keys[1], IDENTITY_JOURNAL_ID, BTLessStrategyNumber, F_INT8LT, Int64GetDatum(before));
	scan = systable_beginscan_ordered(table.rel, index, table.snapshot, lengthof(keys), keys);
	while (count < size &&
		   (tuple = systable_getnext_ordered(scan, BackwardScanDirection)) != NULL)
	{
		int64		id = DatumGetInt64(sg_table_required(&table, tuple, IDENTITY_JOURNAL_ID));

		/* there are two if somebody has rewritten the entry */
		if (count == 0 || ids[count - 1] != id)
			ids[count++] = id;
	}
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	sg_table_close(&table);
	return count;
}
