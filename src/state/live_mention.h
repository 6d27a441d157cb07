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
typedef void (*SgMentionReceiver) (Oid classid, Oid objid, Oid mentioned, void *arg);

extern void sg_live_mentions(Oid classid, Oid objid, SgMentionReceiver receive, void *arg);
extern void sg_live_mentioning(Oid mentioned, SgMentionReceiver receive, void *arg);
extern void sg_live_publish_mentions(const List *changes);

#endif							/* SG_STATE_LIVE_MENTION_H */
