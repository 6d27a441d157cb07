/*
 * gate/guarded.c
 *		Work of the guard within a user's transaction, which it must not break.
 *
 * It runs in a subtransaction, so that a fault leaves the transaction as it
 * was.  That subtransaction is within another one, which always ends well:
 * at an explicit COMMIT or PREPARE TRANSACTION the transaction's block is in a
 * state (TBLOCK_END, TBLOCK_PREPARE) in which a subtransaction may be started
 * and released, but RollbackAndReleaseCurrentSubTransaction() asserts that the
 * parent's state is another.  docs/architecture.md has the details.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "gate/guarded.h"
#include "support/extension.h"
#include "support/owner.h"

/*
 * The memory of the work.  Its first block is kept, so that the backend does
 * not give it back to the kernel and ask for it again at each commit.
 */
#define KEPT_MEMORY (64 * 1024)

static MemoryContext spare_context = NULL;

/* whether the current subtransaction is one of sg_guarded_run()'s */
static bool is_working = false;

static MemoryContext
take_context(void)
{
	MemoryContext context = spare_context;

	spare_context = NULL;
	if (context == NULL)
		context = AllocSetContextCreate(TopMemoryContext, "schema_guard gate",
										KEPT_MEMORY, KEPT_MEMORY, ALLOCSET_DEFAULT_MAXSIZE);
	return context;
}

static void
give_context_back(MemoryContext context)
{
	if (spare_context != NULL)
		MemoryContextDelete(context);
	else
	{
		MemoryContextReset(context);
		spare_context = context;
	}
}

/* does the work; as the extension's owner if it does more than read our tables */
static bool
do_work(SgGuardedWork work, bool as_owner)
{
	SgSavedUser scope;
	bool		keep;

	/* a transaction can have become read-only after its DDL; restored with it */
	XactReadOnly = false;
	if (as_owner)
	{
		sg_extension_pin();
		sg_owner_enter(&scope);
	}
	/* there is none at commit, and writing rows with TOAST needs one */
	PushActiveSnapshot(GetLatestSnapshot());
	keep = work();
	PopActiveSnapshot();
	if (as_owner)
		sg_owner_leave(&scope);
	sg_extension_unpin();
	return keep;
}

/*
 * Runs "work" in a subtransaction, in a memory context that is gone
 * afterwards.  Returns NULL, or the error that rolled the subtransaction back,
 * in the caller's memory context.
 */
ErrorData *
sg_guarded_run(SgGuardedWork work, bool as_owner)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	MemoryContext context = take_context();
	ErrorData  *volatile error = NULL;

	/*
	 * ALTER DOMAIN leaves an invalidation behind that prevents a subtransaction
	 * from starting, and has not marked the command ID as used, which
	 * CommandCounterIncrement() needs.
	 */
	(void) GetCurrentCommandId(true);
	CommandCounterIncrement();
	BeginInternalSubTransaction(NULL);
	BeginInternalSubTransaction(NULL);
	is_working = true;
	PG_TRY();
	{
		MemoryContextSwitchTo(context);
		if (do_work(work, as_owner))
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		sg_extension_unpin();
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	ReleaseCurrentSubTransaction();
	is_working = false;
	MemoryContextSwitchTo(caller);
	CurrentResourceOwner = owner;
	give_context_back(context);
	return error;
}

/*
 * Does "work" as the extension's owner and without a subtransaction: while the
 * server drops ON COMMIT DROP tables it has shut down its after-trigger state
 * already, and AfterTriggerBeginSubXact() would leave memory of this
 * transaction behind for the next one to use.  An error ends the transaction.
 */
void
sg_guarded_run_late(SgGuardedWork work)
{
	bool		read_only = XactReadOnly;

	(void) do_work(work, true);
	XactReadOnly = read_only;
}

/*
 * Returns true if a subtransaction that starts or ends belongs to sg_guarded_run()
 * rather than to a statement.
 */
bool
sg_guarded_is_working(void)
{
	return is_working;
}

/* At the end of a transaction, however it ended. */
void
sg_guarded_forget(void)
{
	sg_extension_unpin();
	is_working = false;
}
