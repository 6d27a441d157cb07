/*
 * support/progress.c
 *		How far long work has come, for pg_stat_activity.
 *
 * PostgreSQL's progress views are closed to extensions.  The text of the
 * running statement is not: it gets a comment in front, which says how many
 * objects are done, until the work is.
 */
#include "postgres.h"

#include "pgstat.h"
#include "tcop/tcopprot.h"

#include "support/progress.h"

/* objects from one report to the next */
#define PROGRESS_STEP 500

/* Shows that "count" objects are, say, "described"; to be called for each. */
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

/* Shows the statement alone again.  After an error the next statement does that. */
void
sg_progress_end(void)
{
	pgstat_report_activity(STATE_RUNNING, debug_query_string ? debug_query_string : "");
}
