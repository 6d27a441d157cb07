/*
 * incidents/posting.c
 *		How clues get onto the board.
 *
 * The gate notes the clues of what it has journaled, and they are posted when the
 * transaction has committed.  Other clues (of what was journaled before the server
 * started, by a prepared transaction, on the primary, or by other sessions if the
 * board is not shared) are read from the journal by the session that has an error
 * to explain, when its transaction is over.  The relcache invalidation that every
 * change sends (state/live_state.c) tells a session that there may be something to
 * read.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "incidents/board.h"
#include "incidents/posting.h"
#include "journal/journal_changes.h"
#include "state/live_state.h"
#include "support/extension.h"
#include "support/owner.h"
#include "support/settings.h"

/* what a subtransaction of this transaction has to post */
typedef struct Posting
{
	SubTransactionId subid;
	List	   *clues;			/* of SgClue * */
} Posting;

/* of Posting *, in TopTransactionContext */
static List *postings = NIL;

/* DROP EXTENSION has passed the gate */
static bool uninstalled = false;

/* the journal may have clues that the board lacks */
static bool behind = true;

/* the relation whose invalidation tells; InvalidOid: not known yet */
static Oid	signal_relid = InvalidOid;

/* the number of the last entry that this session has read */
static int64 read_up_to = 0;

/* Returns the relation that a session locks when it uses the clue's object, or InvalidOid. */
static Oid
find_relation(const SgClue *clue)
{
	Oid			schema = get_namespace_oid(clue->schema, true);
	Oid			relation = OidIsValid(schema) ? get_relname_relid(clue->object, schema) : InvalidOid;

	/* nobody locks the relation of a composite type */
	if (OidIsValid(relation) && get_rel_relkind(relation) == RELKIND_COMPOSITE_TYPE)
		return InvalidOid;
	return relation;
}

/* The clues of a change, a list of SgClue *, in the current memory context. */
static List *
clues_of(const SgItemChange *change, const SgClueOrigin *origin)
{
	List	   *clues = sg_clues_of(change, origin);
	ListCell   *cell;

	foreach(cell, clues)
		((SgClue *) lfirst(cell))->relation = find_relation(lfirst(cell));
	return clues;
}

/*
 * Notes changes whose clues are to be posted if this transaction commits.  A session with
 * a board of its own reads the journal when it has to.
 */
void
sg_posting_note(const List *changes, const SgClueOrigin *origin)
{
	MemoryContext old;
	Posting    *posting;
	ListCell   *cell;

	if (!sg_board_is_shared())
		return;
	old = MemoryContextSwitchTo(TopTransactionContext);
	posting = palloc(sizeof(Posting));
	posting->subid = GetCurrentSubTransactionId();
	posting->clues = NIL;
	foreach(cell, changes)
		posting->clues = list_concat(posting->clues, clues_of(lfirst(cell), origin));
	postings = lappend(postings, posting);
	MemoryContextSwitchTo(old);
}

/* Notes that there will be no journal after this transaction. */
void
sg_posting_note_uninstalled(void)
{
	uninstalled = true;
}

/* Posts what was noted.  At XACT_EVENT_COMMIT, so it must not fail. */
static void
post(void)
{
	ListCell   *cell;

	if (uninstalled)
		sg_board_forget();
	foreach(cell, postings)
		sg_board_post(((Posting *) lfirst(cell))->clues);
}

void
sg_posting_transaction_event(XactEvent event)
{
	if (event == XACT_EVENT_COMMIT && (postings != NIL || uninstalled))
		post();
	switch (event)
	{
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			postings = NIL;
			uninstalled = false;
			break;
		default:
			break;
	}
}

/* Notes of a subtransaction become its parent's, or are forgotten. */
void
sg_posting_subtransaction_event(SubXactEvent event, SubTransactionId subid,
								SubTransactionId parent)
{
	ListCell   *cell;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	foreach(cell, postings)
	{
		Posting    *posting = lfirst(cell);

		if (posting->subid != subid)
			continue;
		if (event == SUBXACT_EVENT_COMMIT_SUB)
			posting->subid = parent;
		else
			postings = foreach_delete_current(postings, cell);
	}
}

/* A relation was invalidated; InvalidOid: any may have been. */
void
sg_posting_relation_invalidated(Oid relid)
{
	if (!OidIsValid(relid) || relid == signal_relid)
		behind = true;
}

/* Returns true if the journal may have clues that the board lacks. */
bool
sg_posting_is_behind(void)
{
	return behind;
}

/* Returns the clues of journal entries that this session has not read, the oldest first. */
static List *
read_journal(TimestampTz since)
{
	SgJournalChanges journal;
	List	   *clues = NIL;

	sg_journal_changes_after(read_up_to, since, &journal);
	for (int i = journal.count - 1; i >= 0; i--)
	{
		const SgJournalChange *found = &journal.changes[i];
		SgItemChange change = {
			.kind = found->kind,.type = found->type,.identity = found->identity,
			.attribute = found->attribute,.before = found->before,.after = found->after
		};
		SgClueOrigin origin = {
			found->entry.journal_id, found->entry.changed_at, found->entry.changed_by,
			found->entry.application_name
		};

		clues = list_concat(clues, clues_of(&change, &origin));
	}
	if (journal.count > 0)
		read_up_to = journal.changes[0].entry.journal_id;
	return clues;
}

/*
 * Returns true if there is a journal.  If it is another one than before, forgets its
 * predecessor's clues.
 */
static bool
find_journal(void)
{
	Oid			signal = OidIsValid(sg_extension_oid()) ? sg_live_signal() : InvalidOid;

	if (signal != signal_relid)
	{
		if (OidIsValid(signal_relid))
			sg_board_forget();
		signal_relid = signal;
		read_up_to = 0;
	}
	return OidIsValid(signal);
}

static void
post_journal(void)
{
	SgSavedUser saved;
	List	   *clues;

	if (!find_journal())
		return;
	sg_owner_enter(&saved);
	clues = read_journal(TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													 -(int64) sg_incident_horizon * 1000));
	sg_owner_leave(&saved);
	sg_board_post(clues);
}

/*
 * Posts clues that the journal has and the board lacks.  Runs in a transaction that may only read.  After
 * an error the board is as much behind as before.
 */
void
sg_posting_catch_up(void)
{
	/* first: what changes meanwhile is to be read the next time */
	behind = false;
	PG_TRY();
	{
		post_journal();
	}
	PG_CATCH();
	{
		behind = true;
		PG_RE_THROW();
	}
	PG_END_TRY();
}
