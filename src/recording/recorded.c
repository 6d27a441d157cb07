/*
 * recording/recorded.c
 *		Recordings as they are stored.
 *
 * A recording is a row of recorded_release and the items in recorded_item: the
 * leaves of the contract, each once, whoever found it.  An item that can have only
 * one value, such as the type of a column, has the one that was seen last.
 *
 * Writers are transactions that do nothing else (support/idle.c).  They write the
 * row of the recording first, so they take turns, and wait for each other for about
 * a millisecond.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"

#include "format/digest.h"
#include "recording/recorded.h"
#include "state/digest_column.h"
#include "support/spi.h"
#include "support/table.h"
#include "support/text.h"

/* everybody may record, so there are limits: recordings; items of one, and their bytes */
#define MAX_RECORDINGS 100
#define MAX_ITEMS 50000
#define MAX_BYTES (16 * 1024 * 1024)
#define STRING(x) #x
#define VALUE(x) STRING(x)

/*
 * Computes the digest by which the leaf is found: over its place, and its value if
 * there can be several in that place.
 */
void
sg_recorded_digest(const SgOutlineLeaf *leaf, SgDigest *digest)
{
	StringInfoData buf;
	ListCell   *cell;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, leaf->kind);
	foreach(cell, leaf->path)
		appendBinaryStringInfo(&buf, lfirst(cell), (int) strlen(lfirst(cell)) + 1);
	if (leaf->kind == SG_OUTLINE_ELEMENT)
		appendStringInfoString(&buf, leaf->json);
	sg_digest_sha256(buf.data, buf.len, digest);
	pfree(buf.data);
}

static Datum
path_datum(const List *path)
{
	Datum	   *keys = palloc(sizeof(Datum) * Max(list_length(path), 1));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, path)
		keys[count++] = CStringGetTextDatum(sg_text_escape(lfirst(cell), SG_TEXT_PLAIN));
	return PointerGetDatum(construct_array(keys, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static void
add_counts(const char *application, const char *version, const SgRecordedCounts *counts)
{
	static const Oid types[] = {TEXTOID, TEXTOID, INT8OID, INT8OID, INT8OID};
	Datum		values[] = {
		sg_text_datum(application),
		sg_text_datum(version),
		Int64GetDatum(counts->sessions),
		Int64GetDatum(counts->late_sessions),
		Int64GetDatum(counts->statements)
	};

	if (sg_spi_modify("UPDATE schema_guard.recorded_release SET sessions = sessions + $3,"
					  "       sessions_before = sessions_before + $4, statements = statements + $5"
					  " WHERE application = $1 AND version = $2", 5, types, values, NULL) > 0)
		return;
	if (sg_spi_modify("INSERT INTO schema_guard.recorded_release AS r"
					  "       (application, version, sessions, sessions_before, statements)"
					  " SELECT $1, $2, $3, $4, $5"
					  "  WHERE (SELECT count(*) FROM schema_guard.recorded_release) < " VALUE(MAX_RECORDINGS)
					  " ON CONFLICT (application, version) DO UPDATE"
					  " SET sessions = r.sessions + excluded.sessions,"
					  "     sessions_before = r.sessions_before + excluded.sessions_before,"
					  "     statements = r.statements + excluded.statements", 5, types, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there are %d recordings, which is as many as there can be", MAX_RECORDINGS),
				 errhint("Remove those that nobody needs: SELECT schema_guard.forget_recorded(application, version) FROM schema_guard.recordings.")));
}

/* Measures a recording, whose row is locked. */
static void
measure(const Datum *names, int64 *items, int64 *bytes)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	bool		isnull;

	(void) sg_spi_query("SELECT count(*), coalesce(sum(pg_column_size(path) + octet_length(value)), 0)::bigint"
						"  FROM schema_guard.recorded_item WHERE application = $1 AND version = $2",
						2, types, names, NULL);
	*items = DatumGetInt64(sg_spi_value(0, 1, &isnull));
	*bytes = DatumGetInt64(sg_spi_value(0, 2, &isnull));
}

/* Adds the items, which are sorted by their digests.  Returns false if there is no room for all. */
static bool
add_items(Datum *values, SgRecordedItem **items, int nitems)
{
	static const Oid types[] = {TEXTOID, TEXTOID, BYTEAOID, TEXTARRAYOID, CHAROID, TEXTOID};
	int64		count;
	int64		bytes;

	measure(values, &count, &bytes);
	for (int i = 0; i < nitems; i++)
	{
		const SgOutlineLeaf *leaf = &items[i]->leaf;

		values[2] = sg_digest_datum(&items[i]->digest);
		values[3] = path_datum(leaf->path);
		values[4] = CharGetDatum((char) leaf->kind);
		values[5] = CStringGetTextDatum(leaf->json == NULL ? "" : sg_text_escape(leaf->json, SG_TEXT_JSON));
		bytes += (int64) VARSIZE(DatumGetPointer(values[3])) + (int64) VARSIZE(DatumGetPointer(values[5]));
		if (count >= MAX_ITEMS || bytes > MAX_BYTES)
			return false;
		count += (int64) sg_spi_modify("INSERT INTO schema_guard.recorded_item AS i"
									   "       (application, version, digest, path, kind, value)"
									   " VALUES ($1, $2, $3, $4, $5, $6)"
									   " ON CONFLICT (application, version, digest) DO UPDATE"
									   " SET value = excluded.value WHERE i.value <> excluded.value",
									   6, types, values, NULL);
	}
	return true;
}

/*
 * Adds what a session has recorded.  Returns false if there was no room for all of
 * it, and marks the recording as incomplete.
 */
bool
sg_recorded_add(const char *application, const char *version, const SgRecordedCounts *counts,
				SgRecordedItem **items, int nitems)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	Datum		values[6] = {sg_text_datum(application), sg_text_datum(version)};
	bool		complete;

	sg_spi_connect();
	add_counts(application, version, counts);
	complete = add_items(values, items, nitems);
	if (!complete)
		(void) sg_spi_modify("UPDATE schema_guard.recorded_release SET complete = false"
							 " WHERE application = $1 AND version = $2 AND complete", 2, types, values, NULL);
	sg_spi_finish();
	return complete;
}

static char *
text_at(MemoryContext context, uint64 row, int column)
{
	char	   *text = sg_spi_text(row, column);

	return text == NULL ? pstrdup("") : MemoryContextStrdup(context, text);
}

/* The item of a row of path, kind, value, in this memory context. */
static SgOutlineLeaf
leaf_at(MemoryContext context, uint64 row)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	SgOutlineLeaf leaf = {NIL, (SgOutlineKind) text_at(context, row, 2)[0], sg_text_unescape(text_at(context, row, 3), SG_TEXT_JSON)};
	bool		isnull;
	Datum	   *keys;
	bool	   *nulls;
	int			count;

	deconstruct_array(DatumGetArrayTypeP(sg_spi_value(row, 1, &isnull)), TEXTOID, -1, false, TYPALIGN_INT,
					  &keys, &nulls, &count);
	for (int i = 0; i < count; i++)
		leaf.path = lappend(leaf.path, nulls[i] ? pstrdup("") : sg_text_unescape(TextDatumGetCString(keys[i]), SG_TEXT_PLAIN));
	MemoryContextSwitchTo(old);
	return leaf;
}

/*
 * Adds what is recorded to the contract, in the current memory context, and fills in the
 * counts.  Returns false if there is no such recording.
 */
bool
sg_recorded_read(const char *application, const char *version, SgRecordedCounts *counts,
				 SgOutline *contract)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	MemoryContext context = CurrentMemoryContext;
	Datum		values[] = {sg_text_datum(application), sg_text_datum(version)};
	bool		isnull;
	bool		found;

	sg_spi_connect();
	found = sg_spi_query("SELECT sessions, sessions_before, statements, complete"
						 "  FROM schema_guard.recorded_release WHERE application = $1 AND version = $2",
						 2, types, values, NULL) > 0;
	if (found)
	{
		counts->sessions = DatumGetInt64(sg_spi_value(0, 1, &isnull));
		counts->late_sessions = DatumGetInt64(sg_spi_value(0, 2, &isnull));
		counts->statements = DatumGetInt64(sg_spi_value(0, 3, &isnull));
		counts->complete = DatumGetBool(sg_spi_value(0, 4, &isnull));
		(void) sg_spi_query("SELECT path, kind, value FROM schema_guard.recorded_item"
							" WHERE application = $1 AND version = $2", 2, types, values, NULL);
	}
	for (uint64 row = 0; found && row < SPI_processed; row++)
	{
		SgOutlineLeaf leaf = leaf_at(context, row);
		MemoryContext spi = MemoryContextSwitchTo(context);

		sg_outline_add_leaf(contract, &leaf);
		MemoryContextSwitchTo(spi);
	}
	sg_spi_finish();
	return found;
}

/* Returns the table whose invalidation tells sessions that a recording starts over, or InvalidOid. */
Oid
sg_recorded_signal(void)
{
	return sg_table_relid("recorded_release");
}

/*
 * Removes a recording, and has sessions record again what they have seen.  Returns
 * false if there is none.
 */
bool
sg_recorded_forget(const char *application, const char *version)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	Datum		values[] = {sg_text_datum(application), sg_text_datum(version)};
	bool		found;

	sg_spi_connect();
	found = sg_spi_modify("DELETE FROM schema_guard.recorded_release WHERE application = $1 AND version = $2",
						  2, types, values, NULL) > 0;
	(void) sg_spi_modify("DELETE FROM schema_guard.recorded_item WHERE application = $1 AND version = $2",
						 2, types, values, NULL);
	sg_spi_finish();
	CacheInvalidateRelcacheByRelid(sg_recorded_signal());
	return found;
}
