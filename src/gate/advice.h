/*
 * gate/advice.h
 *		What the author of a refused change can do about it: the HINT.
 */
#ifndef SG_GATE_ADVICE_H
#define SG_GATE_ADVICE_H

#include "nodes/pg_list.h"

extern char *sg_advice_unapproved(bool any_approved);
extern char *sg_advice_out_of_order(void);
extern char *sg_advice_broken(const List *broken, bool approved);

#endif							/* SG_GATE_ADVICE_H */
