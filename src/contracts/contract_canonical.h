/*
 * contracts/contract_canonical.h
 *		Names and types of contracts, made canonical: as a description has them.
 */
#ifndef SG_CONTRACTS_CONTRACT_CANONICAL_H
#define SG_CONTRACTS_CONTRACT_CANONICAL_H

#include "nodes/pg_list.h"

#include "support/compat.h"

extern void sg_contract_reject(const char *path, const char *format,...)
			pg_attribute_printf(2, 3) pg_attribute_noreturn();
extern char *sg_contract_canonical_name(const char *path, const char *text);
extern char *sg_contract_canonical_in_schema(const char *schema, const char *identity);
extern char *sg_contract_canonical_operator(const char *path, const char *text);
extern char *sg_contract_canonical_cast(const char *path, const char *text);
extern char *sg_contract_canonical_type(const char *path, const char *text, bool with_modifier);
extern char *sg_contract_canonical_function(const char *path, const char *text);
extern List *sg_contract_canonical_attributes(const char *path, const char *text);
extern char *sg_contract_canonical_result(const char *path, const char *text);

#endif							/* SG_CONTRACTS_CONTRACT_CANONICAL_H */
