/*
 * preview/preview.c
 *		What DDL would change, determined by running and undoing it.
 *
 * The schema is described, the DDL runs in a subtransaction, the schema is
 * described again, and the subtransaction is rolled back, whatever happens.  The
 * DDL runs as the caller and in the caller's search_path, with the caller's
 * timeouts, and takes its locks, until the rollback; only the describing is done as
 * the extension's owner.  The gate forgets the statements of a subtransaction that
 * is rolled back (gate/gate.c), so nothing is judged or journaled.
 *
 * The DDL may wait for others, who may change the schema meanwhile.  Their changes
 * would look like those of the DDL, so we begin anew then.
 *
 * Describing takes locks as well, and so does asking for sizes.  Each is done in a
 * subtransaction of its own, so that the locks seen in between are those of the
 * DDL, and none are left at the end.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

#include "gate/case.h"
#include "preview/preview.h"
#include "rules/rule.h"
#include "snapshots/snapshot.h"
#include "support/attempt.h"
#include "support/owner.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/text.h"

/* how often others may change the schema before we give up */
#define MAX_ATTEMPTS 10

/* one call */
typedef struct Trial
{
	const char *ddl;
	MemoryContext context;		/* where results go */
	SgImage    *image;
	bool		overtaken;		/* others have changed the schema since the image */
	SgPreview  *preview;
} Trial;

static void
escape(char **text)
{
	if (*text != NULL)
		*text = unconstify(char *, sg_text_escape_unmappable(*text));
}

/*
 * Escapes what cannot be sent to every client: DDL that comes from a literal may be in
 * any encoding.
 */
static void
make_readable(ErrorData *error)
{
	escape(&error->message);
	escape(&error->detail);
	escape(&error->hint);
	escape(&error->context);
	escape(&error->internalquery);
}

/*
 * Does work in a subtransaction that is rolled back, in the memory context of the
 * results.  Rethrows an error of the work.
 */
static void
run_and_roll_back(SgWork work, Trial *trial)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(trial->context);
	ErrorData  *error = sg_attempt(work, trial, SG_ATTEMPT_UNDO);

	MemoryContextSwitchTo(oldcontext);
	if (error != NULL)
	{
		sg_refuse_explain(error);
		make_readable(error);
		ReThrowError(error);
	}
}

/* the schema before */
static void
take_image(void *arg)
{
	Trial	   *trial = arg;
	SgSavedUser scope;

	sg_owner_enter(&scope);
	trial->image = sg_image_of_catalogs();
	sg_owner_leave(&scope);
}

/*
 * Keeps pg_stat_statements from counting the DDL, if it tracks nested statements,
 * until the end of the subtransaction.
 */
static void
hide_from_statistics(void)
{
	const char *track = GetConfigOption("pg_stat_statements.track", true, false);

	if (track != NULL && strcmp(track, "all") == 0)
		(void) set_config_option("pg_stat_statements.track", "top", PGC_SUSET, PGC_S_SESSION,
								 GUC_ACTION_LOCAL, true, 0, false);
}

static void
run_ddl(const char *ddl)
{
	int			result;

	hide_from_statistics();
	sg_spi_connect();
	sg_preview_refuse_begin(ddl);
	result = SPI_execute(ddl, false, 0);
	if (result < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the statements cannot be previewed: %s",
						SPI_result_code_string(result))));
	sg_preview_refuse_end();
	sg_spi_finish();
	CommandCounterIncrement();
}

/*
 * Judges the change as the gate would in mode enforce, by the same facts except a
 * bypass, which says nothing about the change.
 */
static void
judge(SgPreview *preview)
{
	SgCircumstances circumstances = {.mode = SG_MODE_ENFORCE, .steps = 1, .ignore_bypass = true};
	SgLiveState state;
	SgJudgedCase judged;

	sg_live_state(&state);
	circumstances.phase = state.phase;
	judged = sg_case_judge(preview->delta, &circumstances);
	preview->judgement = judged.judgement;
	preview->broken = judged.broken;
	if (judged.facts.approved)
	{
		const SgSnapshot *snapshot = sg_snapshot_by_fingerprint(preview->delta->after);

		/* a superuser can delete it, and leave the approval */
		preview->approved_as = snapshot != NULL ? snapshot->name : NULL;
	}
}

/* Returns the findings of the migration rules, unless they are off. */
static List *
check_rules(const SgPreview *preview, TimestampTz until)
{
	List	   *relids = NIL;
	ListCell   *lc;

	if (sg_migration_rules == SG_MIGRATION_RULES_OFF)
		return NIL;
	foreach(lc, preview->locks)
		relids = lappend_oid(relids, ((const SgLockTaken *) lfirst(lc))->relation);
	return sg_rule_check(relids, preview->delta, false, until);
}

/* Returns true if others have changed the schema since the image was taken. */
static bool
is_overtaken(const SgImage *image)
{
	SgLiveState state;

	sg_live_state(&state);
	return !sg_live_same_version(state.version, image->state.version) &&
		!TransactionIdIsCurrentTransactionId(state.version.xmin);
}

/* runs the DDL and looks at what it does */
static void
run_and_look(void *arg)
{
	Trial	   *trial = arg;
	SgPreview  *preview = trial->preview;
	void	   *held = sg_locks_held();
	TimestampTz until;
	SgSavedUser scope;

	run_ddl(trial->ddl);
	until = GetCurrentTimestamp();

	MemoryContextSwitchTo(trial->context);
	preview->locks = sg_locks_taken(held);
	sg_owner_enter(&scope);
	preview->delta = sg_delta_full(trial->image, false);
	trial->overtaken = is_overtaken(trial->image);
	if (preview->delta->changes != NIL)
	{
		preview->approved_in = sg_approved_in(preview->delta);
		judge(preview);
	}
	preview->rule_findings = check_rules(preview, until);
	sg_owner_leave(&scope);
}

/* names and sizes, as they are without the DDL */
static void
resolve(void *arg)
{
	Trial	   *trial = arg;
	sg_locks_resolve(trial->preview->locks);
}

/*
 * Runs and undoes the DDL, and returns what it would have done, in the caller's
 * memory context.  An error of the DDL is rethrown.
 */
SgPreview *
sg_preview(const char *ddl)
{
	Trial		trial = {0};

	trial.ddl = ddl;
	trial.context = CurrentMemoryContext;
	trial.overtaken = true;
	for (int attempt = 0; trial.overtaken; attempt++)
	{
		if (attempt == MAX_ATTEMPTS)
			sg_live_raise_changing(MAX_ATTEMPTS);
		trial.preview = palloc0(sizeof(SgPreview));
		run_and_roll_back(take_image, &trial);
		run_and_roll_back(run_and_look, &trial);
	}
	run_and_roll_back(resolve, &trial);
	return trial.preview;
}
