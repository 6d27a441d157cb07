/*
 * state/refused.h
 *		Refusals, which are kept although their transactions are rolled back.
 */
#ifndef SG_STATE_REFUSED_H
#define SG_STATE_REFUSED_H

typedef enum SgRefusedKind
{
	SG_REFUSED_CHANGE,
	SG_REFUSED_CONNECTION
} SgRefusedKind;

extern void sg_refused_note(SgRefusedKind kind, const char *role, int sqlstate, const char *message);

#endif							/* SG_STATE_REFUSED_H */
