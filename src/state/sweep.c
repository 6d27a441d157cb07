/*
 * state/sweep.c
 *		Removes blocks and lists from the store that are no longer referenced.
 *
 * The live state, the journal and the lists of snapshots refer to blocks; only
 * snapshots refer to lists.  We collect all references as sorted digests, so that the
 * cost does not depend on what the planner knows about our tables.
 *
 * A block that is already stored is not stored again, so a running transaction may
 * rely on a block that nothing refers to yet.  Transactions that store something hold
 * a RowExclusiveLock on object_text or digest_list until they end.  So we take locks
 * that conflict with theirs, but never wait for them: the caller has the publish
 * lock, for which they may be about to wait.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/array.h"

#include "state/digest_column.h"
#include "state/store.h"
#include "state/sweep.h"
#include "support/spi.h"
#include "support/table.h"

/* how many rows one statement removes, and how many lists one loads */
#define BATCH 1000

static const char *const store_tables[] = {"object_text", "digest_list"};

/* Locks the store until the end of the transaction.  Returns false if another transaction is writing to it. */
static bool
lock_store(void)
{
	for (int i = 0; i < lengthof(store_tables); i++)
	{
		if (!ConditionalLockRelationOid(sg_table_relid(store_tables[i]), ShareRowExclusiveLock))
			return false;
	}
	return true;
}

/* Adds a row to the set: a digest, or a list of them. */
static void
add_digests(uint64 row, void *set)
{
	bool		isnull;
	Datum		value = sg_spi_value(row, 1, &isnull);

	if (!isnull)
		(void) sg_digest_set_add_datum(set, value);
}

/* Adds the digests that a query returns to the set. */
static void
collect(const char *sql, SgDigestSet *set)
{
	(void) sg_spi_read(sql, 0, NULL, NULL, add_digests, set);
}

/* Sorts the set and removes duplicates. */
static void
make_distinct(SgDigestSet *set)
{
	int			kept = 0;

	sg_digest_set_sort(set);
	for (int i = 0; i < set->count; i++)
	{
		if (kept == 0 || sg_digest_compare(&set->members[kept - 1], &set->members[i]) != 0)
			set->members[kept++] = set->members[i];
	}
	set->count = kept;
}

/* Adds the members of the stored lists with these digests. */
static void
collect_members(const SgDigestSet *lists, SgDigestSet *members)
{
	for (int first = 0; first < lists->count; first += BATCH)
	{
		CHECK_FOR_INTERRUPTS();
		sg_store_load_lists(&lists->members[first], Min(BATCH, lists->count - first), members);
	}
}

/* Removes the rows of one of the store's tables whose digests are not needed; returns their number. */
static uint64
remove_unneeded(const char *list_sql, const char *remove_sql, const SgDigestSet *needed)
{
	static const Oid types[] = {BYTEAARRAYOID};
	SgDigestSet stored;
	uint64		removed = 0;
	Datum	   *digests = palloc(sizeof(Datum) * BATCH);
	int			count = 0;

	sg_digest_set_init(&stored);
	collect(list_sql, &stored);
	for (int i = 0; i <= stored.count; i++)
	{
		if (i < stored.count &&
			bsearch(&stored.members[i], needed->members, needed->count, sizeof(SgDigest),
					sg_digest_compare) == NULL)
			digests[count++] = sg_digest_datum(&stored.members[i]);
		if (count == BATCH || (i == stored.count && count > 0))
		{
			Datum		array = PointerGetDatum(construct_array(digests, count, BYTEAOID, -1, false,
															   TYPALIGN_INT));

			removed += sg_spi_execute(remove_sql, 1, types, &array, NULL);
			count = 0;
		}
	}
	return removed;
}

/*
 * Removes what is no longer referenced.  Removes nothing and returns false if another
 * transaction is writing to the store.  Must be called as the owner, under the publish
 * lock.
 */
bool
sg_sweep_store(uint64 *removed)
{
	SgDigestSet lists;
	SgDigestSet buckets;
	SgDigestSet blocks;

	*removed = 0;
	if (!lock_store())
		return false;
	sg_digest_set_init(&lists);
	sg_digest_set_init(&buckets);
	sg_digest_set_init(&blocks);
	collect("SELECT DISTINCT pg_catalog.decode(pg_catalog.substr(fingerprint, 5), 'hex')"
			" FROM schema_guard.snapshot", &lists);
	make_distinct(&lists);
	collect_members(&lists, &buckets);
	make_distinct(&buckets);
	collect_members(&buckets, &blocks);
	collect("SELECT digest FROM schema_guard.live_object"
			" UNION ALL SELECT digest_before FROM schema_guard.journal_object"
			" UNION ALL SELECT digest_after FROM schema_guard.journal_object", &blocks);
	make_distinct(&blocks);
	for (int i = 0; i < buckets.count; i++)
		sg_digest_set_add(&lists, &buckets.members[i]);
	make_distinct(&lists);
	*removed = remove_unneeded("SELECT digest FROM schema_guard.object_text",
							   "DELETE FROM schema_guard.object_text WHERE digest = ANY ($1)", &blocks) +
		remove_unneeded("SELECT digest FROM schema_guard.digest_list",
						"DELETE FROM schema_guard.digest_list WHERE digest = ANY ($1)", &lists);
	return true;
}
