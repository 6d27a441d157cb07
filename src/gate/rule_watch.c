/*
 * gate/rule_watch.c
 *		What the migration rules have to know before a command begins.
 */
#include "postgres.h"

#include "gate/fault.h"
#include "gate/guarded.h"
#include "gate/rule_watch.h"
#include "rules/in_the_way.h"
#include "rules/locking.h"
#include "rules/scanned.h"
#include "support/errors.h"
#include "support/settings.h"

/* Tells whom the statement is going to wait for, and counts how often its tables were read. */
void
sg_rule_watch_start(const Node *statement)
{
	bool		watches = sg_migration_rules != SG_MIGRATION_RULES_OFF && sg_mode != SG_MODE_OFF;
	List	   *tables = watches ? sg_locking_by(statement) : NIL;
	ErrorData  *error;

	sg_scanned_command_start(tables);
	if (!sg_in_the_way_suspected(tables))
		return;
	error = sg_guarded_run(sg_in_the_way_look, true);
	if (error == NULL)
		return;
	if (sg_error_is_interrupt(error))
		ReThrowError(error);
	sg_fault_warn(error);
	FreeErrorData(error);
}

/* The statement has ended. */
void
sg_rule_watch_end(void)
{
	sg_scanned_command_end();
}
