/*
 * contracts/contract_stored.h
 *		A stored schema as the source of a contract's objects.
 */
#ifndef SG_CONTRACTS_CONTRACT_STORED_H
#define SG_CONTRACTS_CONTRACT_STORED_H

#include "contracts/contract.h"
#include "format/schemafile.h"

typedef struct SgContractStored SgContractStored;

extern SgContractStored *sg_contract_stored_create(void);
extern void sg_contract_stored_add(SgContractStored *stored, SgObject *object);
extern void sg_contract_stored_remove(SgContractStored *stored, const SgObject *object);
extern List *sg_contract_stored_check(SgContractStored *stored, const SgContract *contract);
extern SgObjectSource sg_contract_schema_source(const SgDescription *schema);
extern List *sg_contract_check_schema(const SgContract *contract, const SgDescription *schema);

#endif							/* SG_CONTRACTS_CONTRACT_STORED_H */
