/*
 * functions/recordings.c
 *		SQL functions of recordings: recorded, forget_recorded.
 *
 * Both are granted to nobody and SECURITY DEFINER with a pinned search_path.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#include "functions/arguments.h"
#include "queries/finish.h"
#include "queries/need.h"
#include "recording/recorded.h"
#include "recording/recording.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_recorded);
SG_FUNCTION(schema_guard_forget_recorded);

static void
set_count(SgOutline *outline, const char *key, int64 count)
{
	sg_outline_member(outline, key)->scalar = psprintf(INT64_FORMAT, count);
}

/* Says in the contract how it came about. */
static void
add_counts(SgOutline *contract, const SgRecordedCounts *counts)
{
	SgOutline  *recorded = sg_outline_member(contract, "recorded");

	set_count(recorded, "sessions", counts->sessions);
	set_count(recorded, "sessions_before", counts->late_sessions);
	set_count(recorded, "statements", counts->statements);
	sg_outline_member(recorded, "complete")->scalar = counts->complete ? "true" : "false";
}

/* recorded(application, version): what was executed for a release, as a contract */
Datum
schema_guard_recorded(PG_FUNCTION_ARGS)
{
	char	   *application = sg_argument_text(fcinfo, 0, "application");
	char	   *version = sg_argument_text(fcinfo, 1, "version");
	SgRecordedCounts counts = {.complete = true};
	SgOutline  *contract = sg_outline_new();
	bool		found;

	sg_extension_require_version();
	found = sg_recorded_read(application, version, &counts, contract);
	found |= sg_recording_read(application, version, &counts, contract);
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("nothing was recorded for release %s/%s", application, version),
				 errhint("Run the tests with schema_guard.record = '%s/%s' and the library loaded in their sessions.",
						 application, version)));
	sg_finish_contract(contract);
	add_counts(contract, &counts);
	PG_RETURN_DATUM(sg_outline_jsonb(contract));
}

/* forget_recorded(application, version): has the recording start over; returns true if there was one */
Datum
schema_guard_forget_recorded(PG_FUNCTION_ARGS)
{
	char	   *application = sg_argument_text(fcinfo, 0, "application");
	char	   *version = sg_argument_text(fcinfo, 1, "version");

	sg_extension_require_version();
	PG_RETURN_BOOL(sg_recorded_forget(application, version));
}
