/*
 * state/live_state.h
 *		The live state: the schema as of the last commit of a guarded transaction,
 *		kept in tables so that it is crash-safe and replicated.
 *
 * - schema_guard.live_state has one row: the fingerprint, and whether the schema
 *   is known to have changed since ("stale").
 * - schema_guard.live_object has a row for each object (state/live_object.h).
 * - schema_guard.live_mention says which objects its text names
 *   (state/live_mention.h).
 * - schema_guard.live_bucket has the buckets of the fingerprint
 *   (state/live_bucket.h).
 *
 * None of them is dumped: a restored database recomputes them.  So does a database
 * after pg_upgrade, which is another database system with other OIDs.
 *
 * These functions, and those of the other live_*.c, read and write without SPI
 * (support/table.c) and need no privileges.  Results are in the caller's memory
 * context.
 */
#ifndef SG_STATE_LIVE_STATE_H
#define SG_STATE_LIVE_STATE_H

#include "storage/itemptr.h"

#include "format/object.h"
#include "support/compat.h"
#include "support/table.h"

/* the phase of the guard in this database: see gate/phase.c */
typedef enum SgPhase
{
	SG_PHASE_NEW,				/* nothing has ever been approved */
	SG_PHASE_RESTORING,			/* a dump of a guarded database is being restored */
	SG_PHASE_RESTORED,			/* it is restored, and the schema has not changed since */
	SG_PHASE_ARMED
} SgPhase;

/* a version of the live state's row; all zero if there was none */
typedef struct SgLiveVersion
{
	TransactionId xmin;
	ItemPointerData tid;
} SgLiveVersion;

/* the row of live_state */
typedef struct SgLiveState
{
	SgPhase		phase;
	SgLiveVersion version;		/* changes whenever a state is published or marked stale */
	bool		exists;
	bool		stale;			/* the schema has changed since */
	bool		of_other_system;	/* from before pg_upgrade: its OIDs belong to other objects */
	int			object_count;
	int64		unmarked_commits;	/* the sequence's current value */
	bool		unmarked_pending;	/* if stale: a transaction that incremented it is running */
	char		fingerprint[SG_FINGERPRINT_LEN + 1];	/* "" unless it exists */
} SgLiveState;

extern void sg_live_open_table(SgTable *table, const SgTableShape *shape);
extern Oid	sg_live_signal(void);
extern void sg_live_lock(void);
extern void sg_live_unlock(void);
extern void sg_live_state(SgLiveState *state);
extern bool sg_live_same_version(SgLiveVersion a, SgLiveVersion b);
extern void sg_live_raise_changing(int times) pg_attribute_noreturn();
extern bool sg_live_is_stale(void);
extern bool sg_live_fingerprint(char *fingerprint);
extern void sg_live_mark_stale(void);
extern void sg_live_raise_unmarked(void);
extern void sg_live_set_phase(SgPhase phase);
extern void sg_live_set_verified(int rows);
extern void sg_live_state_replace(const SgLiveState *state, bool recomputed);

#endif							/* SG_STATE_LIVE_STATE_H */
