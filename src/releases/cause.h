/*
 * releases/cause.h
 *		What the journal knows of how a problem came about.
 */
#ifndef SG_RELEASES_CAUSE_H
#define SG_RELEASES_CAUSE_H

#include "datatype/timestamp.h"

#include "releases/problem.h"

/* the newest journaled change that explains a problem */
typedef struct SgCause
{
	int64		journal_id;
	TimestampTz changed_at;
	char	   *changed_by;		/* or NULL */
	char	   *text;			/* a line for a HINT: what, when, by whom */
} SgCause;

extern SgCause *sg_cause_find(const SgProblem *problem);

#endif							/* SG_RELEASES_CAUSE_H */
