/*
 * support/attempt.c
 *		Work in a subtransaction that may fail.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/resowner.h"

#include "support/attempt.h"

/*
 * Runs the work in a subtransaction, which costs a microsecond or two.  Returns
 * NULL or, if the work failed, the error, in the current memory context.  If the
 * work fails, or "end" is SG_ATTEMPT_UNDO, the subtransaction is rolled back, which
 * releases its locks, pins and snapshots.
 *
 * Must not be called while a transaction ends: see gate/guarded.c.
 */
ErrorData *
sg_attempt(SgWork work, void *arg, SgAttemptEnd end)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		work(arg);
		MemoryContextSwitchTo(context);
		if (end == SG_ATTEMPT_KEEP)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

/*
 * Returns true if the error may be due to the object at hand, rather than to the
 * transaction, the session or a lack of resources.
 */
static bool
is_about_object(int sqlerrcode)
{
	switch (ERRCODE_TO_CATEGORY(sqlerrcode))
	{
		case ERRCODE_INVALID_TRANSACTION_STATE:
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE:	/* lock not available */
		case ERRCODE_OPERATOR_INTERVENTION:
			return false;
		case ERRCODE_SYSTEM_ERROR:
			return sqlerrcode == ERRCODE_UNDEFINED_FILE;	/* a missing library */
		default:
			return true;
	}
}

/*
 * Like sg_attempt(), for work that may fail because of the object that it works
 * on.  Re-throws all other errors, and every error in parallel mode, in which no
 * subtransaction can be started.
 */
ErrorData *
sg_attempt_object(SgWork work, void *arg)
{
	ErrorData  *error;

	if (IsInParallelMode())
	{
		work(arg);
		return NULL;
	}
	error = sg_attempt(work, arg, SG_ATTEMPT_KEEP);
	if (error != NULL && !is_about_object(error->sqlerrcode))
		ReThrowError(error);
	return error;
}
