/*
 * worker/launcher.c
 *		The launcher: starts a worker in each database that has something to do.
 *
 * It runs where shared_preload_libraries has the library, once recovery has ended,
 * and is connected to no database.  For each database it remembers when to look at
 * it: a new one at once, since it may have the extension; after that when the last
 * worker said, and whenever a session notes the database (support/attention.c).  So
 * nothing runs where nothing happens, except for a scan of pg_database now and
 * then.
 *
 * There is one worker at a time: two slots of max_worker_processes are enough.
 *
 * DROP DATABASE, ALTER DATABASE ...  RENAME and CREATE DATABASE with the database
 * as its template wait five seconds for others to leave, and fail if a background
 * worker does not.  They lock the database before they wait, and the launcher
 * terminates its worker when it sees such a lock, as happens to autovacuum's
 * workers.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "support/attention.h"
#include "support/settings.h"
#include "worker/job.h"
#include "worker/launcher.h"
#include "worker/worker.h"

/* how often the launcher looks for sessions that wait for the worker's database, in milliseconds */
#define POLL 200

/* how long a database is left alone after its worker has failed, in seconds */
#define AFTER_FAILURE 60

/* minimum time between two looks at one database, in milliseconds */
#define BETWEEN_LOOKS 1000

typedef struct Database
{
	Oid			oid;
	TimestampTz due;			/* DT_NOEND: when a session notes it */
	TimestampTz looked_at;
	bool		seen;			/* by the current scan */
} Database;

/* what the launcher knows; in TopMemoryContext */
typedef struct Launcher
{
	List	   *databases;		/* of Database * */
	TimestampTz next_scan;
	Database   *current;		/* where the worker is */
	BackgroundWorkerHandle *worker; /* or NULL */
	bool		complained;		/* it was logged that no worker can be started */
} Launcher;

static Database *
find_database(const Launcher *launcher, Oid oid)
{
	ListCell   *cell;

	foreach(cell, launcher->databases)
	{
		Database   *database = lfirst(cell);

		if (database->oid == oid)
			return database;
	}
	return NULL;
}

/* Adds a database, to be looked at now. */
static Database *
add_database(Launcher *launcher, Oid oid)
{
	MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);
	Database   *database = palloc0(sizeof(Database));

	database->oid = oid;
	launcher->databases = lappend(launcher->databases, database);
	MemoryContextSwitchTo(old);
	return database;
}

/*
 * Returns true if the database accepts connections; with a limit of -2 DROP DATABASE
 * was interrupted.
 */
static bool
is_open(const FormData_pg_database *form)
{
	return form->datallowconn && form->datconnlimit != -2;
}

/* Finds databases that were created or dropped. */
static void
scan_databases(Launcher *launcher)
{
	ListCell   *cell;
	Relation	rel;
	TableScanDesc scan;
	HeapTuple	tuple;

	foreach(cell, launcher->databases)
		((Database *) lfirst(cell))->seen = false;
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	rel = table_open(DatabaseRelationId, AccessShareLock);
	scan = table_beginscan_catalog(rel, 0, NULL);
	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		const FormData_pg_database *form = (Form_pg_database) GETSTRUCT(tuple);
		Database   *database = find_database(launcher, form->oid);

		if (database == NULL && is_open(form))
			database = add_database(launcher, form->oid);
		if (database != NULL)
			database->seen = is_open(form);
	}
	table_endscan(scan);
	table_close(rel, AccessShareLock);
	PopActiveSnapshot();
	CommitTransactionCommand();
	foreach(cell, launcher->databases)
	{
		Database   *database = lfirst(cell);

		if (!database->seen && database != launcher->current)
		{
			launcher->databases = foreach_delete_current(launcher->databases, cell);
			pfree(database);
		}
	}
}

/* Schedules a database to be looked at soon. */
static void
make_due(Database *database, TimestampTz now)
{
	database->due = Max(now, TimestampTzPlusMilliseconds(database->looked_at, BETWEEN_LOOKS));
}

/* Schedules the databases that backends have noted. */
static void
heed_notes(Launcher *launcher, TimestampTz now)
{
	bool		all;
	List	   *noted = sg_attention_take(&all);
	ListCell   *cell;

	foreach(cell, noted)
	{
		Database   *database = find_database(launcher, lfirst_oid(cell));

		make_due(database != NULL ? database : add_database(launcher, lfirst_oid(cell)), now);
	}
	list_free(noted);
	if (!all)
		return;
	foreach(cell, launcher->databases)
		make_due(lfirst(cell), now);
}

static Database *
most_urgent(const Launcher *launcher)
{
	Database   *urgent = NULL;
	ListCell   *cell;

	foreach(cell, launcher->databases)
	{
		Database   *database = lfirst(cell);

		if (urgent == NULL || database->due < urgent->due)
			urgent = database;
	}
	return urgent;
}

/* Starts a worker in the database; logs once if none can be started. */
static void
start_worker(Launcher *launcher, Database *database, TimestampTz now)
{
	MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

	database->looked_at = now;
	sg_job_begin();
	launcher->worker = sg_worker_start(database->oid);
	launcher->current = launcher->worker != NULL ? database : NULL;
	/* a session may note the database while the worker runs */
	database->due = launcher->worker != NULL ? DT_NOEND :
		TimestampTzPlusMilliseconds(now, sg_worker_naptime * 1000L);
	if (launcher->worker == NULL && !launcher->complained)
		ereport(LOG,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("schema_guard could not start a background worker"),
				 errdetail("It will try again every %d seconds.", sg_worker_naptime),
				 errhint("You might need to increase max_worker_processes.")));
	launcher->complained = launcher->worker == NULL;
	MemoryContextSwitchTo(old);
}

/*
 * Returns true if a session waits for the worker to leave its database: see the head
 * of this file.
 */
static bool
is_in_the_way(Oid database)
{
	LOCKTAG		tag;
	int			count;

	SET_LOCKTAG_OBJECT(tag, InvalidOid, DatabaseRelationId, database, 0);
	(void) GetLockConflicts(&tag, RowExclusiveLock, &count);
	return count > 0;
}

/* Checks on the worker, and notes its result if it has ended. */
static void
attend_worker(Launcher *launcher, TimestampTz now)
{
	SgJob		job;
	pid_t		pid;
	TimestampTz due;

	if (GetBackgroundWorkerPid(launcher->worker, &pid) != BGWH_STOPPED)
	{
		if (is_in_the_way(launcher->current->oid))
			TerminateBackgroundWorker(launcher->worker);
		return;
	}
	job = sg_job_result();
	due = job.done ? Max(job.due, TimestampTzPlusMilliseconds(now, BETWEEN_LOOKS)) :
		TimestampTzPlusMilliseconds(now, AFTER_FAILURE * 1000L);
	launcher->current->due = Min(launcher->current->due, due);
	pfree(launcher->worker);
	launcher->worker = NULL;
	launcher->current = NULL;
}

/* Does what is due now; returns how long to sleep afterwards, in milliseconds. */
static long
work(Launcher *launcher)
{
	TimestampTz now = GetCurrentTimestamp();
	const Database *next;

	if (launcher->worker != NULL)
		attend_worker(launcher, now);
	if (now >= launcher->next_scan)
	{
		scan_databases(launcher);
		launcher->next_scan = TimestampTzPlusMilliseconds(now, sg_worker_naptime * 1000L);
	}
	heed_notes(launcher, now);
	next = most_urgent(launcher);
	if (launcher->worker == NULL && next != NULL && next->due <= now)
		start_worker(launcher, unconstify(Database *, next), now);
	if (launcher->worker != NULL)
		return POLL;
	next = most_urgent(launcher);
	return TimestampDifferenceMilliseconds(now, next != NULL ? Min(next->due, launcher->next_scan) :
										   launcher->next_scan);
}

/* Reloads the configuration, which may change the settings of a database. */
static void
reload(Launcher *launcher)
{
	TimestampTz now = GetCurrentTimestamp();
	ListCell   *cell;

	ProcessConfigFile(PGC_SIGHUP);
	launcher->next_scan = now;
	foreach(cell, launcher->databases)
	{
		Database   *database = lfirst(cell);

		if (!TIMESTAMP_IS_NOEND(database->due))
			make_due(database, now);
	}
}

/* before_shmem_exit callback */
static void
forget_latch(int code, Datum arg)
{
	sg_attention_listen(NULL);
}

/* The background worker's main function. */
void
sg_launcher_main(Datum arg)
{
	Launcher	launcher = {0};
	MemoryContext context;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	before_shmem_exit(forget_latch, (Datum) 0);
	sg_attention_listen(MyLatch);
	context = AllocSetContextCreate(TopMemoryContext, "schema_guard launcher", ALLOCSET_DEFAULT_SIZES);

	for (;;)
	{
		long		sleep;

		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			reload(&launcher);
		}
		MemoryContextSwitchTo(context);
		sleep = work(&launcher);
		MemoryContextReset(context);
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 sleep, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}

/* Called by _PG_init(), with shared_preload_libraries. */
void
sg_launcher_init(void)
{
	BackgroundWorker worker = {0};

	if (IsBinaryUpgrade)
		return;
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 10;
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "schema_guard");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "sg_launcher_main");
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "schema_guard launcher");
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "schema_guard launcher");
	RegisterBackgroundWorker(&worker);
}
