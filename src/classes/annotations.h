/*
 * classes/annotations.h
 *		Properties that objects of any class can have: owner, privileges, labels,
 *		comments, and dependencies on extensions.
 */
#ifndef SG_CLASSES_ANNOTATIONS_H
#define SG_CLASSES_ANNOTATIONS_H

#include "utils/acl.h"

#include "catalogs/object_rows.h"
#include "classes/describer.h"

/* rows about objects of any class */
struct SgAnnotations
{
	SgObjectRows *comments;
	SgObjectRows *shared_comments;
	SgObjectRows *labels;
	SgObjectRows *shared_labels;
	SgObjectRows *column_grants;
};

/* annotations.c */
extern SgAnnotations *sg_annotations_create(Snapshot snapshot);
extern void sg_annotations_load(SgAnnotations *annotations, SgFacetSet facets);

/* access.c, comment.c, dependency.c */
extern void sg_access_add(SgDescriber *describer, SgObject *object);
extern void sg_comment_add(SgDescriber *describer, SgObject *object);
extern void sg_comment_add_on(SgDescriber *describer, SgObject *object, Oid catalog, Oid oid,
							  const char *words, const char *name);
extern void sg_dependency_add(SgObject *object);
extern void sg_dependency_add_of(SgObject *object, Oid catalog, Oid oid, const char *what);
extern const Acl *sg_access_acl(SgNames *names, Datum stored);
extern void sg_access_add_privileges(SgNames *names, SgObject *object, const char *on,
							  const Acl *acl, const Acl *normal, Oid owner);

#endif							/* SG_CLASSES_ANNOTATIONS_H */
