/*
 * rules/held_lock.c
 *		Since when the transaction holds AccessExclusiveLock, and what it has run since.
 *
 * The server does not keep when a lock was granted.  But a command locks a table
 * before it changes the table's rows in the catalogs, and changes those before
 * it reads or rewrites the table: at the invalidation that this sends, the lock
 * has just been granted, whatever it was waited for.  A lock that a command only
 * takes, as LOCK TABLE does, counts from the end of the command.
 *
 * A moment belongs to one statement: the one that ends next.  So nothing is to be
 * done where a statement begins, and what a function runs is told apart.  Within
 * a command, what it runs itself (the check of a foreign key) is its own.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/lock.h"
#include "tcop/utility.h"
#include "utils/timestamp.h"

#include "rules/held_lock.h"
#include "state/touched.h"
#include "support/compat.h"
#include "support/settings.h"

/* of more than these nothing is said */
#define MAX_LOCKS 128

/* No palloc: invalidations must not fail. */
static struct
{
	int			count;
	TimestampTz statement_end;	/* of the last statement, once there is a lock */
	SgHeldLock	locks[MAX_LOCKS];
}			held;

/* Returns what is known of a lock of this transaction, or NULL. */
const SgHeldLock *
sg_held_lock_find(Oid relid)
{
	for (int i = 0; i < held.count; i++)
	{
		if (held.locks[i].relid == relid)
			return &held.locks[i];
	}
	return NULL;
}

/* Takes note of the lock, if there is one and it is new. */
static void
note(Oid relid)
{
	LOCKTAG		tag;
	SgHeldLock *lock;

	if (held.count >= MAX_LOCKS || sg_held_lock_find(relid) != NULL)
		return;
	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relid);
	if (!sg_compat_lock_held(&tag, AccessExclusiveLock))
		return;
	lock = &held.locks[held.count++];
	memset(lock, 0, sizeof(SgHeldLock));
	lock->relid = relid;
	lock->subid = GetCurrentSubTransactionId();
	lock->since = GetCurrentTimestamp();
}

/* RelcacheCallbackFunction.  It is called in transactions that are being aborted, too. */
void
sg_held_lock_invalidated(Oid relid)
{
	if (OidIsValid(relid) && sg_migration_rules != SG_MIGRATION_RULES_OFF && IsTransactionState())
		note(relid);
}

/* Takes note of what LOCK TABLE has locked. */
static void
note_locked(const LockStmt *statement)
{
	ListCell   *lc;

	foreach(lc, statement->relations)
	{
		const RangeVar *name = lfirst(lc);
		Oid			relid = RangeVarGetRelid(name, NoLock, true);
		ListCell   *child;

		if (!OidIsValid(relid))
			continue;
		note(relid);
		if (!name->inh)
			continue;
		foreach(child, find_all_inheritors(relid, NoLock, NULL))
			note(lfirst_oid(child));
	}
}

/* The end of a statement, or of one within another. */
void
sg_held_lock_statement_end(const Node *statement)
{
	TimestampTz now;
	TimestampTz start;

	if (sg_touched_in_command())
		return;
	if (IsA(statement, LockStmt) && sg_migration_rules != SG_MIGRATION_RULES_OFF)
		note_locked((const LockStmt *) statement);
	if (held.count == 0)
		return;
	now = GetCurrentTimestamp();
	start = Max(GetCurrentStatementStartTimestamp(), held.statement_end);
	for (int i = 0; i < held.count; i++)
	{
		SgHeldLock *lock = &held.locks[i];

		if (lock->since > start)
			continue;
		lock->busy += now - start;
		if (now - start > lock->longest)
		{
			lock->longest = now - start;
			lock->longest_tag = CreateCommandName(unconstify(Node *, statement));
		}
	}
	held.statement_end = now;
}

/* At the end of a transaction, its locks are gone. */
void
sg_held_lock_transaction_event(XactEvent event)
{
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	held.count = 0;
	held.statement_end = 0;
}

/* Locks of a subtransaction become its parent's, or are given up. */
void
sg_held_lock_subtransaction_event(SubXactEvent event, SubTransactionId subid, SubTransactionId parent)
{
	int			kept = 0;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	for (int i = 0; i < held.count; i++)
	{
		SgHeldLock	lock = held.locks[i];

		if (lock.subid == subid && event == SUBXACT_EVENT_ABORT_SUB)
			continue;
		if (lock.subid == subid)
			lock.subid = parent;
		held.locks[kept++] = lock;
	}
	held.count = kept;
}
