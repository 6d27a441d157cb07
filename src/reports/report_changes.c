/*
 * reports/report_changes.c
 *		Reports of drift() and diff().
 *
 * Line numbers refer to the file that the reader has: for drift that of the
 * approved schema, for a diff that of the schema that it leads to.
 */
#include "postgres.h"

#include "compare/compare.h"
#include "compare/drift.h"
#include "reports/report.h"
#include "snapshots/capture.h"
#include "support/owner.h"

/* Adds a finding that the approval of the live schema has ended, which is a difference by itself. */
static void
add_lapsed(SgReport *report, const SgLapsedApproval *lapsed)
{
	SgFinding  *finding = sg_report_finding(report, lapsed->revoked ? "approval_revoked" : "approval_expired",
											SG_LEVEL_ERROR);
	SgAttribution *origin = palloc0(sizeof(SgAttribution));

	origin->changed_at = lapsed->ended_at;
	origin->changed_by = lapsed->revoked_by;
	finding->counts = true;
	finding->change = lapsed->revoked ? "revoked" : "expired";
	finding->type = "approval";
	finding->identity = lapsed->snapshot_name;
	finding->before = lapsed->fingerprint;
	finding->after = lapsed->reason;
	finding->origin = origin;
	finding->message = lapsed->revoked ?
		psprintf("the approval of snapshot %s was revoked: %s", lapsed->snapshot_name, lapsed->reason) :
		psprintf("the approval of snapshot %s has expired", lapsed->snapshot_name);
}

static void
add_drift(SgReport *report, const SgDrift *drift)
{
	ListCell   *change;
	ListCell   *origin;

	sg_report_fact(report, "approved_name", "Approved schema", drift->approved->name);
	sg_report_fact(report, "approved_fingerprint", "Its fingerprint", drift->approved->fingerprint);
	forboth(change, drift->changes, origin, drift->attributions)
	{
		SgFinding  *finding = sg_report_change(report, lfirst(change));

		finding->level = SG_LEVEL_ERROR;
		finding->counts = true;
		finding->origin = lfirst(origin);
	}
	if (drift->changes != NIL)
		sg_report_find_lines(report, sg_reference_load(sg_reference_of_snapshot(drift->approved)));
	if (drift->lapsed != NULL)
		add_lapsed(report, drift->lapsed);
}

/* Reports how the live schema differs from the approved one. */
SgReport *
sg_report_drift(void)
{
	SgReport   *report = sg_report_begin("drift");
	SgDrift    *drift;
	SgSavedUser saved;

	sg_owner_enter(&saved);
	drift = sg_drift();
	add_drift(report, drift);
	sg_owner_leave(&saved);
	sg_report_end(report, drift->changes != NIL ?
				  psprintf("%s from the approved schema",
						   sg_report_count(list_length(drift->changes), "difference", "differences")) :
				  drift->lapsed != NULL ? "the approval has ended" : "no drift");
	return report;
}

/*
 * Reports what differs between two stored schemas, or between one and the live schema
 * if "to" is NULL.
 */
SgReport *
sg_report_diff(const char *from, const char *to)
{
	SgReport   *report = sg_report_begin("diff");
	SgReference *before;
	SgReference *after = NULL;
	List	   *changes;
	ListCell   *lc;
	SgSavedUser saved;

	sg_owner_enter(&saved);
	before = sg_reference_find(from);
	if (to != NULL)
		after = sg_reference_find(to);
	changes = after == NULL ? sg_compare_live(before) : sg_compare_stored(before, after, true);
	sg_report_fact(report, "from_name", "From", from);
	sg_report_fact(report, "from_fingerprint", "Its fingerprint", before->fingerprint);
	sg_report_fact(report, "to_name", "To", after == NULL ? "the live schema" : to);
	sg_report_fact(report, "to_fingerprint", "Its fingerprint", after == NULL ? NULL : after->fingerprint);
	foreach(lc, changes)
	{
		SgFinding  *finding = sg_report_change(report, lfirst(lc));

		finding->level = SG_LEVEL_WARNING;
		finding->counts = true;
	}
	if (changes != NIL)
		sg_report_find_lines(report, after == NULL ? sg_capture_live() : sg_reference_load(after));
	sg_owner_leave(&saved);
	sg_report_end(report, changes == NIL ? "no difference" :
				  sg_report_count(list_length(changes), "difference", "differences"));
	return report;
}
