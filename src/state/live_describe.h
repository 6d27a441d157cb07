/*
 * state/live_describe.h
 *		Describes the schema as it was at one moment.
 */
#ifndef SG_STATE_LIVE_DESCRIBE_H
#define SG_STATE_LIVE_DESCRIBE_H

#include "classes/describer.h"

/* makes the receiver forget the objects that it has received */
typedef void (*SgLiveRestart) (void *arg);

extern void sg_live_describe(const SgDescribeOptions *options, SgObjectReceiver receive,
							 SgLiveRestart restart, void *arg);

#endif							/* SG_STATE_LIVE_DESCRIBE_H */
