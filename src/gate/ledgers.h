/*
 * gate/ledgers.h
 *		What a transaction has written into ledgers, tied to what it has done to the schema.
 */
#ifndef SG_GATE_LEDGERS_H
#define SG_GATE_LEDGERS_H

#include "journal/journal.h"

extern List *sg_ledgers_find(bool changes_schema);
extern void sg_ledgers_journal(List *changes);
extern void sg_ledgers_fill(SgJournalEntry *entry, const List *changes);
extern void sg_ledgers_unwritten(void);
extern void sg_ledgers_written(const SgJournalEntry *entry, int64 journal_id);
extern void sg_ledgers_journal_found(const List *changes, const char *fingerprint);
extern void sg_ledgers_journal_alone(const List *changes, const char *role);
extern void sg_ledgers_renew(const List *changes, const char *fingerprint);
extern void sg_ledgers_verify(void);
extern void sg_ledgers_transaction_end(bool committed);

#endif							/* SG_GATE_LEDGERS_H */
