/*
 * releases/cause.c
 *		The change in the journal that caused a problem.
 *
 * That is the newest change of the object that concerns the subject of the problem.
 * If it does not explain the problem, the cause is not journaled (yet), and an
 * older change would be a wrong answer.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "format/item_text.h"
#include "journal/journal.h"
#include "journal/journal_migration.h"
#include "releases/cause.h"
#include "support/text.h"

/* longest definition that a line quotes, in bytes */
#define MAX_QUOTED 200

/* what a change has to do with a problem */
typedef enum Relevance
{
	UNRELATED,
	CAUSE,
	OPPOSITE					/* after it, the problem was not there */
} Relevance;

static bool
is_text(const char *left, const char *right)
{
	return left != NULL && right != NULL && strcmp(left, right) == 0;
}

/* Returns true if the definition is a unique key on columns that "needed" lists, quoted. */
static bool
is_needed_key(const char *attribute, const char *definition, const char *needed)
{
	SgItem		item = {0};
	SgUniqueKey key;
	ListCell   *lc;

	if (definition == NULL)
		return false;
	item.attribute = attribute;
	item.definition = definition;
	if (!sg_item_unique_key(&item, &key) || key.deferrable)
		return false;
	foreach(lc, key.columns)
	{
		if (strstr(needed, sg_item_attribute("", lfirst(lc)) + 1) == NULL)
			return false;
	}
	return true;
}

static Relevance
key_relevance(const SgJournalChange *change, const char *needed)
{
	if (is_needed_key(change->attribute, change->after, needed))
		return OPPOSITE;
	return is_needed_key(change->attribute, change->before, needed) ? CAUSE : UNRELATED;
}

/* The object ceased to exist under the name that the problem has for it. */
static bool
is_departure(const SgJournalChange *change, const SgProblem *problem)
{
	return change->attribute == NULL &&
		(change->kind == SG_REMOVED ||
		 (change->kind == SG_RENAMED && is_text(change->before, problem->identity)));
}

/* An object came to exist under that name. */
static bool
is_arrival(const SgJournalChange *change, const SgProblem *problem)
{
	return change->attribute == NULL && change->kind != SG_CHANGED && !is_departure(change, problem);
}

/* The change concerns the object as a whole. */
static Relevance
object_relevance(const SgJournalChange *change, const SgProblem *problem)
{
	bool		missing = problem->rule == SG_RULE_RELATION_MISSING ||
		(problem->attribute == NULL && problem->found == NULL &&
		 problem->rule != SG_RULE_CONFLICT_TARGET_MISSING);

	return missing == is_departure(change, problem) ? CAUSE : OPPOSITE;
}

/* What a change of an attribute has to do with the problem. */
static Relevance
attribute_relevance(const SgJournalChange *change, const SgProblem *problem)
{
	bool		missing = problem->found == NULL;
	bool		gone;

	if (change->kind == SG_RENAMED)
	{
		gone = is_text(change->before, problem->attribute);
		if (!gone && !is_text(change->after, problem->attribute))
			return UNRELATED;
	}
	else if (is_text(change->attribute, problem->attribute))
		gone = change->kind == SG_REMOVED;
	else
		return UNRELATED;
	return missing == gone ? CAUSE : OPPOSITE;
}

static Relevance
relevance(const SgJournalChange *change, const SgProblem *problem)
{
	if (change->attribute == NULL)
		return object_relevance(change, problem);
	if (problem->rule == SG_RULE_CONFLICT_TARGET_MISSING)
		return key_relevance(change, problem->needed);
	return problem->attribute == NULL ? UNRELATED : attribute_relevance(change, problem);
}

/* the state of a search */
typedef struct Search
{
	const SgProblem *problem;
	const SgJournalChange *cause;	/* or NULL: none found so far */
	int64		since;			/* the oldest entry that was looked at */
	bool		ended;
} Search;

/* Looks at the next older change. */
static void
look_at(Search *search, const SgJournalChange *change)
{
	Relevance	found;

	search->since = change->entry.journal_id;
	if (search->cause != NULL)
	{
		/* that the object was created explains something only if it replaced another */
		search->ended = is_departure(change, search->problem);
		return;
	}
	found = relevance(change, search->problem);
	if (found == CAUSE)
		search->cause = change;
	search->ended = found == OPPOSITE || (found == CAUSE && !is_arrival(change, search->problem));
}

static void
search_journal(Search *search)
{
	const SgProblem *problem = search->problem;
	SgJournalChanges journal = {0};

	/* the journal has no privileges, unless access is guarded */
	if (problem->rule == SG_RULE_PRIVILEGE_MISSING)
		return;

	/* what changes in a ledger is no change of the schema */
	if (sg_problem_is_of_ledger(problem))
		return;
	while (!search->ended && sg_journal_changes_next(problem->identity, &journal))
	{
		for (int i = 0; i < journal.count && !search->ended; i++)
			look_at(search, &journal.changes[i]);
	}
	if (!search->ended)
		search->cause = NULL;
}

/*
 * Returns the newest change in the journal that explains the problem, in the
 * current memory context, or NULL if none does.  Call as the extension's owner
 * with a pinned search_path and outside of an SPI connection.
 */
const SgJournalChange *
sg_cause_find(const SgProblem *problem)
{
	Search		search = {problem};

	search_journal(&search);
	return search.cause;
}

/*
 * Returns the number of the oldest entry that is needed to find that change;
 * PG_INT64_MAX if there is none.  Call as above.
 */
int64
sg_cause_since(const SgProblem *problem)
{
	Search		search = {problem};

	search_journal(&search);
	return search.cause == NULL ? PG_INT64_MAX : search.since;
}

/* Appends a definition on one line, cut where it is long. */
static void
append_short(StringInfo buf, const char *text)
{
	int			len;
	int			shown;

	if (text == NULL)
		text = "";
	len = (int) strlen(text);
	shown = sg_text_clip_len(text, len, MAX_QUOTED);
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
append_what(StringInfo buf, const SgProblem *problem, const SgJournalChange *change)
{
	appendStringInfo(buf, "%s ", problem->type);
	append_short(buf, problem->identity);
	if (change->attribute != NULL)
	{
		appendStringInfoString(buf, ": ");
		append_short(buf, change->kind == SG_RENAMED ? change->before : change->attribute);
	}
	if (change->kind == SG_RENAMED)
	{
		appendStringInfoString(buf, " was renamed to ");
		append_short(buf, change->attribute == NULL ? change->after : new_name(change->before, change->after));
	}
	else if (change->kind == SG_CHANGED)
	{
		appendStringInfoString(buf, " was changed from ");
		append_short(buf, change->before);
		appendStringInfoString(buf, " to ");
		append_short(buf, change->after);
	}
	else
		appendStringInfo(buf, " was %s", sg_change_kind_name(change->kind));
}

/* Appends the time to the second, in UTC whatever the session's settings. */
static void
append_time(StringInfo buf, TimestampTz time)
{
	struct pg_tm tm;
	fsec_t		fsec;

	if (timestamp2tm(time, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	appendStringInfo(buf, "%04d-%02d-%02d %02d:%02d:%02d+00",
					 tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void
append_who(StringInfo buf, const SgAttribution *entry)
{
	const char *migration = sg_journal_migration_of(entry->journal_id);

	/* neither the time nor the role of such an entry is the change's */
	if (is_text(entry->outcome, SG_OUTCOME_UNOBSERVED))
	{
		appendStringInfoString(buf, " while the guard was not watching, noticed at ");
		append_time(buf, entry->changed_at);
		appendStringInfo(buf, " (journal entry " INT64_FORMAT ")", entry->journal_id);
		return;
	}
	appendStringInfoString(buf, " at ");
	append_time(buf, entry->changed_at);
	if (entry->changed_by != NULL)
		appendStringInfo(buf, " by role %s", entry->changed_by);
	if (migration != NULL)
		appendStringInfo(buf, ", migration %s, journal entry " INT64_FORMAT, migration, entry->journal_id);
	appendStringInfoString(buf, " (");
	if (entry->session_role != NULL)
		appendStringInfo(buf, "session %s, ", entry->session_role);
	if (entry->application_name != NULL && entry->application_name[0] != '\0')
		appendStringInfo(buf, "application %s, ", entry->application_name);
	appendStringInfo(buf, "journal entry " INT64_FORMAT ")", entry->journal_id);
}

/* Returns a line for a HINT: what changed, when and by whom. */
char *
sg_cause_text(const SgProblem *problem, const SgJournalChange *cause)
{
	StringInfoData text;

	initStringInfo(&text);
	append_what(&text, problem, cause);
	append_who(&text, &cause->entry);
	return text.data;
}
