/*
 * journal/journal_changes.h
 *		Reading the changes that the journal's entries list.
 *
 * All functions run as the extension's owner with a pinned search_path, outside
 * of an SPI connection, and leave their results in the caller's memory context.
 */
#ifndef SG_JOURNAL_JOURNAL_CHANGES_H
#define SG_JOURNAL_JOURNAL_CHANGES_H

#include "utils/timestamp.h"

#include "format/diff.h"

/* an entry of the journal in short: who changed the schema, and when */
typedef struct SgAttribution
{
	int64		journal_id;
	TimestampTz changed_at;		/* of an unobserved change: when it was noticed */
	const char *changed_by;		/* NULL: not known */
	const char *session_role;	/* NULL: not known */
	const char *application_name;	/* likewise */
	const char *outcome;
	int64		window_id;		/* 0: none */
} SgAttribution;

/* one change of an entry, as diff() says it */
typedef struct SgJournalChange
{
	SgAttribution entry;
	SgChangeKind kind;
	const char *type;
	const char *identity;
	const char *attribute;		/* NULL: the object as a whole */
	const char *before;			/* or NULL */
	const char *after;			/* or NULL */
} SgJournalChange;

/* several of them, the newest first */
typedef struct SgJournalChanges
{
	int			count;
	SgJournalChange *changes;

	/* where sg_journal_changes_next() is; begin with zeros */
	int64		oldest;			/* the entry read last */
	int			nread;			/* entries read so far */
	bool		ended;
} SgJournalChanges;

extern bool sg_journal_changes_next(const char *identity, SgJournalChanges *result);
extern void sg_journal_changes_bounds(const char *fingerprint, int64 *since, int64 *newest);
extern void sg_journal_changes_since(const char *fingerprint, SgJournalChanges *result);
extern void sg_journal_changes_after(int64 journal_id, TimestampTz since, SgJournalChanges *result);

#endif							/* SG_JOURNAL_JOURNAL_CHANGES_H */
