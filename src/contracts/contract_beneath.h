/*
 * contracts/contract_beneath.h
 *		Privileges that statements ask for beneath the relations that they name.
 */
#ifndef SG_CONTRACTS_CONTRACT_BENEATH_H
#define SG_CONTRACTS_CONTRACT_BENEATH_H

#include "contracts/contract_tree.h"
#include "contracts/privilege.h"

/* one of them, in the live catalogs */
typedef struct SgBeneath
{
	SgPrivilegeTarget target;
	Oid			role;			/* who needs it; InvalidOid: whoever runs the statement */
	const char *privilege;
	List	   *columns;		/* of char *: NIL: any column, or the object as a whole */
	bool		risky;			/* only some statements ask for it */
} SgBeneath;

extern List *sg_contract_beneath_view(Oid view, const SgContractRelation *needed);
extern Oid	sg_contract_beneath_cast(Oid cast);
extern List *sg_contract_beneath_row(Oid relid, const SgContractRelation *needed);

#endif							/* SG_CONTRACTS_CONTRACT_BENEATH_H */
