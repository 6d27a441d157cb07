/*
 * support/attempt.c
 *		Work that may fail over the object at hand, without failing altogether.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/resowner.h"

#include "support/attempt.h"

/*
 * Can the object at hand be the reason for an error?  Not if the transaction or
 * the session is to end, or the server lacks something: that stays an error.
 */
static bool
is_about_object(int sqlerrcode)
{
	switch (ERRCODE_TO_CATEGORY(sqlerrcode))
	{
		case ERRCODE_INVALID_TRANSACTION_STATE:
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE:	/* a lock that was not to be had */
		case ERRCODE_OPERATOR_INTERVENTION:
			return false;
		case ERRCODE_SYSTEM_ERROR:
			return sqlerrcode == ERRCODE_UNDEFINED_FILE;	/* a library that is not there */
		default:
			return true;
	}
}

/*
 * Runs "work" in a subtransaction, which costs a microsecond or two.  Returns
 * NULL; or, if the work failed over the object at hand, the error, in the
 * current memory context.  What the work has taken (locks, pins, snapshots) is
 * released then.  Other errors are thrown on, and all of them in a parallel plan,
 * where no subtransaction can be started.
 */
ErrorData *
sg_attempt(void (*work) (void *arg), void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	if (IsInParallelMode())
	{
		work(arg);
		return NULL;
	}
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		work(arg);
		MemoryContextSwitchTo(context);
		ReleaseCurrentSubTransaction();
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
	if (error != NULL && !is_about_object(error->sqlerrcode))
		ReThrowError(error);
	return error;
}
