/*
 * contracts/contract_whole.h
 *		Contracts of applications that need whole relations, as ORMs do.
 */
#ifndef SG_CONTRACTS_CONTRACT_WHOLE_H
#define SG_CONTRACTS_CONTRACT_WHOLE_H

#include "contracts/contract.h"
#include "queries/outline.h"

/* what is done with a relation: a set of these */
typedef enum SgAccess
{
	SG_ACCESS_SELECT = 1 << 0,
	SG_ACCESS_INSERT = 1 << 1,
	SG_ACCESS_UPDATE = 1 << 2,
	SG_ACCESS_DELETE = 1 << 3,
	SG_ACCESS_TRUNCATE = 1 << 4
} SgAccess;

extern int	sg_contract_whole_access(const char *name);
extern char *sg_contract_whole_accesses(void);
extern int	sg_contract_whole_accepted(const SgObjectSource *source, const SgObject *relation,
									   int access);
extern char *sg_contract_whole_add(SgOutline *contract, const SgObjectSource *source,
								   const SgObject *relation, int access);

#endif							/* SG_CONTRACTS_CONTRACT_WHOLE_H */
