/*
 * contracts/migrations_parse.h
 *		Reads what a release says about its migrations.
 */
#ifndef SG_CONTRACTS_MIGRATIONS_PARSE_H
#define SG_CONTRACTS_MIGRATIONS_PARSE_H

#include "contracts/contract_read.h"

extern void sg_migrations_read(const SgContractReader *reader);
extern List *sg_migrations_parse(Jsonb *json);

#endif							/* SG_CONTRACTS_MIGRATIONS_PARSE_H */
