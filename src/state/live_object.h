/*
 * state/live_object.h
 *		The objects of the live state.
 *
 * schema_guard.live_object has a row for each object: its catalog OIDs, its
 * digest, and the keys of its items (SgItem.stable_id, in the order of the items), by
 * which renames are recognized.
 */
#ifndef SG_STATE_LIVE_OBJECT_H
#define SG_STATE_LIVE_OBJECT_H

#include "nodes/pg_list.h"

#include "format/object.h"

/* a row of live_object */
typedef struct SgLiveObject
{
	Oid			classid;
	Oid			objid;
	SgDigest	digest;			/* zero if the row is damaged: nothing equals it */
	int			nkeys;
	Oid		   *keys;
} SgLiveObject;

typedef void (*SgLiveObjectReceiver) (const SgLiveObject *row, void *arg);

extern bool sg_live_object_find(Oid classid, Oid objid, SgLiveObject *row);
extern void sg_live_object_scan(Oid classid, SgLiveObjectReceiver receive, void *arg);
extern void sg_live_object_publish(const List *changes);

#endif							/* SG_STATE_LIVE_OBJECT_H */
