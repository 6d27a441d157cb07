/*
 * state/delta_buckets.h
 *		The fingerprint after a delta, computed from the live state's buckets.
 */
#ifndef SG_STATE_DELTA_BUCKETS_H
#define SG_STATE_DELTA_BUCKETS_H

#include "state/delta.h"

extern bool sg_delta_buckets_apply(SgDelta *delta, const SgLiveState *state);

#endif							/* SG_STATE_DELTA_BUCKETS_H */
