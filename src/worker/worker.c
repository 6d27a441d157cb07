/*
 * worker/worker.c
 *		The worker: does what is due in one database, and exits.
 *
 * Each step is a transaction of its own, so that the others do their work if one
 * fails; the server's log says why.  Each says when it is to run again, and the
 * launcher waits for the earliest of these times.
 *
 * It works as the extension's owner, waits for locks for a few seconds at most, and
 * while it describes the schema it holds no lock that DDL waits for.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/interrupt.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "support/extension.h"
#include "support/lock_wait.h"
#include "support/owner.h"
#include "worker/job.h"
#include "worker/step.h"
#include "worker/worker.h"

/* how long to wait for a lock, in milliseconds */
#define LOCK_WAIT 5000

/* how long after a failure a step runs again, in seconds */
#define AFTER_FAILURE 300

/* how long after a look at a database without the extension it is looked at again, in seconds */
#define WITHOUT_EXTENSION 3600

/* Registers a worker.  Returns NULL if there is no slot. */
BackgroundWorkerHandle *
sg_worker_start(Oid database)
{
	BackgroundWorker worker = {0};
	BackgroundWorkerHandle *handle;

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_main_arg = ObjectIdGetDatum(database);
	worker.bgw_notify_pid = MyProcPid;
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "schema_guard");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "sg_worker_main");
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "schema_guard worker");
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "schema_guard worker");
	return RegisterDynamicBackgroundWorker(&worker, &handle) ? handle : NULL;
}

/* Returns true if the database has the extension, in the library's version. */
static bool
is_present(void)
{
	bool		present;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	present = sg_extension_is_current();
	PopActiveSnapshot();
	CommitTransactionCommand();
	return present;
}

static TimestampTz
run_in_transaction(SgStep step)
{
	TimestampTz due;
	SgSavedUser saved;

	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	sg_owner_enter(&saved);
	sg_lock_wait_bound(LOCK_WAIT);
	due = step();
	sg_owner_leave(&saved);
	PopActiveSnapshot();
	CommitTransactionCommand();
	sg_compat_notified();
	return due;
}

/* Runs a step; returns when to run it again. */
static TimestampTz
take_step(SgStep step)
{
	MemoryContext context = CurrentMemoryContext;
	volatile TimestampTz due = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), AFTER_FAILURE * 1000L);

	PG_TRY();
	{
		due = run_in_transaction(step);
	}
	PG_CATCH();
	{
		HOLD_INTERRUPTS();
		MemoryContextSwitchTo(context);
		EmitErrorReport();
		FlushErrorState();
		AbortCurrentTransaction();
		RESUME_INTERRUPTS();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	return due;
}

/* The background worker's main function. */
void
sg_worker_main(Datum arg)
{
	TimestampTz due = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), WITHOUT_EXTENSION * 1000L);

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(arg), InvalidOid, 0);
	pgstat_report_activity(STATE_RUNNING, "schema_guard worker");
	MemoryContextSwitchTo(AllocSetContextCreate(TopMemoryContext, "schema_guard worker", ALLOCSET_DEFAULT_SIZES));

	if (is_present())
	{
		due = DT_NOEND;
		for (int i = 0; sg_steps[i] != NULL; i++)
		{
			TimestampTz next = take_step(sg_steps[i]);

			due = Min(due, next);
		}
	}
	sg_job_end(due);
}
