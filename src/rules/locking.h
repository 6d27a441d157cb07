/*
 * rules/locking.h
 *		Which tables a command is about to lock.
 */
#ifndef SG_RULES_LOCKING_H
#define SG_RULES_LOCKING_H

#include "nodes/nodes.h"
#include "nodes/pg_list.h"
#include "storage/lockdefs.h"

typedef struct SgLocking
{
	Oid			relid;
	LOCKMODE	mode;			/* the strongest one */
	bool		concurrent;		/* does it wait for old snapshots as well? */
} SgLocking;

extern List *sg_locking_by(const Node *statement);

#endif							/* SG_RULES_LOCKING_H */
