/*
 * state/delta.h
 *		The difference between an earlier state and the current catalogs.
 */
#ifndef SG_STATE_DELTA_H
#define SG_STATE_DELTA_H

#include "nodes/pg_list.h"

#include "format/digest.h"
#include "format/object.h"
#include "state/image.h"
#include "state/live_state.h"

/* an object whose digest, item keys or mentions differ */
typedef struct SgObjectChange
{
	Oid			classid;
	Oid			objid;
	SgObject   *before;			/* with keys; NULL if the object is new */
	SgObject   *after;			/* with keys; NULL if the object is gone */
	List	   *mentions_before;	/* OIDs, ascending; those afterwards are in "after" */
	SgDigest	digest_before;
	SgDigest	digest_after;
	char	   *block;			/* of "after" */
} SgObjectChange;

/* the difference between an earlier state and the current catalogs */
typedef struct SgDelta
{
	char		before[SG_FINGERPRINT_LEN + 1]; /* "" if there was no state */
	char		after[SG_FINGERPRINT_LEN + 1];
	SgFacetSet	facets;			/* what was described */
	int			object_count;	/* afterwards */
	List	   *objects;		/* of SgObjectChange *: objects whose text differs */
	List	   *rekeyed;		/* of SgObjectChange *: same text, other keys or mentions */
	List	   *changes;		/* of SgItemChange *: the item changes of "objects", sorted */
	SgDigest	buckets[SG_BUCKETS];	/* afterwards; zero for empty ones */
	bool		affected[SG_BUCKETS];	/* which of them may differ from before ... */
	SgDigestSet members[SG_BUCKETS];	/* ... and the members of those, sorted */
	SgLiveVersion version;		/* of the state that was compared with */
	int64		unmarked_commits;	/* the sequence's value before the comparison */
	bool		fallback;		/* had to describe everything */
	bool		stale;			/* to be published as stale: an object could not be described
								 * (take_busy_object), or a commit that could not mark the state
								 * was still running (state/live_state.c) */
} SgDelta;

/* delta.c */
extern SgDelta *sg_delta_full(SgImage *image, bool as_if_complete);

/* delta_touched.c */
extern SgDelta *sg_delta_touched(const SgLiveState *state, bool as_if_complete);
extern SgDelta *sg_delta_by_others(const SgLiveState *state);

#endif							/* SG_STATE_DELTA_H */
