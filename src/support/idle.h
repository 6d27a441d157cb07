/*
 * support/idle.h
 *		Work that waits until the session is in no transaction.
 */
#ifndef SG_SUPPORT_IDLE_H
#define SG_SUPPORT_IDLE_H

#include "datatype/timestamp.h"

/* when a task is due */
typedef enum SgIdleDue
{
	SG_IDLE_NEVER,
	SG_IDLE_AT_EXIT,			/* when the session ends */
	SG_IDLE_SOON				/* when the main loop is idle next, or then */
} SgIdleDue;

/* something to be done in a transaction of its own; a constant but for when it is due */
typedef struct SgIdleTask
{
	void		(*run) (void);
	void		(*done) (const ErrorData *error);	/* once it has committed: NULL; or failed */
	SgIdleDue	due;
	TimestampTz not_before;		/* 0: as soon as that; the end of the session does not wait for it */
	struct SgIdleTask *next;
} SgIdleTask;

extern void sg_idle_request(SgIdleTask *task, SgIdleDue due);
extern void sg_idle_transaction_end(void);

#endif							/* SG_SUPPORT_IDLE_H */
