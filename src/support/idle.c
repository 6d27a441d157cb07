/*
 * support/idle.c
 *		Work that waits until the session is in no transaction.
 *
 * What must be kept although the transaction in which it happened is rolled
 * back, or must not be written in that transaction, is written by a transaction
 * of its own as soon as the other is over: when the server's main loop resets
 * MessageContext, before it tells the client that it is ready; or when the
 * backend exits.  The server removes temporary tables at that point in the same
 * way.
 *
 * That transaction reads and writes whatever the session's settings for one
 * are.  Its commit waits for no standby.
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

/* Runs a task, outside of any transaction; an error is the task's to report. */
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

/* Runs what is due, and what that requests. */
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
	/* in a block that has failed nothing can be written until it ends */
	if (!IsTransactionOrTransactionBlock())
		run_tasks(SG_IDLE_SOON);
	/* last: a callback that is registered meanwhile is called at once, and again */
	registered = false;
}

/*
 * The transaction in which a session starts begins before anybody has logged in, and its
 * abort goes back to that: then the session's user is whose the rest is.
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

/* before_shmem_exit callback; an error here ends it, and the exit goes on with the other callbacks */
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
 * At the end of each transaction, and of each utility statement, since ROLLBACK ends
 * a block whose transaction has ended before: has what is due run when the main loop
 * is idle next.
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
 * Has the task run when it is due, or before if somebody has requested that.  Does
 * not allocate or look anything up: an error may be about to be reported.
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
