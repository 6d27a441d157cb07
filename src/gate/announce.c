/*
 * gate/announce.c
 *		Commands that change the schema and fire no event trigger.
 *
 * The ProcessUtility hook (schema_guard.c) hands them to the gate as if they had
 * fired one.
 */
#include "postgres.h"

#include "access/xact.h"
#include "tcop/utility.h"

#include "gate/announce.h"
#include "gate/gate.h"
#include "gate/statement_text.h"
#include "support/extension.h"

/* Returns true if the statement has to be announced to the gate. */
bool
sg_announce_needed(const Node *statement)
{
	return sg_statement_is_unannounced(statement) && IsTransactionState() &&
		OidIsValid(sg_extension_oid());
}

/* Called before such a statement. */
void
sg_announce_start(Node *statement)
{
	EventTriggerData event = {0};

	event.type = T_EventTriggerData;
	event.event = "ddl_command_start";
	event.parsetree = statement;
	event.tag = CreateCommandTag(statement);
	sg_gate_ddl_start(&event);
}

/* Called after it. */
void
sg_announce_end(Node *statement)
{
	EventTriggerData event = {0};

	event.type = T_EventTriggerData;
	event.event = "ddl_command_end";
	event.parsetree = statement;
	sg_gate_ddl_end(&event);
}
