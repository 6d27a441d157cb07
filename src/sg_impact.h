/*
 * sg_impact.h
 *		Which live releases a change would break.
 */
#ifndef SG_IMPACT_H
#define SG_IMPACT_H

#include "sg_live.h"

/* a release that a change breaks */
typedef struct SgBrokenRelease
{
	const char *application;
	const char *version;
	List	   *problems;		/* of SgProblem *: what was all right before */
} SgBrokenRelease;

extern List *sg_impact_releases(const SgLiveDelta *delta);
extern char *sg_impact_detail(const List *broken);

#endif							/* SG_IMPACT_H */
