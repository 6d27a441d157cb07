/*
 * reports/report_releases.c
 *		Reports of check_release() and can_deploy().
 */
#include "postgres.h"

#include "approvals/path_fit.h"
#include "contracts/contract_source.h"
#include "journal/reference.h"
#include "releases/cause.h"
#include "releases/fit.h"
#include "releases/release.h"
#include "reports/report.h"
#include "snapshots/capture.h"
#include "support/owner.h"

/* Adds a problem of the release. */
static void
add_problem(SgReport *report, const SgProblem *problem, bool is_live)
{
	bool		broken = problem->severity == SG_BROKEN;
	SgFinding  *finding = sg_report_finding(report, sg_problem_rule(problem),
											broken ? SG_LEVEL_ERROR : SG_LEVEL_WARNING);
	const SgJournalChange *cause = is_live ? sg_cause_find(problem) : NULL;

	finding->counts = broken;
	finding->severity = sg_problem_severity(problem);
	finding->type = problem->type;
	finding->identity = problem->identity;
	finding->attribute = problem->attribute;
	finding->before = problem->needed;
	finding->after = problem->found;
	finding->release = report->release;
	finding->state = problem->state;
	finding->origin = cause == NULL ? NULL : &cause->entry;
	finding->message = sg_problem_text(problem);
}

/* Loads the schema of the reference; of a path, the last one. */
static const SgDescription *
load_schema(const char *reference)
{
	SgPath	   *path = sg_path_find(reference);

	return sg_reference_load(sg_reference_find(path != NULL ? path->last : reference));
}

static const char *
verdict(const SgReport *report, int broken, int risky)
{
	if (broken > 0)
		return psprintf("release %s does not fit: %s", report->release,
						sg_report_count(broken, "problem", "problems"));
	if (risky > 0)
		return psprintf("release %s fits, with %s", report->release,
						sg_report_count(risky, "risk", "risks"));
	return psprintf("release %s fits", report->release);
}

/*
 * Reports how a live release does not fit a stored schema, or the live schema if
 * "reference" is NULL.
 */
static SgReport *
report_release(const char *what, const char *application, const char *version, const char *reference)
{
	SgReport   *report = sg_report_begin(what);
	SgContract *contract;
	List	   *problems;
	ListCell   *lc;
	int			broken;
	SgSavedUser saved;

	sg_owner_enter(&saved);
	contract = sg_contract_parse(sg_release_find_live(application, version)->contract);
	report->release = psprintf("%s/%s", application, version);
	sg_report_fact(report, "release", "Release", report->release);
	sg_report_fact(report, "schema", "Schema", reference == NULL ? "the live schema" : reference);
	problems = reference == NULL ? sg_problems_wrong(sg_fit_problems(contract, NULL)) :
		sg_path_fit_reference(contract, NULL, reference);
	foreach(lc, problems)
		add_problem(report, lfirst(lc), reference == NULL);
	if (problems != NIL)
		sg_report_find_lines(report, reference == NULL ? sg_capture_live() : load_schema(reference));
	sg_owner_leave(&saved);
	broken = list_length(sg_problems_broken(problems));
	sg_report_end(report, verdict(report, broken, list_length(problems) - broken));
	return report;
}

/* Reports how a live release does not fit the live schema. */
SgReport *
sg_report_check_release(const char *application, const char *version)
{
	return report_release("check_release", application, version, NULL);
}

/* Reports the same for a snapshot, or for the states of a path; NULL is the live schema. */
SgReport *
sg_report_can_deploy(const char *application, const char *version, const char *snapshot)
{
	return report_release("can_deploy", application, version, snapshot);
}
