/*
 * state/live_mention.h
 *		Which objects' names are in which objects' texts, as the live state has it.
 *
 * schema_guard.live_mention has a row for each object that is named in the text
 * of another one, the one by its OID, the other by its catalog OIDs: what the
 * description noted (catalogs/mention.h).  It is part of the live state (state/live_state.h).
 */
#ifndef SG_STATE_LIVE_MENTION_H
#define SG_STATE_LIVE_MENTION_H

#include "nodes/pg_list.h"

/* the text of (classid, objid) has the name of "mentioned" in it */
typedef void (*SgLiveMentionReceiver) (Oid classid, Oid objid, Oid mentioned, void *arg);

extern void sg_live_mention_scan(Oid classid, Oid objid, SgLiveMentionReceiver receive, void *arg);
extern void sg_live_mention_scan_naming(Oid mentioned, SgLiveMentionReceiver receive, void *arg);
extern void sg_live_mention_publish(const List *changes);

#endif							/* SG_STATE_LIVE_MENTION_H */
