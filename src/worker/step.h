/*
 * worker/step.h
 *		What a worker does.
 */
#ifndef SG_WORKER_STEP_H
#define SG_WORKER_STEP_H

#include "datatype/timestamp.h"

/* runs as the owner, in a transaction; returns when to run again, DT_NOEND if not by itself */
typedef TimestampTz (*SgStep) (void);

extern const SgStep sg_steps[];

#endif							/* SG_WORKER_STEP_H */
