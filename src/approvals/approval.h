/*
 * approvals/approval.h
 *		Approvals: roles' words that a schema is allowed.
 *
 * All functions run as the extension's owner (sg_guard_enter), connect to SPI
 * themselves, and leave their results in the caller's memory context.
 */
#ifndef SG_APPROVALS_APPROVAL_H
#define SG_APPROVALS_APPROVAL_H

#include "utils/timestamp.h"

#include "format/object.h"
#include "snapshots/snapshot.h"

/* what somebody says who approves */
typedef struct SgApproval
{
	const char *note;			/* or NULL */
	bool		expires;
	TimestampTz end;			/* if it expires */
} SgApproval;

/* an approval that is not in force any more */
typedef struct SgEndedApproval
{
	char		fingerprint[SG_FINGERPRINT_LEN + 1];
	char	   *snapshot_name;	/* as it was approved */
	bool		revoked;		/* otherwise it has expired */
	TimestampTz ended_at;
	char	   *revoked_by;		/* NULL unless revoked, as the reason */
	char	   *reason;
} SgEndedApproval;

extern TimestampTz sg_approval_end(const Interval *expires);
extern bool sg_approve(const SgSnapshot *snapshot, const SgApproval *approval);
extern uint64 sg_approve_path(int64 path_id, const SgApproval *approval);
extern uint64 sg_revoke(const SgSnapshot *snapshot, const char *reason);
extern uint64 sg_revoke_path(int64 path_id, const char *reason);
extern char *sg_fingerprint_proposer(const char *fingerprint);
extern int	sg_fingerprint_approvals(const char *fingerprint);
extern bool sg_fingerprint_approved(const char *fingerprint);
extern SgSnapshot *sg_snapshot_reference(void);
extern SgEndedApproval *sg_approval_ended(const char *fingerprint);

#endif							/* SG_APPROVALS_APPROVAL_H */
