/*
 * releases/migrations_stored.h
 *		What releases declare of their migrations, and the ledgers that are known to have it.
 */
#ifndef SG_RELEASES_MIGRATIONS_STORED_H
#define SG_RELEASES_MIGRATIONS_STORED_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

extern void sg_migrations_stored_put(const char *application, const char *version, Jsonb *contract,
									 const List *declared);
extern List *sg_migrations_stored_of(const char *application, const char *version);
extern bool sg_migrations_stored_hold(const char *application, const char *version);
extern void sg_migrations_stored_renew(const char *application, const char *version, const char *fingerprint);

#endif							/* SG_RELEASES_MIGRATIONS_STORED_H */
