/*
 * state/delta.h
 *		What differs between an earlier state and the catalogs as they are now.
 */
#ifndef SG_STATE_DELTA_H
#define SG_STATE_DELTA_H

#include "nodes/pg_list.h"

#include "format/digest.h"
#include "format/object.h"
#include "state/image.h"
#include "state/live_state.h"

/* an object of which the digest or the keys differ */
typedef struct SgObjectChange
{
	Oid			classid;
	Oid			objid;
	SgObject   *before;			/* with keys; NULL: the object is new */
	SgObject   *after;			/* with keys; NULL: the object is gone */
	List	   *mentions_before;	/* OIDs, ascending: what "after" has as its mentions */
	SgDigest	digest_before;
	SgDigest	digest_after;
	char	   *block;			/* of "after" */
} SgObjectChange;

/* the difference between an earlier state and the catalogs as they are now */
typedef struct SgDelta
{
	char		before[SG_FINGERPRINT_LEN + 1]; /* "" if there was no state */
	char		after[SG_FINGERPRINT_LEN + 1];
	SgFacetSet	facets;			/* what was described */
	int			object_count;	/* afterwards */
	List	   *objects;		/* of SgObjectChange *: what differs */
	List	   *rekeyed;		/* of SgObjectChange *: the same text, other keys */
	List	   *changes;		/* of SgChange *: the items of objects, sorted */
	SgDigest	buckets[SG_BUCKETS];	/* afterwards; zero where empty */
	bool		affected[SG_BUCKETS];	/* which of them can differ from before ... */
	SgDigestSet members[SG_BUCKETS];	/* ... and what is in those, sorted */
	SgLiveVersion version;		/* of the state that was compared with */
	int64		unmarked_commits; /* what the counter was before */
	bool		fallback;		/* what was touched did not say enough */
	bool		stale;			/* an object could not be described (take_busy_object), or a commit
								 * was not over that nobody has looked at (state/live_state.c) */
} SgDelta;

extern SgDelta *sg_delta_full(SgImage *image, bool finish_concurrent);
extern SgDelta *sg_delta_touched(const SgLiveState *state,
											bool finish_concurrent);
extern SgDelta *sg_delta_by_others(const SgLiveState *state);

#endif							/* SG_STATE_DELTA_H */
