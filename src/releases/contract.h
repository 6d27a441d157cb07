/*
 * releases/contract.h
 *		Contracts: what a release needs of the schema, and whether it is there.
 *
 * The check is pure but for where objects come from, so that the same rules judge
 * the live catalogs, a snapshot, and the outcome of a transaction before it
 * commits.  docs/contracts.md describes format and rules for people.
 */
#ifndef SG_RELEASES_CONTRACT_H
#define SG_RELEASES_CONTRACT_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "format/object.h"

typedef struct SgContract SgContract;

/*
 * What contracts call an object: they do not say which kind of relation or of
 * function it is.  sg_contract_kind_matches tells which object types answer.
 */
#define SG_CONTRACT_RELATION "relation"
#define SG_CONTRACT_FUNCTION "function"
#define SG_CONTRACT_TYPE "type"

/* an object that a contract names */
typedef struct SgContractObject
{
	const char *kind;			/* one of the three above */
	const char *identity;		/* as in a description */
} SgContractObject;

/*
 * Where objects come from.  They live at least as long as the memory context
 * that is current in the call.  Besides what sg_contract_objects lists, the
 * check may ask for a partition's parent and for types.
 */
typedef struct SgObjectSource
{
	/* the object of that kind and identity, or NULL */
	SgObject   *(*lookup) (const char *kind, const char *identity, void *arg);
	/* the tables that inherit from the one of that identity, partitions excepted */
	List	   *(*children) (const char *identity, void *arg);
	/* its partitions, those of partitions excepted */
	List	   *(*partitions) (const char *identity, void *arg);
	/* the functions, procedures and aggregates called so: schema.name */
	List	   *(*overloads) (const char *name, void *arg);
	void	   *arg;
} SgObjectSource;

extern const char *const *sg_contract_kind_types(const char *kind);
extern bool sg_contract_kind_matches(const char *kind, const char *type);
extern SgContract *sg_contract_parse(Jsonb *contract);
extern List *sg_contract_objects(const SgContract *contract);
extern List *sg_contract_check(const SgContract *contract, const SgObjectSource *source);
extern char *sg_contract_function_called(const char *identity);

#endif							/* SG_RELEASES_CONTRACT_H */
