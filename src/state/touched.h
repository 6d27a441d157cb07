/*
 * state/touched.h
 *		Which objects the current transaction has touched.
 */
#ifndef SG_STATE_TOUCHED_H
#define SG_STATE_TOUCHED_H

#include "catalog/objectaddress.h"
#include "nodes/nodes.h"

#include "format/object.h"

/* in place of the objectSubId: this transaction has created the relation or type */
#define SG_TOUCHED_CREATED 2

/* which changes are heeded that no DDL statement makes */
typedef enum SgHeed
{
	SG_HEED_ALL,
	SG_HEED_OTHERS,				/* a table is being made of a query: not this */
	SG_HEED_NONE,				/* a DDL statement is running */
} SgHeed;

/*
 * Called when an object goes, or a part of one, that is not temporary and was
 * dropped by the server itself, as at the end of a session with what is temporary;
 * "created": by this transaction, as a whole.
 */
typedef void (*SgVanish) (bool created);

extern void sg_touched_init(SgVanish vanish);
extern SgHeed sg_touched_enter(const Node *statement);
extern void sg_touched_leave(SgHeed outer);
extern void sg_touched_announced(const Node *statement);
extern bool sg_touched_unannounced(void);
extern void sg_touched_by_statement(const Node *statement);
extern void sg_touched_locks_released(void);
extern void sg_touched_forget(void);
extern bool sg_touched_everything(SgFacetSet facets);
extern ObjectAddress *sg_touched_objects(int *count);

#endif							/* SG_STATE_TOUCHED_H */
