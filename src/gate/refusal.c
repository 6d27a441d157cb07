/*
 * gate/refusal.c
 *		The texts about a schema change that is refused, or only warned of.
 *
 * The text is composed where the facts are, within the gate's subtransaction, and
 * raised after that has ended: a refusal is not an error in the guard, so nothing
 * has to be rolled back.
 *
 * All functions that make one run as the extension's owner (sg_owner_enter) and
 * leave it in the caller's memory context.
 */
#include "postgres.h"

#include "approvals/approval.h"
#include "approvals/path.h"
#include "approvals/path_expectation.h"
#include "compare/outcome.h"
#include "contracts/problem.h"
#include "format/diff.h"
#include "format/reason.h"
#include "gate/advice.h"
#include "gate/refusal.h"
#include "releases/impact.h"
#include "rules/rule.h"
#include "support/errors.h"
#include "support/settings.h"
#include "support/text.h"

/* length of a fingerprint in a message: sg1: and 12 hex digits */
#define SHOWN_FINGERPRINT 16

static SgRefusal *
make_refusal(int sqlstate, char *message, char *detail, char *hint)
{
	SgRefusal  *refusal = palloc(sizeof(SgRefusal));

	refusal->sqlstate = sqlstate;
	refusal->message = message;
	refusal->detail = detail;
	refusal->hint = hint;
	return refusal;
}

static char *
broken_message(const List *broken)
{
	const SgBrokenRelease *first = linitial(broken);
	char	   *name = psprintf("%s/%s", first->application, first->version);
	int			count = 0;
	ListCell   *lc;

	if (list_length(broken) == 1)
		return psprintf("schema change breaks live release %s%s", name,
						sg_problems_reason(first->problems));
	foreach(lc, broken)
		count += list_length(((const SgBrokenRelease *) lfirst(lc))->problems);
	return psprintf("schema change breaks %d live releases%s", list_length(broken),
					sg_reason(psprintf("release %s: %s", name,
									   sg_problem_text(linitial(first->problems))), count));
}

/*
 * SG003: the change breaks at least one of these releases (SgBrokenRelease *) without
 * approvals that say so.
 */
SgRefusal *
sg_refusal_broken(const SgDelta *outcome, const List *all_broken)
{
	List	   *broken = NIL;
	ListCell   *lc;

	foreach(lc, all_broken)
	{
		if (!((const SgBrokenRelease *) lfirst(lc))->agreed)
			broken = lappend(broken, lfirst(lc));
	}
	return make_refusal(ERRCODE_SG_CHANGE_BREAKS_RELEASE, broken_message(broken),
						psprintf("%s\n%s", sg_impact_detail(broken),
								 sg_changes_detail(outcome->changes)),
						sg_advice_broken(broken, sg_approval_is_given(outcome->after)));
}

/* the sentence about the fingerprints */
static char *
resulting_sentence(const char *after, const SgSnapshot *approved)
{
	int			approvals = sg_approval_count(after);
	char	   *which;

	if (approvals > 0)
		which = psprintf("which has %d of the %d approvals required",
						 approvals, sg_required_approvals);
	else
		which = pstrdup("which nobody has approved");
	if (approved == NULL)
		return psprintf("The resulting schema is %.*s, %s; no schema is approved.",
						SHOWN_FINGERPRINT, after, which);
	return psprintf("The resulting schema is %.*s, %s; the approved one is %.*s (%s).",
					SHOWN_FINGERPRINT, after, which,
					SHOWN_FINGERPRINT, approved->fingerprint,
					sg_path_schema_label(approved->fingerprint));
}

/* what the approved paths expected instead */
typedef struct Expected
{
	SgExpectation *expectation;
	const SgNextStep *attempted;	/* the step that the transaction attempted; or NULL */
	List	   *differences;	/* of SgItemChange *: what differs from that */
} Expected;

/* Of several steps, the one that the outcome differs least from is taken as attempted. */
static Expected
find_expected(const SgDelta *outcome)
{
	Expected	expected = {sg_path_expectation(outcome->before), NULL, NIL};
	ListCell   *lc;

	foreach(lc, expected.expectation->steps)
	{
		const SgNextStep *step = lfirst(lc);
		List	   *differences = sg_outcome_difference(outcome, step->fingerprint);

		if (differences != NIL &&
			(expected.attempted == NULL ||
			 list_length(differences) < list_length(expected.differences)))
		{
			expected.attempted = step;
			expected.differences = differences;
		}
	}
	return expected;
}

/*
 * Returns the reason for the message: on a path the first unexpected difference,
 * rather than the first change, since most changes may be as they should be.
 */
static char *
unapproved_reason(const SgDelta *outcome, const Expected *expected)
{
	const SgNextStep *step = expected->attempted;

	if (step == NULL)
		return sg_changes_reason(outcome->changes);
	return sg_reason(psprintf("it differs from step %d of path \"%s\": %s", step->step, step->path,
							  sg_change_text(linitial(expected->differences))),
					 list_length(expected->differences));
}

/* Returns the same for the DETAIL, with everything that was changed. */
static char *
unapproved_changes(const SgDelta *outcome, const Expected *expected)
{
	const SgNextStep *step = expected->attempted;

	if (step == NULL)
		return sg_changes_detail(outcome->changes);
	return psprintf("What differs from step %d of path \"%s\":\n%s\nWhat the transaction changes:\n%s",
					step->step, step->path, sg_changes_detail(expected->differences),
					sg_changes_detail(outcome->changes));
}

/*
 * SG002: the schema that the change leads to has no approval, or not enough of
 * them.  "statements" are those that made it (char *).
 */
SgRefusal *
sg_refusal_unapproved(const SgDelta *outcome, const List *statements)
{
	SgSnapshot *approved = sg_approval_expected();
	Expected	expected = find_expected(outcome);

	return make_refusal(ERRCODE_SG_CHANGE_NOT_APPROVED,
						psprintf("schema change is not approved%s",
								 unapproved_reason(outcome, &expected)),
						psprintf("%s\n%s%s", unapproved_changes(outcome, &expected),
								 resulting_sentence(outcome->after, approved),
								 sg_path_expectation_text(expected.expectation, outcome->before,
														  statements)),
						sg_advice_unapproved(approved != NULL));
}

/* SG002: the schema that the change leads to is approved, but not as the next step of a path. */
SgRefusal *
sg_refusal_out_of_order(const SgDelta *outcome, const List *statements)
{
	char	   *reached = sg_path_schema_label(outcome->after);
	Expected	expected = find_expected(outcome);

	return make_refusal(ERRCODE_SG_CHANGE_NOT_APPROVED,
						psprintf("schema change does not follow an approved path%s",
								 unapproved_reason(outcome, &expected)),
						psprintf("%s\nThe resulting schema is %.*s (%s), which is approved, but not as the next step from %.*s.%s",
								 unapproved_changes(outcome, &expected),
								 SHOWN_FINGERPRINT, outcome->after,
								 reached != NULL ? reached : "of no name",
								 SHOWN_FINGERPRINT, outcome->before,
								 sg_path_expectation_text(expected.expectation, outcome->before,
														  statements)),
						sg_advice_out_of_order());
}

/* SG007: the change breaks migration rules.  "findings" is a List of SgRuleFinding *, not NIL. */
SgRefusal *
sg_refusal_rules(const List *findings)
{
	const SgRuleFinding *first = linitial(findings);

	return make_refusal(ERRCODE_SG_MIGRATION_RULE,
						psprintf("schema change breaks migration rule \"%s\"%s", sg_rule_name(first->rule),
								 sg_reason(first->message, list_length(findings))),
						sg_rule_lines(findings),
						pstrdup("docs/preview.md has another way for each rule; a superuser can set schema_guard.migration_rules to warn."));
}

/* Raises it as ERROR or WARNING. */
void
sg_refusal_raise(int elevel, const SgRefusal *refusal)
{
	ereport(elevel,
			(errcode(refusal->sqlstate),
			 errmsg("%s", sg_text_escape_unmappable(refusal->message)),
			 errdetail("%s", sg_text_escape_unmappable(refusal->detail)),
			 errhint("%s", sg_text_escape_unmappable(refusal->hint))));
}
