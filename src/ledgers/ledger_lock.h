/*
 * ledgers/ledger_lock.h
 *		Whether a migrator is at work.
 */
#ifndef SG_LEDGERS_LEDGER_LOCK_H
#define SG_LEDGERS_LEDGER_LOCK_H

#include "ledgers/ledger_layout.h"

extern int	sg_ledger_lock_holder(const SgLedger *ledger);

#endif							/* SG_LEDGERS_LEDGER_LOCK_H */
