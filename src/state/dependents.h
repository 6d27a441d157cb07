/*
 * state/dependents.h
 *		Finds the dependents of an object.
 */
#ifndef SG_STATE_DEPENDENTS_H
#define SG_STATE_DEPENDENTS_H

#include "catalog/objectaddress.h"
#include "nodes/pg_list.h"

/* how far a change of an object reaches */
typedef enum SgReach
{
	SG_REACH_NONE,
	SG_REACH_CHILDREN,			/* relations that inherit from it */
	SG_REACH_QUERIES,			/* and queries over it, for which any column can matter */
	SG_REACH_ALL				/* whatever can name it or a sub-object of it */
} SgReach;

extern List *sg_dependents(const ObjectAddress *object, SgReach reach);
extern List *sg_dependents_detaching(Oid parent);

#endif							/* SG_STATE_DEPENDENTS_H */
