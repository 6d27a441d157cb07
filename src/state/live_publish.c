/*
 * state/live_publish.c
 *		Publishes a new live state.
 */
#include "postgres.h"

#include "access/xact.h"

#include "state/delta.h"
#include "state/live_bucket.h"
#include "state/live_mention.h"
#include "state/live_object.h"
#include "state/live_publish.h"
#include "state/live_state.h"
#include "state/store.h"

/*
 * Makes the state after the delta the live state: stores the new blocks, updates the
 * tables of the live state, and notifies connected sessions.  The caller holds the
 * publish lock.
 */
void
sg_live_publish(const SgDelta *delta)
{
	SgStoreWriter *writer = sg_store_writer_begin();
	SgLiveState state = {0};
	ListCell   *lc;

	foreach(lc, delta->objects)
	{
		const SgObjectChange *change = lfirst(lc);

		if (change->after != NULL)
			sg_store_writer_add(writer, change->after, change->block, &change->digest_after);
	}
	sg_store_writer_end(writer);
	sg_live_object_publish(delta->objects);
	sg_live_object_publish(delta->rekeyed);
	sg_live_mention_publish(delta->objects);
	sg_live_mention_publish(delta->rekeyed);
	sg_live_bucket_publish(delta);
	strlcpy(state.fingerprint, delta->after, sizeof(state.fingerprint));
	state.stale = delta->stale;
	state.object_count = delta->object_count;
	state.unmarked_commits = delta->unmarked_commits;
	sg_live_state_replace(&state, delta->fallback);
	CommandCounterIncrement();
}
