/*
 * releases/mismatch.c
 *		The error for a release that does not fit: what is wrong, since when, by
 *		whom.
 *
 * DETAIL has a line for each problem, HINT a line for each change in the
 * journal that explains one.
 */
#include "postgres.h"

#include "access/xact.h"

#include "contracts/problem.h"
#include "releases/cause.h"
#include "releases/mismatch.h"
#include "support/errors.h"
#include "support/text.h"

static bool
is_listed(const List *texts, const char *text)
{
	ListCell   *lc;

	foreach(lc, texts)
	{
		if (strcmp(lfirst(lc), text) == 0)
			return true;
	}
	return false;
}

/* Appends how the problems that DETAIL lists came about; returns false if nothing is known. */
static bool
append_causes(StringInfo hint, const List *problems)
{
	List	   *seen = NIL;
	ListCell   *lc;
	int			count = 0;

	foreach(lc, problems)
	{
		const SgJournalChange *cause;
		char	   *text;

		if (count++ == SG_MAX_DETAIL_ITEMS)
			break;
		cause = sg_cause_find(lfirst(lc));
		if (cause == NULL)
			continue;
		text = sg_cause_text(lfirst(lc), cause);
		if (is_listed(seen, text))
			continue;
		seen = lappend(seen, text);
		appendStringInfo(hint, "%s\n", text);
	}
	return seen != NIL;
}

/*
 * Raises SG001.  "subject" is what does not fit; "next_command" is what lists
 * all problems, or NULL.  Reads the journal: see sg_cause_find for how to call.
 */
void
sg_mismatch_raise(const char *subject, const List *problems, const char *next_command)
{
	StringInfoData hint;

	initStringInfo(&hint);
	if (append_causes(&hint, problems))
		;
	else if (sg_problem_advice(linitial(problems)) != NULL)
		appendStringInfo(&hint, "%s\n", sg_problem_advice(linitial(problems)));
	else
		appendStringInfoString(&hint,
							   "The journal does not tell when this changed: compare with the approved schema by "
							   "SELECT * FROM schema_guard.drift(), and look for unobserved changes with "
							   "SELECT * FROM schema_guard.verify().\n");
	if (TransactionIdIsValid(GetTopTransactionIdIfAny()))
		appendStringInfoString(&hint,
							   "What this transaction itself has changed is not in the journal before it commits.\n");
	if (next_command != NULL)
		appendStringInfo(&hint, "All problems with their causes: %s", next_command);
	else
		hint.data[--hint.len] = '\0';
	ereport(ERROR,
			(errcode(ERRCODE_SG_RELEASE_MISMATCH),
			 errmsg("%s does not fit the schema%s", subject, sg_problems_reason(problems)),
			 errdetail_internal("%s", sg_problems_detail(problems)),
			 errhint("%s", sg_text_escape_unmappable(hint.data))));
}
