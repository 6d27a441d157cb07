/*
 * gate/script.c
 *		What the scripts of extensions make.
 *
 * What an extension's own script has created does not belong to the described
 * schema; what a user has added to the extension does.  So the members that were
 * added by hand are noted before a script updates an extension, and afterwards all
 * others are listed as the script's.
 */
#include "postgres.h"

#include "commands/extension.h"
#include "nodes/parsenodes.h"
#include "utils/memutils.h"

#include "gate/fault.h"
#include "gate/guarded.h"
#include "gate/script.h"
#include "state/member_list.h"
#include "support/errors.h"
#include "support/settings.h"

/* the extension that is being updated in this transaction, and its members by hand */
static Oid	updated = InvalidOid;
static List *by_hand = NIL;

/* work: lists the members of the extension that is about to be updated that no script has made */
static bool
look_for_hand_made(void)
{
	MemoryContextSwitchTo(TopTransactionContext);
	by_hand = sg_member_list_by_hand(updated);
	return false;
}

/* work */
static bool
list_scripted(void)
{
	sg_member_list_scripted(updated, by_hand);
	return true;
}

/* Does the work; in mode enforce a fault is an error. */
static void
run(SgGuardedWork work)
{
	ErrorData  *error = sg_guarded_run(work, true);

	if (error == NULL)
		return;
	if (sg_error_is_interrupt(error))
		ReThrowError(error);
	if (sg_fault_enforces())
		sg_fault_raise(error);
	sg_fault_warn(error);
	FreeErrorData(error);
}

/* Called before a statement. */
void
sg_script_start(const Node *statement)
{
	if (sg_mode == SG_MODE_OFF || !IsA(statement, AlterExtensionStmt))
		return;
	updated = get_extension_oid(((const AlterExtensionStmt *) statement)->extname, true);
	run(look_for_hand_made);
}

/* Called after a statement. */
void
sg_script_end(const Node *statement)
{
	if (sg_mode != SG_MODE_OFF &&
		(IsA(statement, AlterExtensionStmt) || IsA(statement, CreateExtensionStmt)))
		run(list_scripted);
}

/* Called at the end of the transaction. */
void
sg_script_forget(void)
{
	updated = InvalidOid;
	by_hand = NIL;
}
