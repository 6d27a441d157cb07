/*
 * contracts/migrations.c
 *		What to do about problems with ledgers.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "contracts/migrations.h"
#include "contracts/problem.h"
#include "support/errors.h"
#include "support/settings.h"

/*
 * Returns those of the problems that are a reason to refuse: what is broken and,
 * of ledgers, what is risky as well where schema_guard.ledger_mismatch says so.
 */
List *
sg_migrations_refused(const List *problems)
{
	List	   *refused = NIL;
	ListCell   *lc;

	foreach(lc, problems)
	{
		SgProblem  *problem = lfirst(lc);

		if (problem->severity == SG_BROKEN ||
			(problem->severity == SG_RISKY && sg_problem_is_of_ledger(problem) &&
			 sg_ledger_mismatch == SG_REACT_ERROR))
			refused = lappend(refused, problem);
	}
	return refused;
}

/* Reports what is risky about ledgers, as schema_guard.ledger_mismatch says. */
void
sg_migrations_warn(const char *subject, const List *problems)
{
	List	   *risky = NIL;
	ListCell   *lc;

	foreach(lc, problems)
	{
		SgProblem  *problem = lfirst(lc);

		if (problem->severity == SG_RISKY && sg_problem_is_of_ledger(problem))
			risky = lappend(risky, problem);
	}
	if (risky == NIL)
		return;
	ereport(sg_ledger_mismatch == SG_REACT_LOG ? LOG : WARNING,
			(errcode(ERRCODE_SG_RELEASE_MISMATCH),
			 errmsg("%s may not fit the ledger%s", subject, sg_problems_reason(risky)),
			 errdetail_internal("%s", sg_problems_detail(risky)),
			 errhint("%s", sg_problem_advice(linitial(risky)))));
}
