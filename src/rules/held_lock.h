/*
 * rules/held_lock.h
 *		Since when the transaction holds AccessExclusiveLock, and what it has run since.
 */
#ifndef SG_RULES_HELD_LOCK_H
#define SG_RULES_HELD_LOCK_H

#include "access/xact.h"
#include "datatype/timestamp.h"
#include "nodes/nodes.h"

typedef struct SgHeldLock
{
	Oid			relid;
	SubTransactionId subid;		/* gives it up if it is rolled back */
	TimestampTz since;			/* or before */
	int64		busy;			/* how long later statements have run, in microseconds */
	int64		longest;		/* the longest of them, and what it was: a constant */
	const char *longest_tag;
} SgHeldLock;

extern void sg_held_lock_invalidated(Oid relid);
extern void sg_held_lock_statement_end(const Node *statement);
extern const SgHeldLock *sg_held_lock_find(Oid relid);
extern void sg_held_lock_transaction_event(XactEvent event);
extern void sg_held_lock_subtransaction_event(SubXactEvent event, SubTransactionId subid,
											  SubTransactionId parent);

#endif							/* SG_RULES_HELD_LOCK_H */
