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

/* Removes one digest from the set; returns false if it is not there. */
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

		if (sg_digest_of_row(i, 1, &digest))
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
		if (sg_digest_of_row(i, 1, &digest))
			sg_digest_set_add(set, &digest);
		if (sg_digest_of_row(i, 2, &digest))
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
sg_past_state_load(const char *fingerprint, SgDigestSet *set)
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
