/*
 * contracts/contract_need.h
 *		A contract as a list of single needs.
 */
#ifndef SG_CONTRACTS_CONTRACT_NEED_H
#define SG_CONTRACTS_CONTRACT_NEED_H

#include "contracts/contract.h"

/* one thing that a contract says, in words */
typedef struct SgNeed
{
	const char *object;			/* what it is about: kind and identity */
	const char *key;			/* of the contract: select, insert, functions ... */
	const char *attribute;		/* what of the object, or NULL */
	const char *value;			/* what it has to be, or NULL */
	bool		is_one_of_many;	/* a need with another value is another need */
} SgNeed;

extern List *sg_contract_need_list(const SgContract *contract);
extern int	sg_contract_need_compare(const SgNeed *left, const SgNeed *right);

#endif							/* SG_CONTRACTS_CONTRACT_NEED_H */
