/*
 * contracts/contract_source.h
 *		Where the objects come from that contracts are checked against.
 */
#ifndef SG_CONTRACTS_CONTRACT_SOURCE_H
#define SG_CONTRACTS_CONTRACT_SOURCE_H

#include "contracts/contract.h"

/* the catalogs as they are now, for several checks */
typedef struct SgContractCatalogs
{
	const SgObjectSource *all;
	const SgObjectSource *guarded;	/* what of it is in the fingerprint */
} SgContractCatalogs;

extern const SgObjectSource *sg_contract_live_source(void);
extern List *sg_contract_check_live(const SgContract *contract);
extern void sg_contract_catalogs_begin(SgContractCatalogs *catalogs);
extern bool sg_contract_is_covered(SgContract *contract, const SgContractCatalogs *catalogs);

#endif							/* SG_CONTRACTS_CONTRACT_SOURCE_H */
