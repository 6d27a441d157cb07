/*
 * gate/case.h
 *		The facts that a change is judged by, gathered.
 */
#ifndef SG_GATE_CASE_H
#define SG_GATE_CASE_H

#include "gate/judge.h"
#include "state/delta.h"

/* the circumstances in which a change is judged */
typedef struct SgCircumstances
{
	SgMode		mode;
	SgPhase		phase;
	int			steps;			/* how many of a path's steps it may take at once */
	bool		ignore_bypass;
} SgCircumstances;

/* a change that was judged, with what the texts about it need */
typedef struct SgJudgedCase
{
	SgCase		facts;
	const SgDelta *outcome;
	List	   *broken;			/* of SgBrokenRelease * */
	int64		window_id;		/* 0: none is open */
	char	   *window_reason;
	SgJudgement judgement;
	List	   *rule_findings;	/* of SgRuleFinding *; only if it is not refused anyway */
} SgJudgedCase;

extern SgJudgedCase sg_case_judge(const SgDelta *outcome, const SgCircumstances *circumstances);

#endif							/* SG_GATE_CASE_H */
