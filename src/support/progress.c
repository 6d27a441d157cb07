/*
 * support/progress.c
 *		The progress of long work, for pg_stat_activity.
 *
 * Extensions cannot report to PostgreSQL's progress views.  Instead, the text of
 * the running statement gets a comment in front that says how many objects are
 * done.
 */
#include "postgres.h"

#include "pgstat.h"
#include "tcop/tcopprot.h"

#include "support/progress.h"

/* number of objects between reports */
#define PROGRESS_STEP 500

/* Reports that "count" objects are, for example, "described".  Call it for each object. */
void
sg_progress(const char *what, int count)
{
	char	   *activity;

	if (count % PROGRESS_STEP != 0)
		return;
	activity = psprintf("/* schema_guard: %d objects %s */ %s", count, what,
						debug_query_string ? debug_query_string : "");
	pgstat_report_activity(STATE_RUNNING, activity);
	pfree(activity);
}

/* Shows the plain statement again.  After an error, the next statement does so. */
void
sg_progress_end(void)
{
	pgstat_report_activity(STATE_RUNNING, debug_query_string ? debug_query_string : "");
}
