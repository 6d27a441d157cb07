/*
 * functions/login.c
 *		Event trigger function on_login(), for PostgreSQL 17 and later.
 */
#include "postgres.h"

#include "commands/event_trigger.h"
#include "fmgr.h"

#include "releases/session.h"
#include "support/compat.h"

SG_FUNCTION(schema_guard_on_login);

/* on_login() returns event_trigger: checks the release that the session declares */
Datum
schema_guard_on_login(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo) ||
		strcmp(((EventTriggerData *) fcinfo->context)->event, "login") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function schema_guard.on_login() must be called by an event trigger on login")));
	sg_session_login();
	PG_RETURN_NULL();
}
