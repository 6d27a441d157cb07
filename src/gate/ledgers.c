/*
 * gate/ledgers.c
 *		What a transaction has written into ledgers, tied to what it has done to the schema.
 *
 * Most migration tools change the schema and write their ledger in one transaction:
 * then the rows are part of its journal entry.  Others write the ledger in a
 * transaction of its own: its rows belong to the changes that the session has
 * made since the row before, and are journaled in an entry without changes, whose
 * verdict is
 *
 *		stamped		a migration is marked as applied, but the session has changed nothing
 *		recorded	the rows belong to earlier entries of the session, or say that a
 *					migration begins, has failed or was undone
 *		found		another session has written them unnoticed
 *
 * A session notices its own writes while it has the library loaded, which any DDL
 * does.  What goes unnoticed is found when a session with the library writes that
 * ledger, when a session changes the schema for the first time, or by verify().
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "gate/guarded.h"
#include "gate/ledgers.h"
#include "gate/phase.h"
#include "ledgers/ledger_change.h"
#include "ledgers/ledger_find.h"
#include "ledgers/ledger_written.h"
#include "releases/migrations_stored.h"
#include "support/attempt.h"
#include "support/declaration.h"
#include "support/errors.h"
#include "support/extension.h"
#include "support/lock_wait.h"
#include "support/text.h"

/* how many entries are kept of a session that changes the schema and writes no ledger */
#define MAX_UNBOUND 1000

/* how long a transaction that has only written a ledger waits for schema changes of others */
#define LOCK_TIMEOUT_MS 1000

/* the entries of this session that no row of a ledger belongs to yet, and when the first began */
static int64 unbound[MAX_UNBOUND];
static int	nunbound = 0;
static TimestampTz unbound_since = 0;

/* what happens to them if this transaction commits */
static int64 new_entry = 0;
static bool binds = false;

/* whether this session has compared the known ledgers before its first schema change */
static bool looked_at_known = false;

/* what was found in this transaction's ledgers; in its memory */
static List *found = NIL;

/* a ledger that is compared with what it was */
typedef struct Look
{
	Oid			relid;
	List	   *changes;
} Look;

/* work */
static void
look_at_one(void *arg)
{
	Look	   *look = arg;

	look->changes = sg_ledger_changes(look->relid);
}

static void
log_fault(const ErrorData *error)
{
	ereport(LOG,
			(errcode(error->sqlerrcode),
			 errmsg("schema_guard could not note what was written into a ledger: %s",
					sg_text_escape_unmappable(error->message))));
}

/* Returns what has changed in a ledger.  If it cannot be read, logs that and returns NIL. */
static List *
changes_of(Oid relid)
{
	Look		look = {.relid = relid};
	ErrorData  *error = sg_attempt_object(look_at_one, &look);

	if (error == NULL)
		return look.changes;
	log_fault(error);
	return NIL;
}

/* work: compares the ledgers that this transaction has written with what they were */
static bool
look_at_written(void)
{
	MemoryContext old;
	ListCell   *lc;

	sg_extension_require_version();
	CommandCounterIncrement();
	old = MemoryContextSwitchTo(TopTransactionContext);
	foreach(lc, sg_ledger_written_list())
		found = list_concat(found, changes_of(lfirst_oid(lc)));
	MemoryContextSwitchTo(old);
	return false;
}

/* work: the same of all ledgers that we know */
static bool
look_at_known(void)
{
	sg_extension_require_version();
	sg_ledger_written_add(sg_ledger_change_seen_tables());
	return sg_ledger_written_list() == NIL ? false : look_at_written();
}

/* Runs work on ledgers. A fault goes to the log, because no transaction may fail because of it. */
static bool
run(SgGuardedWork work)
{
	ErrorData  *error = sg_guarded_run(work, true);

	if (error == NULL)
		return true;
	sg_ledgers_unwritten();
	if (sg_error_is_interrupt(error))
		ReThrowError(error);
	log_fault(error);
	FreeErrorData(error);
	return false;
}

/*
 * At the end of a transaction: returns what has changed in the ledgers that it has
 * written, and at the first change of the schema in all that we know: a List
 * of SgLedgerChange *, in the transaction's memory.
 */
List *
sg_ledgers_find(bool changes_schema)
{
	bool		first = changes_schema && !looked_at_known;

	found = NIL;
	if ((first || sg_ledger_written_list() != NIL) && sg_mode != SG_MODE_OFF &&
		OidIsValid(sg_extension_oid()))
	{
		looked_at_known |= first;
		if (!run(first ? look_at_known : look_at_written))
			found = NIL;
	}
	sg_ledger_written_forget();
	return found;
}

/*
 * Returns the changes that this transaction has made; or, with "own" false, those that
 * others have made to a known ledger.
 */
static List *
select_changes(const List *changes, bool own)
{
	List	   *selected = NIL;
	ListCell   *lc;

	foreach(lc, changes)
	{
		const SgLedgerChange *change = lfirst(lc);

		if (change->own == own && (own || change->known))
			selected = lappend(selected, lfirst(lc));
	}
	return selected;
}

static bool
has_applied(const List *changes)
{
	ListCell   *lc;

	foreach(lc, changes)
	{
		if (((const SgLedgerChange *) lfirst(lc))->applied)
			return true;
	}
	return false;
}

/*
 * If the tool does not record how long a migration took, it counts from the session's
 * first schema change.
 */
static void
set_durations(const List *changes)
{
	TimestampTz began = nunbound > 0 ? unbound_since : GetCurrentTransactionStartTimestamp();
	ListCell   *lc;

	foreach(lc, changes)
	{
		SgLedgerChange *change = lfirst(lc);

		if (change->duration < 0 && change->applied)
			change->duration = GetCurrentTimestamp() - began;
	}
}

/* Adds this transaction's changes in ledgers to the entry about its schema change. */
void
sg_ledgers_fill(SgJournalEntry *entry, const List *changes)
{
	entry->migrations = select_changes(changes, true);
	entry->led_by = unbound;
	entry->nled_by = has_applied(entry->migrations) ? nunbound : 0;
	set_durations(entry->migrations);
}

/* Called when an entry about a schema change was written. */
void
sg_ledgers_written(const SgJournalEntry *entry, int64 journal_id)
{
	new_entry = journal_id;
	binds = has_applied(entry->migrations);
}

/* Called when what was written is rolled back. */
void
sg_ledgers_unwritten(void)
{
	new_entry = 0;
	binds = false;
}

/* Writes an entry that does not change the state. */
static void
write_alone(const SgJournalEntry *entry, const char *fingerprint)
{
	SgDelta		delta = {{0}};

	strlcpy(delta.before, fingerprint, sizeof(delta.before));
	strlcpy(delta.after, fingerprint, sizeof(delta.after));
	(void) sg_journal_write(entry, &delta);
}

/*
 * Journals what others have changed in ledgers, and remembers all changes as seen.
 * Call under the publish lock, before the entry of this transaction is written.
 */
void
sg_ledgers_journal_found(const List *changes, const char *fingerprint)
{
	SgJournalEntry entry = {.outcome = SG_OUTCOME_FOUND,.mode = (SgMode) sg_mode,.anonymous = true};

	entry.migrations = select_changes(changes, false);
	if (entry.migrations != NIL && fingerprint[0] != '\0')
		write_alone(&entry, fingerprint);
	sg_ledger_changes_seen(changes);
}

/*
 * Determines which releases the ledgers fit now.  Whether they agree with the
 * journal depends on the schema as well, but that is only asked where a
 * disagreement is an error.
 */
void
sg_ledgers_renew(const List *changes, const char *fingerprint)
{
	if (changes != NIL || sg_ledger_mismatch == SG_REACT_ERROR)
		sg_migrations_stored_renew(NULL, NULL, fingerprint);
}

static void
journal_alone(const List *changes, const char *role, const char *fingerprint)
{
	SgJournalEntry entry = {.mode = (SgMode) sg_mode,.role = role};

	sg_ledgers_journal_found(changes, fingerprint);
	entry.migrations = select_changes(changes, true);
	if (entry.migrations == NIL)
		return;
	binds = has_applied(entry.migrations);
	entry.outcome = binds && nunbound == 0 ? SG_OUTCOME_STAMPED : SG_OUTCOME_RECORDED;
	entry.alone = true;
	entry.release = sg_declaration()[0] != '\0' ? sg_declaration() : NULL;
	if (binds && nunbound > 0)
	{
		entry.led_by = unbound;
		entry.nled_by = nunbound;
		set_durations(entry.migrations);
	}
	write_alone(&entry, fingerprint);
}

/* Journals the changes of a transaction that leaves the schema unchanged.  Takes the publish lock. */
void
sg_ledgers_journal_alone(const List *changes, const char *role)
{
	SgLiveState state;

	sg_live_lock();
	sg_live_state(&state);
	/* a dump that is being restored has the rows that were seen, and would find them here */
	if (sg_phase_is_lenient(state.phase))
		return;
	if (!state.exists)
		sg_ledger_changes_seen(changes);
	else
	{
		journal_alone(changes, role, state.fingerprint);
		sg_ledgers_renew(changes, state.fingerprint);
	}
}

/* work */
static bool
journal_found(void)
{
	sg_lock_wait_bound(LOCK_TIMEOUT_MS);
	sg_ledgers_journal_alone(found, GetUserNameFromId(GetOuterUserId(), true));
	return true;
}

/*
 * Called at the end of a transaction that leaves the schema unchanged: journals what
 * sg_ledgers_find() has returned.
 */
void
sg_ledgers_journal(List *changes)
{
	found = changes;
	(void) run(journal_found);
}

/*
 * For verify(): finds unnoticed changes, and which releases the ledgers fit.  Takes
 * the publish lock.
 */
void
sg_ledgers_verify(void)
{
	List	   *changes = NIL;
	SgLiveState state;
	ListCell   *lc;

	foreach(lc, sg_ledger_find_all())
		changes = list_concat(changes, changes_of(((const SgLedger *) lfirst(lc))->relid));
	if (changes != NIL)
		sg_ledgers_journal_alone(changes, NULL);
	sg_live_lock();
	sg_live_state(&state);
	sg_migrations_stored_renew(NULL, NULL, state.exists ? state.fingerprint : NULL);
}

/* Called at the end of a transaction. */
void
sg_ledgers_transaction_end(bool committed)
{
	if (committed && binds)
		nunbound = 0;
	else if (committed && new_entry != 0 && nunbound < MAX_UNBOUND)
	{
		if (nunbound == 0)
			unbound_since = GetCurrentTransactionStartTimestamp();
		unbound[nunbound++] = new_entry;
	}
	sg_ledgers_unwritten();
	found = NIL;
	sg_ledger_written_forget();
}
