/*
 * worker/step.h
 *		What a worker does.
 */
#ifndef SG_WORKER_STEP_H
#define SG_WORKER_STEP_H

#include "datatype/timestamp.h"

/* a step runs as the owner, in a transaction; returns when to take it again, DT_NOEND: when called */
typedef TimestampTz (*SgStep) (void);

extern const SgStep sg_steps[];

#endif							/* SG_WORKER_STEP_H */
