/*
 * releases/cause.c
 *		What the journal knows of how a problem came about.
 *
 * An entry's "changes" are what diff() says: one JSON object for each change,
 * with change, object_type, object_identity, attribute, before and after.  The
 * cause of a problem is the newest change of the object that touches what the
 * problem is about; if that is not how the problem came about, what did is not
 * journaled (yet), and an older change would be a wrong answer.  This runs only
 * where there is a problem, so that reading the journal from end to end is not
 * too much.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "format/item_text.h"
#include "releases/cause.h"
#include "support/encoding.h"
#include "support/spi.h"

/* longest definition that a line quotes, in bytes */
#define MAX_QUOTED 200

#define CHANGES_SQL \
	"SELECT j.journal_id, j.changed_at," \
	"       to_char(j.changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00'," \
	"       j.changed_by, j.session_role, j.application_name, j.verdict," \
	"       c ->> 'change', c ->> 'attribute', c ->> 'before', c ->> 'after'" \
	"  FROM schema_guard.journal_entry j," \
	"       LATERAL jsonb_array_elements(j.changes) c" \
	" WHERE jsonb_typeof(j.changes) = 'array'" \
	"   AND (j.changes @> jsonb_build_array(jsonb_build_object('object_identity', $1))" \
	"        OR j.changes @> jsonb_build_array(jsonb_build_object('before', $1)))" \
	"   AND (c ->> 'object_identity' = $1" \
	"        OR c ->> 'attribute' IS NULL AND c ->> 'change' = 'renamed' AND c ->> 'before' = $1)" \
	" ORDER BY j.journal_id DESC LIMIT 10000"

/* the columns of CHANGES_SQL */
enum
{
	COL_ID = 1,
	COL_TIME,
	COL_TIME_TEXT,
	COL_ROLE,
	COL_SESSION_ROLE,
	COL_APPLICATION,
	COL_VERDICT,
	COL_CHANGE,
	COL_ATTRIBUTE,
	COL_BEFORE,
	COL_AFTER
};

/* a row of it */
typedef struct Change
{
	const char *kind;
	const char *attribute;
	const char *before;
	const char *after;
} Change;

static void
read_change(uint64 row, Change *change)
{
	change->kind = sg_spi_text(row, COL_CHANGE);
	change->attribute = sg_spi_text(row, COL_ATTRIBUTE);
	change->before = sg_spi_text(row, COL_BEFORE);
	change->after = sg_spi_text(row, COL_AFTER);
}

static bool
same_text(const char *left, const char *right)
{
	return left != NULL && right != NULL && strcmp(left, right) == 0;
}

/* what a change has to do with a problem */
typedef enum Relevance
{
	UNRELATED,
	CAUSE,
	OPPOSITE					/* it left behind what the problem says is not so */
} Relevance;

/* Is the definition a unique key on columns that "needed" lists, quoted? */
static bool
is_needed_key(const char *attribute, const char *definition, const char *needed)
{
	SgItem		item = {0};
	SgUniqueKey key;
	ListCell   *cell;

	if (definition == NULL)
		return false;
	item.attribute = attribute;
	item.definition = definition;
	if (!sg_item_unique_key(&item, &key) || key.deferrable)
		return false;
	foreach(cell, key.columns)
	{
		if (strstr(needed, sg_attribute("", lfirst(cell)) + 1) == NULL)
			return false;
	}
	return true;
}

static Relevance
key_relevance(const Change *change, const char *needed)
{
	if (is_needed_key(change->attribute, change->after, needed))
		return OPPOSITE;
	return is_needed_key(change->attribute, change->before, needed) ? CAUSE : UNRELATED;
}

/* The change concerns the object as a whole: it came, went, or was renamed. */
static Relevance
object_relevance(const Change *change, const SgProblem *problem)
{
	bool		missing = problem->rule == SG_RULE_RELATION_MISSING ||
		(problem->attribute == NULL && problem->found == NULL &&
		 problem->rule != SG_RULE_CONFLICT_TARGET_MISSING);
	bool		gone = strcmp(change->kind, "removed") == 0 ||
		(strcmp(change->kind, "renamed") == 0 && same_text(change->before, problem->identity));

	return missing == gone ? CAUSE : OPPOSITE;
}

/* The change concerns the attribute that the problem is about. */
static Relevance
attribute_relevance(const Change *change, const SgProblem *problem)
{
	bool		missing = problem->found == NULL;
	bool		gone;

	if (strcmp(change->kind, "renamed") == 0)
	{
		if (!same_text(change->before, problem->attribute) &&
			!same_text(change->after, problem->attribute))
			return UNRELATED;
		gone = same_text(change->before, problem->attribute);
	}
	else if (same_text(change->attribute, problem->attribute))
		gone = strcmp(change->kind, "removed") == 0;
	else
		return UNRELATED;
	return missing == gone ? CAUSE : OPPOSITE;
}

static Relevance
relevance(const Change *change, const SgProblem *problem)
{
	if (change->kind == NULL)
		return UNRELATED;
	if (change->attribute == NULL)
		return object_relevance(change, problem);
	if (problem->rule == SG_RULE_CONFLICT_TARGET_MISSING)
		return key_relevance(change, problem->needed);
	return problem->attribute == NULL ? UNRELATED : attribute_relevance(change, problem);
}

/* Appends a definition on one line, cut where it is long. */
static void
append_short(StringInfo buf, const char *text)
{
	int			len = text == NULL ? 0 : strlen(text);
	int			shown = sg_clip_len(text == NULL ? "" : text, len, MAX_QUOTED);

	for (int i = 0; i < shown; i++)
		appendStringInfoChar(buf, (unsigned char) text[i] < 0x20 ? ' ' : text[i]);
	if (shown < len)
		appendStringInfoString(buf, "...");
}

/* column "a" -> "a" where both names are of the same kind */
static const char *
new_name(const char *before, const char *after)
{
	const char *quote = after == NULL ? NULL : strchr(after, '"');

	if (before == NULL || quote == NULL || strncmp(before, after, quote - after) != 0)
		return after == NULL ? "" : after;
	return quote;
}

static void
append_what(StringInfo buf, const SgProblem *problem, const Change *change)
{
	const char *subject = change->attribute;

	appendStringInfo(buf, "%s ", problem->type);
	append_short(buf, problem->identity);
	if (subject != NULL)
	{
		appendStringInfoString(buf, ": ");
		append_short(buf, strcmp(change->kind, "renamed") == 0 ? change->before : subject);
	}
	if (strcmp(change->kind, "renamed") == 0)
	{
		appendStringInfoString(buf, " was renamed to ");
		append_short(buf, subject == NULL ? change->after : new_name(change->before, change->after));
	}
	else if (strcmp(change->kind, "changed") == 0)
	{
		appendStringInfoString(buf, " was changed from ");
		append_short(buf, change->before);
		appendStringInfoString(buf, " to ");
		append_short(buf, change->after);
	}
	else
		appendStringInfo(buf, " was %s", change->kind);
}

static void
append_who(StringInfo buf, uint64 row)
{
	const char *verdict = sg_spi_text(row, COL_VERDICT);
	const char *role = sg_spi_text(row, COL_ROLE);
	const char *session = sg_spi_text(row, COL_SESSION_ROLE);
	const char *application = sg_spi_text(row, COL_APPLICATION);

	/* found later: neither the time nor the role of the entry is the change's */
	if (same_text(verdict, "unobserved"))
	{
		appendStringInfo(buf, " while the guard was not watching, noticed at %s (journal entry %s)",
						 sg_spi_text(row, COL_TIME_TEXT), sg_spi_text(row, COL_ID));
		return;
	}
	appendStringInfo(buf, " at %s", sg_spi_text(row, COL_TIME_TEXT));
	if (role != NULL)
		appendStringInfo(buf, " by role %s", role);
	appendStringInfoString(buf, " (");
	if (session != NULL)
		appendStringInfo(buf, "session %s, ", session);
	if (application != NULL && application[0] != '\0')
		appendStringInfo(buf, "application %s, ", application);
	appendStringInfo(buf, "journal entry %s)", sg_spi_text(row, COL_ID));
}

static SgCause *
make_cause(uint64 row, const SgProblem *problem, const Change *change, MemoryContext context)
{
	SgCause    *cause = MemoryContextAllocZero(context, sizeof(SgCause));
	StringInfoData text;
	const char *role = sg_spi_text(row, COL_ROLE);
	bool		isnull;

	initStringInfo(&text);
	append_what(&text, problem, change);
	append_who(&text, row);
	cause->journal_id = DatumGetInt64(sg_spi_value(row, COL_ID, &isnull));
	cause->changed_at = DatumGetTimestampTz(sg_spi_value(row, COL_TIME, &isnull));
	cause->changed_by = role == NULL ? NULL : MemoryContextStrdup(context, role);
	cause->text = MemoryContextStrdup(context, text.data);
	return cause;
}

/* Did an object come to bear the name, or cease to? */
static bool
is_of_object(const Change *change, const SgProblem *problem, bool came)
{
	bool		renamed_away;

	if (change->kind == NULL || change->attribute != NULL)
		return false;
	renamed_away = strcmp(change->kind, "renamed") == 0 && same_text(change->before, problem->identity);
	if (came)
		return strcmp(change->kind, "added") == 0 ||
			(strcmp(change->kind, "renamed") == 0 && !renamed_away);
	return strcmp(change->kind, "removed") == 0 || renamed_away;
}

/*
 * The newest change in the journal that explains the problem, in the current
 * memory context, or NULL if none does.  Call as the extension's owner with a
 * pinned search_path and outside of an SPI connection.
 */
SgCause *
sg_cause_find(const SgProblem *problem)
{
	static const Oid types[] = {TEXTOID};
	MemoryContext context = CurrentMemoryContext;
	Datum		values[] = {sg_text_datum(problem->identity)};
	SgCause    *cause = NULL;
	bool		replaced = true;
	uint64		rows;

	sg_spi_connect();
	rows = sg_spi_query(CHANGES_SQL, 1, types, values, NULL);
	for (uint64 row = 0; row < rows; row++)
	{
		Change		change;
		Relevance	found;

		read_change(row, &change);
		if (!replaced)
		{
			replaced = is_of_object(&change, problem, false);
			if (replaced)
				break;
			continue;
		}
		found = relevance(&change, problem);
		if (found == CAUSE)
			cause = make_cause(row, problem, &change, context);
		/* that the object came is a cause only if there was another before */
		if (found == CAUSE && is_of_object(&change, problem, true))
			replaced = false;
		else if (found != UNRELATED)
			break;
	}
	sg_spi_finish();
	return replaced ? cause : NULL;
}
