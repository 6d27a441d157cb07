/*
 * journal/past_state.c
 *		Going back to a state that the journal passed through: start from the
 *		live state and undo entry by entry.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "format/fingerprint.h"
#include "journal/past_state.h"
#include "state/digest_column.h"
#include "state/live_state.h"
#include "support/spi.h"

/* the digests that undoing puts back into the live state, and those that it removes */
typedef struct Undo
{
	SgDigestSet restored;
	SgDigestSet removed;
} Undo;

static void
add_digest(uint64 row, int column, SgDigestSet *set)
{
	SgDigest	digest;

	if (sg_digest_of_row(row, column, &digest))
		sg_digest_set_add(set, &digest);
}

static void
add_live(uint64 row, void *set)
{
	add_digest(row, 1, set);
}

static void
add_undo(uint64 row, void *arg)
{
	Undo	   *undo = arg;

	add_digest(row, 1, &undo->restored);
	add_digest(row, 2, &undo->removed);
}

static void
report_broken_journal(const char *fingerprint)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("the journal does not lead back to %s", fingerprint),
			 errdetail("Entries are missing or were altered, or the live state was recomputed since.")));
}

static bool
is_live(const SgLiveState *live, const char *fingerprint)
{
	return live->exists && strcmp(live->fingerprint, fingerprint) == 0;
}

/*
 * Returns the first entry to undo: the one after the newest that led to the
 * state, or else the newest that led away from it.  0 if no entry mentions it.
 */
static int64
first_to_undo(const char *fingerprint)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = CStringGetTextDatum(fingerprint);

	return sg_spi_fetch_int8("SELECT coalesce((SELECT max(journal_id) + 1 FROM schema_guard.journal_entry"
							 "                  WHERE fingerprint_after = $1),"
							 "                (SELECT max(journal_id) FROM schema_guard.journal_entry"
							 "                  WHERE fingerprint_before = $1))",
							 1, types, &value);
}

/*
 * Undoes every object change of the entries from "since" on.  Their order does not
 * matter, because what is added and removed several times cancels out.  Returns
 * false if something that the entries added is not there.
 */
static bool
undo_entries(int64 since, SgDigestSet *set)
{
	static const Oid types[] = {INT8OID};
	Datum		value = Int64GetDatum(since);
	Undo		undo;

	undo.restored = *set;
	sg_digest_set_init(&undo.removed);
	(void) sg_spi_read("SELECT digest_before, digest_after FROM schema_guard.journal_object"
					   " WHERE journal_id >= $1", 1, types, &value, add_undo, &undo);
	*set = undo.restored;
	sg_digest_set_sort(set);
	sg_digest_set_sort(&undo.removed);
	sg_digest_sets_drop_common(set, &undo.removed);
	return undo.removed.count == 0;
}

/*
 * Tries to load the digests, given the live state.  Returns true if they are those of
 * the fingerprint.
 */
static bool
load(const char *fingerprint, const SgLiveState *live, int64 since, SgDigestSet *set)
{
	SgDigest	root;

	sg_digest_set_init(set);
	(void) sg_spi_read("SELECT digest FROM schema_guard.live_object", 0, NULL, NULL, add_live, set);
	if (is_live(live, fingerprint))
		sg_digest_set_sort(set);
	else if (!undo_entries(since, set))
		return false;
	sg_digest_root(set, &root);
	return strcmp(sg_fingerprint_text(&root), fingerprint) == 0;
}

/*
 * Loads the digests of the objects of a state that the journal passed through, in
 * the current memory context, sorted.  Returns false if no entry mentions the
 * fingerprint and it is not the live state's.  Raises an error if the entries do
 * not lead there.
 *
 * What has to be read takes several statements, between which others may publish a
 * new live state; then we read again.
 */
bool
sg_past_state_load(const char *fingerprint, SgDigestSet *set)
{
	SgLiveState live;
	SgLiveState before;

	sg_live_state(&live);
	do
	{
		int64		since = first_to_undo(fingerprint);

		CHECK_FOR_INTERRUPTS();
		if (since == 0 && !is_live(&live, fingerprint))
			return false;
		if (load(fingerprint, &live, since, set))
			return true;
		before = live;
		sg_live_state(&live);
	} while (!sg_live_same_version(before.version, live.version));
	report_broken_journal(fingerprint);
	return false;				/* keep compiler quiet */
}
