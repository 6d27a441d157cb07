/*
 * functions/ready.c
 *		SQL function ready(): the answer for a readiness probe.
 *
 * Probes of all servers ask every few seconds.  So whatever is wrong is an answer
 * rather than an error, and a fault of the guard itself does not take working
 * servers out of service, except in mode enforce, as for a connection.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "functions/arguments.h"
#include "releases/fit.h"
#include "state/live_state.h"
#include "support/attempt.h"
#include "support/compat.h"
#include "support/errors.h"
#include "support/extension.h"
#include "support/lock_wait.h"
#include "support/settings.h"
#include "support/text.h"

/* how long an answer waits for a lock on schema_guard's own tables */
#define LOCK_TIMEOUT_MS 200

SG_FUNCTION(schema_guard_ready);

/* what is asked, and answered */
typedef struct Question
{
	const char *application;
	const char *version;
	bool		stale;
} Question;

/* work: asserts that the release fits */
static void
assert_ready(void *arg)
{
	Question   *question = arg;

	sg_extension_require_version();
	question->stale = sg_live_is_stale();
	sg_fit_assert(question->application, question->version, NULL);
}

/* Returns the text on one line, whatever names it contains. */
static char *
one_line(const char *text)
{
	char	   *line = pstrdup(sg_text_escape_unmappable(text));

	for (char *in = line; *in != '\0'; in++)
	{
		if ((unsigned char) *in < 0x20)
			*in = ' ';
	}
	return line;
}

/*
 * Returns true if the release is ready. *reason says why not, or what else there is to
 * say; or it is NULL.
 */
static bool
answer(Question *question, const char **reason)
{
	ErrorData  *error;

	*reason = NULL;
	if (question->application == NULL || question->version == NULL)
	{
		*reason = psprintf("%s is null", question->application == NULL ? "application" : "version");
		return false;
	}
	error = sg_attempt(assert_ready, question, SG_ATTEMPT_KEEP);
	if (error == NULL)
	{
		if (question->stale)
			*reason = "it fits the schema as it is; the live state is stale until verify() or the next schema change";
		return true;
	}
	if (sg_error_is_interrupt(error))
		ReThrowError(error);
	*reason = one_line(error->message);
	if (error->sqlerrcode == ERRCODE_SG_RELEASE_MISMATCH ||
		error->sqlerrcode == ERRCODE_SG_UNKNOWN_RELEASE)
		return false;
	*reason = psprintf("schema_guard could not check the release: %s", *reason);
	return sg_mode != SG_MODE_ENFORCE;
}

/* ready(application, version) */
Datum
schema_guard_ready(PG_FUNCTION_ARGS)
{
	Question	question = {
		.application = sg_argument_optional_text(fcinfo, 0),
		.version = sg_argument_optional_text(fcinfo, 1)
	};
	const char *reason;
	TupleDesc	desc;
	Datum		values[2] = {0};
	bool		nulls[2] = {0};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	/* until the function's own settings end */
	sg_lock_wait_bound(LOCK_TIMEOUT_MS);
	values[0] = BoolGetDatum(answer(&question, &reason));
	nulls[1] = reason == NULL;
	if (reason != NULL)
		values[1] = CStringGetTextDatum(reason);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
