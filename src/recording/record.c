/*
 * recording/record.c
 *		schema_guard.record: what sessions execute becomes a contract.
 *
 * Each statement passes here after parse analysis, so a prepared statement passes
 * once; those prepared before the setting do so as well, because changing it has
 * them analysed again.  What a statement needs is noted at once, even if it fails
 * later or its transaction is rolled back, as tests usually do.  It is written by a
 * transaction of its own as soon as the session is in none (support/idle.c), before
 * the client is told that its transaction is over.  So the user's transaction writes
 * nothing, may be read-only, and waits for nobody; and nobody waits for it.
 *
 * Whose statements:
 *
 *		a client's				yes; also what is within EXPLAIN, PREPARE, DECLARE CURSOR,
 *								COPY (query) and CREATE TABLE AS
 *		a DO block's			yes
 *		a function's, a			if schema_guard.record_functions is on
 *		procedure's, a trigger's
 *		an extension's script,	no
 *		the guard's own
 *		a parallel worker's		no
 *
 * The server does not tell where a statement comes from.  But what a function runs
 * is analysed within the error contexts of its language and of SPI, and what a
 * client has sent within none.
 *
 * An error in here becomes a WARNING, once per release and session, and the
 * statement goes on.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "commands/extension.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "replication/walsender.h"
#include "tcop/tcopprot.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "queries/analysed.h"
#include "recording/record.h"
#include "recording/recording.h"
#include "recording/statement_key.h"
#include "support/attempt.h"
#include "support/errors.h"
#include "support/extension.h"
#include "support/idle.h"
#include "support/lock_wait.h"
#include "support/owner.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/text.h"

/* how long writing waits for a lock, and how soon after a failure it is tried again */
#define LOCK_TIMEOUT_MS 200
#define RETRY_MS 5000

/* the error contexts of a statement of a DO block: its language's and SPI's */
#define DO_CONTEXTS 2

/* the recording that the setting named last */
static SgRecording *current = NULL;
static char current_name[2 * SG_RECORDED_MAX_NAME + 2];

/* the setting as the last statement left it */
static char seen_name[2 * SG_RECORDED_MAX_NAME + 2];

/* whether the client has sent a statement while nothing was recorded */
static bool is_late = false;

/* whether these may have changed since the last statement */
static bool schema_changed = false;
static bool recording_changed = false;

/* the table whose invalidation tells that a recording was removed */
static Oid	signal_relid = InvalidOid;

/* our own statements are not recorded */
static bool is_busy = false;

/* when to try again what could not be written; 0: nothing failed */
static TimestampTz retry_at = 0;

static SgRecordCommand command = {NULL, NULL};

/* Called when a command begins.  Returns what to pass to sg_record_command_end(). */
SgRecordCommand
sg_record_command_start(const Node *statement, ProcessUtilityContext context)
{
	SgRecordCommand before = command;

	if (context == PROCESS_UTILITY_TOPLEVEL)
		command = (SgRecordCommand) {statement, error_context_stack};
	return before;
}

void
sg_record_command_end(SgRecordCommand before)
{
	command = before;
}

/*
 * If the recording for a release begins, prepared statements and functions that were
 * analysed before are analysed again at their next execution.
 */
static void
heed_setting(void)
{
	const char *name = sg_record == NULL ? "" : sg_record;

	if (name[0] == '\0' && seen_name[0] == '\0')
		return;
	if (strncmp(seen_name, name, sizeof(seen_name) - 1) == 0)
		return;
	strlcpy(seen_name, name, sizeof(seen_name));
	if (name[0] != '\0')
		ResetPlanCache();
}

/* Called when a statement ends, which may have changed the setting. */
void
sg_record_statement_end(void)
{
	heed_setting();
}

/* origin of a statement: see the head of this file */
typedef enum Origin
{
	BY_CLIENT,
	BY_DO,
	BY_FUNCTION,
	BY_COMMAND					/* part of a command that was recorded as a whole */
} Origin;

/* Returns the origin of a statement that is analysed while a client's command runs. */
static Origin
origin_in_command(void)
{
	int			depth = 0;

	for (ErrorContextCallback *context = error_context_stack;
		 context != NULL && context != command.context; context = context->previous)
		depth++;
	switch (nodeTag(command.statement))
	{
		case T_DoStmt:
			return depth == DO_CONTEXTS ? BY_DO : BY_FUNCTION;
		case T_ExplainStmt:
		case T_DeclareCursorStmt:
		case T_CreateTableAsStmt:
			return depth == 0 ? BY_COMMAND : BY_FUNCTION;
		default:
			return depth == 0 ? BY_CLIENT : BY_FUNCTION;
	}
}

static Origin
origin_of(const ParseState *pstate)
{
	if (command.statement != NULL)
		return origin_in_command();
	return pstate->p_sourcetext == debug_query_string ? BY_CLIENT : BY_FUNCTION;
}

/* Returns true if statements of this session are recorded at all. */
static bool
is_recordable(void)
{
	return MyBackendType == B_BACKEND && !am_walsender && !is_busy && !IsInParallelMode() &&
		!IsParallelWorker() && !creating_extension && !sg_spi_is_running();
}

static bool
explains_names(const ParseState *pstate)
{
	return pstate->p_pre_columnref_hook != NULL || pstate->p_post_columnref_hook != NULL;
}

/* The work of an SgIdleTask: writes what is pending. */
static void
write_pending(void)
{
	SgSavedUser saved;

	is_busy = true;
	sg_owner_enter(&saved);
	sg_lock_wait_bound(LOCK_TIMEOUT_MS);
	sg_extension_require_version();
	sg_recording_write();
	signal_relid = sg_recorded_signal();
	sg_owner_leave(&saved);
}

/* Warns of a fault, once, so that nobody believes the recording to be complete. */
static void
warn(const char *what, const ErrorData *error)
{
	if (current == NULL || !sg_recording_warns(current))
		return;
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("%s for release \"%s\": %s", what, sg_text_escape_unmappable(sg_record),
					sg_text_escape_unmappable(error->message)),
			 error->hint == NULL ? 0 : errhint("%s", sg_text_escape_unmappable(error->hint))));
}

static void pending_written(const ErrorData *error);

static SgIdleTask task = {write_pending, pending_written};

/* An SgIdleTask's */
static void
pending_written(const ErrorData *error)
{
	is_busy = false;
	retry_at = error == NULL ? 0 : TimestampTzPlusMilliseconds(GetCurrentTimestamp(), RETRY_MS);
	if (error == NULL)
	{
		sg_recording_written();
		return;
	}
	/* there may be no further statement */
	sg_idle_request(&task, SG_IDLE_AT_EXIT);
	if (!sg_error_is_interrupt(error))
		warn("what was executed is not recorded yet", error);
}

/*
 * Requests that what is pending be written: soon if it is more than a count, unless
 * that has just failed.
 */
static void
request_write(void)
{
	if (sg_recording_is_pending(current) &&
		(retry_at == 0 || GetCurrentStatementStartTimestamp() >= retry_at))
		sg_idle_request(&task, SG_IDLE_SOON);
	else if (task.due == SG_IDLE_NEVER)
		sg_idle_request(&task, SG_IDLE_AT_EXIT);
}

/* Returns the recording that the setting names, or NULL; warns once if it names no release. */
static SgRecording *
declared_recording(void)
{
	if (current == NULL || strcmp(current_name, sg_record) != 0)
	{
		strlcpy(current_name, sg_record, sizeof(current_name));
		current = sg_recording_of(sg_record);
	}
	if (current == NULL || sg_recording_is_usable(current))
		return current;
	/* its value may be any bytes, and is not shown */
	if (sg_recording_warns(current))
		ereport(WARNING,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("nothing is recorded: schema_guard.record does not name a release"),
				 errhint("Set schema_guard.record to name/version, for example api/1.4.2.")));
	return NULL;
}

/* Forgets what may no longer be true. */
static void
heed_changes(void)
{
	if (recording_changed)
		sg_recording_forget_items();
	if (schema_changed || recording_changed)
		sg_recording_forget_statements();
	schema_changed = false;
	recording_changed = false;
}

/* a statement, and what it needs */
typedef struct Derivation
{
	ParseState *pstate;
	Query	   *query;
	Origin		origin;
	SgOutline  *needs;
} Derivation;

/* SgWork */
static void
derive(void *arg)
{
	Derivation *derivation = arg;

	if (!OidIsValid(sg_extension_oid()))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("extension \"schema_guard\" is not installed in this database"),
				 errhint("Run CREATE EXTENSION schema_guard.")));
	derivation->needs = sg_analysed_needs(derivation->pstate, derivation->query,
										 derivation->origin == BY_CLIENT);
}

/* Records a statement that was not seen before. */
static void
record_statement(Derivation *derivation, const uint64 *key)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "schema_guard record",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	ErrorData  *error = sg_attempt(derive, derivation, SG_ATTEMPT_KEEP);

	if (error == NULL)
		sg_recording_add(current, key, derivation->needs, is_late);
	MemoryContextSwitchTo(old);
	if (error != NULL && sg_error_is_interrupt(error))
		ReThrowError(error);
	/* the server has not analysed all of a command yet, and will report itself what is wrong */
	if (error != NULL && derivation->query->commandType != CMD_UTILITY)
		warn("a statement is not recorded", error);
	MemoryContextDelete(context);
}

/* Returns true on a standby, where nothing can be stored, and warns of that. */
static bool
is_standby(void)
{
	if (!RecoveryInProgress())
		return false;
	if (sg_recording_warns(current))
		ereport(WARNING,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("nothing is recorded for release \"%s\": the server is a standby",
						sg_text_escape_unmappable(sg_record)),
				 errhint("Connect to the primary, where it can be kept.")));
	return true;
}

static void
record(ParseState *pstate, Query *query)
{
	Derivation	derivation = {pstate, query, origin_of(pstate), NULL};
	bool		is_recognized = !explains_names(pstate);
	uint64		key = 0;

	if (derivation.origin == BY_COMMAND || (derivation.origin == BY_FUNCTION && !sg_record_functions) ||
		declared_recording() == NULL)
		return;
	if (schema_changed || recording_changed)
		heed_changes();
	if (is_recognized)
		key = hash_combine64(sg_statement_key(pstate->p_sourcetext, query), derivation.origin);
	if (!is_recognized || !sg_recording_knows(current, key))
	{
		if (is_standby())
			return;
		record_statement(&derivation, is_recognized ? &key : NULL);
	}
	request_write();
}

/* Called after the server has analysed a statement, in its transaction. */
void
sg_record_analysed(ParseState *pstate, Query *query)
{
	if (sg_record == NULL || sg_record[0] == '\0')
	{
		is_late |= pstate->p_sourcetext == debug_query_string;
		return;
	}
	/* before what is analysed now can become a plan, which would then be analysed twice */
	heed_setting();
	if (pstate->p_sourcetext != NULL && is_recordable() && sg_analysed_is_taken(query))
		record(pstate, query);
}

/* A relation was invalidated; InvalidOid: any may have been. */
void
sg_record_relation_invalidated(Oid relid)
{
	schema_changed = true;
	recording_changed |= relid == signal_relid || !OidIsValid(relid);
}

/* SyscacheCallbackFunction: what names, types, functions or operators are may have changed. */
static void
object_invalidated(Datum arg, int cache, uint32 hash)
{
	schema_changed = true;
}

/* Called once, by _PG_init(). */
void
sg_record_init(void)
{
	static const int caches[] = {NAMESPACEOID, TYPEOID, PROCOID, OPEROID, AUTHOID};

	for (int i = 0; i < lengthof(caches); i++)
		CacheRegisterSyscacheCallback(caches[i], object_invalidated, (Datum) 0);
	/* a statement that loads the library was analysed before */
	is_late = debug_query_string != NULL;
}
