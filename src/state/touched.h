/*
 * state/touched.h
 *		Which objects the current transaction has touched.
 */
#ifndef SG_STATE_TOUCHED_H
#define SG_STATE_TOUCHED_H

#include "catalog/objectaccess.h"
#include "catalog/objectaddress.h"
#include "nodes/nodes.h"

#include "format/facet.h"

/* how we know that an object was touched; later ones say more */
typedef enum SgTouchedSource
{
	SG_TOUCHED_BY_INVALIDATION, /* which may be another session's */
	SG_TOUCHED_BY_HOOK,
	SG_TOUCHED_CREATED			/* this transaction has created the relation or type */
} SgTouchedSource;

typedef struct SgTouched
{
	ObjectAddress address;		/* without an object: all of the class */
	SgTouchedSource source;
} SgTouched;

/* which changes count as made without a DDL statement */
typedef enum SgHeed
{
	SG_HEED_ALL,
	SG_HEED_OTHERS,				/* all but the creation of a table from a query */
	SG_HEED_NONE,				/* a DDL statement is running */
} SgHeed;

/*
 * Called when the server itself drops a permanent object or sub-object, as it does
 * at the end of a session with dependents of temporary objects.  "created" says that
 * this transaction has created the object.
 */
typedef void (*SgVanish) (bool created);

extern void sg_touched_init(SgVanish vanish);
extern void sg_touched_object_access(ObjectAccessType access, Oid classid, Oid objid, int subid,
									 void *arg);
extern void sg_touched_relation_invalidated(Oid relid);
extern SgHeed sg_touched_enter(const Node *statement);
extern void sg_touched_leave(SgHeed outer);
extern void sg_touched_announced(const Node *statement);
extern bool sg_touched_in_command(void);
extern bool sg_touched_unannounced(void);
extern void sg_touched_add(Oid classid, Oid objid);
extern void sg_touched_by_statement(const Node *statement);
extern void sg_touched_by_ended(const Node *statement);
extern void sg_touched_locks_released(void);
extern void sg_touched_forget(void);
extern bool sg_touched_everything(SgFacetSet facets);
extern SgTouched *sg_touched_objects(int *count);

#endif							/* SG_STATE_TOUCHED_H */
