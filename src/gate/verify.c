/*
 * gate/verify.c
 *		Finding what the gate has missed.
 */
#include "postgres.h"

#include "gate/commit.h"
#include "gate/integrity.h"
#include "gate/ledgers.h"
#include "gate/phase.h"
#include "gate/verify.h"
#include "support/extension.h"

/*
 * Brings the live state up to date.  Returns what it had missed, and what is altered
 * in the guard itself: a List of SgItemChange *.  Takes the publish lock.  Runs as
 * the owner.
 */
List *
sg_verify_now(void)
{
	SgDelta    *missed;
	List	   *changes;

	sg_extension_require_version();
	sg_live_lock();
	missed = sg_commit_catch_up();
	sg_phase_end_restore();
	sg_ledgers_verify();
	/* without an earlier state, nothing can have been missed */
	changes = missed->before[0] != '\0' ? missed->changes : NIL;
	changes = list_concat_copy(changes, sg_integrity_changes());
	sg_live_set_verified(list_length(changes));
	return changes;
}

/*
 * The same for callers that are in no hurry: describes the schema without the
 * publish lock, which commits of DDL wait for, and takes it only at the end.
 */
List *
sg_verify_quietly(void)
{
	List	   *changes;

	if (!sg_commit_is_current())
		return sg_verify_now();
	changes = sg_integrity_changes();
	sg_live_lock();
	sg_ledgers_verify();
	sg_live_set_verified(list_length(changes));
	return changes;
}
