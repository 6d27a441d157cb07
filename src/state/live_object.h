/*
 * state/live_object.h
 *		The objects of the live state.
 */
#ifndef SG_STATE_LIVE_OBJECT_H
#define SG_STATE_LIVE_OBJECT_H

#include "nodes/pg_list.h"

#include "format/object.h"

/* a row of live_object */
typedef struct SgLiveRow
{
	Oid			classid;
	Oid			objid;
	SgDigest	digest;			/* zero if the row is damaged: nothing equals it */
	int			nkeys;
	Oid		   *keys;
} SgLiveRow;

typedef void (*SgLiveRowReceiver) (const SgLiveRow *row, void *arg);

extern bool sg_live_row(Oid classid, Oid objid, SgLiveRow *row);
extern void sg_live_rows(Oid classid, SgLiveRowReceiver receive, void *arg);
extern void sg_live_object_publish(const List *changes);

#endif							/* SG_STATE_LIVE_OBJECT_H */
