/*
 * journal/path_export.c
 *		A path made from the journal: the states that this database passed through.
 *
 * Begins with the whole first state and follows the entries, each of which has the
 * digests of the blocks that were added and removed.  Every state is recomputed on
 * the way, so that what is exported can be imported.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "format/pathfile.h"
#include "journal/journal.h"
#include "journal/path_export.h"
#include "journal/reference.h"
#include "state/digest_column.h"
#include "state/live_state.h"
#include "state/store.h"
#include "support/array.h"
#include "support/spi.h"
#include "support/text.h"

/* the entries that lead from one state to another */
typedef struct Section
{
	int64		after;			/* the entries after this one */
	int64		upto;			/* up to this one */
} Section;

/* an entry of the journal */
typedef struct Entry
{
	int64		id;
	char		before[SG_FINGERPRINT_LEN + 1];
	char		after[SG_FINGERPRINT_LEN + 1];
	bool		is_scope;
	List	   *statements;		/* of char * */
} Entry;

/* Returns the first state of the journal; raises an error if there is none. */
static char *
first_state(void)
{
	char	   *fingerprint = sg_spi_fetch_text("SELECT fingerprint_after FROM schema_guard.journal_entry"
												" ORDER BY journal_id LIMIT 1", 0, NULL, NULL);

	if (fingerprint == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the journal is empty")));
	return fingerprint;
}

/* Returns the state that was published last. */
static char *
last_state(void)
{
	char	   *fingerprint = palloc(SG_FINGERPRINT_LEN + 1);

	if (!sg_live_fingerprint(fingerprint))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the live state of schema_guard is behind the catalogs"),
				 errhint("SELECT * FROM schema_guard.verify() brings it up to date.")));
	return fingerprint;
}

/*
 * Finds the entries that lead from one state to another.  If the journal passed
 * through a state more than once, the last time counts, so that the path is the
 * shortest.
 */
static Section
find_section(const char *from, const char *to)
{
	static const Oid types[] = {TEXTOID, TEXTOID};
	Section		section;
	Datum		values[2];
	bool		no_end;
	bool		no_start;

	sg_spi_connect();
	values[0] = sg_text_datum(from);
	values[1] = sg_text_datum(to);
	(void) sg_spi_query("SELECT e.id, coalesce("
						" (SELECT max(journal_id) FROM schema_guard.journal_entry"
						"   WHERE fingerprint_after = $1 AND journal_id < e.id),"
						" (SELECT max(journal_id) - 1 FROM schema_guard.journal_entry"
						"   WHERE fingerprint_before = $1 AND journal_id <= e.id))"
						" FROM (SELECT max(journal_id) AS id FROM schema_guard.journal_entry"
						"        WHERE fingerprint_after = $2) AS e",
						2, types, values, NULL);
	section.upto = DatumGetInt64(sg_spi_value(0, 1, &no_end));
	section.after = DatumGetInt64(sg_spi_value(0, 2, &no_start));
	sg_spi_finish();
	if (no_end || no_start)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 strcmp(from, to) == 0 ?
				 errmsg("the path from %s to itself has no step", from) :
				 errmsg("the journal did not pass from %s to %s", from, to),
				 errhint("SELECT journal_id, fingerprint_before, fingerprint_after FROM schema_guard.journal shows the states that it passed through.")));
	return section;
}

/* Adds a row of the journal to a List of Entry *. */
static void
add_entry(uint64 row, void *entries)
{
	Entry	   *entry = palloc0(sizeof(Entry));
	bool		isnull;

	entry->id = DatumGetInt64(sg_spi_value(row, 1, &isnull));
	strlcpy(entry->before, sg_spi_text(row, 2), sizeof(entry->before));
	strlcpy(entry->after, sg_spi_text(row, 3), sizeof(entry->after));
	entry->is_scope = DatumGetBool(sg_spi_value(row, 4, &isnull));
	entry->statements = sg_array_to_list(sg_spi_value(row, 5, &isnull));
	*(List **) entries = lappend(*(List **) entries, entry);
}

/* Returns the entries of a section, a List of Entry *. */
static List *
load_entries(const Section *section)
{
	static const Oid types[] = {INT8OID, INT8OID, TEXTOID};
	Datum		values[] = {
		Int64GetDatum(section->after), Int64GetDatum(section->upto), CStringGetTextDatum(SG_OUTCOME_SCOPE)
	};
	List	   *entries = NIL;

	(void) sg_spi_read("SELECT journal_id, coalesce(fingerprint_before, ''), fingerprint_after,"
					   " verdict = $3, statements FROM schema_guard.journal_entry"
					   " WHERE fingerprint_before IS DISTINCT FROM fingerprint_after"
					   "   AND journal_id > $1 AND journal_id <= $2 ORDER BY journal_id",
					   3, types, values, add_entry, &entries);
	return entries;
}

/* Adds a row of digest_before and digest_after to two sets. */
static void
add_digests(uint64 row, void *sets)
{
	for (int i = 0; i < 2; i++)
	{
		SgDigest	digest;

		if (sg_digest_of_row(row, i + 1, &digest))
			sg_digest_set_add(&((SgDigestSet *) sets)[i], &digest);
	}
}

/* Loads the digests that an entry's objects had before it, and have after it. */
static void
load_digests(int64 journal_id, SgDigestSet sets[2])
{
	static const Oid types[] = {INT8OID};
	Datum		value = Int64GetDatum(journal_id);

	sg_digest_set_init(&sets[0]);
	sg_digest_set_init(&sets[1]);
	(void) sg_spi_read("SELECT digest_before, digest_after FROM schema_guard.journal_object"
					   " WHERE journal_id = $1", 1, types, &value, add_digests, sets);
	/* an object that was dropped and recreated, the same except for its OID */
	sg_digest_set_sort(&sets[0]);
	sg_digest_set_sort(&sets[1]);
	sg_digest_sets_drop_common(&sets[0], &sets[1]);
}

/*
 * Returns the blocks that an entry's objects had before and have after it, paired: a
 * List of SgBlockPair *.
 */
static List *
load_changes(int64 journal_id)
{
	SgDigestSet digests[2];
	SgBlock    *blocks[2];
	List	   *changes = NIL;
	int			before = 0;
	int			after = 0;

	load_digests(journal_id, digests);
	for (int i = 0; i < 2; i++)
	{
		blocks[i] = sg_store_load_blocks(digests[i].members, digests[i].count);
		sg_blocks_sort(blocks[i], digests[i].count);
	}
	while (before < digests[0].count || after < digests[1].count)
	{
		SgBlockPair *change = palloc0(sizeof(SgBlockPair));
		int			order = before == digests[0].count ? 1 : after == digests[1].count ? -1 :
			sg_block_compare(&blocks[0][before], &blocks[1][after]);

		if (order <= 0)
			change->before = &blocks[0][before++];
		if (order >= 0)
			change->after = &blocks[1][after++];
		changes = lappend(changes, change);
	}
	return changes;
}

static void
report_gap(const Entry *entry)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("journal entry " INT64_FORMAT " does not follow from the one before it", entry->id),
			 errdetail("Entries are missing or were altered.")));
}

/* Appends the step that an entry made, and applies it to the schema. */
static void
export_entry(StringInfo body, SgDescription *schema, const Entry *entry, int step)
{
	char		computed[SG_FINGERPRINT_LEN + 1];
	List	   *changes;

	if (entry->is_scope)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the scope has changed on the way, in journal entry " INT64_FORMAT, entry->id),
				 errdetail("Before and after it fingerprints mean different things."),
				 errhint("Export the path that begins after that entry.")));
	if (strcmp(entry->before, schema->fingerprint) != 0)
		report_gap(entry);
	changes = load_changes(entry->id);
	sg_pathfile_apply(schema, changes);
	sg_schemafile_fingerprint(schema, computed);
	if (strcmp(computed, entry->after) != 0)
		report_gap(entry);
	strlcpy(schema->fingerprint, computed, sizeof(schema->fingerprint));
	sg_pathfile_write_step(body, step, entry->after, entry->statements, changes);
}

/*
 * Returns the path file of the states that the journal passed through from one
 * reference (of a snapshot or state) to another; NULL is the first or last one.
 * Runs as the owner; the result is in the current memory context.
 */
char *
sg_path_export(const char *from, const char *to)
{
	SgReference *first = sg_reference_find(from != NULL ? from : first_state());
	const char *last = to != NULL ? sg_reference_find(to)->fingerprint : last_state();
	Section		section = find_section(first->fingerprint, last);
	SgDescription *schema = sg_reference_load(first);
	StringInfoData body;
	int			step = 0;
	ListCell   *lc;

	initStringInfo(&body);
	sg_pathfile_write_start(&body, schema);
	foreach(lc, load_entries(&section))
	{
		CHECK_FOR_INTERRUPTS();
		export_entry(&body, schema, lfirst(lc), ++step);
	}
	return sg_pathfile_finish(schema, &body);
}
