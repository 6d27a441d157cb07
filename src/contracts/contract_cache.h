/*
 * contracts/contract_cache.h
 *		Objects that contracts are checked against, each asked for once.
 */
#ifndef SG_CONTRACTS_CONTRACT_CACHE_H
#define SG_CONTRACTS_CONTRACT_CACHE_H

#include "contracts/contract.h"

extern const SgObjectSource *sg_contract_cache(const SgObjectSource *source);

#endif							/* SG_CONTRACTS_CONTRACT_CACHE_H */
