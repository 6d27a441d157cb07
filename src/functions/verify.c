/*
 * functions/verify.c
 *		verify() and live_state_is_stale().
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"

#include "functions/change_rows.h"
#include "gate/gate.h"
#include "gate/verify.h"
#include "state/live_state.h"
#include "support/attention.h"
#include "support/compat.h"

SG_FUNCTION(schema_guard_verify);
SG_FUNCTION(schema_guard_live_state_is_stale);

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
	/* the launcher may not know this database yet */
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
