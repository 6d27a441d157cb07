/*
 * gate/guarded.h
 *		Work of the guard within a user's transaction, which it must not break.
 */
#ifndef SG_GATE_GUARDED_H
#define SG_GATE_GUARDED_H

/* returns whether what it has done, and the locks that it has taken, are to be kept */
typedef bool (*SgGuardedWork) (void);

extern ErrorData *sg_guarded_run(SgGuardedWork work, bool as_owner);
extern void sg_guarded_run_late(SgGuardedWork work);
extern bool sg_guarded_is_working(void);
extern void sg_guarded_forget(void);

#endif							/* SG_GATE_GUARDED_H */
