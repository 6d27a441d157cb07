/*
 * compare/outcome.h
 *		How a transaction's outcome differs from the expected one.
 */
#ifndef SG_COMPARE_OUTCOME_H
#define SG_COMPARE_OUTCOME_H

#include "state/delta.h"

extern List *sg_outcome_difference(const SgDelta *outcome, const char *fingerprint);

#endif							/* SG_COMPARE_OUTCOME_H */
