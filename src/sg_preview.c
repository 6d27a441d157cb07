/*
 * sg_preview.c
 *		What DDL would change, found out by running and undoing it.
 *
 * The schema is described, the DDL runs in a subtransaction, the schema is
 * described again, and the subtransaction is rolled back, whatever happens.
 * The DDL runs as the caller and in the caller's search_path, with the
 * caller's timeouts, and takes the locks it takes (until the rollback); only
 * the describing is done as the extension's owner.  The gate forgets the
 * statements of a subtransaction that is rolled back (sg_gate.c), so nothing
 * is judged or journaled.
 */
#include "postgres.h"

#include "access/xact.h"
#include "nodes/parsenodes.h"
#include "sg_compat.h"
#include "sg_preview.h"
#include "sg_spi.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

/* error context: a position is one in the DDL, not in the query that calls preview() */
static void
preview_context(void *arg)
{
	int			position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(arg);
	}
}

static List *
parse(const char *ddl)
{
	ErrorContextCallback callback = {.callback = preview_context, .arg = unconstify(char *, ddl)};
	List	   *statements;

	callback.previous = error_context_stack;
	error_context_stack = &callback;
	statements = pg_parse_query(ddl);
	error_context_stack = callback.previous;
	return statements;
}

/*
 * Raises an error for what cannot be undone by a rollback.  Commands that
 * refuse to run inside a transaction block say so themselves.
 */
static void
check_statements(const char *ddl)
{
	List	   *statements = parse(ddl);
	ListCell   *lc;

	if (statements == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no statement to preview")));
	foreach(lc, statements)
	{
		Node	   *statement = lfirst_node(RawStmt, lc)->stmt;

		if (IsA(statement, TransactionStmt))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("%s cannot be previewed", CreateCommandName(statement)),
					 errdetail("The statements run in a subtransaction that is rolled back."),
					 errhint("Leave transaction control out of the text.")));
		if (IsA(statement, CopyStmt) && ((CopyStmt *) statement)->filename == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("COPY from or to the client cannot be previewed"),
					 errhint("Leave the data out: the schema does not depend on it.")));
	}
}

static void
run_ddl(const char *ddl)
{
	int			result;

	sg_spi_connect();
	result = SPI_execute(ddl, false, 0);
	if (result < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the statements cannot be previewed: %s",
						SPI_result_code_string(result))));
	sg_spi_finish();
	CommandCounterIncrement();
}

/* the difference that the DDL makes, within the subtransaction to be rolled back */
static SgLiveDelta *
measure(const char *ddl, MemoryContext context)
{
	SgGuardScope scope;
	SgLiveImage *image;
	SgLiveDelta *delta;

	MemoryContextSwitchTo(context);
	sg_guard_enter(&scope);
	image = sg_live_image_taken();
	sg_guard_leave(&scope);

	run_ddl(ddl);

	MemoryContextSwitchTo(context);
	sg_guard_enter(&scope);
	delta = sg_live_compare(image, false);
	sg_guard_leave(&scope);
	return delta;
}

/*
 * Runs the DDL, undoes it, and returns what it would have changed, in the
 * caller's memory context.  An error of the DDL is passed on as it is.
 */
SgLiveDelta *
sg_preview(const char *ddl)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	SgLiveDelta *volatile delta = NULL;

	check_statements(ddl);
	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		delta = measure(ddl, caller);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(caller);
		CurrentResourceOwner = owner;
		ReThrowError(error);
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(caller);
	CurrentResourceOwner = owner;
	return delta;
}
