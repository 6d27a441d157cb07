/*
 * compare/explained.c
 *		Which entries of the journal explain what is wrong now.
 */
#include "postgres.h"

#include "approvals/approval.h"
#include "compare/drift.h"
#include "compare/explained.h"
#include "journal/journal_changes.h"
#include "releases/cause.h"
#include "releases/contract_source.h"
#include "releases/release.h"

/* the oldest entry that drift() names */
static int64
since_of_drift(void)
{
	int64		since = PG_INT64_MAX;
	ListCell   *cell;

	if (sg_approval_expected() == NULL && sg_approval_lapsed(NULL) == NULL)
		return since;
	foreach(cell, sg_drift()->attributions)
	{
		const SgAttribution *entry = lfirst(cell);

		if (entry != NULL)
			since = Min(since, entry->journal_id);
	}
	return since;
}

/* the oldest entry that check_release() names */
static int64
since_of_release(const SgRelease *release)
{
	int64		since = PG_INT64_MAX;
	ListCell   *cell;

	foreach(cell, sg_contract_check_live(sg_contract_parse(release->contract)))
	{
		const SgJournalChange *cause = sg_cause_find(lfirst(cell));

		if (cause != NULL)
			since = Min(since, cause->entry.journal_id);
	}
	return since;
}

/*
 * Returns the number of the oldest entry that explains a difference of drift(), or a
 * problem of a live release; PG_INT64_MAX if none does.  As the owner; locks as
 * sg_describe_all.
 */
int64
sg_explained_since(void)
{
	int64		since = since_of_drift();
	ListCell   *cell;

	foreach(cell, sg_release_live())
		since = Min(since, since_of_release(lfirst(cell)));
	return since;
}
