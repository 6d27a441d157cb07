/*
 * ledgers/ledger_change.h
 *		What has changed in a ledger since it was seen last.
 *
 * All functions run as the extension's owner with a pinned search_path, outside
 * of an SPI connection.
 */
#ifndef SG_LEDGERS_LEDGER_CHANGE_H
#define SG_LEDGERS_LEDGER_CHANGE_H

#include "nodes/pg_list.h"

typedef enum SgLedgerChangeKind
{
	SG_LEDGER_ROW_ADDED,
	SG_LEDGER_ROW_CHANGED,
	SG_LEDGER_ROW_REMOVED
} SgLedgerChangeKind;

typedef struct SgLedgerChange
{
	SgLedgerChangeKind kind;
	bool		own;			/* this transaction has made it */
	bool		known;			/* the ledger was seen before */
	bool		applied;		/* the migration is applied now */
	const char *tool;
	const char *table;
	const char *version;
	const char *checksum;		/* or NULL */
	const char *title;			/* the migration's name for people */
	const char *state;			/* "applied", or what is wrong */
	int64		duration;		/* in microseconds, as the tool has it; -1: unknown */
} SgLedgerChange;

extern const char *sg_ledger_change_name(SgLedgerChangeKind kind);
extern List *sg_ledger_changes(Oid relid);
extern void sg_ledger_changes_seen(const List *changes);
extern List *sg_ledger_change_seen_tables(void);

#endif							/* SG_LEDGERS_LEDGER_CHANGE_H */
