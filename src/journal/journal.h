/*
 * journal/journal.h
 *		The journal: a row for each committed transaction that changed the
 *		described schema.
 *
 * All functions run as the extension's owner (sg_owner_enter) and connect to
 * SPI themselves.
 */
#ifndef SG_JOURNAL_JOURNAL_H
#define SG_JOURNAL_JOURNAL_H

#include "access/htup.h"
#include "datatype/timestamp.h"
#include "utils/relcache.h"

#include "state/delta.h"
#include "support/settings.h"

/* verdicts of entries that nobody judged; the others are sg_judge_reason_name's */
#define SG_OUTCOME_WARNED "warned"	/* mode warn: committed with a WARNING */
#define SG_OUTCOME_BASELINE "baseline"	/* the first state, or the first after a restore */
#define SG_OUTCOME_SCOPE "scope"	/* the schema is the same, the scope another */
#define SG_OUTCOME_UNOBSERVED "unobserved"	/* found afterwards, author unknown */

/* and of entries that leave the schema unchanged: see gate/ledgers.c */
#define SG_OUTCOME_STAMPED "stamped"
#define SG_OUTCOME_RECORDED "recorded"
#define SG_OUTCOME_FOUND "found"

typedef struct SgJournalEntry
{
	const char *outcome;		/* one of these, or a judgement's reason: sg_judge_reason_name() */
	SgMode		mode;
	const char *reason;			/* the bypass's or the window's, or NULL */
	int64		window_id;		/* 0: none */
	bool		anonymous;		/* not made by this session */
	const char *role;			/* who changed: as SET ROLE had it, or NULL */
	const char *release;		/* as declared, or NULL */
	const List *statements;		/* of char * */
	TimestampTz changed_at;		/* 0: now */
	const List *migrations;		/* of SgLedgerChange *: its changes in ledgers */
	const int64 *led_by;		/* earlier entries that changed the schema for them */
	int			nled_by;
	bool		alone;			/* this entry has not: it is only about ledgers */
} SgJournalEntry;

extern int64 sg_journal_write(const SgJournalEntry *entry, const SgDelta *delta);
extern void sg_journal_note_row(Relation rel, HeapTuple tuple);
extern bool sg_journal_ends_with(const char *fingerprint);

#endif							/* SG_JOURNAL_JOURNAL_H */
