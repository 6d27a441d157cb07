/*
 * ledgers/ledger_version.h
 *		Versions and checksums, compared as their tools do.
 */
#ifndef SG_LEDGERS_LEDGER_VERSION_H
#define SG_LEDGERS_LEDGER_VERSION_H

#include "ledgers/ledger_layout.h"

extern char *sg_ledger_version_key(const SgLedgerLayout *layout, const char *version);
extern bool sg_ledger_version_is_ordered(const SgLedgerLayout *layout);
extern bool sg_ledger_version_is_head(const SgLedgerLayout *layout);
extern int	sg_ledger_version_compare(const SgLedgerLayout *layout, const char *a, const char *b);
extern bool sg_ledger_version_same_checksum(const SgLedgerLayout *layout, const char *stored,
											const char *declared);

#endif							/* SG_LEDGERS_LEDGER_VERSION_H */
