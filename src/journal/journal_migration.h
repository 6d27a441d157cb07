/*
 * journal/journal_migration.h
 *		The rows of ledgers that entries of the journal have changed.
 *
 * All functions run as the extension's owner with a pinned search_path, outside
 * of an SPI connection.
 */
#ifndef SG_JOURNAL_JOURNAL_MIGRATION_H
#define SG_JOURNAL_JOURNAL_MIGRATION_H

#include "journal/journal.h"

extern List *sg_journal_migration_write(int64 journal_id, const SgJournalEntry *entry);
extern char *sg_journal_migration_of(int64 journal_id);

#endif							/* SG_JOURNAL_JOURNAL_MIGRATION_H */
