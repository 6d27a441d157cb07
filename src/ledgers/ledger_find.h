/*
 * ledgers/ledger_find.h
 *		Which tables are ledgers of migration tools.
 */
#ifndef SG_LEDGERS_LEDGER_FIND_H
#define SG_LEDGERS_LEDGER_FIND_H

#include "utils/relcache.h"

#include "ledgers/ledger_layout.h"

extern SgLedger *sg_ledger_find_relation(Relation rel);
extern SgLedger *sg_ledger_find_table(Oid relid);
extern List *sg_ledger_find_all(void);
extern List *sg_ledger_find_of(const char *tool, const char *table);
extern const char *sg_ledger_find_tool(const SgLedger *ledger);
extern bool sg_ledger_find_is_of(const SgLedger *ledger, const char *tool);

#endif							/* SG_LEDGERS_LEDGER_FIND_H */
