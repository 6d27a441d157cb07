/*
 * functions/guard.c
 *		on_ddl(), verify(), live_state_is_stale() and library_version().
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "functions/change_rows.h"
#include "gate/gate.h"
#include "gate/verify.h"
#include "state/live_state.h"
#include "support/attention.h"
#include "support/compat.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_on_ddl);
SG_FUNCTION(schema_guard_verify);
SG_FUNCTION(schema_guard_live_state_is_stale);
SG_FUNCTION(schema_guard_library_version);
SG_FUNCTION(schema_guard_readable);

/* on_ddl() returns event_trigger */
Datum
schema_guard_on_ddl(PG_FUNCTION_ARGS)
{
	const EventTriggerData *event;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function schema_guard.on_ddl() must be called by an event trigger")));
	event = (const EventTriggerData *) fcinfo->context;
	if (strcmp(event->event, "ddl_command_start") == 0)
		sg_gate_ddl_start(event);
	else
		sg_gate_ddl_end(event);
	PG_RETURN_NULL();
}

/* verify() returns setof the columns of diff() */
Datum
schema_guard_verify(PG_FUNCTION_ARGS)
{
	PreventCommandIfReadOnly("schema_guard.verify()");
	if (sg_gate_is_dirty())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("verify() cannot run in a transaction that has changed the schema"),
				 errdetail("Its own changes would count as missed ones, and not be judged."),
				 errhint("Commit or roll back first.")));
	/* the database may be one that the launcher does not know yet */
	sg_attention_at_commit();
	sg_change_rows_return(fcinfo, sg_verify_now());
	return (Datum) 0;
}

/* live_state_is_stale() returns boolean */
Datum
schema_guard_live_state_is_stale(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(sg_live_is_stale());
}

/* readable(name text) returns text */
Datum
schema_guard_readable(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(sg_text_datum(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/* library_version() returns text */
Datum
schema_guard_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(SG_VERSION));
}
