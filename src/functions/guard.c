/*
 * functions/guard.c
 *		on_ddl() and library_version().
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "gate/gate.h"
#include "support/compat.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_on_ddl);
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
