/*
 * classes/annotations.h
 *		What objects of any class have: owner, privileges, labels, comments, and
 *		which extensions they were made to depend on.
 */
#ifndef SG_CLASSES_ANNOTATIONS_H
#define SG_CLASSES_ANNOTATIONS_H

#include "utils/acl.h"

#include "catalogs/names.h"
#include "format/object.h"

extern void sg_add_access(SgNames *names, SgObject *object);
extern void sg_add_comments(SgObject *object);
extern void sg_add_comment_on(SgObject *object, Oid catalog, Oid oid, const char *what);
extern void sg_add_dependency(SgObject *object);
extern void sg_add_dependency_of(SgObject *object, Oid catalog, Oid oid, const char *what);
extern void sg_add_privileges(SgNames *names, SgObject *object, const char *on,
							  const Acl *acl, const Acl *normal, Oid owner);

#endif							/* SG_CLASSES_ANNOTATIONS_H */
