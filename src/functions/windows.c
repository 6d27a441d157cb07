/*
 * functions/windows.c
 *		open_window() and close_window().
 */
#include "postgres.h"

#include "fmgr.h"

#include "approvals/window.h"
#include "functions/arguments.h"
#include "support/compat.h"
#include "support/extension.h"

SG_FUNCTION(schema_guard_open_window);
SG_FUNCTION(schema_guard_close_window);

/* open_window(reason text, duration interval) returns bigint */
Datum
schema_guard_open_window(PG_FUNCTION_ARGS)
{
	char	   *reason = sg_argument_text(fcinfo, 0, "reason");

	sg_argument_require(fcinfo, 1, "duration");
	sg_extension_require_version();
	PG_RETURN_INT64(sg_window_open(reason, PG_GETARG_INTERVAL_P(1)));
}

/* close_window() returns void */
Datum
schema_guard_close_window(PG_FUNCTION_ARGS)
{
	sg_extension_require_version();
	sg_window_close();
	PG_RETURN_VOID();
}
