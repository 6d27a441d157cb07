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
	SG_IDLE_SOON				/* when the main loop is idle next, or at exit */
} SgIdleDue;

/* a task that runs in a transaction of its own; only "due", "not_before" and "next" change */
typedef struct SgIdleTask
{
	void		(*run) (void);
	void		(*done) (const ErrorData *error);	/* NULL after the commit, or the error */
	SgIdleDue	due;
	TimestampTz not_before;		/* 0: at once; ignored when the session ends */
	struct SgIdleTask *next;
} SgIdleTask;

extern void sg_idle_request(SgIdleTask *task, SgIdleDue due);
extern void sg_idle_transaction_end(void);

#endif							/* SG_SUPPORT_IDLE_H */
