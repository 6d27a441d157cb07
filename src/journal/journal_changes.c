/*
 * journal/journal_changes.c
 *		Reading the changes that the journal's entries list.
 *
 * An entry's "changes" are a JSON array with an object for each row that diff()
 * would return.  Whatever is not of that form was not written by us, and is
 * ignored.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "journal/journal.h"
#include "journal/journal_changes.h"
#include "journal/journal_identity.h"
#include "support/array.h"
#include "support/spi.h"
#include "support/text.h"

#define COMMON_COLUMNS \
	"j.journal_id, j.changed_at, j.changed_by, j.session_role, j.application_name, j.verdict, j.window_id," \
	" c ->> 'change', c ->> 'object_type', c ->> 'object_identity', c ->> 'attribute'"

#define IS_OF_IDENTITY \
	"(c ->> 'object_identity' = $1" \
	" OR c ->> 'attribute' IS NULL AND c ->> 'change' = 'renamed' AND c ->> 'before' = $1)"

/* of the entries that journal_identity leads to */
#define CHANGES_IN_SQL \
	"SELECT " COMMON_COLUMNS ", c ->> 'before', c ->> 'after'" \
	"  FROM schema_guard.journal_entry j," \
	"       LATERAL jsonb_array_elements(CASE jsonb_typeof(j.changes) WHEN 'array' THEN j.changes END) c" \
	" WHERE j.journal_id = ANY ($2) AND " IS_OF_IDENTITY \
	" ORDER BY j.journal_id DESC"

/* of all entries, before 1.1 */
#define CHANGES_OF_SQL \
	"SELECT " COMMON_COLUMNS ", c ->> 'before', c ->> 'after'" \
	"  FROM schema_guard.journal_entry j," \
	"       LATERAL jsonb_array_elements(j.changes) c" \
	" WHERE jsonb_typeof(j.changes) = 'array'" \
	"   AND (j.changes @> jsonb_build_array(jsonb_build_object('object_identity', $1))" \
	"        OR j.changes @> jsonb_build_array(jsonb_build_object('before', $1)))" \
	"   AND " IS_OF_IDENTITY \
	" ORDER BY j.journal_id DESC LIMIT 10000"

/* these can be many, so the only definitions that are read are those that contain names */
#define CHANGES_SINCE_SQL \
	"SELECT " COMMON_COLUMNS ", CASE WHEN c ->> 'change' = 'renamed' THEN c ->> 'before' END, NULL::text" \
	"  FROM schema_guard.journal_entry j," \
	"       LATERAL jsonb_array_elements(CASE jsonb_typeof(j.changes) WHEN 'array' THEN j.changes END) c" \
	" WHERE j.verdict <> '" SG_OUTCOME_SCOPE "'" \
	"   AND j.journal_id > coalesce((SELECT max(k.journal_id) FROM schema_guard.journal_entry k" \
	"                                 WHERE k.fingerprint_after = $1), 0)" \
	" ORDER BY j.journal_id DESC LIMIT 100000"

/*
 * Only the newest entries, and only the beginning of definitions, which says what a
 * column is.  Names are not cut.
 */
#define CHANGES_AFTER_SQL \
	"SELECT " COMMON_COLUMNS "," \
	"       CASE WHEN c ->> 'change' = 'renamed' THEN c ->> 'before' ELSE left(c ->> 'before', 1000) END," \
	"       CASE WHEN c ->> 'change' = 'renamed' THEN c ->> 'after' ELSE left(c ->> 'after', 1000) END" \
	"  FROM (SELECT * FROM schema_guard.journal_entry ORDER BY journal_id DESC LIMIT 500) j," \
	"       LATERAL jsonb_array_elements(CASE jsonb_typeof(j.changes) WHEN 'array' THEN j.changes END) c" \
	" WHERE j.verdict <> '" SG_OUTCOME_SCOPE "' AND j.journal_id > $1 AND j.changed_at >= $2" \
	" ORDER BY j.journal_id DESC LIMIT 2000"

/*
 * how many entries are read at first, at once, and in total: usually one of the newest
 * is the right one
 */
#define MIN_ENTRIES 16
#define MAX_ENTRIES 1024
#define MAX_ENTRIES_READ 10000

/* the columns of all of them */
enum
{
	COL_ID = 1,
	COL_TIME,
	COL_ROLE,
	COL_SESSION_ROLE,
	COL_APPLICATION,
	COL_OUTCOME,
	COL_WINDOW,
	COL_CHANGE,
	COL_TYPE,
	COL_IDENTITY,
	COL_ATTRIBUTE,
	COL_BEFORE,
	COL_AFTER
};

static bool
parse_kind(const char *name, SgChangeKind *kind)
{
	for (*kind = SG_ADDED; name != NULL && *kind <= SG_RENAMED; (*kind)++)
	{
		if (strcmp(sg_change_kind_name(*kind), name) == 0)
			return true;
	}
	return false;
}

static void
read_entry(uint64 row, SgAttribution *entry)
{
	const char *outcome = sg_spi_text(row, COL_OUTCOME);
	bool		isnull;
	Datum		window = sg_spi_value(row, COL_WINDOW, &isnull);

	entry->window_id = isnull ? 0 : DatumGetInt64(window);
	entry->journal_id = DatumGetInt64(sg_spi_value(row, COL_ID, &isnull));
	entry->changed_at = DatumGetTimestampTz(sg_spi_value(row, COL_TIME, &isnull));
	entry->changed_by = sg_spi_text(row, COL_ROLE);
	entry->session_role = sg_spi_text(row, COL_SESSION_ROLE);
	entry->application_name = sg_spi_text(row, COL_APPLICATION);
	entry->outcome = outcome == NULL ? "" : outcome;
}

/* Reads a row into the current memory context; returns false if it is no change. */
static bool
read_change(uint64 row, SgJournalChange *change)
{
	memset(change, 0, sizeof(*change));
	change->type = sg_spi_text(row, COL_TYPE);
	change->identity = sg_spi_text(row, COL_IDENTITY);
	if (!parse_kind(sg_spi_text(row, COL_CHANGE), &change->kind) || change->type == NULL ||
		change->identity == NULL)
		return false;
	change->attribute = sg_spi_text(row, COL_ATTRIBUTE);
	change->before = sg_spi_text(row, COL_BEFORE);
	change->after = sg_spi_text(row, COL_AFTER);
	if (change->kind == SG_RENAMED && change->before == NULL)
		return false;
	read_entry(row, &change->entry);
	return true;
}

static void
query_changes(const char *sql, int nargs, const Oid *types, const Datum *values,
			  SgJournalChanges *result)
{
	MemoryContext caller = CurrentMemoryContext;
	uint64		rows;

	sg_spi_connect();
	rows = sg_spi_query(sql, nargs, types, values, NULL);
	MemoryContextSwitchTo(caller);
	result->changes = palloc_extended(sizeof(SgJournalChange) * Max(rows, 1), MCXT_ALLOC_HUGE);
	result->count = 0;
	for (uint64 row = 0; row < rows; row++)
	{
		CHECK_FOR_INTERRUPTS();
		if (read_change(row, &result->changes[result->count]))
			result->count++;
	}
	sg_spi_finish();
	MemoryContextSwitchTo(caller);
}

/*
 * Reads older changes of the objects that have the identity, or had it before a
 * rename; the newest at first.  What was read may contain none even if there are
 * older ones; false means that there are no more.
 */
bool
sg_journal_changes_next(const char *identity, SgJournalChanges *result)
{
	static const Oid types[] = {TEXTOID, INT8ARRAYOID};
	Datum		values[2] = {sg_text_datum(identity)};
	int			size = Min(Max(result->nread, MIN_ENTRIES), MAX_ENTRIES);
	int64	   *ids;
	int			count;

	if (result->ended)
		return false;
	if (!sg_journal_identity_exists())
	{
		query_changes(CHANGES_OF_SQL, 1, types, values, result);
		result->ended = true;
		return true;
	}
	ids = palloc(sizeof(int64) * size);
	count = sg_journal_identity_find(identity, result->nread == 0 ? PG_INT64_MAX : result->oldest, ids, size);
	result->count = 0;
	result->nread += count;
	result->ended = count < size || result->nread >= MAX_ENTRIES_READ;
	if (count > 0)
	{
		result->oldest = ids[count - 1];
		values[1] = sg_array_of_int8(ids, count);
		query_changes(CHANGES_IN_SQL, 2, types, values, result);
	}
	pfree(ids);
	return true;
}

/*
 * Finds the last entry that led to the state, and the newest entry; 0 if there is
 * none.
 */
void
sg_journal_changes_bounds(const char *fingerprint, int64 *since, int64 *newest)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(fingerprint);
	bool		isnull;

	sg_spi_connect();
	(void) sg_spi_query("SELECT (SELECT max(journal_id) FROM schema_guard.journal_entry"
						"         WHERE fingerprint_after = $1),"
						"       (SELECT max(journal_id) FROM schema_guard.journal_entry)",
						1, types, &value, NULL);
	*since = DatumGetInt64(sg_spi_value(0, 1, &isnull));
	if (isnull)
		*since = 0;
	*newest = DatumGetInt64(sg_spi_value(0, 2, &isnull));
	if (isnull)
		*newest = 0;
	sg_spi_finish();
}

/*
 * Reads all changes since the database was last in the state.  They have no
 * definitions; "before" is set for what was renamed.
 */
void
sg_journal_changes_since(const char *fingerprint, SgJournalChanges *result)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = sg_text_datum(fingerprint);

	query_changes(CHANGES_SINCE_SQL, 1, types, &value, result);
}

/*
 * Reads the changes of the entries with a higher number, as far back as "since", as
 * far as that helps to explain an error: if there are many, the newest; of long
 * definitions, the beginning.
 */
void
sg_journal_changes_after(int64 journal_id, TimestampTz since, SgJournalChanges *result)
{
	static const Oid types[] = {INT8OID, TIMESTAMPTZOID};
	Datum		values[] = {Int64GetDatum(journal_id), TimestampTzGetDatum(since)};

	query_changes(CHANGES_AFTER_SQL, 2, types, values, result);
}
