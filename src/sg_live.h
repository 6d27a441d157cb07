/*
 * sg_live.h
 *		The live state: what the schema was when the last guarded transaction
 *		committed, kept in tables so that it is crash-safe and replicated.
 *
 * schema_guard.live_object has a row for each object: its catalog OIDs, its
 * digest, and the keys of its items (SgItem.key, in the order of the items),
 * by which renames are recognised.  schema_guard.live_state has one row: the
 * fingerprint and whether the state is known to be behind ("stale").  Neither
 * is dumped: a restored database computes them anew.
 */
#ifndef SG_LIVE_H
#define SG_LIVE_H

#include "nodes/pg_list.h"
#include "sg_digest.h"
#include "sg_object.h"

/* the difference between the live state and the catalogs as they are now */
typedef struct SgLiveChange
{
	SgObject   *before;			/* with keys; NULL: the object is new */
	SgObject   *after;			/* with keys; NULL: the object is gone */
} SgLiveChange;

typedef struct SgLiveDelta
{
	char		before[SG_FINGERPRINT_LEN + 1];
	char		after[SG_FINGERPRINT_LEN + 1];
	/* the outcome to be judged: differs from "after" only inside CONCURRENTLY */
	char		outcome[SG_FINGERPRINT_LEN + 1];
	List	   *objects;		/* of SgLiveChange * */
	List	   *changes;		/* of SgChange *, what differs, sorted */
} SgLiveDelta;

extern bool sg_live_is_stale(void);
extern void sg_live_mark_stale(void);
extern bool sg_live_fingerprint(char *fingerprint);
extern SgLiveDelta *sg_live_compare(bool concurrently);
extern void sg_live_publish(const SgLiveDelta *delta);

#endif							/* SG_LIVE_H */
