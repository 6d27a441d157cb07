/*
 * gate/hooks.c
 *		The server's hooks, for what the event triggers are not told.
 *
 * Commands that change the schema and fire no event trigger are handed to the
 * gate as if they had; what functions change without a command is found out
 * when their statement ends.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/executor.h"
#include "tcop/utility.h"

#include "gate/gate.h"
#include "gate/hooks.h"
#include "gate/statement_text.h"
#include "state/touched.h"
#include "support/compat.h"
#include "support/extension.h"

static ProcessUtility_hook_type previous_process_utility = NULL;
static ExecutorEnd_hook_type previous_executor_end = NULL;

/* ExecutorEnd_hook */
static void
executor_end(QueryDesc *query)
{
	if (previous_executor_end != NULL)
		previous_executor_end(query);
	else
		standard_ExecutorEnd(query);
	if (sg_touched_unannounced())
		sg_gate_by_function(CreateCommandName((Node *) query->plannedstmt));
	sg_gate_statement_end();
}

/* before a command that no event trigger is told about */
static void
announce(Node *statement)
{
	EventTriggerData event = {0};

	event.type = T_EventTriggerData;
	event.event = "ddl_command_start";
	event.parsetree = statement;
	event.tag = CreateCommandTag(statement);
	sg_gate_ddl_start(&event);
}

/* ProcessUtility_hook */
static void
process_utility(SG_PROCESS_UTILITY_PARAMETERS)
{
	Node	   *statement = pstmt->utilityStmt;
	bool		unannounced = sg_statement_is_unannounced(statement) && IsTransactionState() &&
		OidIsValid(sg_extension_oid());
	SgHeed		heed = sg_touched_enter(statement);

	PG_TRY();
	{
		if (unannounced)
			announce(statement);
		if (previous_process_utility != NULL)
			previous_process_utility(SG_PROCESS_UTILITY_ARGUMENTS);
		else
			standard_ProcessUtility(SG_PROCESS_UTILITY_ARGUMENTS);
	}
	PG_FINALLY();
	{
		sg_touched_leave(heed);
	}
	PG_END_TRY();
	if (unannounced)
	{
		EventTriggerData event = {0};

		event.type = T_EventTriggerData;
		event.event = "ddl_command_end";
		event.parsetree = statement;
		sg_gate_ddl_end(&event);
	}
	sg_gate_statement_end();
}

/* Installs the hooks; called once, from _PG_init. */
void
sg_hooks_init(void)
{
	previous_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	previous_executor_end = ExecutorEnd_hook;
	ExecutorEnd_hook = executor_end;
}
