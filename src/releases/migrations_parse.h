/*
 * releases/migrations_parse.h
 *		Reads what a release says about its migrations.
 */
#ifndef SG_RELEASES_MIGRATIONS_PARSE_H
#define SG_RELEASES_MIGRATIONS_PARSE_H

#include "releases/contract_read.h"

extern void sg_migrations_read(const SgContractReader *reader);
extern List *sg_migrations_parse(Jsonb *json);

#endif							/* SG_RELEASES_MIGRATIONS_PARSE_H */
