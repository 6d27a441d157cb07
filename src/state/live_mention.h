/*
 * state/live_mention.h
 *		Which objects the text of each object names, in the live state.
 *
 * schema_guard.live_mention has a row for each mention of an object in the text of
 * another one: the OID of the former, and the catalog OIDs of the latter.  The
 * description has recorded them (catalogs/mention.h).
 */
#ifndef SG_STATE_LIVE_MENTION_H
#define SG_STATE_LIVE_MENTION_H

#include "nodes/pg_list.h"

/* the text of (classid, objid) names "mentioned" */
typedef void (*SgLiveMentionReceiver) (Oid classid, Oid objid, Oid mentioned, void *arg);

extern void sg_live_mention_scan(Oid classid, Oid objid, SgLiveMentionReceiver receive, void *arg);
extern void sg_live_mention_scan_naming(Oid mentioned, SgLiveMentionReceiver receive, void *arg);
extern void sg_live_mention_publish(const List *changes);

#endif							/* SG_STATE_LIVE_MENTION_H */
