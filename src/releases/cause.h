/*
 * releases/cause.h
 *		The change in the journal that caused a problem.
 */
#ifndef SG_RELEASES_CAUSE_H
#define SG_RELEASES_CAUSE_H

#include "contracts/problem.h"
#include "journal/journal_changes.h"

extern const SgJournalChange *sg_cause_find(const SgProblem *problem);
extern int64 sg_cause_since(const SgProblem *problem);
extern char *sg_cause_text(const SgProblem *problem, const SgJournalChange *cause);

#endif							/* SG_RELEASES_CAUSE_H */
