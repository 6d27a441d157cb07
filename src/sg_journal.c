/*
 * sg_journal.c
 *		Writing the journal, and going back to a state in it.
 *
 * An entry says what changed in two ways: "changes" for people and for
 * diagnosis, with before and after of every item; and journal_object, the
 * digests that came and went, which is enough to rebuild any state that the
 * journal passed through: start from the live state and undo entry by entry.
 * Entries are written under the publish lock (sg_live.c), so that their
 * numbers are in the order of the states.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "sg_array.h"
#include "sg_diff.h"
#include "sg_errors.h"
#include "sg_journal.h"
#include "sg_settings.h"
#include "sg_spi.h"
#include "utils/builtins.h"

/* columns of the changes, in the order of the statement's parameters */
#define CHANGE_COLUMNS 7

static const char insert_entry[] =
	"INSERT INTO schema_guard.journal_entry"
	" (transaction_id, session_role, changed_by, application_name, client_address,"
	"  backend_pid, release, mode, verdict, reason, window_id, statements,"
	"  fingerprint_before, fingerprint_after, changes)"
	" SELECT pg_current_xact_id()::text,"
	"  CASE WHEN $1 THEN NULL ELSE session_user END, $2,"
	"  CASE WHEN $1 THEN NULL ELSE current_setting('application_name') END,"
	"  CASE WHEN $1 THEN NULL ELSE inet_client_addr() END,"
	"  CASE WHEN $1 THEN NULL ELSE pg_backend_pid() END,"
	"  $3, $4, $5, $6, $7, $8, nullif($9, ''), $10,"
	"  coalesce((SELECT jsonb_agg(jsonb_build_object('change', c.change,"
	"   'object_type', c.object_type, 'object_identity', c.object_identity,"
	"   'facet', c.facet, 'attribute', c.attribute, 'before', c.before, 'after', c.after)"
	"   ORDER BY c.n)"
	"   FROM unnest($11, $12, $13, $14, $15, $16, $17) WITH ORDINALITY"
	"   AS c (change, object_type, object_identity, facet, attribute, before, after, n)), '[]')"
	" RETURNING journal_id";

/* the changes as arrays, one for each column */
static void
change_columns(const List *changes, Datum *values)
{
	SgArray		columns[CHANGE_COLUMNS];
	ListCell   *lc;

	for (int i = 0; i < CHANGE_COLUMNS; i++)
		sg_array_init(&columns[i], TEXTOID);
	foreach(lc, changes)
	{
		const SgChange *change = lfirst(lc);

		sg_array_add_text(&columns[0], sg_change_kind_name(change->kind));
		sg_array_add_text(&columns[1], change->type);
		sg_array_add_text(&columns[2], change->identity);
		sg_array_add_text(&columns[3],
						  change->attribute != NULL ? sg_facet_name(change->facet) : NULL);
		sg_array_add_text(&columns[4], change->attribute);
		sg_array_add_text(&columns[5], change->before);
		sg_array_add_text(&columns[6], change->after);
	}
	for (int i = 0; i < CHANGE_COLUMNS; i++)
		values[i] = sg_array_datum(&columns[i]);
}

static Datum
statement_array(const List *statements)
{
	SgArray		array;
	ListCell   *lc;

	sg_array_init(&array, TEXTOID);
	foreach(lc, statements)
		sg_array_add_text(&array, lfirst(lc));
	return sg_array_datum(&array);
}

/* the digests that came and went */
static void
write_objects(int64 journal_id, const List *objects)
{
	static const Oid types[5] = {INT8OID, TEXTARRAYOID, TEXTARRAYOID, BYTEAARRAYOID, BYTEAARRAYOID};
	Datum		values[5];
	SgArray		columns[4];
	ListCell   *lc;

	for (int i = 0; i < 4; i++)
		sg_array_init(&columns[i], i < 2 ? TEXTOID : BYTEAOID);
	foreach(lc, objects)
	{
		const SgLiveChange *change = lfirst(lc);
		const SgObject *object = change->after != NULL ? change->after : change->before;

		if (object == NULL)
			continue;
		sg_array_add_text(&columns[0], object->type);
		sg_array_add_text(&columns[1], object->identity);
		sg_array_add_digest(&columns[2], change->before != NULL ? &change->digest_before : NULL);
		sg_array_add_digest(&columns[3], change->after != NULL ? &change->digest_after : NULL);
	}
	values[0] = Int64GetDatum(journal_id);
	for (int i = 0; i < 4; i++)
		values[i + 1] = sg_array_datum(&columns[i]);
	sg_spi_command("INSERT INTO schema_guard.journal_object"
				   " (journal_id, object_type, object_identity, digest_before, digest_after)"
				   " SELECT $1, * FROM unnest($2, $3, $4, $5)", 5, types, values, NULL);
}

/* the parameters before the changes */
static void
entry_values(const SgJournalEntry *entry, const SgLiveDelta *delta, Datum *values, char *nulls)
{
	values[0] = BoolGetDatum(entry->anonymous);
	nulls[1] = entry->role == NULL ? 'n' : ' ';
	if (entry->role != NULL)
		values[1] = CStringGetTextDatum(entry->role);
	nulls[2] = entry->release == NULL ? 'n' : ' ';
	if (entry->release != NULL)
		values[2] = CStringGetTextDatum(entry->release);
	values[3] = CStringGetTextDatum(sg_mode_name(entry->mode));
	values[4] = CStringGetTextDatum(entry->verdict);
	nulls[5] = entry->reason == NULL ? 'n' : ' ';
	if (entry->reason != NULL)
		values[5] = CStringGetTextDatum(entry->reason);
	nulls[6] = entry->window_id == 0 ? 'n' : ' ';
	values[6] = Int64GetDatum(entry->window_id);
	values[7] = statement_array(entry->statements);
	values[8] = CStringGetTextDatum(delta->before);
	values[9] = CStringGetTextDatum(delta->after);
}

/*
 * Writes an entry about the delta and returns its number.  The first state is
 * an entry without changes: there is nothing before it.
 */
int64
sg_journal_write(const SgJournalEntry *entry, const SgLiveDelta *delta)
{
	static const Oid types[17] = {
		BOOLOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTARRAYOID,
		TEXTOID, TEXTOID,
		TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID,
		TEXTARRAYOID, TEXTARRAYOID
	};
	Datum		values[17] = {0};
	char		nulls[18];
	bool		isnull;
	bool		first = delta->before[0] == '\0';
	int64		journal_id;

	sg_spi_connect();
	memset(nulls, ' ', sizeof(nulls));
	entry_values(entry, delta, values, nulls);
	change_columns(first ? NIL : delta->changes, values + 10);
	if (sg_spi_command(insert_entry, 17, types, values, nulls) != 1)
		elog(ERROR, "the journal entry was not written");
	journal_id = DatumGetInt64(sg_spi_value(0, 1, &isnull));
	if (!first)
		write_objects(journal_id, delta->objects);
	sg_spi_finish();
	return journal_id;
}

/* takes one digest out of the set; false if it is not there */
static bool
remove_digest(SgDigestSet *set, const SgDigest *digest)
{
	for (int i = 0; i < set->count; i++)
	{
		if (sg_digest_compare(&set->members[i], digest) == 0)
		{
			set->members[i] = set->members[--set->count];
			return true;
		}
	}
	return false;
}

static bool
read_digest(uint64 row, int column, SgDigest *digest)
{
	bool		isnull;
	Datum		datum = sg_spi_value(row, column, &isnull);
	bytea	   *bytes;

	if (isnull)
		return false;
	bytes = DatumGetByteaPP(datum);
	if (VARSIZE_ANY_EXHDR(bytes) != SG_DIGEST_LEN)
		return false;
	memcpy(digest->bytes, VARDATA_ANY(bytes), SG_DIGEST_LEN);
	return true;
}

static void
read_live_digests(SgDigestSet *set, MemoryContext context)
{
	uint64		rows = sg_spi_query("SELECT digest FROM schema_guard.live_object",
									0, NULL, NULL, NULL);
	MemoryContext old = MemoryContextSwitchTo(context);

	sg_digest_set_init(set);
	for (uint64 i = 0; i < rows; i++)
	{
		SgDigest	digest;

		if (read_digest(i, 1, &digest))
			sg_digest_set_add(set, &digest);
	}
	MemoryContextSwitchTo(old);
}

static void
report_broken_journal(const char *fingerprint)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("the journal does not lead back to %s", fingerprint),
			 errdetail("Entries are missing or were altered, or the live state was computed anew since.")));
}

/*
 * Undoes every object change of the entries from "since" on, newest first.
 * What an entry brought must be there.
 */
static bool
undo_entries(int64 since, SgDigestSet *set, MemoryContext context)
{
	static const Oid types[1] = {INT8OID};
	Datum		values[1];
	uint64		rows;
	MemoryContext old;
	bool		complete = true;

	values[0] = Int64GetDatum(since);
	rows = sg_spi_query("SELECT digest_before, digest_after FROM schema_guard.journal_object"
						" WHERE journal_id >= $1 ORDER BY journal_id DESC",
						1, types, values, NULL);
	old = MemoryContextSwitchTo(context);
	for (uint64 i = 0; i < rows && complete; i++)
	{
		SgDigest	digest;

		CHECK_FOR_INTERRUPTS();
		/* within an entry a digest may come before it goes: add first */
		if (read_digest(i, 1, &digest))
			sg_digest_set_add(set, &digest);
		if (read_digest(i, 2, &digest))
			complete = remove_digest(set, &digest);
	}
	MemoryContextSwitchTo(old);
	return complete;
}

/*
 * The digests of the objects of a state that the journal passed through, in
 * the caller's memory context, sorted.  Returns false if no entry mentions
 * the fingerprint and it is not the live state's.  An error if the entries do
 * not lead there.
 */
bool
sg_journal_state(const char *fingerprint, SgDigestSet *set)
{
	static const Oid types[1] = {TEXTOID};
	Datum		values[1];
	MemoryContext context = CurrentMemoryContext;
	SgLiveState live;
	SgDigest	root;
	bool		found;
	bool		isnull;

	sg_live_state(&live);
	sg_spi_connect();
	values[0] = CStringGetTextDatum(fingerprint);

	/* the entries to undo: all after the newest that led to the state, or from its departure on */
	found = sg_spi_query("SELECT coalesce((SELECT max(journal_id) + 1 FROM schema_guard.journal_entry"
						 "   WHERE fingerprint_after = $1),"
						 "  (SELECT max(journal_id) FROM schema_guard.journal_entry"
						 "   WHERE fingerprint_before = $1)) AS since",
						 1, types, values, NULL) == 1;
	if (found)
	{
		Datum		since = sg_spi_value(0, 1, &isnull);

		found = !isnull || (live.exists && strcmp(live.fingerprint, fingerprint) == 0);
		if (found)
		{
			read_live_digests(set, context);
			if (strcmp(live.fingerprint, fingerprint) != 0 &&
				!undo_entries(DatumGetInt64(since), set, context))
				report_broken_journal(fingerprint);
			sg_digest_set_sort(set);
			sg_digest_root(set, &root);
			if (strcmp(sg_fingerprint_text(&root), fingerprint) != 0)
				report_broken_journal(fingerprint);
		}
	}
	sg_spi_finish();
	return found;
}
