/*
 * gate/judge.c
 *		The judgement at commit: a pure function of the facts in SgCase.
 *
 * The first row that fits decides; "-" is either.  "changed" says that the
 * guarded schema after the transaction is not the one before it; "in order"
 * that the change is one that schema_guard.strict_path permits, which is any
 * where that is off; "breaks a release" that a live one breaks that the approvals
 * of the schema do not name as one that may.
 *
 *	  | mode    | changed | bypass | breaks a | approved | in    | window || verdict | reason
 *	  |         |         |        | release  |          | order | open   ||         |
 *	--+---------+---------+--------+----------+----------+-------+--------++---------+----------------
 *	1 | off     |    -    |   -    |    -     |    -     |   -   |   -    || allow   | off
 *	2 | -       |   no    |   -    |    -     |    -     |   -   |   -    || allow   | unchanged
 *	3 | -       |   yes   |  yes   |    -     |    -     |   -   |   -    || allow   | bypass
 *	4 | observe |   yes   |   no   |   yes    |    -     |   -   |   -    || allow   | observed
 *	5 | warn    |   yes   |   no   |   yes    |    -     |   -   |   -    || warn    | breaks_release
 *	6 | enforce |   yes   |   no   |   yes    |    -     |   -   |   -    || refuse  | breaks_release
 *	7 | -       |   yes   |   no   |   no     |   yes    |  yes  |   -    || allow   | approved
 *	8 | -       |   yes   |   no   |   no     |    -     |   -   |  yes   || allow   | window
 *	9 | observe |   yes   |   no   |   no     |    -     |   -   |   no   || allow   | observed
 *	10| warn    |   yes   |   no   |   no     |   yes    |  no   |   no   || warn    | out_of_order
 *	11| enforce |   yes   |   no   |   no     |   yes    |  no   |   no   || refuse  | out_of_order
 *	12| warn    |   yes   |   no   |   no     |   no     |   -   |   no   || warn    | not_approved
 *	13| enforce |   yes   |   no   |   no     |   no     |   -   |   no   || refuse  | not_approved
 *
 * Two rows more, for superusers only, who could let the change pass anyway
 * (gate/phase.c).  While a dump of a guarded database is being restored, what
 * is changed is allowed (restored): before row 3.  In enforce, where nothing
 * was ever approved, it is allowed too (nothing_approved), before row 13: a
 * dump brings "enforce" along before it brings the approvals.
 *
 * Why this order.  A bypass is a superuser's and lets everything pass.  A live
 * release outranks approvals and windows: an approval says that a schema is wanted,
 * a window that there was no time to approve one, and neither says that connected
 * applications may break.  Retiring the release says so, as does an approval that
 * names it.  Approval comes before the window, so that the journal calls a window's
 * change only what needed the window.  What is approved but not next needs one.
 */
#include "postgres.h"

#include "gate/judge.h"
#include "support/settings.h"

/* Judges a transaction.  Pure: reads no catalog and no setting, and raises no error. */
SgJudgement
sg_judge(const SgCase *facts)
{
	SgJudgement allow = {SG_ALLOW, SG_REASON_OBSERVED};
	SgJudgement object = {SG_REFUSE, SG_REASON_NOT_APPROVED};

	if (facts->mode == SG_MODE_OFF)
		allow.reason = SG_REASON_OFF;
	else if (!facts->changed)
		allow.reason = SG_REASON_UNCHANGED;
	else if (facts->restoring)
		allow.reason = SG_REASON_RESTORED;
	else if (facts->bypassed)
		allow.reason = SG_REASON_BYPASS;
	else if (!facts->breaks_release && facts->approved && facts->in_order)
		allow.reason = SG_REASON_APPROVED;
	else if (!facts->breaks_release && facts->in_window)
		allow.reason = SG_REASON_WINDOW;
	else if (!facts->breaks_release && facts->unarmed && facts->mode == SG_MODE_ENFORCE)
		allow.reason = SG_REASON_NOTHING_APPROVED;
	else if (facts->mode != SG_MODE_OBSERVE)
	{
		if (facts->mode == SG_MODE_WARN)
			object.verdict = SG_WARN;
		if (facts->breaks_release)
			object.reason = SG_REASON_BREAKS_RELEASE;
		else if (facts->approved)
			object.reason = SG_REASON_OUT_OF_ORDER;
		return object;
	}
	return allow;
}

/* Returns the reason as the journal has it, a constant. */
const char *
sg_judge_reason_name(SgReason reason)
{
	switch (reason)
	{
		case SG_REASON_UNCHANGED:
			return "unchanged";
		case SG_REASON_OFF:
			return "off";
		case SG_REASON_BYPASS:
			return "bypass";
		case SG_REASON_WINDOW:
			return "window";
		case SG_REASON_APPROVED:
			return "approved";
		case SG_REASON_OBSERVED:
			return "observed";
		case SG_REASON_RESTORED:
			return "restored";
		case SG_REASON_NOTHING_APPROVED:
			return "nothing_approved";
		case SG_REASON_NOT_APPROVED:
			return "not_approved";
		case SG_REASON_OUT_OF_ORDER:
			return "out_of_order";
		case SG_REASON_BREAKS_RELEASE:
			return "breaks_release";
	}
	return "unknown";
}
