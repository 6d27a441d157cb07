/*
 * compare/outcome.c
 *		How a transaction's outcome differs from the expected one.
 *
 * For refusals where the next step of a path is known: what differs from that step
 * was altered in the migration.
 *
 * This runs under the publish lock, so its cost depends on what differs, not on
 * what exists: lists of digests are compared first, and only objects that one side
 * alone has are loaded.  If those are many, the transaction did not attempt that
 * step.
 */
#include "postgres.h"

#include "compare/outcome.h"
#include "format/diff.h"
#include "format/fingerprint.h"
#include "state/live_bucket.h"
#include "state/store.h"

/* maximum number of objects to compare on each side */
#define MAX_OBJECTS 1000

static bool
set_has(const SgDigestSet *set, const SgDigest *digest)
{
	return set->count > 0 &&
		bsearch(digest, set->members, set->count, sizeof(SgDigest), sg_digest_compare) != NULL;
}

/*
 * Finds the digests of objects that are in the stored schema only, or in the
 * outcome only, both sorted.  Returns false if the live state is damaged.
 */
static bool
find_difference(const SgDelta *outcome, const char *fingerprint,
				SgDigestSet *only_expected, SgDigestSet *only_outcome)
{
	SgDigestSet expected_buckets;
	SgDigestSet outcome_buckets;
	SgDigest	root;

	sg_digest_set_init(&expected_buckets);
	sg_digest_set_init(&outcome_buckets);
	sg_digest_set_init(only_expected);
	sg_digest_set_init(only_outcome);
	sg_fingerprint_root(fingerprint, &root);
	sg_store_load_lists(&root, 1, &expected_buckets);
	for (int i = 0; i < SG_BUCKETS; i++)
	{
		if (!sg_digest_is_zero(&outcome->buckets[i]))
			sg_digest_set_add(&outcome_buckets, &outcome->buckets[i]);
	}
	sg_digest_set_sort(&expected_buckets);
	sg_digest_set_sort(&outcome_buckets);
	sg_digest_sets_drop_common(&expected_buckets, &outcome_buckets);

	sg_store_load_lists(expected_buckets.members, expected_buckets.count, only_expected);
	for (int i = 0; i < SG_BUCKETS; i++)
	{
		SgDigestSet members = outcome->members[i];

		if (!set_has(&outcome_buckets, &outcome->buckets[i]))
			continue;
		if (!outcome->affected[i] &&
			!sg_live_bucket_members(i, &outcome->buckets[i], &members))
			return false;
		for (int m = 0; m < members.count; m++)
			sg_digest_set_add(only_outcome, &members.members[m]);
	}
	sg_digest_set_sort(only_expected);
	sg_digest_set_sort(only_outcome);
	sg_digest_sets_drop_common(only_expected, only_outcome);
	return true;
}

static bool
has_name(SgObject **objects, int count, const SgObject *object)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(objects[i]->identity, object->identity) == 0 &&
			strcmp(objects[i]->type, object->type) == 0)
			return true;
	}
	return false;
}

/*
 * Returns true if the transaction and the step change an object in common.  If not,
 * the transaction did not attempt this step, and what it lacks of the step is of no
 * interest.
 */
static bool
have_change_in_common(const SgDelta *outcome, const SgDigestSet *only_expected,
					  SgObject **expected, const SgDigestSet *only_outcome)
{
	ListCell   *lc;

	foreach(lc, outcome->objects)
	{
		const SgObjectChange *change = lfirst(lc);

		if (change->before != NULL ? !set_has(only_expected, &change->digest_before) :
			!set_has(only_outcome, &change->digest_after) ||
			has_name(expected, only_expected->count, change->after))
			return true;
	}
	return false;
}

/* Stores the object at each place of "set" that has its digest. */
static void
put_object(SgObject **objects, const SgDigestSet *set, const SgDigest *digest, SgObject *object)
{
	const SgDigest *found = bsearch(digest, set->members, set->count, sizeof(SgDigest),
									sg_digest_compare);
	int			place = found != NULL ? found - set->members : set->count;

	while (place > 0 && place < set->count && sg_digest_compare(&set->members[place - 1], digest) == 0)
		place--;
	while (place < set->count && sg_digest_compare(&set->members[place], digest) == 0)
		objects[place++] = object;
}

/*
 * Loads the objects that only the outcome has: those that the transaction has
 * changed are in memory, the others in the store.
 */
static SgObject **
load_outcome(const SgDelta *outcome, const SgDigestSet *only_outcome)
{
	SgObject  **objects = palloc0(sizeof(SgObject *) * Max(only_outcome->count, 1));
	ListCell   *lc;

	foreach(lc, outcome->objects)
	{
		const SgObjectChange *change = lfirst(lc);

		if (change->after != NULL && set_has(only_outcome, &change->digest_after))
			put_object(objects, only_outcome, &change->digest_after,
					   sg_block_parse(change->block, strlen(change->block)));
	}
	for (int i = 0; i < only_outcome->count; i++)
	{
		if (objects[i] == NULL)
			objects[i] = sg_store_load_object(&only_outcome->members[i]);
	}
	return objects;
}

/*
 * Returns how a transaction's outcome differs from a stored schema: a List of
 * SgItemChange *, or NIL if the transaction did not attempt to reach that schema.
 * Runs as the owner, under the publish lock.
 */
List *
sg_outcome_difference(const SgDelta *outcome, const char *fingerprint)
{
	SgDigestSet only_expected;
	SgDigestSet only_outcome;
	SgObject  **expected;

	if (!find_difference(outcome, fingerprint, &only_expected, &only_outcome) ||
		only_expected.count > MAX_OBJECTS || only_outcome.count > MAX_OBJECTS)
		return NIL;
	expected = sg_store_load_objects(only_expected.members, only_expected.count);
	if (!have_change_in_common(outcome, &only_expected, expected, &only_outcome))
		return NIL;
	return sg_diff_objects(expected, only_expected.count,
						   load_outcome(outcome, &only_outcome), only_outcome.count);
}
