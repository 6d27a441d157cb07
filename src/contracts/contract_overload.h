/*
 * contracts/contract_overload.h
 *		The functions of a name, and the arguments of a call, taken apart.
 */
#ifndef SG_CONTRACTS_CONTRACT_OVERLOAD_H
#define SG_CONTRACTS_CONTRACT_OVERLOAD_H

#include "contracts/contract_rules.h"

/* An argument that a call gives: [VARIADIC] [name =>] type. */
typedef struct SgArgument
{
	const char *name;			/* or NULL */
	const char *type;
	bool		variadic;
} SgArgument;

/* what a function's parameters are, those that are but results excepted */
typedef struct SgParameters
{
	List	   *types;			/* of char * */
	List	   *names;			/* of char *; "" without a name */
	int			defaults;		/* how many of the last have one */
	bool		variadic;		/* the last is */
} SgParameters;

/* a function of the name that is called */
typedef struct SgOverload
{
	const SgObject *function;
	SgParameters	parameters;
} SgOverload;

extern List *sg_contract_overload_types(const char *identity);
extern char *sg_contract_overload_element(const char *array);
extern List *sg_contract_overload_arguments(const char *identity);
extern List *sg_contract_overloads(SgContractCheck *check, const char *name);
extern int	sg_contract_overload_place(const SgParameters *parameters, const char *name);

#endif							/* SG_CONTRACTS_CONTRACT_OVERLOAD_H */
