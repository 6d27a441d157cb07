/*
 * releases/session.c
 *		The release that a session declares, checked as it connects.
 *
 * schema_guard.application says which release a session belongs to, or its
 * application_name (support/declaration.c).  When:
 *
 *		session_preload_libraries	the library is loaded after authentication,
 *									when all settings are known: check at once,
 *									a mismatch ends the connection attempt
 *		login event trigger			likewise, from PostgreSQL 17 on: the trigger
 *									loads the library
 *		shared_preload_libraries	before 17 no hook comes so late in a session's
 *									start: check at the first statement, a mismatch
 *									ends the session
 *		later						when the declaration or the schema has
 *									changed: check at the next statement that a
 *									client sends, a mismatch is its error
 *
 * That the schema has changed is told by the gate: it invalidates the relation
 * schema_guard.live_signal, which reaches every session before its next
 * statement.  A statement costs two comparisons as long as nothing happens.
 *
 * What happens to a mismatch (in this order):
 *
 *		mode off					nothing is checked
 *		no extension in this db		nothing is checked
 *		fault of the guard			WARNING; in enforce as "error" below
 *		on_mismatch, on_unknown_release = warning, log: that
 *		error						FATAL on connect, else ERROR
 *
 * That applies to superusers too, because many applications connect as one.  Whoever
 * repairs connects without declaring a release; if ALTER ROLE or ALTER DATABASE
 * declares one, a superuser can set schema_guard.on_mismatch = warning in the
 * options of the connection, which take precedence.  Only a fault of the guard never
 * keeps a superuser out.
 *
 * schema_guard.require_application refuses the statements of a session that
 * declares nothing, one by one, and not the connection: behind a pooler that shares
 * connections it is the transaction that declares (SET LOCAL), and what ends with
 * it does not count for the next client.  Superusers are exempt, because repairs
 * and backups belong to no release.
 *
 * Transaction control, SET, SHOW and DDL are never refused, because they are the
 * way out, for the session or for others.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "replication/walsender.h"
#include "storage/proc.h"
#include "tcop/utility.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "releases/fit.h"
#include "releases/release.h"
#include "releases/session.h"
#include "releases/session_count.h"
#include "state/live_state.h"
#include "state/refused.h"
#include "support/attempt.h"
#include "support/compat.h"
#include "support/declaration.h"
#include "support/errors.h"
#include "support/extension.h"
#include "support/lock_wait.h"
#include "support/owner.h"
#include "support/settings.h"
#include "support/text.h"

/* how long a check waits for a lock on schema_guard's own tables */
#define LOCK_TIMEOUT_MS 200

/* the declaration that was checked last; NULL: none so far */
static char *checked_declaration = NULL;

/* it was checked as the session started */
static bool checked_at_start = false;

/* the schema may have changed since */
static bool schema_changed = false;

/* a check is running: its own statements are not to be checked */
static bool checking = false;

/* the relation whose invalidation tells of a change */
static Oid	signal_relid = InvalidOid;

/* when the client's statement came that was looked at last */
static TimestampTz seen_statement = 0;

/* A relation was invalidated; InvalidOid: any may have been. */
void
sg_session_relation_invalidated(Oid relid)
{
	if (relid == InvalidOid || relid == signal_relid)
		schema_changed = true;
}

/* Returns true in a client's session, rather than a worker or a replication connection. */
static bool
is_client_session(void)
{
	return MyBackendType == B_BACKEND && !am_walsender && OidIsValid(MyDatabaseId);
}

/* Remembers what was checked. */
static void
note_declaration(void)
{
	const char *declaration = sg_declaration();

	if (checked_declaration == NULL || strcmp(checked_declaration, declaration) != 0)
	{
		char	   *copy = MemoryContextStrdup(TopMemoryContext, declaration);

		if (checked_declaration != NULL)
			pfree(checked_declaration);
		checked_declaration = copy;
	}
	sg_session_count_declare(declaration);
}

/* Becomes the owner, who waits for the guard's own tables no longer than a connection can. */
static void
enter_check(SgSavedUser *saved)
{
	sg_owner_enter(saved);
	/* until sg_owner_leave() */
	sg_lock_wait_bound(LOCK_TIMEOUT_MS);
}

/*
 * work: asserts that the declared release fits; what is wrong is an error.  An
 * application_name that is no release of an application that is known declares
 * nothing.
 */
static void
assert_declaration(void *arg)
{
	SgSavedUser saved;
	char	   *application = pstrdup(sg_text_escape_unmappable(sg_declaration()));
	char	   *slash = strrchr(application, '/');

	if (slash == NULL || slash == application || slash[1] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_SG_UNKNOWN_RELEASE),
				 errmsg("\"%s\" is not the name of a release", application),
				 errhint("Set schema_guard.application to name/version, for example api/1.4.2.")));
	*slash = '\0';

	enter_check(&saved);
	sg_extension_require_version();
	signal_relid = sg_live_signal();
	if (sg_declaration_is_by_name() && !sg_release_is_of_application(application))
		sg_declaration_ignore_name();
	else
		sg_fit_assert(application, slash + 1, NULL);
	sg_owner_leave(&saved);
}

/* work: counts a refused connection, and has it kept */
static void
note_refused(void *arg)
{
	const ErrorData *refusal = arg;
	SgSavedUser saved;

	/* restored with the subtransaction */
	XactReadOnly = false;
	enter_check(&saved);
	sg_refused_note(SG_REFUSED_CONNECTION, NULL, refusal->sqlerrcode, refusal->message);
	sg_owner_leave(&saved);
}

/* Runs the work so that an error leaves the session as it was.  Returns that error, or NULL. */
static ErrorData *
find_error(SgWork work, void *arg)
{
	ErrorData  *error;

	checking = true;
	error = sg_attempt(work, arg, SG_ATTEMPT_KEEP);
	checking = false;
	return error;
}

/* Says on top of the error of a fault in the guard what could not be done; palloc'd, as all of it. */
static void
explain_fault(ErrorData *error)
{
	error->message = psprintf("schema_guard could not check release %s: %s",
							  sg_text_escape_unmappable(sg_declaration()), sg_text_escape_unmappable(error->message));
	/* where in which statement of ours it happened says nothing to the client */
	error->internalpos = 0;
	error->internalquery = NULL;
	if (error->hint == NULL && sg_mode == SG_MODE_ENFORCE)
		error->hint = pstrdup("In mode enforce this ends the session. A superuser gets in, and can set schema_guard.mode to observe.");
}

/* How loud the error is to be reported; see the table at the top. */
static int
reaction_level(ErrorData *error, bool connecting)
{
	int			reaction;
	bool		fault = false;

	if (sg_error_is_interrupt(error))
		return ERROR;
	if (error->sqlerrcode == ERRCODE_SG_RELEASE_MISMATCH)
		reaction = sg_on_mismatch;
	else if (error->sqlerrcode == ERRCODE_SG_UNKNOWN_RELEASE)
		reaction = sg_on_unknown_release;
	else
	{
		fault = true;
		explain_fault(error);
		reaction = sg_mode == SG_MODE_ENFORCE ? SG_REACT_ERROR : SG_REACT_WARNING;
	}
	if (reaction == SG_REACT_LOG)
		return LOG;
	if (reaction == SG_REACT_WARNING || (fault && superuser_arg(GetSessionUserId())))
		return WARNING;
	return connecting ? FATAL : ERROR;
}

/*
 * Ends the connection attempt with the error, and counts it where anything can be
 * written.  What is wrong with the count is for the log: it is the smaller fault.
 */
static void
refuse_connection(ErrorData *error)
{
	ErrorData  *fault = RecoveryInProgress() ? NULL : find_error(note_refused, error);

	if (fault != NULL)
	{
		fault->elevel = LOG;
		fault->message = psprintf("schema_guard could not count a refused connection: %s", fault->message);
		fault->internalpos = 0;
		fault->internalquery = NULL;
		ThrowErrorData(fault);
	}
	/* libpq tells no SQLSTATE of a connection that is refused */
	error->message = psprintf("%s (%s)", error->message, unpack_sql_state(error->sqlerrcode));
	ThrowErrorData(error);
}

/*
 * Checks the declaration of this session, in a transaction.  "connecting": it
 * has not been checked before.  Reports what is wrong; an ERROR is raised
 * again at the next statement, until it is put right.
 */
static void
check_declaration(bool connecting)
{
	ErrorData  *error;

	if (sg_mode == SG_MODE_OFF)
		return;
	sg_declaration_heed_name();
	note_declaration();
	/* first, so that a change during the check counts as one after it */
	schema_changed = false;
	if (sg_declaration()[0] == '\0' || !OidIsValid(sg_extension_oid()))
		return;
	error = find_error(assert_declaration, NULL);
	/* an application_name may turn out to declare nothing */
	note_declaration();
	if (error == NULL)
		return;
	error->elevel = reaction_level(error, connecting);
	if (error->elevel >= ERROR)
		schema_changed = true;
	if (error->elevel == FATAL)
		refuse_connection(error);
	ThrowErrorData(error);
	FreeErrorData(error);
}

/* Raises the error of a session that declares nothing, where it has to. */
static void
require_declaration(void)
{
	if (!sg_settings_declaration_required() || sg_mode == SG_MODE_OFF ||
		sg_declaration()[0] != '\0' ||
		superuser_arg(GetSessionUserId()) || !OidIsValid(sg_extension_oid()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_SG_UNKNOWN_RELEASE),
			 errmsg("session of role \"%s\" declares no release",
					sg_text_escape_unmappable(GetUserNameFromId(GetSessionUserId(), false))),
			 errhint("Set schema_guard.application to name/version, for example api/1.4.2: in the connection string (options), for the role, or through a pooler that shares connections with SET LOCAL in each transaction.")));
}

/* Checks on session start; up to 14 that is outside of a transaction. */
static void
check_on_connect(void)
{
	bool		own_transaction = !IsTransactionState();

	if (sg_declaration()[0] == '\0')
	{
		/* nothing to look up, and so no need of a transaction */
		note_declaration();
		schema_changed = false;
		return;
	}
	if (own_transaction)
		StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	check_declaration(true);
	PopActiveSnapshot();
	if (own_transaction)
		CommitTransactionCommand();
}

/*
 * Checks as a session logs in, where the library was not loaded by then.  By the
 * event trigger, in a transaction.
 */
void
sg_session_login(void)
{
	if (checked_at_start || !is_client_session())
		return;
	checked_at_start = true;
	check_declaration(true);
}

/* Returns true if what is declared now was checked since the schema has changed. */
static bool
is_checked(void)
{
	return !schema_changed && checked_declaration != NULL &&
		strcmp(checked_declaration, sg_declaration()) == 0;
}

/*
 * Checks before a statement, if there is reason to and it is the first that
 * runs for what the client has sent: functions are not broken off half way.
 * Skip when running as another user: that is the gate at commit, which must not
 * fail because the release does not fit, or a function that the client's statement
 * has called.
 */
void
sg_session_statement_start(void)
{
	TimestampTz statement = GetCurrentStatementStartTimestamp();

	if (checking || InLocalUserIdChange() || statement == seen_statement || IsInParallelMode())
		return;
	seen_statement = statement;
	sg_session_count_keep();
	if (!is_client_session())
		return;
	if (!is_checked())
		check_declaration(checked_declaration == NULL);
	require_declaration();
}

/* The same before a utility statement, if it uses the schema without passing through the executor. */
void
sg_session_utility_start(const Node *statement)
{
	if (IsA(statement, CopyStmt) || IsA(statement, CallStmt) || IsA(statement, DoStmt))
		sg_session_statement_start();
}

/*
 * Checks the session, where the library is loaded as a session starts.  Called
 * from _PG_init, after everything else.
 */
void
sg_session_init(void)
{
	if (process_shared_preload_libraries_in_progress || !is_client_session())
		return;
	if (sg_compat_session_is_starting())
	{
		checked_at_start = true;
		check_on_connect();
	}
	else
		checked_declaration = MemoryContextStrdup(TopMemoryContext, "");
}
