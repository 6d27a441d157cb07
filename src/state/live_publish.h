/*
 * state/live_publish.h
 *		Publishes a new live state.
 */
#ifndef SG_STATE_LIVE_PUBLISH_H
#define SG_STATE_LIVE_PUBLISH_H

#include "state/delta.h"

extern void sg_live_publish(const SgDelta *delta);

#endif							/* SG_STATE_LIVE_PUBLISH_H */
