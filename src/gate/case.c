/*
 * gate/case.c
 *		The facts that a change is judged by, gathered.
 *
 * The gate and preview() ask here, so that a preview says what the gate will do.
 */
#include "postgres.h"

#include "approvals/approval.h"
#include "approvals/path.h"
#include "approvals/window.h"
#include "gate/case.h"
#include "gate/phase.h"
#include "releases/impact.h"
#include "support/settings.h"

/*
 * Notes which of the broken releases may break, according to the approvals of the
 * schema; NULL if it is not approved.  Returns true if there are others.
 */
static bool
find_agreed(const List *broken, const char *approved)
{
	bool		found = false;
	ListCell   *lc;

	foreach(lc, broken)
	{
		SgBrokenRelease *release = lfirst(lc);

		release->agreed = approved != NULL &&
			sg_approval_agrees(approved, release->application, release->version);
		found |= !release->agreed;
	}
	return found;
}

/*
 * Gathers the facts about a change whose outcome is given, and judges it.  Runs as
 * the owner (sg_owner_enter).  Facts that cannot matter are not looked up.
 */
SgJudgedCase
sg_case_judge(const SgDelta *outcome, const SgCircumstances *circumstances)
{
	SgJudgedCase judged = {{0}};
	SgCase	   *facts = &judged.facts;

	judged.outcome = outcome;
	facts->mode = circumstances->mode;
	facts->changed = strcmp(outcome->before, outcome->after) != 0;
	facts->bypassed = !circumstances->ignore_bypass && sg_bypass != NULL && sg_bypass[0] != '\0';
	facts->restoring = sg_phase_is_lenient(circumstances->phase);
	/* for the journal, also where it is no matter for the judgement */
	if (facts->changed && !facts->restoring)
		judged.broken = sg_impact_releases(outcome);
	if (facts->changed && !facts->bypassed && !facts->restoring)
	{
		judged.window_id = sg_window_newest_open(&judged.window_reason);
		facts->in_window = judged.window_id != 0;
		facts->approved = sg_approval_is_given(outcome->after);
		facts->in_order = !facts->approved || !sg_strict_path ||
			sg_path_allows(outcome->before, outcome->after, circumstances->steps);
		facts->breaks_release = find_agreed(judged.broken, facts->approved ? outcome->after : NULL);
		if (facts->mode == SG_MODE_ENFORCE && !facts->approved)
			facts->unarmed = sg_phase_is_unarmed(circumstances->phase);
	}
	judged.judgement = sg_judge(facts);
	return judged;
}
