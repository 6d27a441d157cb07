/*
 * functions/journal.c
 *		verify_journal(): is the journal as it was written?
 *
 * Entries are numbered without gaps, chained by digests (journal/journal.c), and
 * each begins with the state that the one before ended with; the last one ends
 * with the live state.  What the chain alone cannot tell is that its end was
 * written anew: for that a head that was noted elsewhere is given.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "format/digest.h"
#include "functions/rows.h"
#include "support/compat.h"
#include "support/extension.h"
#include "support/spi.h"
#include "support/text.h"

SG_FUNCTION(schema_guard_verify_journal);

/* $1, $2: the number and the digest of a head that was noted, or null */
static const char first_problem[] =
"WITH entry AS ("
	" SELECT e.journal_id, e.fingerprint_before, e.fingerprint_after, c.stored, c.computed,"
	"  coalesce(lag(e.journal_id) OVER w, 0) AS previous_id, lag(e.fingerprint_after) OVER w AS previous_after"
	" FROM schema_guard.journal_entry e JOIN schema_guard.journal_chain c USING (journal_id)"
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
	"  FROM (SELECT) noted LEFT JOIN schema_guard.journal_chain c ON c.journal_id = $1"
	"  WHERE $1 IS NOT NULL AND c.stored IS DISTINCT FROM $2)"
	" SELECT journal_id, problem FROM problem ORDER BY journal_id, rank LIMIT 1";

/* takes "number:digest" apart; an error unless it is that */
static void
parse_head(const char *head, int64 *journal_id, const char **digest)
{
	const char *colon = strchr(head, ':');
	int			digits = (int) strspn(head, "0123456789");
	SgDigest	parsed;

	if (colon == NULL || digits == 0 || digits > 18 || head + digits != colon ||
		strlen(colon + 1) != SG_DIGEST_HEX_LEN || !sg_digest_from_hex(colon + 1, &parsed))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the head of a journal", head),
				 errhint("It is what SELECT journal_head FROM schema_guard.status has said: a number, a colon and 64 hex digits.")));
	*journal_id = strtoll(head, NULL, 10);
	*digest = colon + 1;
}

/*
 * verify_journal(noted_head text) returns setof (journal_id bigint, problem
 * text): the first entry that was altered or is missing, or no row
 */
Datum
schema_guard_verify_journal(PG_FUNCTION_ARGS)
{
	static const Oid types[2] = {INT8OID, TEXTOID};
	MemoryContext context = CurrentMemoryContext;
	Datum		values[2] = {0};
	char		nulls[] = "nn";
	bool		isnull;
	bool		found;
	int64		journal_id = 0;
	char	   *problem = NULL;
	SgRows		rows;

	sg_extension_require_version();
	if (!PG_ARGISNULL(0))
	{
		const char *digest;

		parse_head(text_to_cstring(PG_GETARG_TEXT_PP(0)), &journal_id, &digest);
		values[0] = Int64GetDatum(journal_id);
		values[1] = CStringGetTextDatum(digest);
		nulls[0] = nulls[1] = ' ';
	}
	sg_spi_connect();
	found = sg_spi_query(first_problem, 2, types, values, nulls) > 0;
	if (found)
	{
		journal_id = DatumGetInt64(sg_spi_value(0, 1, &isnull));
		problem = MemoryContextStrdup(context, sg_spi_text(0, 2));
	}
	sg_spi_finish();

	sg_rows_begin(&rows, fcinfo);
	if (found)
	{
		Datum		row[2] = {Int64GetDatum(journal_id), sg_text_datum(problem)};
		bool		row_nulls[2] = {false, false};

		sg_rows_add(&rows, row, row_nulls);
	}
	return (Datum) 0;
}
