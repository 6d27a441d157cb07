/*
 * state/comparison.h
 *		What the two ways to a difference share: state/delta.c describes everything,
 *		state/delta_touched.c what was touched.
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
	SgImage *image;
	bool		stale;
	SgFacetSet	facets;
	SgDigestSet digests;		/* of every object that was received */
	List	   *objects;		/* of SgObjectChange * */
	List	   *rekeyed;
	StringInfoData block;
	MemoryContext context;		/* where results go */
} SgComparison;

extern int	sg_comparison_bound_lock_waits(void);
extern void sg_comparison_begin(SgComparison *comparison, SgDescribeOptions *options,
								bool finish_concurrent);
extern void sg_comparison_receive(SgObject *object, void *arg);
extern void sg_comparison_end(SgComparison *comparison);
extern void sg_comparison_add_removed(SgComparison *comparison);
extern void sg_comparison_load_before(SgImage *image, List *objects);
extern List *sg_comparison_changes(List *objects);
extern SgDelta *sg_comparison_delta(SgComparison *comparison);

#endif							/* SG_STATE_COMPARISON_H */
