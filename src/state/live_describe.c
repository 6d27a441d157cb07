/*
 * state/live_describe.c
 *		Describes the schema as it was at one moment.
 *
 * A description holds no lock that keeps others from changing the schema.  Its catalog
 * scans use one snapshot, but the system caches and the deparser show the newest state:
 * if a type is renamed in the meantime, some of the texts have its old name and others
 * the new one, and the schema never was like that.  A transaction that changes the
 * schema gives the row of live_state another version, so we describe until that is the
 * same before and afterwards.
 *
 * Under the publish lock nobody else can commit a change: state/delta.c needs none of
 * this.  We take it, too, where the schema changes all the time.  On a standby it
 * keeps nobody from anything, so there we only try again.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "storage/proc.h"
#include "utils/guc.h"

#include "description/describe.h"
#include "state/live_describe.h"
#include "state/live_state.h"
#include "support/extension.h"
#include "support/lock_wait.h"

/* how often the schema may change before we give up */
#define MAX_ATTEMPTS 10

/* how often before we take the publish lock */
#define MAX_UNLOCKED_ATTEMPTS 3

/*
 * Takes the publish lock, and bounds waits for locks until the GUC nesting level ends:
 * we and its holder, or somebody who waits for it, may have locked what the other
 * needs.  Giving up before the deadlock detector looks keeps it from choosing them,
 * whose commit would fail.
 */
static void
keep_others_out(void)
{
	sg_lock_wait_bound(Max(DeadlockTimeout / 2, 1));
	sg_live_lock();
}

/*
 * Like sg_describe_all(), but passes on no mixture of two states of the schema: calls
 * "restart" before each attempt.  What the receiver has got after the last one counts.
 */
void
sg_live_describe(const SgDescribeOptions *options, SgObjectReceiver receive,
				 SgLiveRestart restart, void *arg)
{
	SgLiveState before;
	SgLiveState after;
	bool		locked = false;
	int			level;

	/* what needs no table works although extension and library are of different versions */
	if (!sg_extension_is_current())
	{
		sg_describe_all(options, receive, arg);
		return;
	}
	level = NewGUCNestLevel();
	for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++)
	{
		if (attempt == MAX_UNLOCKED_ATTEMPTS && !RecoveryInProgress())
		{
			keep_others_out();
			locked = true;
		}
		sg_live_state(&before);
		restart(arg);
		sg_describe_all(options, receive, arg);
		sg_live_state(&after);
		if (sg_live_same_version(before.version, after.version))
		{
			AtEOXact_GUC(true, level);
			if (locked)
				sg_live_unlock();
			return;
		}
	}
	sg_live_raise_changing(MAX_ATTEMPTS);
}
