/*
 * functions/windows.c
 *		open_window() and close_window().
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "approvals/window.h"
#include "functions/arguments.h"
#include "support/attention.h"
#include "support/compat.h"
#include "support/extension.h"
#include "support/notify.h"

SG_FUNCTION(schema_guard_open_window);
SG_FUNCTION(schema_guard_close_window);

/* Sends a notification that windows were opened or closed, and has the worker note when they end. */
static void
tell(const char *event, int64 window_id, const char *reason)
{
	StringInfoData buf;

	sg_notify_begin(&buf, event);
	if (window_id != 0)
		sg_notify_number(&buf, "window_id", window_id);
	sg_notify_text(&buf, "session_role", GetUserNameFromId(GetSessionUserId(), true));
	sg_notify_text(&buf, "reason", reason);
	sg_notify_send(&buf);
	sg_attention_at_commit();
}

/* open_window(reason text, duration interval) returns bigint */
Datum
schema_guard_open_window(PG_FUNCTION_ARGS)
{
	char	   *reason = sg_argument_text(fcinfo, 0, "reason");
	int64		window_id;

	sg_argument_require(fcinfo, 1, "duration");
	sg_extension_require_version();
	window_id = sg_window_open(reason, PG_GETARG_INTERVAL_P(1));
	tell("window", window_id, NULL);
	PG_RETURN_INT64(window_id);
}

/* close_window() returns void */
Datum
schema_guard_close_window(PG_FUNCTION_ARGS)
{
	sg_extension_require_version();
	sg_window_close();
	tell("window_ended", 0, "closed");
	PG_RETURN_VOID();
}
