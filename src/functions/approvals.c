/*
 * functions/approvals.c
 *		approve() and revoke().
 *
 * A reference to a snapshot may also be the name of a path: a snapshot and a path
 * never have the same name (approvals/path.c).
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "approvals/approval.h"
#include "approvals/path.h"
#include "functions/arguments.h"
#include "gate/phase.h"
#include "releases/release.h"
#include "support/attention.h"
#include "support/compat.h"
#include "support/extension.h"
#include "support/notify.h"
#include "support/settings.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_approve);
SG_FUNCTION(schema_guard_revoke);

/* Tells how many approvals are missing, if any are. */
static void
notice_lacking(const char *what, const char *name, int count, const char *proposer)
{
	if (count >= sg_required_approvals)
		return;
	ereport(NOTICE,
			(errmsg("%s \"%s\" has %d of the %d approvals required",
					what, name, count, sg_required_approvals),
			 sg_required_approvals > 1 ?
			 errdetail("The role that proposed it, \"%s\", does not count.", proposer) : 0));
}

/*
 * Sends a notification that a snapshot or path was approved or revoked, and has the
 * worker note when the approval ends.
 */
static void
tell(const char *event, const char *name, const char *fingerprint, const char *reason)
{
	StringInfoData buf;

	sg_notify_begin(&buf, event);
	sg_notify_text(&buf, "snapshot", name);
	sg_notify_text(&buf, "fingerprint", fingerprint);
	sg_notify_text(&buf, "session_role", GetUserNameFromId(GetSessionUserId(), true));
	sg_notify_text(&buf, "reason", reason);
	sg_notify_send(&buf);
	sg_attention_at_commit();
}

static void
approve_path(const SgPath *path, const SgApproval *approval)
{
	sg_path_notice_apart(path->id, path->name);
	if (sg_approval_store_path(path->id, approval) == 0)
		ereport(NOTICE,
				(errmsg("path \"%s\" is already approved by you", path->name)));
	else
	{
		notice_lacking("path", path->name, sg_path_approvals(path->id), path->proposer);
		tell("approval", path->name, path->last, NULL);
	}
}

static void
approve_snapshot(const SgSnapshot *snapshot, const SgApproval *approval)
{
	if (!sg_approval_store(snapshot, approval))
		ereport(NOTICE,
				(errmsg("snapshot \"%s\" is already approved by you", snapshot->name)));
	else
	{
		notice_lacking("snapshot", snapshot->name, sg_approval_count(snapshot->fingerprint),
					   sg_approval_proposer(snapshot->fingerprint));
		tell("approval", snapshot->name, snapshot->fingerprint, NULL);
	}
}

/*
 * Adds the release to the list, as application/version.  Raises an error if it was
 * never registered.
 */
static List *
add_breaking(List *releases, const char *name)
{
	char	   *application = pstrdup(name);
	char	   *slash = strrchr(application, '/');
	const SgRelease *release;
	ListCell   *lc;

	if (slash == NULL || slash == application || slash[1] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the name of a release", name),
				 errhint("Releases that may break are written as name/version, for example api/1.4.2.")));
	*slash = '\0';
	release = sg_release_find(application, slash + 1);
	if (release == NULL)
		sg_release_raise_unknown(application, slash + 1, NULL);
	if (release->retired_at != NULL)
		ereport(NOTICE,
				(errmsg("release %s is retired: nothing breaks it", name)));
	foreach(lc, releases)
	{
		if (strcmp(lfirst(lc), name) == 0)
			return releases;
	}
	return lappend(releases, pstrdup(name));
}

/* approve(snapshot text, note text, expires interval, breaking text[]) returns text */
Datum
schema_guard_approve(PG_FUNCTION_ARGS)
{
	char	   *reference = sg_argument_text(fcinfo, 0, "snapshot");
	SgApproval	approval = {0};
	List	   *breaking;
	SgPath	   *path;
	SgSnapshot *snapshot;
	ListCell   *lc;

	approval.note = sg_argument_optional_text(fcinfo, 1);
	approval.expires = !PG_ARGISNULL(2);
	if (approval.expires)
		approval.end = sg_approval_end(PG_GETARG_INTERVAL_P(2));
	sg_extension_require_version();
	breaking = PG_ARGISNULL(3) ? NIL : sg_argument_texts(fcinfo, 3, "breaking");
	foreach(lc, breaking)
		approval.breaking = add_breaking(approval.breaking, sg_text_escape_unmappable(lfirst(lc)));
	path = sg_path_find(reference);
	snapshot = path == NULL ? sg_snapshot_find(reference, false) : NULL;
	sg_phase_arm();
	if (path != NULL)
	{
		approve_path(path, &approval);
		PG_RETURN_TEXT_P(cstring_to_text(path->last));
	}
	approve_snapshot(snapshot, &approval);
	PG_RETURN_TEXT_P(cstring_to_text(snapshot->fingerprint));
}

static void
nothing_to_revoke(const char *what, const char *name, const char *fingerprint)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("%s \"%s\" is not approved", what, name),
			 errdetail("Its fingerprint is %s.", fingerprint)));
}

/* revoke(snapshot text, reason text) returns text */
Datum
schema_guard_revoke(PG_FUNCTION_ARGS)
{
	char	   *reference = sg_argument_text(fcinfo, 0, "snapshot");
	char	   *reason = sg_argument_text(fcinfo, 1, "reason");
	SgPath	   *path;
	SgSnapshot *snapshot;

	sg_extension_require_version();
	if (strspn(reason, " \t\r\n") == strlen(reason))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("reason for revoking an approval is empty")));
	path = sg_path_find(reference);
	if (path != NULL)
	{
		if (sg_approval_revoke_path(path->id, reason) == 0)
			nothing_to_revoke("path", path->name, path->last);
		tell("approval_ended", path->name, path->last, "revoked");
		PG_RETURN_TEXT_P(cstring_to_text(path->last));
	}
	snapshot = sg_snapshot_find(reference, false);
	if (sg_approval_revoke(snapshot, reason) == 0)
		nothing_to_revoke("snapshot", snapshot->name, snapshot->fingerprint);
	tell("approval_ended", snapshot->name, snapshot->fingerprint, "revoked");
	PG_RETURN_TEXT_P(cstring_to_text(snapshot->fingerprint));
}
