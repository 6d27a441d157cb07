/*
 * state/delta_buckets.c
 *		The fingerprint after a delta, computed from the live state's buckets.
 *
 * Only the buckets that have lost or gained an object are recomputed.
 */
#include "postgres.h"

#include "format/fingerprint.h"
#include "state/delta_buckets.h"
#include "state/live_bucket.h"

/*
 * The buckets of the last fingerprint that this session has seen or computed.  A
 * fingerprint determines its buckets, so this stays valid after an abort.
 */
static struct
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	SgDigest	buckets[SG_BUCKETS];
}			known;

static void
remember(const char *fingerprint, const SgDigest *buckets)
{
	strlcpy(known.fingerprint, fingerprint, sizeof(known.fingerprint));
	memcpy(known.buckets, buckets, sizeof(known.buckets));
}

/* Loads the live state's buckets.  Returns false if they do not have its fingerprint. */
static bool
load(const char *fingerprint, SgDigest *buckets)
{
	char		computed[SG_FINGERPRINT_LEN + 1];

	if (strcmp(known.fingerprint, fingerprint) != 0)
	{
		sg_live_bucket_digests(buckets);
		sg_fingerprint_of_buckets(buckets, computed);
		if (strcmp(computed, fingerprint) != 0)
			return false;
		remember(fingerprint, buckets);
	}
	memcpy(buckets, known.buckets, sizeof(known.buckets));
	return true;
}

/*
 * Removes an object's old digest from its bucket and adds the new one.  Returns
 * false if a stored bucket does not have its digest.
 */
static bool
sort_into_buckets(SgDelta *delta, const SgObjectChange *change, SgDigestSet *gone)
{
	const SgDigest *digests[2] = {&change->digest_before, &change->digest_after};

	for (int i = 0; i < 2; i++)
	{
		uint8		bucket = digests[i]->bytes[0];

		if (sg_digest_is_zero(digests[i]))
			continue;
		if (!delta->affected[bucket])
		{
			sg_digest_set_init(&gone[bucket]);
			if (!sg_live_bucket_members(bucket, &delta->buckets[bucket], &delta->members[bucket]))
				return false;
			delta->affected[bucket] = true;
		}
		sg_digest_set_add(i == 0 ? &gone[bucket] : &delta->members[bucket], digests[i]);
	}
	return true;
}

/*
 * Computes the buckets and the fingerprint after the delta from the buckets before
 * it.  Returns false if those lack an object that the delta has as "before".
 */
static bool
apply(SgDelta *delta)
{
	SgDigestSet gone[SG_BUCKETS];
	ListCell   *lc;

	foreach(lc, delta->objects)
	{
		if (!sort_into_buckets(delta, lfirst(lc), gone))
			return false;
	}
	for (int i = 0; i < SG_BUCKETS; i++)
	{
		SgDigestSet *members = &delta->members[i];

		if (!delta->affected[i])
			continue;
		sg_digest_set_sort(&gone[i]);
		sg_digest_set_sort(members);
		sg_digest_sets_drop_common(members, &gone[i]);
		if (gone[i].count > 0)
			return false;
		memset(&delta->buckets[i], 0, sizeof(SgDigest));
		if (members->count > 0)
			sg_digest_list(members->members, members->count, &delta->buckets[i]);
	}
	sg_fingerprint_of_buckets(delta->buckets, delta->after);
	return true;
}

static void
count_objects(SgDelta *delta, const SgLiveState *state)
{
	ListCell   *lc;

	delta->object_count = state->object_count;
	foreach(lc, delta->objects)
	{
		const SgObjectChange *change = lfirst(lc);

		if (sg_digest_is_zero(&change->digest_before))
			delta->object_count++;
		if (sg_digest_is_zero(&change->digest_after))
			delta->object_count--;
	}
}

/*
 * Computes a delta's buckets, its fingerprint and its number of objects from the live
 * state, which it begins at.  Returns false if the buckets of the live state do not have
 * its fingerprint, or lack an object that the delta has as "before".
 */
bool
sg_delta_buckets_apply(SgDelta *delta, const SgLiveState *state)
{
	if (!load(state->fingerprint, delta->buckets) || !apply(delta))
		return false;
	remember(delta->after, delta->buckets);
	count_objects(delta, state);
	return true;
}
