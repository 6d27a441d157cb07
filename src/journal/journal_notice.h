/*
 * journal/journal_notice.h
 *		Notifications of changes.
 */
#ifndef SG_JOURNAL_JOURNAL_NOTICE_H
#define SG_JOURNAL_JOURNAL_NOTICE_H

#include "journal/journal.h"

extern void sg_journal_notice_send(int64 journal_id, const SgJournalEntry *entry, const SgDelta *delta);

#endif							/* SG_JOURNAL_JOURNAL_NOTICE_H */
