/*
 * contracts/privilege.h
 *		Privileges of a role on an object, in the live catalogs or in a description.
 */
#ifndef SG_CONTRACTS_PRIVILEGE_H
#define SG_CONTRACTS_PRIVILEGE_H

#include "utils/hsearch.h"

#include "format/schemafile.h"

/* an object that privileges are on */
typedef struct SgPrivilegeTarget
{
	const char *type;			/* of the object, or the contract's kind of it */
	const char *identity;
	Oid			objid;			/* of the live one, or InvalidOid */
	const SgObject *object;		/* as it is described, or NULL */
} SgPrivilegeTarget;

/* a role that is asked about */
typedef struct SgPrivilegeRole
{
	const char *name;
	Oid			oid;			/* InvalidOid: there is none */
	List	   *inherits;		/* of char *: it, and those whose privileges it has */
	List	   *may_become;		/* of char *: besides, those that it may SET ROLE to ... */
	List	   *may_become_oids;	/* ... likewise, of Oid */
} SgPrivilegeRole;

/* how it may */
typedef enum SgPrivilegeAnswer
{
	SG_PRIVILEGE_HELD,
	SG_PRIVILEGE_BY_SET_ROLE,	/* a role that it may become has it */
	SG_PRIVILEGE_MISSING
} SgPrivilegeAnswer;

extern SgPrivilegeRole *sg_privilege_role(const char *name);
extern SgPrivilegeAnswer sg_privilege_answer(const SgPrivilegeRole *role, const SgPrivilegeTarget *target,
											 const char *column, const char *privilege);

/* instead of a column's name: any column will do */
extern const char *const sg_privilege_any_column;

#endif							/* SG_CONTRACTS_PRIVILEGE_H */
