/*
 * support/idle.c
 *		Work that waits until the session is in no transaction.
 *
 * Some facts must be kept although the transaction in which they arose is rolled
 * back, or must not be written in that transaction.  They are written in a
 * transaction of their own as soon as the other one is over: when the server's
 * main loop resets MessageContext, before it sends ReadyForQuery, or when the
 * backend exits.  The server removes temporary tables at exit in the same way.
 *
 * That transaction is READ COMMITTED and, outside recovery, READ WRITE, whatever
 * the session's defaults are.  Its commit does not wait for a standby.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "support/idle.h"

/* all that were ever requested */
static SgIdleTask *tasks = NULL;

/* is run_at_reset() registered with MessageContext? */
static bool registered = false;

static void
run_in_transaction(SgIdleTask *task)
{
	StartTransactionCommand();
	XactReadOnly = RecoveryInProgress();
	XactIsoLevel = XACT_READ_COMMITTED;
	if (synchronous_commit > SYNCHRONOUS_COMMIT_LOCAL_FLUSH)
		(void) set_config_option("synchronous_commit", "local", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_LOCAL, true, 0, false);
	PushActiveSnapshot(GetTransactionSnapshot());
	task->run();
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* Runs a task, outside any transaction.  Passes an error to the task, which reports it. */
static void
run_task(SgIdleTask *task)
{
	MemoryContext caller = CurrentMemoryContext;

	task->due = SG_IDLE_NEVER;
	PG_TRY();
	{
		run_in_transaction(task);
		MemoryContextSwitchTo(caller);
		task->done(NULL);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		AbortCurrentTransaction();
		MemoryContextSwitchTo(caller);
		task->done(error);
		FreeErrorData(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
}

static bool
is_due(const SgIdleTask *task, SgIdleDue due)
{
	return task->due >= due &&
		(due == SG_IDLE_AT_EXIT || task->not_before == 0 || task->not_before <= GetCurrentTimestamp());
}

/* Runs the tasks that are due, and in a second round those that the first one has requested. */
static void
run_tasks(SgIdleDue due)
{
	for (int round = 0; round < 2; round++)
	{
		for (SgIdleTask *task = tasks; task != NULL; task = task->next)
		{
			if (is_due(task, due))
				run_task(task);
		}
	}
}

/* MemoryContextCallbackFunction: the main loop starts over */
static void
run_at_reset(void *arg)
{
	/* inside a failed transaction block nothing can be written until it ends */
	if (!IsTransactionOrTransactionBlock())
		run_tasks(SG_IDLE_SOON);
	/* last: a callback that is registered in the meantime would be called at once, again and again */
	registered = false;
}

/*
 * Sets the current user to the session's user if there is none: a session starts in a
 * transaction that began before the user was known, and aborting it restores that.
 */
static void
restore_user(void)
{
	Oid			user;
	int			security_context;

	GetUserIdAndSecContext(&user, &security_context);
	if (!OidIsValid(user))
		SetUserIdAndSecContext(GetSessionUserId(), security_context);
}

/* before_shmem_exit callback.  An error ends it, and the exit continues with the other callbacks. */
static void
run_at_exit(int code, Datum arg)
{
	bool		waiting = false;

	for (SgIdleTask *task = tasks; task != NULL; task = task->next)
		waiting |= task->due != SG_IDLE_NEVER;
	if (!waiting)
		return;
	AbortOutOfAnyTransaction();
	restore_user();
	MemoryContextSwitchTo(TopMemoryContext);
	run_tasks(SG_IDLE_AT_EXIT);
}

/*
 * Makes the tasks that are due run when the main loop is idle next.  Called at the
 * end of each transaction, and of each utility statement, because ROLLBACK may end
 * a block whose transaction has ended before.
 */
void
sg_idle_transaction_end(void)
{
	static MemoryContextCallback callback = {run_at_reset};

	if (registered || MessageContext == NULL)
		return;
	for (SgIdleTask *task = tasks; task != NULL; task = task->next)
	{
		if (task->due < SG_IDLE_SOON)
			continue;
		MemoryContextRegisterResetCallback(MessageContext, &callback);
		registered = true;
		return;
	}
}

/*
 * Requests that the task be run when it is due; a request for an earlier time is
 * kept.  Does not allocate memory or read a catalog, because an error may be about
 * to be reported.
 */
void
sg_idle_request(SgIdleTask *task, SgIdleDue due)
{
	SgIdleTask *known = tasks;

	if (tasks == NULL)
		before_shmem_exit(run_at_exit, (Datum) 0);
	while (known != NULL && known != task)
		known = known->next;
	if (known == NULL)
	{
		task->next = tasks;
		tasks = task;
	}
	task->due = Max(task->due, due);
}
