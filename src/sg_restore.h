/*
 * sg_restore.h
 *		A guard that is new, being restored from a dump, or armed.
 *
 * All functions run as the extension's owner (sg_guard_enter, or a function
 * that is SECURITY DEFINER) and, but for the questions, under the publish lock.
 */
#ifndef SG_RESTORE_H
#define SG_RESTORE_H

#include "sg_live.h"

extern bool sg_restore_is_lenient(SgPhase phase);
extern bool sg_restore_is_unarmed(SgPhase phase);
extern void sg_restore_warn_unarmed(void);
extern bool sg_restore_reached(const char *fingerprint);
extern void sg_restore_arm(void);
extern void sg_restore_end(void);

#endif							/* SG_RESTORE_H */
