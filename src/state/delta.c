/*
 * state/delta.c
 *		The difference between an earlier state and the current catalogs, found by
 *		describing everything.
 *
 * There are two ways to find a delta.  sg_delta_full() describes everything;
 * sg_delta_touched() (state/delta_touched.c) describes what the transaction has
 * touched, and gives up if that is not known.
 *
 * Both run under the publish lock and must not wait for a table lock, whose holder
 * may be waiting for the publish lock.  If the deparser has to open a relation
 * that another session has locked, a callback takes the object as the live state
 * has it (state/comparison.c).  Usually that is exact: the transaction that
 * changes the object is still running, its change is invisible, and it will have
 * to take the publish lock before it commits.  But this transaction may have
 * changed a name in the object's text.  Therefore the state is published as stale,
 * and the next transaction begins by recomputing it.  Waits for any other
 * relations that the deparser opens are bounded: see
 * sg_comparison_bound_lock_waits().
 */
#include "postgres.h"

#include "utils/guc.h"

#include "description/describe.h"
#include "format/fingerprint.h"
#include "state/comparison.h"
#include "state/delta.h"

static void
describe_everything(SgComparison *comparison, bool as_if_complete)
{
	SgDescribeOptions options = {0};
	int			level = NewGUCNestLevel();

	sg_comparison_bound_lock_waits();
	sg_comparison_begin(comparison, &options, as_if_complete);
	sg_describe_all(&options, sg_comparison_receive, comparison);
	sg_comparison_end(comparison);
	AtEOXact_GUC(true, level);
	sg_digest_set_sort(&comparison->digests);
}

/* Divides a sorted set into buckets, which share its memory. */
static void
divide_members(const SgDigestSet *set, SgDigestSet *members)
{
	int			end;

	for (int start = 0; start < set->count; start = end)
	{
		SgDigestSet *part = &members[set->members[start].bytes[0]];

		end = sg_digest_bucket_end(set, start);
		part->members = set->members + start;
		part->count = part->capacity = end - start;
	}
}

/*
 * Compares the image with the current catalogs, including the uncommitted changes of
 * this transaction.  "as_if_complete" is as in SgDescribeOptions.
 * Does not wait for table locks.  The image can be compared again.
 */
SgDelta *
sg_delta_full(SgImage *image, bool as_if_complete)
{
	SgDelta    *delta;
	SgComparison comparison = {0};

	comparison.image = image;
	describe_everything(&comparison, as_if_complete);
	sg_comparison_add_removed(&comparison);

	delta = sg_comparison_delta(&comparison);
	delta->object_count = comparison.digests.count;
	sg_digest_buckets(&comparison.digests, delta->buckets);
	memset(delta->affected, true, sizeof(delta->affected));
	divide_members(&comparison.digests, delta->members);
	sg_fingerprint_of_buckets(delta->buckets, delta->after);
	return delta;
}
