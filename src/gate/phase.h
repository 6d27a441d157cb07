/*
 * gate/phase.h
 *		A guard that is new, being restored from a dump, or armed.
 *
 * All functions run as the extension's owner (sg_owner_enter, or a function that is
 * SECURITY DEFINER) and, except those that return true or false, under the publish
 * lock.
 */
#ifndef SG_GATE_PHASE_H
#define SG_GATE_PHASE_H

#include "state/live_state.h"

extern bool sg_phase_is_lenient(SgPhase phase);
extern bool sg_phase_is_unarmed(SgPhase phase);
extern void sg_phase_warn_unarmed(void);
extern bool sg_phase_reached(const char *fingerprint);
extern void sg_phase_arm(void);
extern void sg_phase_end_restore(void);
extern bool sg_phase_admits(void);
extern void sg_phase_filled(const char *table);

#endif							/* SG_GATE_PHASE_H */
