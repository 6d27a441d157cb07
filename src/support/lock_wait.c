/*
 * support/lock_wait.c
 *		Waiting for locks no longer than the guard may.
 */
#include "postgres.h"

#include "storage/proc.h"
#include "utils/guc.h"

#include "support/lock_wait.h"

/*
 * Lowers lock_timeout to this many milliseconds, unless it is lower already, until
 * the current GUC nesting level ends.
 */
void
sg_lock_wait_bound(int milliseconds)
{
	if (LockTimeout == 0 || LockTimeout > milliseconds)
		(void) set_config_option("lock_timeout", psprintf("%d", milliseconds), PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}
