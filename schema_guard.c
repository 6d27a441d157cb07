/*
 * schema_guard.c
 *		Entry point of the schema_guard library: what it hooks into, and how the
 *		whole works.
 *
 * schema_guard describes the catalogs of a database canonically, fingerprints
 * the description, refuses unapproved schema changes by their outcome when a
 * transaction commits, and compares what an application version declares with
 * the schema that is there.  docs/architecture.md has the details; this is what
 * to know before changing anything.
 *
 * Loading.  Nothing needs to be preloaded.  The first DDL statement of a session
 * fires the extension's event trigger, whose function is in this library, so
 * everything below is in place before anything has changed.  With
 * session_preload_libraries it is there from the start of the session, and can
 * refuse the connection; from PostgreSQL 17 on an event trigger on login loads it
 * for the same purpose.
 *
 * Hooks.  All of them are installed here and do no more than call the modules.
 * Each calls the hook that was there before, or the standard function:
 *
 *		ProcessUtility		preview/refuse.c first: what a rollback does not undo must
 *							not begin.  Then releases/session.c: a session whose
 *							release does not fit runs nothing.  Then gate/gate.c, for
 *							commands that fire no event trigger: before the command,
 *							because the missed changes of others must be told from
 *							its own.  Afterwards the gate moves to the front of the
 *							transaction callbacks (below).
 *		post_parse_analyze	recording/record.c notes what a recorded session needs.
 *		ExecutorStart		releases/session.c, before anything runs.
 *		ExecutorEnd			gate/gate.c, after others: what a function has changed
 *							without a DDL statement is known then.
 *		object_access		preview/refuse.c first, as above; state/touched.c last,
 *							since it only takes note.
 *		emit_log			incidents/explain.c, after others: which change caused an error
 *		shmem_request,		support/shared_memory.c, with shared_preload_libraries
 *		shmem_startup		only: there is no shared memory otherwise.
 *
 * Callbacks, in the order of their registration; the server calls transaction
 * callbacks in the reverse order:
 *
 *		relcache			state/touched.c, rules/held_lock.c, releases/session.c,
 *							incidents/posting.c and recording/record.c take note; they must not fail, allocate or
 *							look anything up
 *		transaction			gate/gate.c.  At PRE_COMMIT and PRE_PREPARE it judges.
 *							Others commit elsewhere in such a callback, as
 *							postgres_fdw does; so gate/order.c registers one more
 *							for each dirty transaction, which is called before
 *							theirs; the one registered here is called after theirs
 *							and judges what they have changed.  At the end
 *							incidents/posting.c posts clues to the errors that the
 *							change may cause
 *		subtransaction		gate/gate.c forgets statements that are rolled back;
 *							preview/refuse.c ends a preview
 *
 * The judgement.  gate/commit.c describes what the transaction has touched,
 * compares it with the live state, has the facts gathered (gate/case.c) and
 * judged: the decision table is in gate/judge.c, a pure function.  The outcome is
 * published and journaled in the transaction itself, so that state, journal and
 * schema cannot disagree.
 *
 * Locks.  The publish lock (state/live_state.c) serializes the transactions that
 * change the schema, from their judgement to their end.  It is the last lock that
 * such a transaction waits for: describing takes no table lock, and where the
 * deparser needs one nevertheless it waits 100 ms, less than deadlock_timeout,
 * after which the gate releases the publish lock and tries again.  Our own tables
 * are locked after it, with RowExclusiveLock at most.  Transactions that change
 * nothing, and connections, never take it.
 *
 * Failure policy.  The guard must never be the outage.  The gate works in a
 * subtransaction (gate/guarded.c), so that a fault leaves the transaction as it
 * was: in mode enforce the fault is an ERROR whose hint says how a superuser gets
 * past it, otherwise a WARNING, and the live state is marked stale.  Cancels,
 * shutdowns and serialization failures stay what they are (gate/fault.c).  A
 * refusal is no fault: it is raised outside of the subtransaction.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/objectaccess.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "parser/analyze.h"
#include "storage/ipc.h"
#include "tcop/utility.h"
#include "utils/inval.h"

#include "gate/announce.h"
#include "gate/gate.h"
#include "incidents/board.h"
#include "incidents/explain.h"
#include "incidents/meant.h"
#include "incidents/posting.h"
#include "ledgers/ledger_written.h"
#include "preview/preview.h"
#include "recording/record.h"
#include "releases/session.h"
#include "rules/held_lock.h"
#include "rules/in_the_way.h"
#include "rules/scanned.h"
#include "state/touched.h"
#include "support/attention.h"
#include "support/compat.h"
#include "support/idle.h"
#include "support/notify.h"
#include "support/settings.h"
#include "support/shared_memory.h"
#include "worker/job.h"
#include "worker/launcher.h"

SG_MODULE_MAGIC;

SG_EXPORT extern void _PG_init(void);

static post_parse_analyze_hook_type previous_post_parse_analyze = NULL;
static ProcessUtility_hook_type previous_process_utility = NULL;
static ExecutorStart_hook_type previous_executor_start = NULL;
static ExecutorEnd_hook_type previous_executor_end = NULL;
static object_access_hook_type previous_object_access = NULL;
static emit_log_hook_type previous_emit_log = NULL;
static SgCompatHook previous_shmem_request = NULL;
static shmem_startup_hook_type previous_shmem_startup = NULL;

static void
post_parse_analyze(SG_POST_PARSE_PARAMETERS)
{
	if (previous_post_parse_analyze != NULL)
		previous_post_parse_analyze(SG_POST_PARSE_ARGUMENTS);
	sg_record_analysed(pstate, query);
}

static void
process_utility(SG_PROCESS_UTILITY_PARAMETERS)
{
	Node	   *statement = pstmt->utilityStmt;
	bool		announced;
	SgHeed		heed;
	SgRecordCommand recorded;

	sg_preview_refuse_utility(statement);
	sg_session_utility_start(statement);
	announced = sg_announce_needed(statement);
	heed = sg_touched_enter(statement);
	recorded = sg_record_command_start(statement, context);
	PG_TRY();
	{
		if (announced)
			sg_announce_start(statement);
		if (previous_process_utility != NULL)
			previous_process_utility(SG_PROCESS_UTILITY_ARGUMENTS);
		else
			standard_ProcessUtility(SG_PROCESS_UTILITY_ARGUMENTS);
	}
	PG_FINALLY();
	{
		sg_touched_leave(heed);
		sg_record_command_end(recorded);
	}
	PG_END_TRY();
	if (announced)
		sg_announce_end(statement);
	sg_ledger_written_utility(statement);
	sg_held_lock_statement_end(statement);
	sg_gate_statement_end();
	sg_record_statement_end();
	/* ROLLBACK may have ended a block whose transaction failed before */
	sg_idle_transaction_end();
}

static void
executor_start(QueryDesc *query, int eflags)
{
	sg_session_statement_start();
	if (previous_executor_start != NULL)
		previous_executor_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
}

static void
executor_end(QueryDesc *query)
{
	if (previous_executor_end != NULL)
		previous_executor_end(query);
	else
		standard_ExecutorEnd(query);
	sg_ledger_written_query(query->plannedstmt);
	sg_held_lock_statement_end((const Node *) query->plannedstmt);
	if (sg_touched_unannounced())
		sg_gate_by_function(CreateCommandName((Node *) query->plannedstmt));
	sg_gate_statement_end();
	sg_record_statement_end();
}

static void
object_access(ObjectAccessType access, Oid classid, Oid objid, int subid, void *arg)
{
	sg_preview_refuse_access(access, classid, objid);
	if (previous_object_access != NULL)
		previous_object_access(access, classid, objid, subid, arg);
	sg_touched_object_access(access, classid, objid, subid, arg);
}

static void
relation_invalidated(Datum arg, Oid relid)
{
	sg_touched_relation_invalidated(relid);
	sg_held_lock_invalidated(relid);
	sg_ledger_written_invalidated(relid);
	sg_session_relation_invalidated(relid);
	sg_record_relation_invalidated(relid);
	sg_posting_relation_invalidated(relid);
}

/* What the gate journals is also posted, notified and noted for the launcher. */
static void
transaction_event(XactEvent event, void *arg)
{
	sg_gate_transaction_event(event, arg);
	sg_held_lock_transaction_event(event);
	sg_in_the_way_transaction_event(event);
	sg_scanned_transaction_event(event);
	sg_posting_transaction_event(event);
	sg_notify_transaction_event(event);
	sg_attention_transaction_event(event);
}

static void
subtransaction_event(SubXactEvent event, SubTransactionId subid, SubTransactionId parent, void *arg)
{
	sg_gate_subtransaction_event(event, subid, parent);
	sg_preview_refuse_subtransaction(event, subid);
	sg_held_lock_subtransaction_event(event, subid, parent);
	sg_in_the_way_subtransaction_event(event, subid, parent);
	sg_posting_subtransaction_event(event, subid, parent);
	sg_meant_subtransaction_event(event);
	sg_notify_subtransaction_event(event, subid, parent);
}

static void
emit_log(ErrorData *error)
{
	if (previous_emit_log != NULL)
		previous_emit_log(error);
	sg_explain_error(error);
}

static void
shmem_request(void)
{
	if (previous_shmem_request != NULL)
		previous_shmem_request();
	sg_shared_memory_request();
}

static void
shmem_startup(void)
{
	if (previous_shmem_startup != NULL)
		previous_shmem_startup();
	sg_shared_memory_startup();
}

/*
 * With shared_preload_libraries.  Modules that want shared memory ask for it first: before
 * 15 it is requested at once.
 */
static void
preload(void)
{
	sg_board_init();
	sg_attention_init();
	sg_job_init();
	previous_shmem_request = sg_compat_hook_shmem_request(shmem_request);
	previous_shmem_startup = shmem_startup_hook;
	shmem_startup_hook = shmem_startup;
	sg_launcher_init();
}

/*
 * Settings come first, because the rest reads them; the session's check comes last,
 * because it may end the session.
 */
void
_PG_init(void)
{
	sg_settings_init();
	sg_gate_init();
	sg_record_init();

	CacheRegisterRelcacheCallback(relation_invalidated, (Datum) 0);
	RegisterXactCallback(transaction_event, NULL);
	RegisterSubXactCallback(subtransaction_event, NULL);

	previous_post_parse_analyze = post_parse_analyze_hook;
	post_parse_analyze_hook = post_parse_analyze;
	previous_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	previous_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = executor_start;
	previous_executor_end = ExecutorEnd_hook;
	ExecutorEnd_hook = executor_end;
	previous_object_access = object_access_hook;
	object_access_hook = object_access;
	previous_emit_log = emit_log_hook;
	emit_log_hook = emit_log;
	if (process_shared_preload_libraries_in_progress)
		preload();

	sg_session_init();
}
