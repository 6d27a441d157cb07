/*
 * contracts/contract.h
 *		Contracts: what a release needs of the schema, and whether it is there.
 *
 * The check is pure except for where objects come from, so the same rules judge
 * the live catalogs, a snapshot, and the outcome of a transaction before it
 * commits.  docs/contracts.md describes format and rules for people.
 */
#ifndef SG_CONTRACTS_CONTRACT_H
#define SG_CONTRACTS_CONTRACT_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "format/object.h"

typedef struct SgContract SgContract;

/*
 * What contracts call an object.  They do not say which kind of relation or of
 * function it is: sg_contract_kind_matches tells which object types answer.
 */
typedef enum SgContractKind
{
	SG_CONTRACT_RELATION,
	SG_CONTRACT_FUNCTION,
	SG_CONTRACT_TYPE,
	SG_CONTRACT_OPERATOR,
	SG_CONTRACT_COLLATION,
	SG_CONTRACT_CONFIGURATION,
	SG_CONTRACT_DICTIONARY,
	SG_CONTRACT_CAST
} SgContractKind;

#define SG_CONTRACT_KINDS (SG_CONTRACT_CAST + 1)

/* an object that a contract names */
typedef struct SgContractObject
{
	SgContractKind kind;
	const char *identity;		/* as in a description */
	bool		defined;		/* the contract says what it needs of it */
	bool		unwanted;		/* it should not be there */
	const char *needed;			/* what an operator returns, or how a cast is made; or NULL: whatever */
} SgContractObject;

/*
 * Where objects come from.  They live at least as long as the memory context
 * that is current in the call.  Besides the objects that the contract names, the
 * check asks for parents of partitions, children, overloads and types.
 */
typedef struct SgObjectSource
{
	/* the object of that kind and identity, or NULL */
	SgObject   *(*lookup) (SgContractKind kind, const char *identity, void *arg);
	/* the tables that inherit from the table of that identity, except partitions */
	List	   *(*children) (const char *identity, void *arg);
	/* its partitions, without those of partitions */
	List	   *(*partitions) (const char *identity, void *arg);
	/* the functions, procedures and aggregates of that name: schema.name */
	List	   *(*overloads) (const char *name, void *arg);
	/* the tables that have a foreign key to the table of that identity */
	List	   *(*referring) (const char *identity, void *arg);
	/* all publications; the name is of no account */
	List	   *(*publications) (const char *name, void *arg);
	void	   *arg;
} SgObjectSource;

/* contract.c */
extern List *sg_contract_check(const SgContract *contract, const SgObjectSource *source);

/* contract_object.c */
extern const char *sg_contract_kind_name(SgContractKind kind);
extern const char *const *sg_contract_kind_types(SgContractKind kind);
extern bool sg_contract_kind_matches(SgContractKind kind, const char *type);

/* contract_parse.c */
extern SgContract *sg_contract_parse(Jsonb *json);
extern List *sg_contract_objects(const SgContract *contract);
extern List *sg_contract_migrations(const SgContract *contract);

/* contract_overload.c */
extern char *sg_contract_function_called(const char *identity);

#endif							/* SG_CONTRACTS_CONTRACT_H */
