/*
 * state/comparison.h
 *		Compares the catalogs with an image; used when everything is described
 *		(state/delta.c), or what was touched (state/delta_touched.c).
 */
#ifndef SG_STATE_COMPARISON_H
#define SG_STATE_COMPARISON_H

#include "lib/stringinfo.h"

#include "classes/describer.h"
#include "state/delta.h"
#include "state/image.h"

/* an ongoing comparison */
typedef struct SgComparison
{
	SgImage    *image;
	bool		stale;			/* see SgDelta */
	SgFacetSet	facets;
	SgDigestSet digests;		/* of all objects received */
	List	   *objects;		/* of SgObjectChange *: see SgDelta */
	List	   *rekeyed;
	StringInfoData block;		/* of the current object */
	MemoryContext context;		/* of the results */
} SgComparison;

extern void sg_comparison_bound_lock_waits(void);
extern void sg_comparison_begin(SgComparison *comparison, SgDescribeOptions *options,
								bool as_if_complete);
extern void sg_comparison_receive(SgObject *object, void *arg);
extern void sg_comparison_end(SgComparison *comparison);
extern void sg_comparison_add_removed(SgComparison *comparison);
extern void sg_comparison_load_before(SgImage *image, List *objects);
extern List *sg_comparison_changes(List *objects);
extern SgDelta *sg_comparison_delta(SgComparison *comparison);

#endif							/* SG_STATE_COMPARISON_H */
