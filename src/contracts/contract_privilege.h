/*
 * contracts/contract_privilege.h
 *		Whether a role has the privileges that a contract needs.
 */
#ifndef SG_CONTRACTS_CONTRACT_PRIVILEGE_H
#define SG_CONTRACTS_CONTRACT_PRIVILEGE_H

#include "contracts/contract.h"
#include "format/schemafile.h"

extern List *sg_contract_privilege_check(const SgContract *contract, const char *role);
extern List *sg_contract_privilege_check_schema(const SgContract *contract, const char *role,
												const SgDescription *schema);

#endif							/* SG_CONTRACTS_CONTRACT_PRIVILEGE_H */
