/*
 * functions/journal.c
 *		verify_journal(), which tells whether the journal is as it was written, and
 *		prune_journal().
 *
 * Entries are numbered without gaps and chained by digests (journal/journal.c).
 * Each begins with the state that the one before it ended with, and the last one
 * ends with the live state.  The chain alone cannot tell that its end was rewritten:
 * that takes a head that was noted elsewhere.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "compare/explained.h"
#include "format/digest.h"
#include "functions/arguments.h"
#include "functions/rows.h"
#include "journal/prune.h"
#include "state/live_state.h"
#include "state/sweep.h"
#include "support/compat.h"
#include "support/extension.h"
#include "support/spi.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_verify_journal);
SG_FUNCTION(schema_guard_prune_journal);

/*
 * $1, $2: the number and the digest of a noted head, or null.  With a head, only the
 * entries after it are checked. A journal that was cut begins with the anchor.
 */
static const char first_problem[] =
"WITH base AS ("
	" SELECT b.journal_id, b.fingerprint_after FROM"
	"  (SELECT journal_id, fingerprint_after FROM schema_guard.journal_entry WHERE journal_id = $1"
	"   UNION ALL SELECT journal_id, fingerprint_after FROM schema_guard.journal_anchor"
	"   UNION ALL SELECT 0, NULL) b"
	" ORDER BY b.journal_id DESC LIMIT 1),"
	" entry AS ("
	" SELECT e.journal_id, e.fingerprint_before, e.fingerprint_after, c.stored, c.computed,"
	"  coalesce(lag(e.journal_id) OVER w, b.journal_id) AS previous_id,"
	"  coalesce(lag(e.fingerprint_after) OVER w, b.fingerprint_after) AS previous_after"
	" FROM base b CROSS JOIN schema_guard.journal_entry e"
	"  JOIN schema_guard.journal_chain c ON c.journal_id = e.journal_id"
	" WHERE e.journal_id > (SELECT journal_id FROM base)"
	" WINDOW w AS (ORDER BY e.journal_id)),"
	" last AS (SELECT journal_id, fingerprint_after FROM schema_guard.journal_entry ORDER BY journal_id DESC LIMIT 1),"
	" problem AS ("
	" SELECT previous_id + 1 AS journal_id, 1 AS rank,"
	"  CASE WHEN journal_id = previous_id + 2 THEN 'is missing'"
	"   ELSE format('is missing, as is every other up to %s', journal_id - 1) END AS problem"
	"  FROM entry WHERE journal_id > previous_id + 1"
	" UNION ALL"
	" SELECT journal_id, 2, 'was altered, or its objects, or the digest of the entry before: the digest stored with it does not fit'"
	"  FROM entry WHERE stored IS DISTINCT FROM computed"
	" UNION ALL"
	" SELECT journal_id, 3, format('does not begin where the entry before ends, with %s, but with %s: entries were removed',"
	"   coalesce(previous_after, 'nothing'), fingerprint_before)"
	"  FROM entry WHERE fingerprint_before IS DISTINCT FROM previous_after AND fingerprint_before IS NOT NULL"
	" UNION ALL"
	" SELECT coalesce(l.journal_id, 0) + 1, 4, format('is missing: the live state is %s, the entry before %s',"
	"   s.fingerprint, coalesce('ends with ' || l.fingerprint_after, 'does not exist'))"
	"  FROM schema_guard.live_state s LEFT JOIN last l ON true"
	"  WHERE NOT s.stale AND s.fingerprint IS DISTINCT FROM l.fingerprint_after"
	" UNION ALL"
	" SELECT $1, 5, CASE WHEN c.stored IS NULL THEN 'is missing: it had been noted'"
	"   ELSE 'has another digest than the one noted: it was altered, or one before it, and the chain written anew' END"
	"  FROM (SELECT) noted LEFT JOIN LATERAL"
	"   (SELECT encode(chain, 'hex') AS stored FROM schema_guard.journal_entry WHERE journal_id = $1"
	"    UNION ALL SELECT encode(chain, 'hex') FROM schema_guard.journal_anchor WHERE journal_id = $1) c"
	"   ON true"
	"  WHERE $1 IS NOT NULL AND c.stored IS DISTINCT FROM $2)"
	" SELECT journal_id, problem FROM problem ORDER BY journal_id, rank LIMIT 1";

/* a head of the journal */
typedef struct Head
{
	int64		journal_id;		/* 0: none */
	char		digest[SG_DIGEST_HEX_LEN + 1];
} Head;

/* the argument of verify_journal() that stands for the head that it noted itself */
#define NOTED "noted"

/* Parses "number:digest"; raises an error if it is not of that form. */
static void
parse_head(const char *text, Head *head)
{
	const char *colon = strchr(text, ':');
	int			digits = (int) strspn(text, "0123456789");
	SgDigest	parsed;

	if (colon == NULL || digits == 0 || digits > 18 || text + digits != colon ||
		strlen(colon + 1) != SG_DIGEST_HEX_LEN || !sg_digest_from_hex(colon + 1, &parsed))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the head of a journal", text),
				 errhint("It is what SELECT journal_head FROM schema_guard.status has said: a number, a colon and 64 hex digits.")));
	head->journal_id = strtoll(text, NULL, 10);
	strlcpy(head->digest, colon + 1, sizeof(head->digest));
}

/* Raises an error if the entry was cut off, because it can no longer be verified. */
static void
require_not_cut(const Head *head)
{
	SgJournalAnchor anchor;

	sg_prune_anchor(&anchor);
	if (head->journal_id < anchor.journal_id)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("journal entry " INT64_FORMAT " cannot be verified: prune_journal() has cut the entries up to " INT64_FORMAT,
						head->journal_id, anchor.journal_id),
				 errhint("SELECT * FROM schema_guard.verify_journal() verifies what is left; give a newer head.")));
}

/* Reads a head as "number:digest". */
static void
fetch_head(const char *sql, Head *head)
{
	const char *text = sg_spi_fetch_text(sql, 0, NULL, NULL);

	if (text != NULL)
		parse_head(text, head);
}

/* Reads the head that was noted here; none if the entry was cut off since then. */
static void
fetch_noted(Head *head)
{
	SgJournalAnchor anchor;

	fetch_head("SELECT journal_id || ':' || encode(chain, 'hex') FROM schema_guard.journal_verified", head);
	sg_prune_anchor(&anchor);
	if (head->journal_id < anchor.journal_id)
		head->journal_id = 0;
}

/* Notes a head that was verified. */
static void
note_head(const Head *head)
{
	static const Oid types[] = {INT8OID, TEXTOID};
	Datum		values[2];

	values[0] = Int64GetDatum(head->journal_id);
	values[1] = CStringGetTextDatum(head->digest);
	(void) sg_spi_execute("INSERT INTO schema_guard.journal_verified (journal_id, chain, verified_at)"
						  " VALUES ($1, decode($2, 'hex'), clock_timestamp())"
						  " ON CONFLICT (only_row) DO UPDATE SET journal_id = excluded.journal_id,"
						  " chain = excluded.chain, verified_at = excluded.verified_at",
						  2, types, values, NULL);
}

/*
 * Returns the first problem of the head or an entry after it, with its number in
 * *journal_id; NULL if there is none.
 */
static char *
find_problem(const Head *since, int64 *journal_id)
{
	static const Oid types[] = {INT8OID, TEXTOID};
	MemoryContext caller = CurrentMemoryContext;
	Datum		values[2] = {Int64GetDatum(since->journal_id), CStringGetTextDatum(since->digest)};
	const char *nulls = since->journal_id == 0 ? "nn" : NULL;
	char	   *problem = NULL;
	bool		isnull;

	sg_spi_connect();
	if (sg_spi_query(first_problem, 2, types, values, nulls) > 0)
	{
		*journal_id = DatumGetInt64(sg_spi_value(0, 1, &isnull));
		problem = MemoryContextStrdup(caller, sg_spi_text(0, 2));
	}
	sg_spi_finish();
	return problem;
}

/*
 * verify_journal(noted_head text) returns setof (journal_id bigint, problem
 * text): the first entry that was altered or is missing, or no row
 */
Datum
schema_guard_verify_journal(PG_FUNCTION_ARGS)
{
	const char *argument = sg_argument_optional_text(fcinfo, 0);
	bool		from_noted = argument != NULL && strcmp(argument, NOTED) == 0;
	Head		since = {0};
	Head		newest = {0};
	int64		journal_id = 0;
	const char *problem;
	SgRows		rows;

	sg_extension_require_version();
	if (from_noted)
	{
		fetch_noted(&since);
		/* before verifying: later entries are left for the next time */
		fetch_head("SELECT journal_id || ':' || encode(chain, 'hex') FROM schema_guard.journal_entry"
				   " ORDER BY journal_id DESC LIMIT 1", &newest);
	}
	else if (argument != NULL)
	{
		parse_head(argument, &since);
		require_not_cut(&since);
	}
	problem = find_problem(&since, &journal_id);
	if (problem == NULL && newest.journal_id != 0 && !XactReadOnly)
		note_head(&newest);

	sg_rows_begin(&rows, fcinfo);
	if (problem != NULL)
	{
		Datum		row[2] = {Int64GetDatum(journal_id), sg_text_datum(problem)};
		bool		row_nulls[2] = {false, false};

		sg_rows_add(&rows, row, row_nulls);
	}
	return (Datum) 0;
}

/* Returns the time that long ago.  Raises an error if the interval is negative. */
static TimestampTz
time_before(const Interval *keep)
{
	const Interval nothing = {0};

	if (DatumGetBool(DirectFunctionCall2(interval_lt, PointerGetDatum(keep),
										 PointerGetDatum(&nothing))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("journal cannot be kept for less than no time")));
	return DatumGetTimestampTz(DirectFunctionCall2(timestamptz_mi_interval,
												   TimestampTzGetDatum(GetCurrentTimestamp()),
												   PointerGetDatum(keep)));
}

/* Removes from the store what nothing refers to; returns the number of rows removed. */
static uint64
sweep(void)
{
	uint64		removed;

	if (!sg_sweep_store(&removed))
		ereport(NOTICE,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("stored descriptions that nothing refers to are kept for now: another transaction is storing some")));
	return removed;
}

/*
 * Cuts the entries up to that one, unless what determines the entries to keep is being
 * changed.  Returns how many were cut.
 */
static uint64
cut(int64 last, const char *basis)
{
	if (last <= 0)
		return 0;
	if (sg_explained_hold(basis))
		return sg_prune_journal(last);
	ereport(NOTICE,
			(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			 errmsg("journal is left as it is for now: approvals or releases are being changed")));
	return 0;
}

/* prune_journal(keep interval) returns bigint: how many entries were cut */
Datum
schema_guard_prune_journal(PG_FUNCTION_ARGS)
{
	TimestampTz before;
	SgLiveState state;
	int64		last;
	const char *basis;
	uint64		entries;
	uint64		stored;

	sg_argument_require(fcinfo, 0, "keep");
	sg_extension_require_version();
	PreventCommandIfReadOnly("schema_guard.prune_journal()");
	before = time_before(PG_GETARG_INTERVAL_P(0));
	basis = sg_explained_basis();
	/* describes the schema, so not under the publish lock */
	last = sg_explained_since() - 1;
	sg_live_lock();
	sg_live_state(&state);
	if (state.phase == SG_PHASE_RESTORING)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("journal is being restored"),
				 errhint("SELECT * FROM schema_guard.verify() ends a restore.")));
	entries = cut(Min(last, sg_prune_last_before(before)), basis);
	stored = sweep();
	if (entries > 0 || stored > 0)
		ereport(LOG,
				(errmsg("schema_guard journal pruned: " UINT64_FORMAT " entries, " UINT64_FORMAT " stored descriptions",
						entries, stored)));
	PG_RETURN_INT64((int64) entries);
}
