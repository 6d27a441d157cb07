/*
 * support/attempt.h
 *		Work in a subtransaction that may fail.
 */
#ifndef SG_SUPPORT_ATTEMPT_H
#define SG_SUPPORT_ATTEMPT_H

typedef void (*SgWork) (void *arg);

/* what happens to the subtransaction if the work succeeds */
typedef enum SgAttemptEnd
{
	SG_ATTEMPT_KEEP,
	SG_ATTEMPT_UNDO
} SgAttemptEnd;

extern ErrorData *sg_attempt(SgWork work, void *arg, SgAttemptEnd end);
extern ErrorData *sg_attempt_object(SgWork work, void *arg);

#endif							/* SG_SUPPORT_ATTEMPT_H */
