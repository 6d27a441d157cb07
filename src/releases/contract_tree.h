/*
 * releases/contract_tree.h
 *		A contract as a tree: what contract_parse.c builds and the rules read.
 *
 * Names of columns are as in pg_attribute, unquoted.  Identities and types are
 * canonical: as a description would write them.
 */
#ifndef SG_RELEASES_CONTRACT_TREE_H
#define SG_RELEASES_CONTRACT_TREE_H

#include "nodes/pg_list.h"

/* a column that a release reads, and the type it expects */
typedef struct SgContractColumn
{
	const char *name;
	const char *type;			/* without modifier: any modifier will do */
} SgContractColumn;

typedef struct SgContractRelation
{
	const char *identity;
	List	   *select;			/* of SgContractColumn * */
	List	   *not_null;		/* of char *: read, and never null */
	bool		inserts;		/* "insert" is there, maybe empty */
	List	   *insert;			/* of char * */
	List	   *update;			/* of char * */
	List	   *conflict_targets;	/* of List * of char * */
} SgContractRelation;

typedef struct SgContractFunction
{
	const char *identity;
	const char *result;			/* or NULL: whatever it returns */
} SgContractFunction;

typedef struct SgContractEnum
{
	const char *identity;
	List	   *labels;			/* of char * */
} SgContractEnum;

typedef struct SgContractType
{
	const char *identity;
	const char *base;			/* what a domain is made of, at the bottom; or NULL */
	List	   *attributes;		/* of a composite: SgContractColumn *, in order; or NIL */
} SgContractType;

struct SgContract
{
	List	   *relations;		/* of SgContractRelation * */
	List	   *functions;		/* of SgContractFunction * */
	List	   *enums;			/* of SgContractEnum * */
	List	   *types;			/* of SgContractType * */
	List	   *objects;		/* of SgContractObject *: all of these, each once */
};

#endif							/* SG_RELEASES_CONTRACT_TREE_H */
