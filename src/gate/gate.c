/*
 * gate/gate.c
 *		The gate: notices DDL and has the transaction judged when it commits.
 *
 * The event trigger on ddl_command_start notes that the transaction is dirty and
 * which statement runs.  If the live state is known to be stale, the missed changes
 * are determined then, before this transaction changes anything, so that it is not
 * blamed for them.  At PRE_COMMIT or PRE_PREPARE a dirty transaction is judged
 * (gate/commit.c) by what it leaves behind.
 *
 * Commands that commit in the middle (CREATE INDEX CONCURRENTLY ...) pass here at
 * their first commit, where they can still be refused.  Their other transactions
 * pass as well, so that their outcome is published even if the command fails
 * half-way; but what cannot be undone is no longer refused.
 *
 * Some commands change the schema and fire no event trigger (REASSIGN OWNED, DDL on
 * event triggers, ALTER DATABASE, EXPLAIN ANALYZE CREATE TABLE AS ...): a
 * ProcessUtility hook (gate/announce.c) notices those in sessions that have loaded
 * the library.
 *
 * Work at PRE_COMMIT is done in a subtransaction, as the extension's owner.  Failure
 * policy: a refusal is an error and nothing else; a cancel stays a cancel, a
 * serialization failure stays one; any other fault is an error in mode enforce,
 * with the way out in its hint, and otherwise a WARNING, after which the state is
 * marked stale and the commit goes on.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "gate/commit.h"
#include "gate/fault.h"
#include "gate/gate.h"
#include "gate/guarded.h"
#include "gate/ledgers.h"
#include "gate/order.h"
#include "gate/rule_watch.h"
#include "gate/script.h"
#include "gate/statement_text.h"
#include "incidents/posting.h"
#include "state/live_state.h"
#include "state/touched.h"
#include "support/errors.h"
#include "support/extension.h"
#include "support/idle.h"
#include "support/settings.h"
#include "support/settings_recover.h"

/* how many statements of one transaction the journal keeps */
#define MAX_STATEMENTS 1000

/*
 * how often a commit that runs into a table lock is tried, and the pause between two
 * attempts in ms
 */
#define MAX_LOCK_ATTEMPTS 10
#define LOCK_PAUSE_MS 50

/* how often a comparison is tried if objects vanish meanwhile */
#define MAX_ATTEMPTS 3

/* a statement of this transaction, and the subtransaction it ran in */
typedef struct Statement
{
	SubTransactionId subid;
	char	   *text;
} Statement;

/* the current transaction; everything it points to is in TopTransactionContext */
static struct
{
	SubTransactionId dirty_in;	/* subtransaction that first ran DDL; 0: none */
	bool		checked;		/* the live state was looked at */
	bool		stale;			/* it was stale */
	bool		builds_index;
	bool		unfinished;		/* see SgCommit */
	bool		called;			/* the gate was called */
	bool		prepares;		/* for PREPARE TRANSACTION */
	bool		vanished;		/* something was dropped with temporary objects, unjudged */
	char	   *role;
	List	   *statements;		/* of Statement * */
	int			dropped;		/* number of statements beyond MAX_STATEMENTS */
	SgDelta    *missed;		/* see SgCommit */
	List	   *migrations;		/* likewise */
	SgRefusal  *refusal;		/* the judgement; NULL: it may commit */
}			tx;

/* between a command's start and its end, over all of its transactions */
static bool in_command = false;

/* its text, for the transactions after its first; in TopMemoryContext */
static char *command_text = NULL;

/* Returns true if this transaction has run DDL that was not rolled back. */
bool
sg_gate_is_dirty(void)
{
	return tx.dirty_in != InvalidSubTransactionId;
}

/* work */
static bool
look_at_state(void)
{
	tx.stale = sg_live_is_stale();
	return true;
}

/* work: has the missed changes of a stale live state determined */
static bool
look_for_missed(void)
{
	if (sg_live_is_stale())
	{
		MemoryContext context = AllocSetContextCreate(TopTransactionContext,
													  "schema_guard missed changes",
													  ALLOCSET_DEFAULT_SIZES);

		MemoryContextSwitchTo(context);
		tx.missed = sg_delta_full(sg_image_of_live_state(), false);
	}
	return true;
}

static void
check_live_state(void)
{
	ErrorData  *error = sg_guarded_run(look_at_state, false);

	if (error == NULL && !tx.stale)
		return;
	/* this runs without the publish lock, so an object that others drop meanwhile is an error */
	for (int i = 0; i < MAX_ATTEMPTS && (error == NULL || !sg_error_is_interrupt(error)); i++)
	{
		error = sg_guarded_run(look_for_missed, true);
		if (error == NULL)
			return;
	}
	tx.missed = NULL;
	if (sg_error_is_interrupt(error))
		ReThrowError(error);

	/*
	 * In enforce the commit will fail with the same fault, unless the statement
	 * that is about to run repairs it.
	 */
	if (!sg_fault_enforces())
		sg_fault_warn(error);
	FreeErrorData(error);
}

/* the statement of an event, or its text if that is NULL */
static void
note_statement(const EventTriggerData *event, const char *text)
{
	MemoryContext old;
	Statement  *statement;

	/* CREATE EXTENSION was noted already, and its script is part of it */
	if (creating_extension)
		return;
	if (list_length(tx.statements) >= MAX_STATEMENTS)
	{
		tx.dropped++;
		return;
	}
	old = MemoryContextSwitchTo(TopTransactionContext);
	statement = palloc(sizeof(Statement));
	statement->subid = GetCurrentSubTransactionId();
	statement->text = event != NULL ? sg_statement_text(event) : pstrdup(text);
	tx.statements = lappend(tx.statements, statement);
	MemoryContextSwitchTo(old);
}

static void
make_dirty(const EventTriggerData *event, const char *text)
{
	if (tx.dirty_in == InvalidSubTransactionId)
	{
		char	   *role = GetUserNameFromId(GetOuterUserId(), true);

		tx.dirty_in = GetCurrentSubTransactionId();
		if (role != NULL)
			tx.role = MemoryContextStrdup(TopTransactionContext, role);
	}
	note_statement(event, text);
	if (!tx.called)
		sg_order_come_first();
}

/* work */
static bool
recover_settings(void)
{
	sg_settings_recover();
	return true;
}

/*
 * A client that has overridden settings without the right to must not benefit: if
 * they cannot be recovered, the strictest mode is in force.  Not to be called in
 * parallel mode.
 */
void
sg_gate_check_settings(void)
{
	ErrorData  *error;

	if (sg_settings_refused(0) == NULL)
		return;
	error = sg_guarded_run(recover_settings, true);
	if (error == NULL)
		return;
	if (sg_error_is_interrupt(error))
		ReThrowError(error);
	sg_fault_warn(error);
	FreeErrorData(error);
	(void) set_config_option("schema_guard.mode", sg_settings_mode_name(SG_MODE_ENFORCE), PGC_SUSET,
							 PGC_S_DATABASE, GUC_ACTION_SET, true, WARNING, false);
}

/* Returns true where DDL is none of the gate's business. */
static bool
is_out_of_place(void)
{
	return IsBinaryUpgrade || IsParallelWorker() || RecoveryInProgress() ||
		(creating_extension && CurrentExtensionObject == sg_extension_oid());
}

/*
 * Called before a DDL statement.  Refuses nothing.  May compare the whole schema with
 * the live state if that is stale.
 */
void
sg_gate_ddl_start(const EventTriggerData *event)
{
	sg_touched_announced(event->parsetree);
	if (is_out_of_place() || sg_statement_is_temporary(event->parsetree))
		return;
	sg_touched_by_statement(event->parsetree);
	sg_gate_check_settings();
	if (!tx.checked && sg_mode != SG_MODE_OFF)
	{
		tx.checked = true;
		check_live_state();
	}
	/* a command that commits in the middle is the first of its transaction */
	if (!sg_gate_is_dirty())
		tx.builds_index = sg_statement_builds_index(event->parsetree);
	tx.unfinished = !sg_gate_is_dirty() && sg_statement_begins_harmless(event->parsetree);
	make_dirty(event, NULL);
	sg_rule_watch_start(event->parsetree);
	in_command = true;
	sg_script_start(event->parsetree);
}

/* for a command that has committed before */
static void
make_dirty_again(const EventTriggerData *event)
{
	sg_touched_locks_released();
	tx.unfinished = true;
	make_dirty(event, command_text != NULL ? command_text : "");
}

static void
forget_command(void)
{
	sg_touched_announced(NULL);
	in_command = false;
	if (command_text != NULL)
		pfree(command_text);
	command_text = NULL;
}

/* Called after a DDL statement; see the head of this file. */
void
sg_gate_ddl_end(const EventTriggerData *event)
{
	forget_command();
	sg_rule_watch_end();
	sg_touched_by_ended(event->parsetree);
	if (!is_out_of_place())
		sg_script_end(event->parsetree);
	if (is_out_of_place() || sg_gate_is_dirty() ||
		sg_statement_is_temporary(event->parsetree))
		return;
	make_dirty_again(event);
}

/* Called before a commit in the middle of a command. */
static void
commit_in_command(void)
{
	if (is_out_of_place())
		return;
	if (!sg_gate_is_dirty())
		make_dirty_again(NULL);
	else if (command_text == NULL && tx.statements != NIL)
		command_text = MemoryContextStrdup(TopMemoryContext,
										   ((Statement *) llast(tx.statements))->text);
}

/* work: the gate */
static bool
judge(void)
{
	SgCommit	transaction = {0};
	SgPublished published;
	List	   *statements = NIL;
	ListCell   *lc;

	foreach(lc, tx.statements)
		statements = lappend(statements, ((Statement *) lfirst(lc))->text);
	if (tx.dropped > 0)
		statements = lappend(statements, psprintf("and %d more statements", tx.dropped));
	transaction.statements = statements;
	transaction.role = tx.role;
	transaction.missed = tx.missed;
	transaction.migrations = tx.migrations;
	transaction.builds_index = tx.builds_index;
	transaction.unfinished = tx.unfinished;
	tx.refusal = sg_commit_judge(&transaction, &published);

	/*
	 * A transaction that changes nothing must not make others wait: a prepared one
	 * can last long.  Changes of others that this one has found will be found again.
	 */
	return tx.refusal != NULL || published == SG_PUBLISHED_OWN ||
		(published == SG_PUBLISHED_MISSED && !tx.prepares);
}

/* work */
static bool
mark_state_stale(void)
{
	sg_live_mark_stale();
	return true;
}

/* work: the same without making anybody wait */
static bool
mark_state_unseen(void)
{
	sg_live_raise_unmarked();
	return true;
}

/*
 * For mode off, and after a fault: the state has to be recomputed later.  Does not
 * check the extension's version, because whatever works is better than nothing.
 */
static void
mark_stale(void)
{
	ErrorData  *error = sg_guarded_run(tx.prepares ? mark_state_unseen : mark_state_stale, true);

	if (error != NULL && error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
		error = sg_guarded_run(mark_state_unseen, true);
	if (error == NULL)
		return;
	if (sg_error_is_interrupt(error))
		ReThrowError(error);
	if (sg_mode == SG_MODE_OFF)
		sg_fault_warn(error);
	FreeErrorData(error);
}

/*
 * Something was dropped together with temporary objects.  Nobody is judged for it,
 * because the end of a session cannot be refused; others will find out what it was.
 */
static void
mark_unseen(void)
{
	ErrorData  *error = NULL;

	if (OidIsValid(sg_extension_oid()))
		error = sg_guarded_run(mark_state_unseen, true);
	if (error == NULL)
		return;
	if (sg_error_is_interrupt(error))
		ReThrowError(error);
	sg_fault_warn(error);
	FreeErrorData(error);
}

/*
 * See state/touched.h.  ON COMMIT DROP is executed after the gate, when it is too
 * late for anything else.
 */
static void
on_vanish(bool created)
{
	if (tx.vanished || (created && !tx.called))
		return;
	tx.vanished = true;
	if (tx.called && OidIsValid(sg_extension_oid()))
		sg_guarded_run_late(mark_state_unseen);
}

/* lets those proceed who wait for the publish lock, or hold the lock that was waited for */
static void
pause_between_attempts(void)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
					 LOCK_PAUSE_MS, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/*
 * Returns true if another attempt may succeed: the session that holds the publish lock
 * waits for a lock of this one, but not for long, and releases both.  See
 * sg_comparison_bound_lock_waits() in state/comparison.c.
 */
static bool
may_pass(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
		error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED;
}

/* Returns true if the gate has tried for as long as lock_timeout allows. */
static bool
is_time_up(TimestampTz start)
{
	return LockTimeout > 0 &&
		TimestampDifferenceExceeds(start, GetCurrentTimestamp(), LockTimeout);
}

/* judges a dirty transaction that is about to commit */
static void
gate_transaction(void)
{
	TimestampTz start = GetCurrentTimestamp();
	ErrorData  *error = NULL;

	/* DROP EXTENSION: whoever may do that may do anything */
	if (!OidIsValid(sg_extension_oid()))
	{
		sg_posting_note_uninstalled();
		return;
	}
	if (sg_mode == SG_MODE_OFF)
	{
		mark_stale();
		return;
	}
	for (int i = 0; i < MAX_LOCK_ATTEMPTS && (error = sg_guarded_run(judge, true)) != NULL; i++)
	{
		sg_ledgers_unwritten();
		if (!may_pass(error) || is_time_up(start))
			break;
		pause_between_attempts();
	}
	if (tx.refusal != NULL)
		sg_refusal_raise(ERROR, tx.refusal);
	if (error == NULL)
		return;
	if (sg_error_is_interrupt(error))
		ReThrowError(error);
	if (sg_fault_enforces() && !tx.unfinished)
		sg_fault_raise(error);
	sg_fault_warn(error);
	FreeErrorData(error);
	mark_stale();
}

/* Attributes what a function has changed without a DDL statement to the client's statement. */
void
sg_gate_by_function(const char *text)
{
	if (!sg_gate_is_dirty() && sg_touched_unannounced() && !is_out_of_place())
		make_dirty(NULL, text);
}

/*
 * The gate is called before other callbacks, and once more after them, for what
 * they have changed themselves (gate/order.c).
 */
static void
pass_gate(XactEvent event)
{
	if (!tx.called)
	{
		tx.called = true;
		tx.prepares = event == XACT_EVENT_PRE_PREPARE;
		if (in_command)
			commit_in_command();
		sg_gate_by_function("");
	}
	tx.migrations = is_out_of_place() ? NIL : sg_ledgers_find(sg_gate_is_dirty());
	if (!sg_gate_is_dirty())
	{
		if (tx.migrations != NIL && !tx.prepares)
			sg_ledgers_journal(tx.migrations);
		tx.migrations = NIL;
		if (tx.vanished)
			mark_unseen();
		return;
	}
	gate_transaction();
	tx.vanished = false;		/* it was judged with the rest */
	tx.dirty_in = InvalidSubTransactionId;
	tx.statements = NIL;
	tx.dropped = 0;
	tx.missed = NULL;
	tx.migrations = NIL;
}

/* XactCallback */
void
sg_gate_transaction_event(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
		case XACT_EVENT_PRE_PREPARE:
			pass_gate(event);
			break;
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			memset(&tx, 0, sizeof(tx));
			sg_ledgers_transaction_end(event == XACT_EVENT_COMMIT);
			sg_order_forget();
			sg_guarded_forget();
			sg_statement_transaction_end();
			sg_script_forget();
			sg_touched_forget();
			sg_idle_transaction_end();
			if (event == XACT_EVENT_ABORT)
				forget_command();
			break;
		default:
			break;
	}
}

/* Statements of a subtransaction that ends become its parent's, or are forgotten. */
void
sg_gate_subtransaction_event(SubXactEvent event, SubTransactionId subid, SubTransactionId parent)
{
	ListCell   *lc;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	/* a rollback by the gate in the middle of a command does not end the command */
	if (sg_guarded_is_working())
		return;
	if (event == SUBXACT_EVENT_ABORT_SUB)
		forget_command();
	if (tx.dirty_in == subid)
		tx.dirty_in = event == SUBXACT_EVENT_COMMIT_SUB ? parent : InvalidSubTransactionId;
	if (!sg_gate_is_dirty())
		tx.builds_index = tx.unfinished = false;
	foreach(lc, tx.statements)
	{
		Statement  *statement = lfirst(lc);

		if (statement->subid != subid)
			continue;
		if (event == SUBXACT_EVENT_COMMIT_SUB)
			statement->subid = parent;
		else
			tx.statements = foreach_delete_current(tx.statements, lc);
	}
}

/*
 * Called at the end of a statement: moves the gate before the callbacks that the
 * statement has registered.
 */
void
sg_gate_statement_end(void)
{
	if (sg_gate_is_dirty() && !tx.called)
		sg_order_come_first();
}

/* Registers the gate's callbacks.  Called once, by _PG_init(). */
void
sg_gate_init(void)
{
	sg_touched_init(on_vanish);
	sg_order_init(pass_gate);
}
