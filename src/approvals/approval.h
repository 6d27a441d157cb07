/*
 * approvals/approval.h
 *		Approvals: which roles have said that a schema is allowed.
 *
 * All functions run as the extension's owner (sg_owner_enter), connect to SPI
 * themselves, and leave their results in the caller's memory context.
 */
#ifndef SG_APPROVALS_APPROVAL_H
#define SG_APPROVALS_APPROVAL_H

#include "utils/timestamp.h"

#include "format/object.h"
#include "snapshots/snapshot.h"

/* what an approver says */
typedef struct SgApproval
{
	const char *note;			/* or NULL */
	bool		expires;
	TimestampTz end;			/* if it expires */
	List	   *breaking;		/* of char *: the releases that may break, as application/version */
} SgApproval;

/* an approval that is not in force any more */
typedef struct SgLapsedApproval
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	char	   *snapshot_name;	/* as it was approved */
	bool		revoked;		/* otherwise it has expired */
	TimestampTz ended_at;
	char	   *revoked_by;		/* NULL unless revoked, as the reason */
	char	   *reason;
} SgLapsedApproval;

extern TimestampTz sg_approval_end(const Interval *expires);
extern bool sg_approval_store(const SgSnapshot *snapshot, const SgApproval *approval);
extern uint64 sg_approval_store_path(int64 path_id, const SgApproval *approval);
extern uint64 sg_approval_revoke(const SgSnapshot *snapshot, const char *reason);
extern uint64 sg_approval_revoke_path(int64 path_id, const char *reason);
extern char *sg_approval_proposer(const char *fingerprint);
extern int	sg_approval_count(const char *fingerprint);
extern bool sg_approval_agrees(const char *fingerprint, const char *application, const char *version);
extern bool sg_approval_is_given(const char *fingerprint);
extern SgSnapshot *sg_approval_expected(void);
extern SgLapsedApproval *sg_approval_lapsed(const char *fingerprint);

#endif							/* SG_APPROVALS_APPROVAL_H */
