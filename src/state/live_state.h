/*
 * state/live_state.h
 *		The live state: what the schema was when the last guarded transaction
 *		committed, kept in tables so that it is crash-safe and replicated.
 *
 * schema_guard.live_object has a row for each object: its catalog OIDs, its
 * digest, and the keys of its items (SgItem.key, in the order of the items),
 * by which renames are recognised.  schema_guard.live_bucket has the digests
 * of the buckets (format/digest.h) and of what is in them, so that a new fingerprint
 * costs what changed.
 * schema_guard.live_mention has whose names are in its text (state/live_mention.h).
 * schema_guard.live_state has one row: the fingerprint, and whether the state
 * is known to be behind ("stale").  None of them is dumped: a restored database
 * computes them anew; so does one that pg_upgrade has made, which is another
 * database system with other OIDs.
 *
 * These functions read and write without SPI (support/table.c) and need no
 * privileges.  Results are in the caller's memory context.
 */
#ifndef SG_STATE_LIVE_STATE_H
#define SG_STATE_LIVE_STATE_H

#include "storage/itemptr.h"

#include "format/object.h"
#include "support/table.h"

/* how far the guard has come in this database: see gate/phase.c */
typedef enum SgPhase
{
	SG_PHASE_NEW,				/* nothing was ever approved */
	SG_PHASE_RESTORING,			/* a dump of a guarded database is being restored */
	SG_PHASE_RESTORED,			/* the schema is as it was, and nothing has changed it since */
	SG_PHASE_ARMED
} SgPhase;

/* one version of the live state's row; all zero: there was no row */
typedef struct SgLiveVersion
{
	TransactionId xmin;
	ItemPointerData tid;
} SgLiveVersion;

/* what the live state says, in short */
typedef struct SgLiveState
{
	SgPhase		phase;
	SgLiveVersion version;		/* another one after each publication and each note of staleness */
	bool		exists;
	bool		stale;			/* known to be behind the catalogs */
	int			object_count;
	int64		unmarked_commits; /* the counter, as it is now */
	bool		unmarked_pending; /* if stale: somebody has raised it and not committed yet */
	char		fingerprint[SG_FINGERPRINT_LEN + 1];	/* "" unless it exists */
} SgLiveState;

extern void sg_live_open_table(SgTable *table, const SgTableShape *shape);
extern Oid	sg_live_signal(void);
extern void sg_live_lock(void);
extern void sg_live_state(SgLiveState *state);
extern bool sg_live_is_stale(void);
extern bool sg_live_fingerprint(char *fingerprint);
extern void sg_live_mark_stale(void);
extern void sg_live_raise_unmarked(void);
extern void sg_live_set_phase(SgPhase phase);
extern void sg_live_set_verified(int rows);
extern void sg_live_state_replace(const SgLiveState *state, bool recomputed);

#endif							/* SG_STATE_LIVE_STATE_H */
