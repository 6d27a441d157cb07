/*
 * approvals/path_expectation.c
 *		Where the approved paths lead on from a state.
 *
 * Refusals ask under the publish lock, so the cost does not depend on the length of
 * a path.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "approvals/path_expectation.h"
#include "support/array.h"
#include "support/settings.h"
#include "support/spi.h"
#include "support/text.h"

/* what of a fingerprint is shown in a message: sg1: and 12 hex digits */
#define SHOWN_FINGERPRINT 16

/*
 * maximum number of steps; how much of a statement is shown, in bytes, and how much of
 * it before the difference
 */
#define MAX_STEPS 3
#define SHOWN_STATEMENT 120
#define SHOWN_CONTEXT 40

/*
 * The steps that lead on from $1, on paths with all approvals required for their
 * states; the path that was approved last comes first.
 */
#define NEXT_STEPS_SQL \
	"SELECT p.name, s.step, (SELECT max(step) FROM schema_guard.migration_step WHERE path_id = p.path_id)," \
	"       s.fingerprint, s.statements, count(*) OVER ()" \
	"  FROM schema_guard.migration_step a" \
	" CROSS JOIN LATERAL (SELECT * FROM schema_guard.migration_step" \
	"                      WHERE path_id = a.path_id AND step = a.step + 1 OFFSET 0) s" \
	" CROSS JOIN LATERAL (SELECT * FROM schema_guard.migration_path WHERE path_id = a.path_id OFFSET 0) p" \
	" CROSS JOIN LATERAL (SELECT approval_id FROM schema_guard.approved_fingerprint" \
	"                      WHERE fingerprint = s.fingerprint OFFSET 0) f" \
	" WHERE a.fingerprint = $1" \
	"   AND EXISTS (SELECT FROM schema_guard.valid_approval v" \
	"                WHERE v.fingerprint = s.fingerprint AND v.path_id = s.path_id OFFSET 0)" \
	" ORDER BY f.approval_id DESC, s.step LIMIT " CppAsString2(MAX_STEPS)

/* Adds the step that a row of NEXT_STEPS_SQL has to a SgExpectation. */
static void
add_step(uint64 row, void *arg)
{
	SgExpectation *expectation = arg;
	SgNextStep *step = palloc0(sizeof(SgNextStep));
	bool		isnull;
	Datum		statements;

	step->path = sg_spi_text(row, 1);
	step->step = DatumGetInt32(sg_spi_value(row, 2, &isnull));
	step->last = DatumGetInt32(sg_spi_value(row, 3, &isnull));
	strlcpy(step->fingerprint, sg_spi_text(row, 4), sizeof(step->fingerprint));
	statements = sg_spi_value(row, 5, &isnull);
	if (!isnull)
		step->statements = sg_array_to_list(statements);
	expectation->steps = lappend(expectation->steps, step);
	expectation->more = (int) DatumGetInt64(sg_spi_value(row, 6, &isnull)) -
		list_length(expectation->steps);
}

/* Returns the steps that approved paths expect next if the schema is "before". */
SgExpectation *
sg_path_expectation(const char *before)
{
	static const Oid types[] = {TEXTOID};
	Datum		value = CStringGetTextDatum(before);
	SgExpectation *expectation = palloc0(sizeof(SgExpectation));

	(void) sg_spi_read(NEXT_STEPS_SQL, 1, types, &value, add_step, expectation);
	return expectation;
}

/* Returns where two texts begin to differ, at the start of a character of "expected". */
static int
differs_at(const char *expected, const char *actual)
{
	int			at = 0;

	while (expected[at] != '\0' && expected[at] == actual[at])
		at++;
	return sg_text_clip_len(expected, (int) strlen(expected), at);
}

/* Appends a statement on one line; of a long one, what surrounds the difference. */
static void
append_statement(StringInfo buf, const char *statement, int differs)
{
	int			len = strlen(statement);
	int			start = 0;
	int			shown = len;

	if (len > SHOWN_STATEMENT)
	{
		if (differs > SHOWN_STATEMENT - SHOWN_CONTEXT)
			start = sg_text_clip_len(statement, len, differs - SHOWN_CONTEXT);
		shown = sg_text_clip_len(statement + start, len - start, SHOWN_STATEMENT);
	}
	if (start > 0)
		appendStringInfoString(buf, "...");
	for (int i = start; i < start + shown; i++)
		appendStringInfoChar(buf, (unsigned char) statement[i] < 0x20 ? ' ' : statement[i]);
	if (start + shown < len)
		appendStringInfoString(buf, "...");
}

/*
 * Appends the first statement that differs from the one that was run instead, and
 * how many others there are.
 */
static void
append_statements(StringInfo buf, const List *expected, const List *actual)
{
	int			differing = 0;
	int			differs = 0;

	for (int i = 0; i < list_length(expected); i++)
	{
		const char *statement = list_nth(expected, i);

		if (i >= list_length(actual) || strcmp(statement, list_nth(actual, i)) != 0)
		{
			differing = i;
			differs = i < list_length(actual) ? differs_at(statement, list_nth(actual, i)) : 0;
			break;
		}
	}
	append_statement(buf, list_nth(expected, differing), differs);
	if (list_length(expected) > 1)
		appendStringInfo(buf, " (and %d more)", list_length(expected) - 1);
}

static void
append_step(StringInfo buf, const SgNextStep *step, const List *statements)
{
	appendStringInfo(buf, "\nExpected next on path \"%s\" is step %d of %d, which leads to %.*s",
					 step->path, step->step, step->last, SHOWN_FINGERPRINT, step->fingerprint);
	if (step->statements != NIL)
	{
		appendStringInfoString(buf, ": ");
		append_statements(buf, step->statements, statements);
	}
	else
		appendStringInfoChar(buf, '.');
}

/*
 * Returns the expectation in words: lines that each begin with a line break, or an
 * empty string if there is nothing to say.  "statements" are those that were run
 * instead (char *).
 */
char *
sg_path_expectation_text(const SgExpectation *expectation, const char *before,
						 const List *statements)
{
	StringInfoData buf;
	ListCell   *lc;

	initStringInfo(&buf);
	foreach(lc, expectation->steps)
		append_step(&buf, lfirst(lc), statements);
	if (expectation->more > 0)
		appendStringInfo(&buf, "\nand %d more", expectation->more);
	if (expectation->steps == NIL && sg_strict_path && before[0] != '\0')
		appendStringInfo(&buf, "\nNo approved path leads on from %.*s.", SHOWN_FINGERPRINT, before);
	return buf.data;
}
