/*
 * classes/describer.h
 *		The state of one run of a description, and services for its handlers.
 */
#ifndef SG_CLASSES_DESCRIBER_H
#define SG_CLASSES_DESCRIBER_H

#include "utils/hsearch.h"
#include "utils/snapshot.h"

#include "catalogs/names.h"
#include "classes/member.h"
#include "deparse/deparser.h"
#include "format/object.h"

/* the attribute of an item that says why an object, or a part of it, is not described */
#define SG_CANNOT_BE_DESCRIBED "cannot be described"

/* comments, labels and grants: classes/annotations.h */
typedef struct SgAnnotations SgAnnotations;

/* catalogs/object_rows.h */
typedef struct SgObjectRows SgObjectRows;

/* what to describe, and how */
typedef struct SgDescribeOptions
{
	SgFacetSet	facets;			/* objects without any of these are left out */
	Oid			schema;			/* only this schema, its name left out; or InvalidOid */

	/* ignore exclusion rules; describe a single object even if it belongs to an extension or the system */
	bool		all_objects;

	/*
	 * Never wait for a lock on a relation that the deparser must open: call
	 * "locked_callback" with the object instead of describing it.  NULL: wait.
	 */
	void		(*locked_callback) (const char *type, const char *identity,
						 Oid classid, Oid objid, void *arg);

	/*
	 * Describe an index that this transaction has begun to build by CREATE INDEX
	 * CONCURRENTLY as if it were complete: that is the outcome that the gate judges.
	 */
	bool		as_if_complete;
} SgDescribeOptions;

/*
 * Receives each object once, items sorted, in no particular order.  The object
 * lives until the function returns: copy what you need afterwards.
 */
typedef void (*SgObjectReceiver) (SgObject *object, void *arg);

/* a second look at an object that could not be described: description/describe_class.c */
typedef struct SgLook
{
	const char *type;			/* of the object, once it has a name; or NULL */
	const char *identity;
	SgObject   *object;			/* a copy of what was emitted */
	bool		done;			/* the object exists, and could be described */
	bool		missing;		/* ... but names something that does not exist */
	bool		locked;
} SgLook;

/* the parent of the current partition: relation/parent.c */
typedef struct SgParent SgParent;

typedef struct SgDescriber SgDescriber;

struct SgDescriber
{
	/* for handlers */
	const SgDescribeOptions *options;
	Snapshot	snapshot;
	SgNames    *names;
	SgDeparser *deparser;
	SgAnnotations *annotations;
	Oid			only;			/* the one object of the class to describe; or InvalidOid */
	MemoryContext run_context;	/* lives until the run ends */
	MemoryContext object_context;	/* current while an object is described, reset after it */
	SgParent   *parent;			/* relation/parent.c's ... */
	SgObjectRows *index_parents;	/* ... too */

	/* for describer.c and outside.c */
	Oid			own_schema;		/* the schema of schema_guard */
	List	   *exclusions;
	HTAB	   *outside;		/* what sg_outside_load() found; NULL: not loaded */
	SgMembers  *members;		/* NULL: not loaded */
	HTAB	   *by_hand;		/* members of extensions that were added or changed by hand; or NULL */
	bool		no_dependents;	/* nothing DEPENDS ON EXTENSION */
	const SgObject *current;	/* for the error context */
	Oid			last;			/* the last object of the class that was emitted or reported */
	SgLook	   *look;			/* if the run is a second look; or NULL */
	SgObjectReceiver receive;
	void	   *arg;

	/* for the driver, which is above the handlers: src/description */
	int			guc_level;
	SgMemberDescribe member_digest;
	void		(*look_again) (SgDescriber *describer, const SgObject *object);
};

extern void sg_describer_set_only(SgDescriber *describer, Oid objid);
extern bool sg_describer_in_scope(SgDescriber *describer, Oid classid, Oid objid, Oid schema);
extern bool sg_describer_wants(const SgDescriber *describer, SgFacet facet);
extern bool sg_describer_wants_dependencies(const SgDescriber *describer);
extern bool sg_describer_excludes(const SgDescriber *describer, const char *identity);
extern void sg_describer_begin(SgDescriber *describer, const SgObject *object);
extern void sg_describer_emit(SgDescriber *describer, SgObject *object);
extern void sg_describer_skip(SgDescriber *describer);
extern void sg_describer_report_locked(SgDescriber *describer, const SgObject *object);
extern void sg_describer_hand_on(SgDescriber *describer, SgObject *object);

#endif							/* SG_CLASSES_DESCRIBER_H */
