/*
 * gate/refusal.h
 *		The texts about a schema change that is refused, or only warned of.
 */
#ifndef SG_GATE_REFUSAL_H
#define SG_GATE_REFUSAL_H

#include "state/delta.h"

/* an error report in the making */
typedef struct SgRefusal
{
	int			sqlstate;
	char	   *message;
	char	   *detail;
	char	   *hint;
} SgRefusal;

extern SgRefusal *sg_refusal_broken(const SgDelta *outcome, const List *broken);
extern SgRefusal *sg_refusal_unapproved(const SgDelta *outcome, const List *statements);
extern SgRefusal *sg_refusal_out_of_order(const SgDelta *outcome, const List *statements);
extern SgRefusal *sg_refusal_rules(const List *findings);
extern void sg_refusal_raise(int elevel, const SgRefusal *refusal);

#endif							/* SG_GATE_REFUSAL_H */
