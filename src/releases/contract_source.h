/*
 * releases/contract_source.h
 *		Where the objects come from that contracts are checked against.
 */
#ifndef SG_RELEASES_CONTRACT_SOURCE_H
#define SG_RELEASES_CONTRACT_SOURCE_H

#include "releases/contract.h"

extern const SgObjectSource *sg_contract_live_source(void);
extern List *sg_contract_check_live(const SgContract *contract);
extern bool sg_contract_is_covered(SgContract *contract);

#endif							/* SG_RELEASES_CONTRACT_SOURCE_H */
