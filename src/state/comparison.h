/*
 * state/comparison.h
 *		What the two ways to a difference share: state/delta.c describes everything,
 *		state/delta_touched.c what was touched.
 */
#ifndef SG_STATE_COMPARISON_H
#define SG_STATE_COMPARISON_H

#include "lib/stringinfo.h"
#include "utils/hsearch.h"

#include "description/describe.h"
#include "state/delta.h"
#include "state/live_state.h"

typedef struct SgLiveKey
{
	Oid			classid;
	Oid			objid;
} SgLiveKey;

typedef struct SgLiveEntry
{
	SgLiveKey	key;
	SgDigest	digest;
	int			nkeys;
	Oid		   *keys;
	List	   *mentions;		/* OIDs, ascending once compared */
	SgObject   *object;			/* NULL: its block is in the store */
	bool		stored;			/* there before */
	bool		seen;			/* while comparing: still there */
} SgLiveEntry;

struct SgLiveImage
{
	SgLiveState state;
	HTAB	   *entries;		/* of SgLiveEntry */
	MemoryContext context;
};

/* an ongoing comparison, or an image being taken */
typedef struct SgComparison
{
	SgLiveImage *image;
	bool		taking;			/* fill the image instead of comparing */
	bool		unsure;
	SgFacetSet	facets;
	SgDigestSet digests;		/* of every object that was received */
	List	   *objects;		/* of SgLiveChange * */
	List	   *rekeyed;
	StringInfoData block;
	MemoryContext context;		/* where results go */
} SgComparison;

extern SgLiveImage *sg_image_create(void);
extern SgLiveEntry *sg_image_find(SgLiveImage *image, Oid classid, Oid objid);
extern void sg_image_add_row(const SgLiveRow *row, void *arg);
extern void sg_image_add_mention(Oid classid, Oid objid, Oid mentioned, void *arg);

extern int	sg_bound_lock_waits(void);
extern void sg_comparison_begin(SgComparison *comparison, SgDescribeOptions *options,
								bool finish_concurrent);
extern void sg_comparison_receive(SgObject *object, void *arg);
extern void sg_comparison_end(SgComparison *comparison);
extern void sg_comparison_removed(SgComparison *comparison);
extern void sg_comparison_load_before(SgLiveImage *image, List *objects);
extern List *sg_comparison_changes(List *objects);
extern SgLiveDelta *sg_comparison_delta(SgComparison *comparison);
extern void sg_fingerprint_of_buckets(const SgDigest *buckets, char *fingerprint);

#endif							/* SG_STATE_COMPARISON_H */
