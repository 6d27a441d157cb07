/*
 * ledgers/ledger_written.h
 *		Which ledgers the current transaction has written.
 */
#ifndef SG_LEDGERS_LEDGER_WRITTEN_H
#define SG_LEDGERS_LEDGER_WRITTEN_H

#include "nodes/plannodes.h"

extern void sg_ledger_written_query(const PlannedStmt *plan);
extern void sg_ledger_written_utility(const Node *statement);
extern void sg_ledger_written_invalidated(Oid relid);
extern void sg_ledger_written_add(const List *relids);
extern List *sg_ledger_written_list(void);
extern void sg_ledger_written_forget(void);

#endif							/* SG_LEDGERS_LEDGER_WRITTEN_H */
