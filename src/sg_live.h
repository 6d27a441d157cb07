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
 *
 * All functions run as the extension's owner (sg_guard_enter), connect to SPI
 * themselves, and leave their results in the caller's memory context.
 */
#ifndef SG_LIVE_H
#define SG_LIVE_H

#include "nodes/pg_list.h"
#include "sg_digest.h"
#include "sg_object.h"

/* what the live state says, in short */
typedef struct SgLiveState
{
	bool		exists;
	bool		stale;			/* known to be behind the catalogs */
	char		fingerprint[SG_FINGERPRINT_LEN + 1];	/* "" unless it exists */
} SgLiveState;

/* an object of which the digest or the OIDs differ */
typedef struct SgLiveChange
{
	Oid			classid;
	Oid			objid;
	SgObject   *before;			/* with keys; NULL: the object is new */
	SgObject   *after;			/* with keys; NULL: the object is gone */
	SgDigest	digest_before;
	SgDigest	digest_after;
	char	   *block;			/* of "after" */
} SgLiveChange;

/* the difference between an earlier state and the catalogs as they are now */
typedef struct SgLiveDelta
{
	char		before[SG_FINGERPRINT_LEN + 1]; /* "" if there was no state */
	char		after[SG_FINGERPRINT_LEN + 1];
	SgFacetSet	facets;			/* what was described */
	int			object_count;	/* afterwards */
	List	   *objects;		/* of SgLiveChange * */
	List	   *changes;		/* of SgChange *, what differs, sorted */
} SgLiveDelta;

/* an earlier state to compare the catalogs with */
typedef struct SgLiveImage SgLiveImage;

extern void sg_live_lock(void);
extern void sg_live_state(SgLiveState *state);
extern bool sg_live_is_stale(void);
extern bool sg_live_fingerprint(char *fingerprint);
extern void sg_live_mark_stale(void);

extern SgLiveImage *sg_live_image_stored(void);
extern SgLiveImage *sg_live_image_taken(void);
extern SgLiveDelta *sg_live_compare(SgLiveImage *image, bool finish_concurrent);
extern void sg_live_publish(const SgLiveDelta *delta);

#endif							/* SG_LIVE_H */
