/*
 * incidents/explain.c
 *		Which change of the schema caused an error.
 *
 * The server calls emit_log_hook for a message that is about to go to its log: of
 * the errors of statements, those that were not caught.  At that point the
 * transaction has failed but is not aborted yet, so any lock may be held, and no
 * catalog can be read.  Here the error's names are compared with the clues on the
 * board (board.c), a line is written to the log, and the incident is noted.  The
 * line precedes the error in the log.
 *
 * If no clue explains the error, but the board may lack clues that the journal has,
 * the error is kept and looked at again when the transaction is over.  It is too
 * late for a hint then.
 *
 * With log_min_messages above error the server calls no hook for errors, and
 * nothing is explained or counted.  The server does not document that a hook may
 * change the hint, but sends what it finds.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "catalog/namespace.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "incidents/board.h"
#include "incidents/explain.h"
#include "incidents/incident.h"
#include "incidents/meant.h"
#include "incidents/posting.h"
#include "support/declaration.h"
#include "support/errors.h"
#include "support/idle.h"
#include "support/settings.h"
#include "support/text.h"

#define MESSAGE_LEN 1024
#define RELEASE_LEN 256
#define EXPLANATION_LEN 640

/* maximum number of errors that are looked at again when the transaction is over */
#define MAX_LATER 2

/* an error that is to be looked at again, with copies of what it points to */
typedef struct Later
{
	SgFailure	failure;
	SgWords		words;
	TimestampTz at;
	char		release[RELEASE_LEN];
	char		message[MESSAGE_LEN];
	char		fields[5][NAMEDATALEN];
} Later;

static Later later[MAX_LATER];
static int	nlater = 0;

/* the comparison and its result: too large for the stack space that an error may have left */
static SgBoardQuery query;
static SgClue clue;
static char explanation[EXPLANATION_LEN];

/* the beginning of the error's message, where that is long: it can end with a value */
static char beginning[MESSAGE_LEN];

/* an error is being explained; another one now would be our own */
static bool explaining = false;

/* Writes the time to the second, in UTC whatever the session's settings. */
static void
write_time(char *to, size_t size, TimestampTz time)
{
	struct pg_tm tm;
	fsec_t		fsec;

	to[0] = '\0';
	if (timestamp2tm(time, NULL, &tm, &fsec, NULL, NULL) == 0)
		snprintf(to, size, "%04d-%02d-%02d %02d:%02d:%02d+00",
				 tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Says in one line what changed, when and by whom. */
static void
write_explanation(void)
{
	char		time[64];
	const char *application = clue.application_name;

	write_time(time, sizeof(time), clue.changed_at);
	/* of an unobserved change, neither the time nor the role is known */
	if (clue.changed_by[0] == '\0')
		snprintf(explanation, sizeof(explanation), "%s, noticed at %s (journal entry " INT64_FORMAT ")",
				 clue.text, time, clue.journal_id);
	else
		snprintf(explanation, sizeof(explanation), "%s at %s by role %s (%s%s%sjournal entry " INT64_FORMAT ")",
				 clue.text, time, clue.changed_by,
				 application[0] == '\0' ? "" : "application ", application, application[0] == '\0' ? "" : ", ",
				 clue.journal_id);
}

static void
write_line(int sqlstate, const char *release)
{
	ereport(LOG_SERVER_ONLY,
			(errcode(ERRCODE_SG_INCIDENT),
			 errmsg("error %s is due to a schema change: %s; %s%s",
					unpack_sql_state(sqlstate), explanation,
					release[0] == '\0' ? "no release declared" : "declared release ", release),
			 errhidestmt(true),
			 errhidecontext(true)));
}

/* Looks for the clue that explains the error; if there is one, reports and notes it. */
static SgBoardAnswer
explain(const char *release, TimestampTz at)
{
	int			sqlstate = query.meaning.failure->sqlstate;
	bool		log;
	SgBoardAnswer answer;

	query.since = TimestampTzPlusMilliseconds(at, -(int64) sg_incident_horizon * 1000);
	answer = sg_board_find(&query, &clue, &log);
	if (answer != SG_BOARD_FOUND)
		return answer;
	write_explanation();
	if (log)
		write_line(sqlstate, release);
	sg_incident_note(&clue, sqlstate, release, at);
	return SG_BOARD_FOUND;
}

/* The work of an SgIdleTask: explains what could not be explained at once. */
static void
explain_later(void)
{
	int			count = nlater;

	nlater = 0;
	if (sg_posting_is_behind())
		sg_posting_catch_up();
	for (int i = 0; i < count; i++)
	{
		sg_meant_begin_later(&query.meaning, &later[i].failure, &later[i].words);
		(void) explain(later[i].release, later[i].at);
	}
}

/* The callback of an SgIdleTask: an error goes to the server's log. */
static void
report_fault(const ErrorData *error)
{
	if (error != NULL)
		ereport(LOG_SERVER_ONLY,
				(errcode(error->sqlerrcode),
				 errmsg("schema_guard could not explain an error: %s", error->message)));
}

static SgIdleTask explaining_later = {explain_later, report_fault};

static const char *
keep(char *to, size_t size, const char *text)
{
	if (text == NULL)
		return NULL;
	sg_text_copy(to, size, text);
	return to;
}

/* Keeps what the error says until the transaction is over. */
static void
postpone(const SgFailure *failure, const char *release, TimestampTz at)
{
	Later	   *kept;

	if (nlater == MAX_LATER)
		return;
	kept = &later[nlater++];
	kept->failure = *failure;
	kept->at = at;
	sg_text_copy(kept->release, sizeof(kept->release), release);
	sg_failure_words(failure, &kept->words);
	kept->failure.message = keep(kept->message, MESSAGE_LEN, failure->message);
	kept->failure.locks_are_held = false;
	kept->failure.schema = keep(kept->fields[0], NAMEDATALEN, failure->schema);
	kept->failure.table = keep(kept->fields[1], NAMEDATALEN, failure->table);
	kept->failure.column = keep(kept->fields[2], NAMEDATALEN, failure->column);
	kept->failure.constraint = keep(kept->fields[3], NAMEDATALEN, failure->constraint);
	kept->failure.datatype = keep(kept->fields[4], NAMEDATALEN, failure->datatype);
	kept->failure.query = kept->failure.internal_query = kept->failure.context = NULL;
	sg_idle_request(&explaining_later, SG_IDLE_SOON);
}

/* Returns true if the client's encoding has all characters of the explanation. */
static bool
can_be_sent(void)
{
	int			encoding = pg_get_client_encoding();

	return encoding == PG_UTF8 || encoding == PG_SQL_ASCII || encoding == GetDatabaseEncoding();
}

/*
 * Appends the explanation to the error's hint, if there is memory.  Where the client may
 * lack a character, its bytes are written as \xHH: an error while this one is sent would
 * take its place.
 */
static void
append_hint(ErrorData *error)
{
	bool		as_it_is = can_be_sent();
	const char *old = error->hint == NULL ? "" : error->hint;
	size_t		size = strlen(old) + strlen(explanation) * strlen("\\xHH") + 64;
	char	   *hint = MemoryContextAllocExtended(error->assoc_context, size, MCXT_ALLOC_NO_OOM);
	char	   *end = hint;

	if (hint == NULL)
		return;
	end += sprintf(end, "%s%sThe schema has changed: ", old, old[0] == '\0' ? "" : "\n");
	for (const char *c = explanation; *c != '\0'; c++)
	{
		if (as_it_is || !IS_HIGHBIT_SET(*c))
			*end++ = *c;
		else
			end += sprintf(end, "\\x%02X", (unsigned char) *c);
	}
	strcpy(end, ".");
	error->hint = hint;
}

/* what is looked at of the error's message */
static const char *
message_of(const ErrorData *error)
{
	if (error->message == NULL || strnlen(error->message, MESSAGE_LEN) < MESSAGE_LEN)
		return error->message;
	/* its last character may be cut, which no name is concerned with */
	memcpy(beginning, error->message, MESSAGE_LEN - 1);
	return beginning;
}

static void
explain_now(ErrorData *error, SgErrorKind kind)
{
	const char *release = sg_declaration();
	TimestampTz now = GetCurrentTimestamp();
	SgFailure	failure = {
		.kind = kind,
		.sqlstate = error->sqlerrcode,
		.message_id = error->message_id,
		.message = message_of(error),
		.schema = error->schema_name,
		.table = error->table_name,
		.column = error->column_name,
		.constraint = error->constraint_name,
		.datatype = error->datatype_name,
		.query = debug_query_string,
		.internal_query = error->internalquery,
		.context = error->context,
		.locks_are_held = sg_meant_locks_are_held()
	};
	SgBoardAnswer answer;

	sg_search_path_read(&failure.search_path, namespace_search_path);
	sg_meant_begin(&query.meaning, &failure);
	answer = explain(release, now);
	if (answer == SG_BOARD_FOUND && sg_explain_errors == SG_EXPLAIN_CLIENT)
		append_hint(error);
	else if (answer == SG_BOARD_BUSY || (answer == SG_BOARD_NOT_FOUND && sg_posting_is_behind()))
		postpone(&failure, release, now);
}

/*
 * Returns true for the error of a statement; a parallel worker's error is reported
 * again by its leader.
 */
static bool
is_of_statement(const ErrorData *error)
{
	return error->elevel == ERROR && OidIsValid(MyDatabaseId) && !IsParallelWorker() &&
		CritSectionCount == 0 && !proc_exit_inprogress;
}

/* emit_log_hook */
void
sg_explain_error(ErrorData *error)
{
	SgErrorKind kind;

	if (!is_of_statement(error) || sg_explain_errors == SG_EXPLAIN_OFF || sg_mode == SG_MODE_OFF)
		return;
	if (explaining)
	{
		explaining = false;
		return;
	}
	if (!sg_failure_kind(error, &kind))
		return;
	explaining = true;
	HOLD_INTERRUPTS();
	explain_now(error, kind);
	RESUME_INTERRUPTS();
	explaining = false;
}
