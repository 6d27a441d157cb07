/*
 * sg_contract_source.h
 *		Where the objects come from that contracts are checked against.
 */
#ifndef SG_CONTRACT_SOURCE_H
#define SG_CONTRACT_SOURCE_H

#include "sg_contract.h"
#include "sg_describe.h"
#include "sg_schemafile.h"

extern List *sg_contract_check_live(const SgContract *contract);
extern List *sg_contract_check_schema(const SgContract *contract, const SgSchema *schema);
extern bool sg_contract_is_covered(const SgContract *contract);

#endif							/* SG_CONTRACT_SOURCE_H */
