/*
 * preview/refuse.c
 *		What cannot be previewed, because rolling it back does not undo it.
 *
 * Transaction control and commands that refuse to run inside a transaction cannot
 * be run in a subtransaction at all.  Others could, but would leave something
 * behind: prepared statements, loaded libraries, files, where a cursor is,
 * session-level advisory locks, the values of sequences.  They may be inside a function or DO block, so
 * they are caught where they run, by the ProcessUtility and object access hooks
 * (schema_guard.c), which do nothing unless a preview runs.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "nodes/parsenodes.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"
#include "utils/portal.h"
#include "utils/syscache.h"

#include "preview/preview.h"
#include "support/compat.h"
#include "support/extension.h"

/* functions of pg_catalog whose effect a rollback does not undo */
static const char *const lasting_functions[] = {
	"lo_export",
	"pg_advisory_lock",
	"pg_advisory_lock_shared",
	"pg_advisory_unlock",
	"pg_advisory_unlock_all",
	"pg_advisory_unlock_shared",
	"pg_backup_start",
	"pg_backup_stop",
	"pg_cancel_backend",
	"pg_copy_logical_replication_slot",
	"pg_copy_physical_replication_slot",
	"pg_create_logical_replication_slot",
	"pg_create_physical_replication_slot",
	"pg_create_restore_point",
	"pg_drop_replication_slot",
	"pg_log_backend_memory_contexts",
	"pg_logical_emit_message",
	"pg_logical_slot_get_binary_changes",
	"pg_logical_slot_get_changes",
	"pg_promote",
	"pg_reload_conf",
	"pg_replication_origin_advance",
	"pg_replication_origin_session_reset",
	"pg_replication_origin_session_setup",
	"pg_replication_origin_xact_reset",
	"pg_replication_origin_xact_setup",
	"pg_replication_slot_advance",
	"pg_rotate_logfile",
	"pg_start_backup",
	"pg_stat_reset",
	"pg_stat_reset_backend_stats",
	"pg_stat_reset_replication_slot",
	"pg_stat_reset_shared",
	"pg_stat_reset_single_function_counters",
	"pg_stat_reset_single_table_counters",
	"pg_stat_reset_slru",
	"pg_stat_reset_subscription_stats",
	"pg_stop_backup",
	"pg_switch_wal",
	"pg_sync_replication_slots",
	"pg_terminate_backend",
	"pg_try_advisory_lock",
	"pg_try_advisory_lock_shared",
	"pg_wal_replay_pause",
	"pg_wal_replay_resume",
	"setseed",
	"setval",
	NULL
};

/* the subtransaction that a preview runs its DDL in; invalid: none does */
static SubTransactionId previewing = InvalidSubTransactionId;

/* error context: a position refers to the DDL, not to the query that calls preview() */
static void
preview_context(void *arg)
{
	int			position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(arg);
	}
}

static List *
parse(const char *ddl)
{
	ErrorContextCallback callback = {.callback = preview_context, .arg = unconstify(char *, ddl)};
	List	   *statements;

	callback.previous = error_context_stack;
	error_context_stack = &callback;
	statements = pg_parse_query(ddl);
	error_context_stack = callback.previous;
	return statements;
}

static void
refuse(const char *what, const char *reason, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s cannot be previewed: %s", what, reason),
			 hint != NULL ? errhint("%s", hint) : 0));
}

static void
refuse_undone(const char *what)
{
	refuse(what, "what it does is not undone by rolling back", NULL);
}

static void
refuse_copy(const CopyStmt *copy)
{
	if (copy->filename == NULL)
		refuse("COPY from or to the client", "there is nobody to send or take the data",
			   "Leave the data out: the schema does not depend on it.");
	if (!copy->is_from || copy->is_program)
		refuse_undone("COPY to a file or program");
}

/*
 * Refuses to move or close a cursor that was there before the preview; one of the
 * preview's own is gone with it.  NULL means all cursors.
 */
static void
refuse_cursor(Node *statement, const char *name)
{
	Portal		cursor = name == NULL ? NULL : GetPortalByName(name);

	if (name == NULL || (PortalIsValid(cursor) && cursor->createSubid < previewing))
		refuse_undone(CreateCommandName(statement));
}

/* Refuses a statement that leaves something behind which a rollback does not undo. */
static void
refuse_lasting(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_PrepareStmt:
		case T_DeallocateStmt:
		case T_DiscardStmt:
		case T_LoadStmt:
		case T_CheckPointStmt:
			refuse_undone(CreateCommandName(statement));
			break;
		case T_FetchStmt:
			refuse_cursor(statement, ((const FetchStmt *) statement)->portalname);
			break;
		case T_ClosePortalStmt:
			refuse_cursor(statement, ((const ClosePortalStmt *) statement)->portalname);
			break;
		case T_CopyStmt:
			refuse_copy((const CopyStmt *) statement);
			break;
		default:
			break;
	}
}

/* Called before a utility statement. */
void
sg_preview_refuse_utility(Node *statement)
{
	if (previewing != InvalidSubTransactionId)
		refuse_lasting(statement);
}

/* Returns true if a preview must not call the function. */
static bool
is_lasting(const FormData_pg_proc *function)
{
	if (function->pronamespace == sg_extension_schema())
		return function->provolatile == PROVOLATILE_VOLATILE;
	if (function->pronamespace != PG_CATALOG_NAMESPACE)
		return false;
	for (const char *const *name = lasting_functions; *name != NULL; name++)
	{
		if (strcmp(NameStr(function->proname), *name) == 0)
			return true;
	}
	return false;
}

/* Called by object_access_hook, also when a function is about to be called. */
void
sg_preview_refuse_access(ObjectAccessType access, Oid classid, Oid objid)
{
	HeapTuple	tuple;

	if (previewing == InvalidSubTransactionId || access != OAT_FUNCTION_EXECUTE ||
		classid != ProcedureRelationId)
		return;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(objid));
	if (HeapTupleIsValid(tuple))
	{
		Form_pg_proc function = (Form_pg_proc) GETSTRUCT(tuple);

		if (is_lasting(function))
			refuse_undone(psprintf("%s()", NameStr(function->proname)));
		ReleaseSysCache(tuple);
	}
}

/* The end of the subtransaction, however it comes about, ends the preview. */
void
sg_preview_refuse_subtransaction(SubXactEvent event, SubTransactionId subid)
{
	if (subid == previewing &&
		(event == SUBXACT_EVENT_COMMIT_SUB || event == SUBXACT_EVENT_ABORT_SUB))
		previewing = InvalidSubTransactionId;
}

/*
 * From here to sg_preview_refuse_end(), or to the end of the current
 * subtransaction, statements are refused that a rollback does not undo.  Raises an
 * error if the DDL is empty, does not parse, or needs the client.
 */
void
sg_preview_refuse_begin(const char *ddl)
{
	List	   *statements = parse(ddl);
	ListCell   *lc;

	if (statements == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no statement to preview")));
	foreach(lc, statements)
	{
		Node	   *statement = lfirst_node(RawStmt, lc)->stmt;

		if (IsA(statement, TransactionStmt))
			refuse(CreateCommandName(statement),
				   "the statements run in a subtransaction that is rolled back",
				   "Leave transaction control out of the text.");
		refuse_lasting(statement);
	}
	previewing = GetCurrentSubTransactionId();
}

/* See sg_preview_refuse_begin(). */
void
sg_preview_refuse_end(void)
{
	previewing = InvalidSubTransactionId;
}

/*
 * Rewords an error that a statement raises because it must not run in a transaction
 * block: it cannot be previewed.  Adds a hint to an error about missing privileges.
 * Leaves all others alone.
 */
void
sg_refuse_explain(ErrorData *error)
{
	if (error->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE)
	{
		if (error->hint == NULL)
			error->hint = pstrdup("preview() runs the statements with the rights of its caller: call it as the role that is to run them.");
		return;
	}
	if (error->sqlerrcode != ERRCODE_ACTIVE_SQL_TRANSACTION &&
		error->sqlerrcode != ERRCODE_INVALID_TRANSACTION_TERMINATION)
		return;
	error->sqlerrcode = ERRCODE_FEATURE_NOT_SUPPORTED;
	error->message = psprintf("the statements cannot be previewed: %s", error->message);
	error->detail = pstrdup("They run in a subtransaction that is rolled back.");
	error->hint = strstr(error->message, "CONCURRENTLY") == NULL ? NULL :
		pstrdup("Preview it without CONCURRENTLY: the schema that it leads to is the same, the locks are other ones.");
}
