/*
 * compare/drift.c
 *		Drift: how the live schema differs from the approved one.
 *
 * What it is compared with is schema_guard.expected_schema, the newest approved
 * schema.  If the live schema was approved until an approval was revoked or
 * expired, that is drift by itself: even if nothing has changed, nobody vouches for
 * the schema any more.  If no schema is approved any more, the one that was
 * approved last takes its place.
 */
#include "postgres.h"

#include "compare/compare.h"
#include "compare/drift.h"
#include "description/scope.h"
#include "journal/attribution.h"
#include "journal/past_state.h"
#include "snapshots/capture.h"
#include "state/live_state.h"
#include "support/settings.h"

/* Returns the fingerprint of the schema as it is now. */
static const char *
live_fingerprint(void)
{
	char	   *fingerprint = palloc(SG_FINGERPRINT_LEN + 1);

	if (sg_live_fingerprint(fingerprint))
		return fingerprint;
	return sg_capture_live()->fingerprint;
}

/* Returns the approval whose end left the live schema unapproved, or NULL. */
static SgLapsedApproval *
lapsed_approval(const SgSnapshot *approved, const char *live)
{
	if (sg_approval_is_given(live))
		return NULL;
	return sg_approval_lapsed(approved == NULL && sg_approval_lapsed(live) == NULL ? NULL : live);
}

/*
 * Sets which approval has ended, and returns what to compare the live schema with: NULL if no
 * schema is approved and none ever was.
 */
static SgSnapshot *
find_reference(SgDrift *drift, const char *live)
{
	SgSnapshot *reference = sg_approval_expected();

	drift->lapsed = lapsed_approval(reference, live);
	if (reference == NULL && drift->lapsed != NULL)
		reference = sg_snapshot_by_fingerprint(drift->lapsed->fingerprint);
	return reference;
}

/*
 * Compares the live schema with the approved one, and finds the origin of the
 * differences.  Raises an error if no schema is approved and none ever was.  Runs as
 * the owner; locks like sg_describe_all().
 */
SgDrift *
sg_drift(void)
{
	SgDrift    *drift = palloc0(sizeof(SgDrift));
	SgSnapshot *reference = find_reference(drift, live_fingerprint());

	if (reference == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 sg_required_approvals > 1 ?
				 errmsg("no snapshot has the %d approvals required, there is nothing to compare the schema with",
						sg_required_approvals) :
				 errmsg("no snapshot is approved, there is nothing to compare the schema with"),
				 errhint("SELECT schema_guard.capture('name') stores the schema as it is now, SELECT schema_guard.approve('name') approves it.")));
	drift->approved = reference;
	drift->changes = sg_compare_live(sg_reference_of_snapshot(reference));
	drift->attributions = sg_attribution_find(drift->changes, reference->fingerprint);
	return drift;
}

/*
 * The same for the live state as it was published last, without describing
 * anything: for callers that ask often.  Without attributions, and without
 * differences if no schema is approved and none ever was.  Runs as the owner.
 */
SgDrift *
sg_drift_published(void)
{
	SgDrift    *drift = palloc0(sizeof(SgDrift));
	SgReference live = {0};
	SgSnapshot *reference;
	SgLiveState state;

	sg_live_state(&state);
	if (!state.exists)
		return drift;
	reference = find_reference(drift, state.fingerprint);
	if (reference == NULL || strcmp(reference->fingerprint, state.fingerprint) == 0)
		return drift;
	strlcpy(live.fingerprint, state.fingerprint, sizeof(live.fingerprint));
	live.facets = sg_scope_facets();
	live.exclusions = sg_scope_exclusions();
	(void) sg_past_state_load(live.fingerprint, &live.digests);
	drift->changes = sg_compare_stored(sg_reference_of_snapshot(reference), &live, false);
	return drift;
}
