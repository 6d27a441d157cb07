/*
 * ledgers/ledger_read.h
 *		Reading ledgers.
 */
#ifndef SG_LEDGERS_LEDGER_READ_H
#define SG_LEDGERS_LEDGER_READ_H

#include "format/digest.h"
#include "ledgers/ledger_row.h"

/* a ledger's rows: one for each migration that it has, in the order in which they came */
typedef struct SgLedgerRows
{
	int			count;
	SgLedgerRow *rows;
} SgLedgerRows;

extern bool sg_ledger_read(const SgLedger *ledger, SgLedgerRows *rows);
extern bool sg_ledger_read_digest(const SgLedger *ledger, SgDigest *digest);
extern const SgLedgerRow *sg_ledger_read_newest(const SgLedger *ledger, const SgLedgerRows *rows);

#endif							/* SG_LEDGERS_LEDGER_READ_H */
