/*
 * compare/drift.h
 *		Drift: how the live schema differs from the approved one.
 */
#ifndef SG_COMPARE_DRIFT_H
#define SG_COMPARE_DRIFT_H

#include "approvals/approval.h"

typedef struct SgDrift
{
	SgSnapshot *approved;		/* what the live schema is compared with */
	SgLapsedApproval *lapsed;		/* why a schema is not approved any more; or NULL */
	List	   *changes;		/* of SgItemChange * */
	List	   *attributions;		/* of SgAttribution *, one for each change, NULL where unknown */
} SgDrift;

extern SgDrift *sg_drift(void);
extern SgDrift *sg_drift_published(void);

#endif							/* SG_COMPARE_DRIFT_H */
