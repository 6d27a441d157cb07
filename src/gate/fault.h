/*
 * gate/fault.h
 *		What to do about an error that was raised while looking at a transaction's changes.
 */
#ifndef SG_GATE_FAULT_H
#define SG_GATE_FAULT_H

extern bool sg_fault_enforces(void);
extern void sg_fault_warn(const ErrorData *error);
extern void sg_fault_raise(ErrorData *error);

#endif							/* SG_GATE_FAULT_H */
