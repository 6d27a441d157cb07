/*
 * compare/explained.c
 *		Which entries of the journal explain what is wrong now.
 */
#include "postgres.h"

#include "storage/lmgr.h"

#include "approvals/approval.h"
#include "compare/drift.h"
#include "compare/explained.h"
#include "contracts/contract_source.h"
#include "journal/journal_changes.h"
#include "releases/cause.h"
#include "releases/release.h"
#include "support/spi.h"
#include "support/table.h"

/* a text that changes with each approval, revocation, registration and retirement */
static const char basis_sql[] =
"SELECT concat_ws(' ', a.given, a.revoked, r.live, r.registered_at)"
	" FROM (SELECT count(*) AS given, count(revoked_at) AS revoked FROM schema_guard.approval) a,"
	" (SELECT count(*) FILTER (WHERE retired_at IS NULL) AS live, max(registered_at) AS registered_at"
	" FROM schema_guard.release) r";

/* Returns the oldest entry that drift() names. */
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

/* Returns the oldest entry that the search for the causes in check_release() reads. */
static int64
since_of_release(const SgRelease *release)
{
	int64		since = PG_INT64_MAX;
	ListCell   *cell;

	foreach(cell, sg_contract_check_live(sg_contract_parse(release->contract)))
		since = Min(since, sg_cause_since(lfirst(cell)));
	return since;
}

/*
 * Returns the number of the oldest entry that explains a difference of drift(), or
 * a problem of a live release; PG_INT64_MAX if none does.  Runs as the owner; locks
 * like sg_describe_all().
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

/*
 * Returns what sg_explained_since() depends on besides the schema and the journal, for
 * sg_explained_hold().
 */
char *
sg_explained_basis(void)
{
	return sg_spi_fetch_text(basis_sql, 0, NULL, NULL);
}

/*
 * Keeps approvals and releases unchanged until the transaction ends.  Returns false
 * if they have changed since, or are being changed.  Call under the publish lock;
 * since others take that before these locks, it does not wait.
 */
bool
sg_explained_hold(const char *basis)
{
	return ConditionalLockRelationOid(sg_table_relid("approval"), ShareLock) &&
		ConditionalLockRelationOid(sg_table_relid("release"), ShareLock) &&
		strcmp(sg_explained_basis(), basis) == 0;
}
