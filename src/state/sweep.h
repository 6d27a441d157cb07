/*
 * state/sweep.h
 *		Removes blocks and lists from the store that are no longer referenced.
 */
#ifndef SG_STATE_SWEEP_H
#define SG_STATE_SWEEP_H

extern bool sg_sweep_store(uint64 *removed);

#endif							/* SG_STATE_SWEEP_H */
