/*
 * support/lock_wait.h
 *		Waiting for locks no longer than the guard may.
 */
#ifndef SG_SUPPORT_LOCK_WAIT_H
#define SG_SUPPORT_LOCK_WAIT_H

extern void sg_lock_wait_bound(int milliseconds);

#endif							/* SG_SUPPORT_LOCK_WAIT_H */
