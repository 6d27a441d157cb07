/*
 * reports/report_preview.c
 *		Reports of preview().
 *
 * The DDL runs as the caller.  Line numbers refer to the file of the schema without
 * the DDL.
 */
#include "postgres.h"

#include "storage/lock.h"

#include "contracts/problem.h"
#include "gate/judge.h"
#include "preview/preview.h"
#include "releases/impact.h"
#include "reports/report.h"
#include "rules/rule.h"
#include "snapshots/capture.h"
#include "support/owner.h"

static void
add_items(SgReport *report, const SgPreview *preview)
{
	ListCell   *change;
	ListCell   *approved;

	forboth(change, preview->delta->changes, approved, preview->approved_in)
		sg_report_change(report, lfirst(change))->approved_in = lfirst(approved);
}

/* Adds the problems by which a live release would break. */
static void
add_problems(SgReport *report, const SgBrokenRelease *release)
{
	const char *name = psprintf("%s/%s", release->application, release->version);
	ListCell   *lc;

	foreach(lc, release->problems)
	{
		const SgProblem *problem = lfirst(lc);
		SgFinding  *finding = sg_report_finding(report, sg_problem_rule(problem), SG_LEVEL_ERROR);

		finding->counts = true;
		finding->severity = sg_problem_severity(problem);
		finding->change = "broken";
		finding->type = problem->type;
		finding->identity = problem->identity;
		finding->attribute = problem->attribute;
		finding->before = problem->needed;
		finding->after = problem->found;
		finding->release = name;
		finding->message = psprintf("release %s: %s", name, sg_problem_text(problem));
	}
}

/* Adds a relation that would be rewritten or emptied. */
static void
add_rewrite(SgReport *report, const SgLockTaken *lock)
{
	const char *change = lock->emptied ? "emptied" : "rewritten";
	SgFinding  *finding = sg_report_finding(report, psprintf("relation_%s", change), SG_LEVEL_WARNING);

	finding->change = change;
	finding->type = lock->type;
	finding->identity = lock->identity;
	finding->bytes = lock->size;
	finding->message = psprintf("%s %s would be %s, with " INT64_FORMAT " bytes",
								lock->type, lock->identity, change, lock->size);
}

static void
add_lock(SgReport *report, const SgLockTaken *lock)
{
	SgFinding  *finding = sg_report_finding(report, "relation_locked", SG_LEVEL_NOTE);

	finding->change = "locked";
	finding->type = lock->type;
	finding->identity = lock->identity;
	finding->after = GetLockmodeName(DEFAULT_LOCKMETHOD, lock->mode);
	finding->message = psprintf("%s %s would be locked: %s", lock->type, lock->identity, finding->after);
}

static void
add_locks(SgReport *report, List *locks)
{
	ListCell   *lc;

	sg_locks_sort(locks);
	foreach(lc, locks)
	{
		const SgLockTaken *lock = lfirst(lc);

		if (lock->rewritten)
			add_rewrite(report, lock);
		if (lock->identity != NULL && lock->mode != NoLock)
			add_lock(report, lock);
	}
}

/* Adds the findings of the migration rules. */
static void
add_rules(SgReport *report, const SgPreview *preview)
{
	ListCell   *lc;

	foreach(lc, preview->rule_findings)
	{
		const SgRuleFinding *rule = lfirst(lc);
		SgFinding  *finding = sg_report_finding(report, sg_rule_name(rule->rule),
												sg_rule_is_warning(rule->rule) ? SG_LEVEL_WARNING : SG_LEVEL_NOTE);

		finding->type = rule->type;
		finding->identity = rule->identity;
		finding->message = rule->message;
	}
}

/* Adds a finding that the gate would refuse the change, unless a broken release says so already. */
static void
add_refusal(SgReport *report, const SgPreview *preview)
{
	SgFinding  *finding;

	if (preview->judgement.verdict != SG_REFUSE || preview->broken != NIL)
		return;
	finding = sg_report_finding(report, sg_judge_reason_name(preview->judgement.reason), SG_LEVEL_ERROR);
	finding->counts = true;
	finding->change = "refused";
	finding->before = preview->delta->before;
	finding->after = preview->delta->after;
	finding->message = psprintf("mode enforce would refuse the change: %s",
								sg_judge_reason_name(preview->judgement.reason));
}

static const char *
verdict(const SgPreview *preview)
{
	const char *reason = sg_judge_reason_name(preview->judgement.reason);

	return psprintf("%s: %s", preview->judgement.verdict == SG_REFUSE ? "refused" : "allowed", reason);
}

/* Reports what DDL would do, by running and undoing it as the caller. */
SgReport *
sg_report_preview(const char *ddl)
{
	SgReport   *report = sg_report_begin("preview");
	SgPreview  *preview = sg_preview(ddl);
	ListCell   *lc;
	SgSavedUser saved;

	sg_report_fact(report, "before", "Schema before", preview->delta->before);
	sg_report_fact(report, "after", "Schema after", preview->delta->after);
	sg_report_fact(report, "approved_as", "Approved as", preview->approved_as);
	foreach(lc, preview->broken)
		add_problems(report, lfirst(lc));
	add_refusal(report, preview);
	add_items(report, preview);
	add_rules(report, preview);
	add_locks(report, preview->locks);
	if (report->findings != NIL)
	{
		sg_owner_enter(&saved);
		sg_report_find_lines(report, sg_capture_live());
		sg_owner_leave(&saved);
	}
	sg_report_end(report, verdict(preview));
	return report;
}
