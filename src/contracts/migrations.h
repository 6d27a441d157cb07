/*
 * contracts/migrations.h
 *		The migrations that a release was built with, and whether the ledger has them.
 *
 * docs/migrations.md describes the declaration and the rules for people.
 */
#ifndef SG_CONTRACTS_MIGRATIONS_H
#define SG_CONTRACTS_MIGRATIONS_H

#include "nodes/pg_list.h"

/* a migration that is declared */
typedef struct SgMigration
{
	const char *version;
	List	   *checksums;		/* of char *: any of them will do; NIL: none is declared */
	List	   *replaces;		/* of char *: the versions that it was made of */
} SgMigration;

/* the migrations of one tool */
typedef struct SgMigrationList
{
	const char *tool;
	const char *table;			/* as declared, or NULL: the tool's ledger, whatever its name */
	List	   *applied;		/* of SgMigration *, in order */
	List	   *pruned_below;	/* of char *: older migrations are not declared any more */
} SgMigrationList;

/* migrations_check.c */
extern List *sg_migrations_check(const List *declared, bool with_history);

/* migrations.c */
extern List *sg_migrations_refused(const List *problems);
extern void sg_migrations_warn(const char *subject, const List *problems);

#endif							/* SG_CONTRACTS_MIGRATIONS_H */
