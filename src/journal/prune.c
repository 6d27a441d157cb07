/*
 * journal/prune.c
 *		Cutting the oldest entries off the journal.
 *
 * One row replaces them, the anchor: the number and chain digest of the last of
 * them, and the state that it led to.  The first entry that is left is chained to
 * it, so that the chain can still be verified from there on.
 *
 * What other parts need to know of entries that are cut is kept: which states they
 * led to, if a snapshot has them (a path's states are snapshots, too), because the
 * way back to an approved schema that the database once had is always allowed; and
 * how many changes used a window.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"

#include "journal/prune.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

/* tables with rows of entries; the entries themselves come last */
static const char *const parts_sql[] = {
	"DELETE FROM schema_guard.journal_object WHERE journal_id <= $1",
	"DELETE FROM schema_guard.journal_migration WHERE journal_id <= $1",
	"DELETE FROM schema_guard.journal_identity WHERE journal_id <= $1",
	"DELETE FROM schema_guard.migration_finding WHERE journal_id <= $1"
};

static const char states_sql[] =
"INSERT INTO schema_guard.journal_state AS s (fingerprint, journal_id, reached_at)"
	" SELECT fingerprint_after, max(journal_id), min(changed_at) FROM schema_guard.journal_entry"
	" WHERE journal_id <= $1 AND fingerprint_after IN (SELECT fingerprint FROM schema_guard.snapshot)"
	" GROUP BY fingerprint_after"
	" ON CONFLICT (fingerprint) DO UPDATE SET journal_id = excluded.journal_id,"
	" reached_at = least(s.reached_at, excluded.reached_at)";

static const char windows_sql[] =
"INSERT INTO schema_guard.journal_window AS w (window_id, changes)"
	" SELECT window_id, count(*) FROM schema_guard.journal_entry"
	" WHERE journal_id <= $1 AND window_id IS NOT NULL GROUP BY window_id"
	" ON CONFLICT (window_id) DO UPDATE SET changes = w.changes + excluded.changes";

/* $2: who cuts */
static const char anchor_sql[] =
"INSERT INTO schema_guard.journal_anchor AS a"
	" (journal_id, chain, fingerprint_after, first_changed_at, last_changed_at, cut_at, cut_by)"
	" SELECT l.journal_id, l.chain, l.fingerprint_after, f.changed_at, l.changed_at, clock_timestamp(), $2"
	" FROM schema_guard.journal_entry l,"
	" (SELECT changed_at FROM schema_guard.journal_entry ORDER BY journal_id LIMIT 1) f"
	" WHERE l.journal_id = $1"
	" ON CONFLICT (only_row) DO UPDATE SET journal_id = excluded.journal_id, chain = excluded.chain,"
	" fingerprint_after = excluded.fingerprint_after, last_changed_at = excluded.last_changed_at,"
	" cut_at = excluded.cut_at, cut_by = excluded.cut_by";

static int64
fetch_number(const char *sql, int nargs, const Oid *types, const Datum *values)
{
	const char *number = sg_spi_fetch_text(sql, nargs, types, values);

	return number == NULL ? 0 : strtoll(number, NULL, 10);
}

/*
 * Returns the number of the last entry that, like all before it, is older than that
 * time; 0 if there is none.  Never the newest one, because the next entry is chained
 * to it.
 */
int64
sg_prune_last_before(TimestampTz time)
{
	static const Oid types[] = {TIMESTAMPTZOID};
	Datum		value = TimestampTzGetDatum(time);

	return fetch_number("SELECT least((SELECT min(journal_id) FROM schema_guard.journal_entry"
						"   WHERE changed_at >= $1),"
						"  (SELECT max(journal_id) FROM schema_guard.journal_entry)) - 1"
						" FROM schema_guard.journal_entry LIMIT 1",
						1, types, &value);
}

/*
 * Cuts the entries up to that one, if there are any; returns how many.  Call under the
 * publish lock.
 */
uint64
sg_prune_journal(int64 last)
{
	static const Oid types[] = {INT8OID, TEXTOID};
	Datum		values[2];

	values[0] = Int64GetDatum(last);
	if (!sg_spi_exists("SELECT FROM schema_guard.journal_entry WHERE journal_id <= $1 LIMIT 1",
					   1, types, values))
		return 0;
	values[1] = sg_text_datum(GetUserNameFromId(GetSessionUserId(), false));
	(void) sg_spi_execute(states_sql, 1, types, values, NULL);
	(void) sg_spi_execute(windows_sql, 1, types, values, NULL);
	if (sg_spi_execute(anchor_sql, 2, types, values, NULL) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("journal entry " INT64_FORMAT " is missing", last),
				 errhint("SELECT * FROM schema_guard.verify_journal() says what is wrong.")));
	for (int i = 0; i < lengthof(parts_sql); i++)
		(void) sg_spi_execute(parts_sql[i], 1, types, values, NULL);
	return sg_spi_execute("DELETE FROM schema_guard.journal_entry WHERE journal_id <= $1",
						  1, types, values, NULL);
}

/* Reads a row of the anchor into a SgJournalAnchor. */
static void
read_anchor(uint64 row, void *arg)
{
	SgJournalAnchor *anchor = arg;
	bool		isnull;

	anchor->journal_id = DatumGetInt64(sg_spi_value(row, 1, &isnull));
	anchor->last_changed_at = DatumGetTimestampTz(sg_spi_value(row, 2, &isnull));
}

/* Reads where the journal was cut; before 1.1 it is complete. */
void
sg_prune_anchor(SgJournalAnchor *anchor)
{
	memset(anchor, 0, sizeof(*anchor));
	if (OidIsValid(sg_table_relid("journal_anchor")))
		(void) sg_spi_read("SELECT journal_id, last_changed_at FROM schema_guard.journal_anchor",
						   0, NULL, NULL, read_anchor, anchor);
}
