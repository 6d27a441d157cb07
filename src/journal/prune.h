/*
 * journal/prune.h
 *		Cutting the oldest entries off the journal.
 *
 * All functions run as the extension's owner with a pinned search_path.
 */
#ifndef SG_JOURNAL_PRUNE_H
#define SG_JOURNAL_PRUNE_H

#include "utils/timestamp.h"

/* where the journal was cut; journal_id is 0 if it is complete */
typedef struct SgJournalAnchor
{
	int64		journal_id;		/* the last entry that was cut */
	TimestampTz last_changed_at;	/* of that entry */
} SgJournalAnchor;

extern int64 sg_prune_last_before(TimestampTz time);
extern uint64 sg_prune_journal(int64 last);
extern void sg_prune_anchor(SgJournalAnchor *anchor);

#endif							/* SG_JOURNAL_PRUNE_H */
