/*
 * support/attempt.h
 *		Work that may fail over the object at hand, without failing altogether.
 */
#ifndef SG_SUPPORT_ATTEMPT_H
#define SG_SUPPORT_ATTEMPT_H

extern ErrorData *sg_attempt(void (*work) (void *arg), void *arg);

#endif							/* SG_SUPPORT_ATTEMPT_H */
