/*
 * contracts/contract_diff.h
 *		What one contract needs and another one does not.
 */
#ifndef SG_CONTRACTS_CONTRACT_DIFF_H
#define SG_CONTRACTS_CONTRACT_DIFF_H

#include "contracts/contract.h"

/* a need that only one of two contracts has, or that differs between them */
typedef struct SgNeedChange
{
	const char *change;			/* added, removed or changed */
	const char *key;			/* of the contract: select, insert, functions ... */
	const char *object;
	const char *attribute;		/* or NULL */
	const char *before;			/* or NULL */
	const char *after;			/* or NULL */
} SgNeedChange;

extern List *sg_contract_diff(const SgContract *before, const SgContract *after);

#endif							/* SG_CONTRACTS_CONTRACT_DIFF_H */
