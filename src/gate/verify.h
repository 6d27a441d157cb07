/*
 * gate/verify.h
 *		Finding what the gate has missed.
 */
#ifndef SG_GATE_VERIFY_H
#define SG_GATE_VERIFY_H

#include "nodes/pg_list.h"

extern List *sg_verify_now(void);
extern List *sg_verify_quietly(void);

#endif							/* SG_GATE_VERIFY_H */
