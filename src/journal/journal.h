/*
 * journal/journal.h
 *		The journal: a row for each committed transaction that changed the
 *		described schema, and the way back to the states it passed through.
 *
 * All functions run as the extension's owner (sg_guard_enter) and connect to
 * SPI themselves.
 */
#ifndef SG_JOURNAL_JOURNAL_H
#define SG_JOURNAL_JOURNAL_H

#include "format/digest.h"
#include "state/delta.h"
#include "support/settings.h"

/* verdicts of entries that nobody judged; the others are sg_reason_name's */
#define SG_VERDICT_WARNED "warned"	/* mode warn: committed with a WARNING */
#define SG_VERDICT_BASELINE "baseline"	/* the first state, or the first after a restore */
#define SG_VERDICT_SCOPE "scope"	/* the schema is the same, the scope another */
#define SG_VERDICT_UNOBSERVED "unobserved"	/* found afterwards, author unknown */

typedef struct SgJournalEntry
{
	const char *verdict;
	SgMode		mode;
	const char *reason;			/* the bypass's or the window's, or NULL */
	int64		window_id;		/* 0: none */
	bool		anonymous;		/* not this session's doing */
	const char *role;			/* who changed: as SET ROLE had it, or NULL */
	const char *release;		/* as declared, or NULL */
	const List *statements;		/* of char * */
} SgJournalEntry;

extern int64 sg_journal_write(const SgJournalEntry *entry, const SgLiveDelta *delta);
extern bool sg_journal_ends_with(const char *fingerprint);
extern bool sg_journal_state(const char *fingerprint, SgDigestSet *set);

#endif							/* SG_JOURNAL_JOURNAL_H */
