/*
 * contracts/contract_tree.h
 *		A contract as a tree: what contract_parse.c builds and the rules read.
 *
 * Names of columns are as in pg_attribute, unquoted.  Identities and types are
 * canonical: as a description would write them.
 */
#ifndef SG_CONTRACTS_CONTRACT_TREE_H
#define SG_CONTRACTS_CONTRACT_TREE_H

#include "nodes/pg_list.h"

#include "contracts/contract.h"

/* a column that a release reads, and the type it expects */
typedef struct SgContractColumn
{
	const char *name;
	const char *type;			/* without modifier: any modifier will do */
} SgContractColumn;

/* what is done with a value, so that other types may do as well */
typedef enum SgContractUseKind
{
	SG_USE_UNKNOWN,
	SG_USE_OPERATOR,			/* {"operator": name, "arguments": [...], "returns": type} */
	SG_USE_FUNCTION,			/* likewise */
	SG_USE_CAST,				/* {"cast": type}: it is cast to the type */
	SG_USE_PASSED,				/* it is cast to the type implicitly */
	SG_USE_UNITED,				/* {"united": [...]}: it becomes of one type with others */
	SG_USE_ELEMENT,				/* {"element": use}: it is an array, whose elements are used */
	SG_USE_ASSIGNABLE,			/* it is assigned to something of the type */
	SG_USE_ASSIGNED,			/* it is assigned something of the type, which has a mark */
	SG_USE_SORTED,				/* rows are sorted or grouped by it */
	SG_USE_RETURNED,			/* {"returned": type}: its type counts, or what a domain is made of */
	SG_USE_LABEL,				/* {"label": name}: the column's type has that label, if it is an enum */
	SG_USE_FRAMED				/* ... and a window's frame ends so far from the current row */
} SgContractUseKind;

/* in place of a type: a literal of the value's own type, an enum */
#define SG_CONTRACT_LABEL "'*"

/* a column by its name */
typedef struct SgContractOrigin
{
	const char *relation;
	const char *column;
	struct SgContractUse *as;	/* what becomes of it; or NULL */
} SgContractOrigin;

typedef struct SgContractUse
{
	SgContractUseKind kind;
	const char *name;			/* of the operator or function, both of pg_catalog; or the label */
	List	   *arguments;		/* of char *: types with marks; "*" is the value */
	List	   *columns;		/* of SgContractOrigin *, for each of them, or else for the type; or NULL; or NIL */
	const char *type;			/* or what comes out of it; or NULL */
	struct SgContractUse *then; /* what is done with what comes out of it; or NULL */
} SgContractUse;

/* a column with its uses: it need not have the type that it has under "select" */
typedef struct SgContractUses
{
	const char *column;
	List	   *uses;			/* of SgContractUse * */
} SgContractUses;

/* a column that an INSERT without a list of columns fills */
typedef struct SgContractPosition
{
	const char *column;
	List	   *given;			/* of char *: types with marks */
	List	   *columns;		/* of SgContractOrigin *, for each of them, or NULL; or NIL */
	List	   *labels;			/* of char *: labels among them, if it is of an enum */
} SgContractPosition;

typedef struct SgContractRelation
{
	const char *identity;
	List	   *select;			/* of SgContractColumn * */
	List	   *not_null;		/* of char *: read, and never null */
	bool		inserts;		/* "insert" is there, maybe empty */
	List	   *insert;			/* of char *: what every INSERT gives */
	List	   *may_insert;		/* of char *: what only some INSERTs give */
	List	   *overridden;		/* of char *: what is given even to an identity column */
	List	   *update;			/* of char * */
	List	   *update_default; /* of char *: what is set to DEFAULT */
	List	   *conflict_targets;	/* of List * of char * */
	List	   *conflict_constraints;	/* of char * */
	List	   *conflict_updates;	/* of char *: those of them with DO UPDATE */
	List	   *conflict_keys;	/* of List * of char *: keys of unique indexes, any of which will do */
	List	   *grouped_by;		/* of char *: the primary key, if a GROUP BY relies on it; or NIL */
	List	   *uses;			/* of SgContractUses * */
	List	   *star;			/* of char *: all columns, as "*" gave them; or NIL */
	List	   *row;			/* likewise, as rows that are returned had them */
	List	   *row_used;		/* ... that are passed to something */
	List	   *copied;			/* ... as COPY has them */
	List	   *first;			/* of char *: the first columns, which are found by their places; or NIL */
	List	   *unnamed;		/* of char *: those of them that may be called otherwise */
	List	   *positional;		/* of List * of SgContractPosition * */
	List	   *commands;		/* of char *: delete, truncate, lock, copy to */
	List	   *truncated;		/* of List * of char *: other relations in the same TRUNCATE without CASCADE */
	List	   *checks;			/* of char *: those that are known; NULL: not told */
	List	   *triggers;		/* likewise */
	bool		tells_guards;	/* "checks" and "triggers" are there */
	List	   *not_in;			/* of char *: schemas that must not have such a relation */
} SgContractRelation;

typedef struct SgContractFunction
{
	const char *identity;
	const char *result;			/* or NULL: whatever it returns */
	List	   *used;			/* of SgContractUse *: what is done with that, for which other types may do; or NIL */
	const char *calls;			/* the function that the call finds, if that has other types; or NULL */
	const char *kind;			/* procedure, aggregate; or NULL: whatever takes the call */
	List	   *columns;		/* of SgContractColumn *: those used of its result */
	List	   *star;			/* of char *: all columns, as "*" gave them; or NIL */
	List	   *first;			/* of char *: the first columns, which are used by their places; or NIL */
	const char *rows;			/* "set" or "one": its rows are read in FROM, whatever their type is called; or NULL */
	List	   *uses;			/* of SgContractUses *: of its columns */
	List	   *bare;			/* of char *: columns that it must not have, as they stand alone and are others' */
	List	   *row_used;		/* of char *: all columns of a row that is passed to something; or NIL */
	List	   *aliases;		/* of char *: names in FROM of its value, to which it gives no other */
	List	   *paths;			/* of List * of char *: schemas in which functions of the name compete, in order */
	bool		record;			/* the call says which columns the result has: it has none of its own */
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
	List	   *used;			/* of SgContractColumn *: attributes that are used; or NIL */
	List	   *row;			/* of char *: all of them, if all are returned; or NIL */
	List	   *given;			/* of List * of char *: what values that are made give each of them */
} SgContractType;

/* what is called for a sequence */
typedef struct SgContractSequence
{
	const char *identity;
	List	   *calls;			/* of char *: nextval, currval, setval */
} SgContractSequence;

/* a column name that stands alone, and the relations that must not get such a column */
typedef struct SgContractBareName
{
	const char *column;
	List	   *relations;		/* of char * */
} SgContractBareName;

/* a NATURAL JOIN, and the columns that both sides have */
typedef struct SgContractNatural
{
	List	   *left;			/* of char *: relations */
	List	   *right;
	List	   *columns;		/* of char * */
} SgContractNatural;

/* an object that is found by a name without a schema, and one of the name that would be found first */
typedef struct SgContractHidden
{
	SgContractKind kind;
	const char *identity;
	const char *other;
} SgContractHidden;

struct SgContract
{
	List	   *relations;		/* of SgContractRelation * */
	List	   *functions;		/* of SgContractFunction * */
	List	   *enums;			/* of SgContractEnum * */
	List	   *types;			/* of SgContractType * */
	List	   *named;			/* of SgContractObject *: whatever need but be there */
	List	   *sequences;		/* of char * */
	List	   *sequence_calls; /* of SgContractSequence * */
	List	   *bare;			/* of SgContractBareName * */
	List	   *natural;		/* of SgContractNatural * */
	List	   *hidden;			/* of SgContractHidden * */
	const char *role;			/* that connects and needs privileges; or NULL */
	List	   *migrations;		/* of SgMigrationList *: data, not objects */
	List	   *objects;		/* of SgContractObject *: all of these, each once */
};

#endif							/* SG_CONTRACTS_CONTRACT_TREE_H */
