/*
 * sg_contract.h
 *		Contracts: what a release needs of the schema, and whether it is there.
 *
 * Pure but for the lookup callback, so that the same rules judge the live
 * catalogs, a snapshot, and the outcome of a transaction before it commits.
 */
#ifndef SG_CONTRACT_H
#define SG_CONTRACT_H

#include "nodes/pg_list.h"
#include "sg_object.h"
#include "utils/jsonb.h"

typedef struct SgContract SgContract;

/* the object of that type ("relation": whatever kind) and name, or NULL */
typedef SgObject *(*SgObjectLookup) (const char *type, const char *identity, void *arg);

typedef struct SgProblem
{
	const char *severity;		/* "broken" or "risky" */
	const char *rule;			/* the rule's name: column_missing ... */
	const char *type;
	const char *identity;
	const char *attribute;		/* or NULL */
	const char *needed;			/* or NULL */
	const char *found;			/* or NULL */
} SgProblem;

extern SgContract *sg_contract_parse(Jsonb *contract);
extern List *sg_contract_objects(const SgContract *contract);
extern List *sg_contract_check(const SgContract *contract, SgObjectLookup lookup, void *arg);
extern char *sg_problem_text(const SgProblem *problem);

#endif							/* SG_CONTRACT_H */
