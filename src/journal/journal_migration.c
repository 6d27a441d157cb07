/*
 * journal/journal_migration.c
 *		The rows of ledgers that entries of the journal have changed.
 *
 * A row of schema_guard.journal_migration is about one row of a ledger: how which
 * entry changed it, and which entries changed the schema for it ("led_by").  The
 * chain covers the rows: docs/journal.md has the text.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "journal/journal_migration.h"
#include "ledgers/ledger_change.h"
#include "support/spi.h"
#include "support/text.h"

/* begins the part of a chained text that is about a row; no object type has this name */
#define CHAIN_MARK "ledger"

static Datum
led_by_datum(const SgJournalEntry *entry, int64 journal_id)
{
	Datum	   *ids = palloc(sizeof(Datum) * (entry->nled_by + 1));
	int			count = 0;

	for (; count < entry->nled_by; count++)
		ids[count] = Int64GetDatum(entry->led_by[count]);
	if (!entry->alone && !entry->anonymous)
		ids[count++] = Int64GetDatum(journal_id);
	return PointerGetDatum(construct_array(ids, count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static char *
led_by_text(const SgJournalEntry *entry, int64 journal_id)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < entry->nled_by; i++)
		appendStringInfo(&text, "%s" INT64_FORMAT, text.len > 0 ? "," : "", entry->led_by[i]);
	if (!entry->alone && !entry->anonymous)
		appendStringInfo(&text, "%s" INT64_FORMAT, text.len > 0 ? "," : "", journal_id);
	return psprintf("{%s}", text.data);
}

static void
insert_row(int64 journal_id, int n, const SgJournalEntry *entry, const SgLedgerChange *change)
{
	static const Oid types[] = {INT8OID, INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
	TEXTOID, TEXTOID, INT8ARRAYOID, INT8OID};
	Datum		values[] = {
		Int64GetDatum(journal_id),
		Int32GetDatum(n),
		CStringGetTextDatum(sg_ledger_change_name(change->kind)),
		sg_text_datum(change->tool),
		sg_text_datum(change->table),
		sg_text_datum(change->version),
		change->checksum == NULL ? (Datum) 0 : sg_text_datum(change->checksum),
		sg_text_datum(change->title),
		sg_text_datum(change->state),
		led_by_datum(entry, journal_id),
		Int64GetDatum(change->duration)
	};
	char		nulls[] = "           ";

	if (change->checksum == NULL)
		nulls[6] = 'n';
	if (change->duration < 0)
		nulls[10] = 'n';
	(void) sg_spi_modify("INSERT INTO schema_guard.journal_migration (journal_id, n, change, tool, ledger, version,"
						 " checksum, title, state, led_by, took_us)"
						 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
						 lengthof(types), types, values, nulls);
}

/*
 * Writes the entry's changes of ledgers; returns the texts to be chained: a List of
 * char *, NULL for a null.
 */
List *
sg_journal_migration_write(int64 journal_id, const SgJournalEntry *entry)
{
	List	   *texts = NIL;
	ListCell   *lc;
	int			n = 0;

	if (entry->migrations == NIL)
		return NIL;
	foreach(lc, entry->migrations)
	{
		const SgLedgerChange *change = lfirst(lc);

		texts = lappend(texts, CHAIN_MARK);
		texts = lappend(texts, unconstify(char *, sg_ledger_change_name(change->kind)));
		texts = lappend(texts, unconstify(char *, change->tool));
		texts = lappend(texts, unconstify(char *, change->table));
		texts = lappend(texts, unconstify(char *, change->version));
		texts = lappend(texts, unconstify(char *, change->checksum));
		texts = lappend(texts, unconstify(char *, change->title));
		texts = lappend(texts, unconstify(char *, change->state));
		texts = lappend(texts, led_by_text(entry, journal_id));
		texts = lappend(texts, change->duration < 0 ? NULL : psprintf(INT64_FORMAT, change->duration));
	}
	sg_spi_connect();
	foreach(lc, entry->migrations)
		insert_row(journal_id, ++n, entry, lfirst(lc));
	sg_spi_finish();
	return texts;
}

/*
 * Returns the migrations that an entry changed the schema for, as 0005_order_notes
 * (sqlx); or NULL.
 */
char *
sg_journal_migration_of(int64 journal_id)
{
	static const Oid types[] = {INT8OID};
	Datum		values[] = {Int64GetDatum(journal_id)};

	return sg_spi_fetch_text("SELECT string_agg(DISTINCT m.title || ' (' || m.tool || ')', ', ')"
							 "  FROM schema_guard.journal_migration m"
							 " WHERE m.led_by @> ARRAY[$1] AND m.change <> 'removed' HAVING count(*) > 0",
							 lengthof(types), types, values);
}
