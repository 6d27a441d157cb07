/*
 * releases/contract_privilege.h
 *		Whether a role has the privileges that a contract needs.
 */
#ifndef SG_RELEASES_CONTRACT_PRIVILEGE_H
#define SG_RELEASES_CONTRACT_PRIVILEGE_H

#include "format/schemafile.h"
#include "releases/contract.h"

extern List *sg_contract_privilege_check(const SgContract *contract, const char *role);
extern List *sg_contract_privilege_check_schema(const SgContract *contract, const char *role,
												const SgDescription *schema);

#endif							/* SG_RELEASES_CONTRACT_PRIVILEGE_H */
