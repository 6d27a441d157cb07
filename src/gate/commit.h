/*
 * gate/commit.h
 *		What the gate does when a transaction that ran DDL commits: compare,
 *		judge, publish, journal.
 */
#ifndef SG_GATE_COMMIT_H
#define SG_GATE_COMMIT_H

#include "gate/refusal.h"

/* what is known about the transaction */
typedef struct SgCommit
{
	const List *statements;		/* of char * */
	const char *role;			/* who made the change, as SET ROLE had it */
	const List *migrations;		/* of SgLedgerChange *: changes in ledgers */
	SgDelta    *missed;		/* what the live state had missed before; or NULL */
	bool		builds_index;	/* CREATE INDEX CONCURRENTLY is under way */

	/* it is part of a command that has committed before, or whose outcome is yet to come */
	bool		unfinished;
} SgCommit;

/* what a transaction that may commit has written */
typedef enum SgPublished
{
	SG_PUBLISHED_NOTHING,
	SG_PUBLISHED_MISSED,		/* what others had changed unnoticed */
	SG_PUBLISHED_OWN,			/* what it has changed itself */
} SgPublished;

extern SgRefusal *sg_commit_judge(const SgCommit *transaction, SgPublished *published);
extern SgDelta *sg_commit_catch_up(void);
extern bool sg_commit_is_current(void);

#endif							/* SG_GATE_COMMIT_H */
