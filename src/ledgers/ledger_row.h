/*
 * ledgers/ledger_row.h
 *		The rows of a ledger, as its tool understands them.
 */
#ifndef SG_LEDGERS_LEDGER_ROW_H
#define SG_LEDGERS_LEDGER_ROW_H

#include "ledgers/ledger_layout.h"

typedef enum SgLedgerState
{
	SG_LEDGER_APPLIED,
	SG_LEDGER_BASELINE,			/* so are all older migrations, which have no rows */
	SG_LEDGER_FAILED,			/* or not finished: "problem" says what */
	SG_LEDGER_UNDONE,			/* the row says that it is not applied any more */
	SG_LEDGER_NO_MIGRATION		/* the row is about something else */
} SgLedgerState;

/* what is read of a row; the texts are palloc'd or constants */
typedef struct SgLedgerRow
{
	const char *version;
	const char *key;			/* see sg_ledger_version_key() */
	const char *checksum;		/* or NULL */
	const char *name;			/* for people, or NULL */
	SgLedgerState state;
	const char *problem;		/* or NULL */
	int64		sequence;		/* the order of the rows */
	int64		duration;		/* in microseconds; -1: not told */
	bool		own;			/* this transaction has written it */
} SgLedgerRow;

/* the texts of a row's columns, as the layout lists them; NULL: null, not there or not read */
typedef struct SgLedgerValues
{
	const char *texts[SG_LEDGER_MAX_COLUMNS];
} SgLedgerValues;

extern void sg_ledger_row_interpret(const SgLedgerLayout *layout, const SgLedgerValues *values,
									SgLedgerRow *row);
extern char *sg_ledger_row_title(const SgLedgerLayout *layout, const char *version, const char *name);

#endif							/* SG_LEDGERS_LEDGER_ROW_H */
