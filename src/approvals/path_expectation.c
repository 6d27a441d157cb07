/*
 * approvals/path_expectation.c
 *		What a refusal says about paths: where they lead.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "approvals/path.h"
#include "support/encoding.h"
#include "support/settings.h"
#include "support/spi.h"

/* what of a fingerprint is shown in a message: sg1: and 12 hex digits */
#define SHOWN_FINGERPRINT 16

/* how many paths that lead on are shown, and how much of a statement, in bytes */
#define SHOWN_PATHS 3
#define SHOWN_STATEMENT 120

/*
 * The steps that lead on from $1 on paths that have all the approvals required
 * of their states, the path that was approved last first.
 */
#define NEXT_STEPS_SQL \
	"SELECT p.name, s.step, (SELECT max(step) FROM schema_guard.migration_step WHERE path_id = p.path_id)," \
	"       s.fingerprint, s.statements[1], cardinality(s.statements)" \
	"  FROM schema_guard.migration_step a" \
	" CROSS JOIN LATERAL (SELECT * FROM schema_guard.migration_step" \
	"                      WHERE path_id = a.path_id AND step = a.step + 1 OFFSET 0) s" \
	" CROSS JOIN LATERAL (SELECT * FROM schema_guard.migration_path WHERE path_id = a.path_id OFFSET 0) p" \
	" CROSS JOIN LATERAL (SELECT approval_id FROM schema_guard.approved_fingerprint" \
	"                      WHERE fingerprint = s.fingerprint OFFSET 0) f" \
	" WHERE a.fingerprint = $1" \
	"   AND EXISTS (SELECT FROM schema_guard.valid_approval v" \
	"                WHERE v.fingerprint = s.fingerprint AND v.path_id = s.path_id OFFSET 0)" \
	" ORDER BY f.approval_id DESC, s.step"

/* Appends a statement on one line, cut where it is long, and how many others there are. */
static void
append_statement(StringInfo buf, const char *statement, int count)
{
	int			len = strlen(statement);
	int			shown = len > SHOWN_STATEMENT ? sg_clip_len(statement, len, SHOWN_STATEMENT) : len;

	for (int i = 0; i < shown; i++)
		appendStringInfoChar(buf, (unsigned char) statement[i] < 0x20 ? ' ' : statement[i]);
	if (shown < len)
		appendStringInfoString(buf, "...");
	if (count > 1)
		appendStringInfo(buf, " (and %d more)", count - 1);
}

static void
append_step(StringInfo buf, uint64 row)
{
	bool		isnull;
	char	   *statement = sg_spi_text(row, 5);

	appendStringInfo(buf, "Expected next on path \"%s\" is step %s of %s, which leads to %.*s",
					 sg_spi_text(row, 1), sg_spi_text(row, 2), sg_spi_text(row, 3),
					 SHOWN_FINGERPRINT, sg_spi_text(row, 4));
	if (statement != NULL)
	{
		appendStringInfoString(buf, ": ");
		append_statement(buf, statement, DatumGetInt32(sg_spi_value(row, 6, &isnull)));
	}
	else
		appendStringInfoChar(buf, '.');
}

/*
 * Where the approved paths lead on from a state: lines, each of which begins
 * with a line break; empty if none does.  As the owner.
 */
char *
sg_path_expectation(const char *before)
{
	static const Oid types[] = {TEXTOID};
	StringInfoData buf;
	Datum		value;
	uint64		rows;

	initStringInfo(&buf);
	sg_spi_connect();
	value = CStringGetTextDatum(before);
	rows = sg_spi_query(NEXT_STEPS_SQL, 1, types, &value, NULL);
	for (uint64 row = 0; row < rows && row < SHOWN_PATHS; row++)
	{
		appendStringInfoChar(&buf, '\n');
		append_step(&buf, row);
	}
	if (rows > SHOWN_PATHS)
		appendStringInfo(&buf, "\nand " UINT64_FORMAT " more", rows - SHOWN_PATHS);
	sg_spi_finish();
	if (rows == 0 && sg_strict_path && before[0] != '\0')
		appendStringInfo(&buf, "\nNo approved path leads on from %.*s.", SHOWN_FINGERPRINT, before);
	return buf.data;
}
