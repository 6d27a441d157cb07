/*
 * classes/identity.h
 *		The identities of functions, operators and the like, for references to them.
 */
#ifndef SG_CLASSES_IDENTITY_H
#define SG_CLASSES_IDENTITY_H

#include "catalogs/names.h"

extern const char *sg_identity_of_function(SgNames *names, Oid function);
extern const char *sg_identity_of_operator(SgNames *names, Oid operator);
extern const char *sg_identity_of_family(SgNames *names, Oid family);
extern const char *sg_identity_of_server(SgNames *names, Oid server);
extern const char *sg_identity_of_role(SgNames *names, Oid role);
extern const char *sg_identity_of_language(SgNames *names, Oid language);

#endif							/* SG_CLASSES_IDENTITY_H */
