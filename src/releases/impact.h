/*
 * releases/impact.h
 *		Which live releases a change would break.
 */
#ifndef SG_RELEASES_IMPACT_H
#define SG_RELEASES_IMPACT_H

#include "state/delta.h"

/* a release that a change breaks */
typedef struct SgBrokenRelease
{
	const char *application;
	const char *version;
	List	   *problems;		/* of SgProblem *: what was all right before */
	int			sessions;		/* how many that are connected declare it */
	bool		agreed;			/* the approvals say that it may break: gate/case.c */
} SgBrokenRelease;

extern List *sg_impact_releases(const SgDelta *delta);
extern char *sg_impact_text(const List *broken);
extern char *sg_impact_detail(const List *broken);

#endif							/* SG_RELEASES_IMPACT_H */
