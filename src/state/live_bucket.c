/*
 * state/live_bucket.c
 *		The buckets of the live state's fingerprint: schema_guard.live_bucket.
 *
 * See state/live_state.h for properties that all live_*.c share.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/fmgroids.h"

#include "state/delta.h"
#include "state/digest_column.h"
#include "state/live_bucket.h"
#include "state/live_state.h"
#include "support/table.h"

enum BucketColumn
{
	BUCKET_NUMBER = 1,
	BUCKET_DIGEST,
	BUCKET_MEMBERS,
	BUCKET_COLUMNS = BUCKET_MEMBERS
};

static const SgTableShape live_bucket_shape = {
	"live_bucket", BUCKET_COLUMNS, {INT2OID, BYTEAOID, BYTEAOID}
};

/* Loads the digests of the SG_BUCKETS buckets; zero for empty ones. */
void
sg_live_bucket_digests(SgDigest *buckets)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	memset(buckets, 0, sizeof(SgDigest) * SG_BUCKETS);
	sg_live_open_table(&table, &live_bucket_shape);
	scan = sg_table_scan_all(&table);
	while ((tuple = systable_getnext(scan)) != NULL)
	{
		bool		isnull;
		int16		number = DatumGetInt16(sg_table_value(&table, tuple, BUCKET_NUMBER, &isnull));

		if (number >= 0 && number < SG_BUCKETS)
			(void) sg_digest_column(&table, tuple, BUCKET_DIGEST, &buckets[number]);
	}
	systable_endscan(scan);
	sg_table_close(&table);
}

static SysScanDesc
scan_bucket(SgTable *table, int number)
{
	SgTableKey	key = {BUCKET_NUMBER, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(number)};

	return sg_table_scan(table, "live_bucket_pkey", 1, &key);
}

static void
load_members(uint8 bucket, SgDigestSet *set)
{
	SgTable		table;
	SysScanDesc scan;
	HeapTuple	tuple;

	sg_digest_set_init(set);
	sg_live_open_table(&table, &live_bucket_shape);
	scan = scan_bucket(&table, bucket);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;
		Datum		members = sg_table_value(&table, tuple, BUCKET_MEMBERS, &isnull);

		if (!isnull)
			(void) sg_digest_set_add_datum(set, members);
	}
	systable_endscan(scan);
	sg_table_close(&table);
}

/*
 * Loads the sorted digests of a bucket's objects.  Returns false if the stored list
 * does not have this digest (zero for an empty bucket).
 */
bool
sg_live_bucket_members(uint8 bucket, const SgDigest *digest, SgDigestSet *set)
{
	SgDigest	computed = {{0}};

	load_members(bucket, set);
	if (set->count > 0)
		sg_digest_list(set->members, set->count, &computed);
	return sg_digest_compare(&computed, digest) == 0;
}

/* Returns true if the live state has an object with this digest. */
bool
sg_live_bucket_contains(const SgDigest *digest)
{
	SgDigestSet set;

	load_members(digest->bytes[0], &set);
	return bsearch(digest, set.members, set.count, sizeof(SgDigest), sg_digest_compare) != NULL;
}

/*
 * Brings a bucket's row up to date.  An empty bucket keeps its row: deleting and
 * inserting it over and over would leave dead rows faster than pruning removes them,
 * and every commit of DDL reads this table.
 */
static void
publish_bucket(SgTable *table, int number, const SgDigest *digest, const SgDigestSet *members)
{
	SysScanDesc scan = scan_bucket(table, number);
	HeapTuple	old = systable_getnext(scan);
	Datum		values[BUCKET_COLUMNS];
	bool		nulls[BUCKET_COLUMNS] = {0};

	values[BUCKET_NUMBER - 1] = Int16GetDatum(number);
	values[BUCKET_DIGEST - 1] = sg_digest_datum(digest);
	values[BUCKET_MEMBERS - 1] = sg_digest_list_datum(members->members, members->count);
	if (!HeapTupleIsValid(old))
	{
		if (!sg_digest_is_zero(digest))
			sg_table_insert(table, values, nulls);
	}
	else
	{
		bool		replaces[BUCKET_COLUMNS] = {false, true, true};

		sg_table_update(table, old, values, nulls, replaces);
	}
	systable_endscan(scan);
}

/* Brings up to date the buckets that the delta affects. */
void
sg_live_bucket_publish(const SgDelta *delta)
{
	SgTable		table;

	sg_live_open_table(&table, &live_bucket_shape);
	for (int i = 0; i < SG_BUCKETS; i++)
	{
		if (delta->affected[i])
			publish_bucket(&table, i, &delta->buckets[i], &delta->members[i]);
	}
	sg_table_close(&table);
}
