/*
 * state/sweep.h
 *		Removing from the store what nothing refers to any more.
 */
#ifndef SG_STATE_SWEEP_H
#define SG_STATE_SWEEP_H

extern bool sg_sweep_store(uint64 *removed);

#endif							/* SG_STATE_SWEEP_H */
