/*
 * description/describe.h
 *		Describes the live catalogs: every object of the scope, or one.
 */
#ifndef SG_DESCRIPTION_DESCRIBE_H
#define SG_DESCRIPTION_DESCRIBE_H

#include "utils/snapshot.h"

#include "format/object.h"

/* what to describe, and how */
typedef struct SgDescribeOptions
{
	SgFacetSet	facets;			/* objects without any of these are left out */
	Oid			schema;			/* only this schema, its name left out; or InvalidOid */
	/* ignore the exclusion rules; one object: be it an extension's or the system's */
	bool		all_objects;

	/*
	 * Never wait for a lock on a relation that the deparser must open: call
	 * "busy" with the object instead of describing it.  NULL: wait.
	 */
	void		(*busy) (const char *type, const char *identity,
						 Oid classid, Oid objid, void *arg);

	/*
	 * An index that CREATE INDEX CONCURRENTLY of this transaction has begun
	 * counts as finished: the outcome that the gate judges.
	 */
	bool		finish_concurrent;
} SgDescribeOptions;

/*
 * Receives each object once, items sorted, in no particular order.  The object
 * lives until the function returns: copy what is to stay.
 */
typedef void (*SgObjectReceiver) (SgObject *object, void *arg);

/* a run in which objects are described one by one */
typedef struct SgDescribeRun SgDescribeRun;

extern SgDescribeRun *sg_describe_begin(const SgDescribeOptions *options,
										SgObjectReceiver receive, void *arg);
extern void sg_describe_object(SgDescribeRun *run, Oid classid, Oid objid);
extern void sg_describe_end(SgDescribeRun *run);
extern void sg_describe_all(const SgDescribeOptions *options,
							SgObjectReceiver receive, void *arg);
extern void sg_describe_digest(Oid schema, Oid classid, Oid objid, SgDigest *digest);
extern SgObject *sg_describe_one(const SgDescribeOptions *options, Oid classid, Oid objid);
extern Oid	sg_describe_find(const char *type, const char *identity, Oid *classid);
extern SgObject *sg_describe_named(const SgDescribeOptions *options,
								   const char *type, const char *identity);

#endif							/* SG_DESCRIPTION_DESCRIBE_H */
