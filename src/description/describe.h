/*
 * description/describe.h
 *		Describes the live catalogs: every object in scope, or one.
 */
#ifndef SG_DESCRIPTION_DESCRIBE_H
#define SG_DESCRIPTION_DESCRIBE_H

#include "classes/describer.h"

extern SgDescriber *sg_describe_begin(const SgDescribeOptions *options,
									  SgObjectReceiver receive, void *arg);
extern void sg_describe_object(SgDescriber *describer, Oid classid, Oid objid);
extern void sg_describe_end(SgDescriber *describer);
extern void sg_describe_all(const SgDescribeOptions *options,
							SgObjectReceiver receive, void *arg);
extern void sg_describe_digest(Oid schema, Oid classid, Oid objid, SgDigest *digest);
extern SgObject *sg_describe_one(const SgDescribeOptions *options, Oid classid, Oid objid);
extern Oid	sg_describe_find(const char *type, const char *identity, Oid *classid);
extern SgObject *sg_describe_named(const SgDescribeOptions *options,
								   const char *type, const char *identity);

#endif							/* SG_DESCRIPTION_DESCRIBE_H */
