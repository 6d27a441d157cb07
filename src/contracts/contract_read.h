/*
 * contracts/contract_read.h
 *		Reading the JSON of a contract, with errors that say where they are.
 */
#ifndef SG_CONTRACTS_CONTRACT_READ_H
#define SG_CONTRACTS_CONTRACT_READ_H

#include "nodes/pg_list.h"
#include "utils/hsearch.h"
#include "utils/jsonb.h"

#include "contracts/contract.h"
#include "contracts/contract_tree.h"

/*
 * What is compared with all columns of a relation or type: at most that many INSERTs
 * without a list of columns, rows given to a type, joins.
 */
#define SG_CONTRACT_MAX_ROWS 1000

/* a contract that is being read */
typedef struct SgContractReading
{
	SgContract *contract;
	HTAB	   *names;			/* its objects, by kind and identity */
} SgContractReading;

/* a value in it that is to be read */
typedef struct SgContractReader
{
	SgContractReading    *reading;
	const char *path;			/* leads to the value */
	const char *key;			/* of a member of an object */
	JsonbValue *value;
	void	   *into;			/* what the value becomes part of */
} SgContractReader;

typedef void (*SgContractRead) (const SgContractReader *reader);

/* one key that an object may have */
typedef struct SgContractKey
{
	const char *name;
	SgContractRead read;
} SgContractKey;

extern void sg_contract_each_member(const SgContractReader *object, SgContractRead read, void *into);
extern void sg_contract_each_element(const SgContractReader *array, SgContractRead read, void *into);
extern void sg_contract_read_known(const SgContractReader *member, const SgContractKey *known);
extern bool sg_contract_is_array(const SgContractReader *reader);
extern void sg_contract_limit(const SgContractReader *reader, const List *list, int most);
extern char *sg_contract_read_text(const SgContractReader *reader);
extern List *sg_contract_read_names(const SgContractReader *reader);
extern SgContractObject *sg_contract_read_object(const SgContractReader *reader,
												 SgContractKind kind, const char *identity);
extern SgContractObject *sg_contract_read_mention(const SgContractReader *reader,
												  SgContractKind kind, const char *identity);

#endif							/* SG_CONTRACTS_CONTRACT_READ_H */
