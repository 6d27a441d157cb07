/*
 * journal/origin.c
 *		Which entry of the journal a difference came from.
 *
 * What differs between an approved schema and the live one came about after
 * the database was in the approved one for the last time.  The changes since
 * then are read once, sorted by the object, the newest first, and each
 * difference is looked up among them: the newest change of the object or item
 * that leads to what the difference says.  Names are followed backwards over
 * renames.  A change that leads to the opposite ends the search: then what did
 * it is not journaled (yet), and an older one would be a wrong answer.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "format/diff.h"
#include "journal/journal.h"
#include "journal/origin.h"
#include "support/spi.h"

#define CHANGES_SQL \
	"SELECT j.journal_id, j.changed_at, j.changed_by, j.verdict, j.window_id," \
	"       c ->> 'change', c ->> 'object_type', c ->> 'object_identity', c ->> 'attribute'," \
	"       CASE WHEN c ->> 'change' = 'renamed' THEN c ->> 'before' END" \
	"  FROM schema_guard.journal_entry j," \
	"       LATERAL jsonb_array_elements(CASE jsonb_typeof(j.changes) WHEN 'array' THEN j.changes END) c" \
	" WHERE j.verdict <> '" SG_OUTCOME_SCOPE "'" \
	"   AND j.journal_id > coalesce((SELECT max(k.journal_id) FROM schema_guard.journal_entry k" \
	"                                 WHERE k.fingerprint_after = $1), 0)" \
	" ORDER BY j.journal_id DESC LIMIT 100000"

/* the columns of CHANGES_SQL */
enum
{
	COL_ID = 1,
	COL_TIME,
	COL_ROLE,
	COL_VERDICT,
	COL_WINDOW,
	COL_CHANGE,
	COL_TYPE,
	COL_IDENTITY,
	COL_ATTRIBUTE,
	COL_BEFORE
};

/* one change of the journal */
typedef struct Step
{
	SgOrigin	origin;
	const char *change;
	const char *type;
	const char *identity;
	const char *attribute;		/* NULL: the object as a whole */
	const char *before;			/* of what was renamed */
	bool		away;			/* the object had "identity" before it was renamed */
} Step;

typedef struct Steps
{
	int			count;
	Step	   *steps;			/* sorted by compare_steps */
} Steps;

/* what a search has followed its subject to */
typedef struct Subject
{
	const SgChange *change;
	const char *identity;
	const char *attribute;
	int64		before;			/* entries from here on do not count any more */
} Subject;

typedef enum Finding
{
	GO_ON,						/* look at the next change */
	FOLLOW,						/* it had another name: look there */
	FOUND,
	GIVE_UP
} Finding;

static bool
is_rename(const Step *step)
{
	return strcmp(step->change, "renamed") == 0;
}

/* by identity, the newest first, in one entry renames last */
static int
compare_steps(const void *a, const void *b)
{
	const Step *left = a;
	const Step *right = b;
	int			order = strcmp(left->identity, right->identity);

	if (order != 0)
		return order;
	if (left->origin.journal_id != right->origin.journal_id)
		return left->origin.journal_id > right->origin.journal_id ? -1 : 1;
	return (int) is_rename(left) - (int) is_rename(right);
}

static const char *
text_or_empty(char *text)
{
	return text != NULL ? text : "";
}

/* One row of CHANGES_SQL, in the current memory context. */
static void
read_step(uint64 row, Step *step)
{
	bool		isnull;
	Datum		window;

	memset(step, 0, sizeof(*step));
	step->origin.journal_id = DatumGetInt64(sg_spi_value(row, COL_ID, &isnull));
	step->origin.changed_at = DatumGetTimestampTz(sg_spi_value(row, COL_TIME, &isnull));
	step->origin.changed_by = sg_spi_text(row, COL_ROLE);
	step->origin.verdict = text_or_empty(sg_spi_text(row, COL_VERDICT));
	window = sg_spi_value(row, COL_WINDOW, &isnull);
	step->origin.window_id = isnull ? 0 : DatumGetInt64(window);
	step->change = text_or_empty(sg_spi_text(row, COL_CHANGE));
	step->type = text_or_empty(sg_spi_text(row, COL_TYPE));
	step->identity = text_or_empty(sg_spi_text(row, COL_IDENTITY));
	step->attribute = sg_spi_text(row, COL_ATTRIBUTE);
	step->before = sg_spi_text(row, COL_BEFORE);
}

/* The changes since the database was in the state for the last time, sorted. */
static void
load_steps(const char *since, Steps *steps)
{
	static const Oid types[1] = {TEXTOID};
	MemoryContext caller = CurrentMemoryContext;
	Datum		value;
	uint64		rows;

	sg_spi_connect();
	value = CStringGetTextDatum(since);
	rows = sg_spi_query(CHANGES_SQL, 1, types, &value, NULL);
	MemoryContextSwitchTo(caller);
	/* an object that was renamed is there under both names */
	steps->steps = palloc_extended(sizeof(Step) * Max(2 * rows, 1), MCXT_ALLOC_HUGE);
	steps->count = 0;
	for (uint64 row = 0; row < rows; row++)
	{
		Step	   *step = &steps->steps[steps->count++];

		CHECK_FOR_INTERRUPTS();
		read_step(row, step);
		if (is_rename(step) && step->attribute == NULL && step->before != NULL)
		{
			Step	   *away = &steps->steps[steps->count++];

			*away = *step;
			away->identity = step->before;
			away->away = true;
		}
	}
	sg_spi_finish();
	MemoryContextSwitchTo(caller);
	qsort(steps->steps, steps->count, sizeof(Step), compare_steps);
}

/* The first change of the identity, or of what would follow it. */
static int
first_step(const Steps *steps, const char *identity)
{
	int			low = 0;
	int			high = steps->count;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (strcmp(steps->steps[middle].identity, identity) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
same_text(const char *left, const char *right)
{
	return left != NULL && right != NULL && strcmp(left, right) == 0;
}

/* A change of the object as a whole. */
static Finding
judge_object_step(const Step *step, Subject *subject)
{
	bool		whole = subject->change->attribute == NULL;
	SgChangeKind kind = subject->change->kind;

	if (step->away)
		return whole && kind == SG_REMOVED ? FOUND : GIVE_UP;
	if (is_rename(step))
	{
		/* without keys a rename shows as what has gone and what has come */
		if (whole && (kind == SG_RENAMED || kind == SG_ADDED))
			return FOUND;
		subject->identity = step->before;
		subject->before = step->origin.journal_id;
		return step->before != NULL ? FOLLOW : GIVE_UP;
	}
	if (strcmp(step->change, "removed") == 0)
		return whole && kind == SG_REMOVED ? FOUND : GIVE_UP;
	/* added; what the object consists of came with it */
	return whole && kind == SG_REMOVED ? GIVE_UP : FOUND;
}

/*
 * Is the difference one of the order of columns, attributes or labels, and does
 * the change bring or take one?
 */
static bool
concerns_order(const Step *step, const char *attribute)
{
	size_t		word = strcspn(attribute, " ");

	return strcmp(attribute + word, " order") == 0 && !is_rename(step) &&
		strcmp(step->change, "changed") != 0 && strncmp(step->attribute, attribute, word + 1) == 0;
}

/* A change of one item, where the difference is one of an item. */
static Finding
judge_item_step(const Step *step, Subject *subject)
{
	SgChangeKind kind = subject->change->kind;

	if (!is_rename(step))
	{
		if (concerns_order(step, subject->attribute))
			return FOUND;
		if (!same_text(step->attribute, subject->attribute))
			return GO_ON;
		return (strcmp(step->change, "removed") == 0) == (kind == SG_REMOVED) ? FOUND : GIVE_UP;
	}
	if (kind == SG_REMOVED && same_text(step->before, subject->attribute))
		return FOUND;
	if (!same_text(step->attribute, subject->attribute))
		return GO_ON;
	if (kind == SG_RENAMED)
		return FOUND;
	if (kind == SG_REMOVED)
		return GIVE_UP;
	subject->attribute = step->before;
	subject->before = step->origin.journal_id;
	return GO_ON;
}

static const SgOrigin *
find_origin(const Steps *steps, const SgChange *change)
{
	Subject		subject = {change, change->identity, change->attribute, PG_INT64_MAX};
	Finding		finding = FOLLOW;

	while (finding == FOLLOW)
	{
		finding = GO_ON;
		for (int i = first_step(steps, subject.identity);
			 finding == GO_ON && i < steps->count && same_text(steps->steps[i].identity, subject.identity);
			 i++)
		{
			const Step *step = &steps->steps[i];

			if (step->origin.journal_id >= subject.before || strcmp(step->type, change->type) != 0)
				continue;
			if (step->attribute == NULL)
				finding = judge_object_step(step, &subject);
			else if (change->attribute != NULL)
				finding = judge_item_step(step, &subject);
			if (finding == FOUND)
				return &step->origin;
		}
	}
	return NULL;
}

/*
 * For each of the changes where it came from, in the same order: a list of
 * SgOrigin *, NULL where the journal does not tell.  "since" is the fingerprint
 * of the schema that the changes begin with.  As the owner; the result is in
 * the current memory context.
 */
List *
sg_origins(const List *changes, const char *since)
{
	List	   *origins = NIL;
	Steps		steps;
	ListCell   *lc;

	if (changes == NIL)
		return NIL;
	load_steps(since, &steps);
	foreach(lc, changes)
	{
		CHECK_FOR_INTERRUPTS();
		origins = lappend(origins, unconstify(SgOrigin *, find_origin(&steps, lfirst(lc))));
	}
	return origins;
}
