/*
 * gate/judge.h
 *		The judgement at commit: a pure function.
 */
#ifndef SG_GATE_JUDGE_H
#define SG_GATE_JUDGE_H

#include "support/settings.h"

/* everything that the judgement depends on */
typedef struct SgCase
{
	SgMode		mode;
	bool		changed;		/* the fingerprint before and after differ */
	bool		bypassed;		/* schema_guard.bypass has a reason */
	bool		in_window;		/* a window is open */
	bool		approved;		/* the resulting schema has the approvals required */
	bool		in_order;		/* a path leads there from here, or that does not matter */
	bool		breaks_release; /* a live release that fitted does not fit any more, and nobody has agreed */
	bool		restoring;		/* a superuser, and a dump is being restored: gate/phase.c */
	bool		unarmed;		/* a superuser, and nothing was ever approved: gate/phase.c */
} SgCase;

typedef enum SgVerdict
{
	SG_ALLOW,
	SG_WARN,
	SG_REFUSE
} SgVerdict;

typedef enum SgReason
{
	SG_REASON_UNCHANGED,
	SG_REASON_OFF,
	SG_REASON_BYPASS,
	SG_REASON_WINDOW,
	SG_REASON_APPROVED,
	SG_REASON_OBSERVED,
	SG_REASON_RESTORED,
	SG_REASON_NOTHING_APPROVED,
	SG_REASON_NOT_APPROVED,
	SG_REASON_OUT_OF_ORDER,
	SG_REASON_BREAKS_RELEASE
} SgReason;

typedef struct SgJudgement
{
	SgVerdict	verdict;
	SgReason	reason;
} SgJudgement;

extern SgJudgement sg_judge(const SgCase *facts);
extern const char *sg_judge_reason_name(SgReason reason);

#endif							/* SG_GATE_JUDGE_H */
