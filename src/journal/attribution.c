/*
 * journal/attribution.c
 *		Which entry of the journal a difference came from.
 *
 * What differs between an approved schema and the live one came about after the
 * database was in the approved one for the last time.  The changes since then
 * are read once and sorted by object, the newest first.  Each difference is
 * looked up among them: the newest change of the object or item that leads to
 * what the difference says.  Names are followed backwards across renames.  A
 * change that leads to the opposite ends the search: then what did it is not
 * journaled (yet), and an older change would be a wrong answer.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "format/diff.h"
#include "journal/attribution.h"
#include "journal/journal_changes.h"

/* one change of the journal, under one of the names of its object */
typedef struct Step
{
	const SgJournalChange *change;
	const char *identity;
	bool		away;			/* the object had "identity" before it was renamed */
} Step;

typedef struct Steps
{
	int			count;
	Step	   *steps;			/* sorted by compare_steps */
} Steps;

/* what a search has followed its difference to */
typedef struct Subject
{
	const SgItemChange *difference;
	const char *identity;
	const char *attribute;
	int64		before;			/* entries from this one on no longer count */
} Subject;

typedef enum Finding
{
	GO_ON,						/* look at the next change */
	FOLLOW,						/* it had another name: look there */
	FOUND,
	GIVE_UP
} Finding;

/* Sorts by identity, then the newest first, and within an entry renames last. */
static int
compare_steps(const void *a, const void *b)
{
	const Step *left = a;
	const Step *right = b;
	int			order = strcmp(left->identity, right->identity);
	int64		left_id = left->change->entry.journal_id;
	int64		right_id = right->change->entry.journal_id;

	if (order != 0)
		return order;
	if (left_id != right_id)
		return left_id > right_id ? -1 : 1;
	return (int) (left->change->kind == SG_RENAMED) - (int) (right->change->kind == SG_RENAMED);
}

/* Loads the changes since the database was in the state for the last time. */
static void
load_steps(const char *since, Steps *steps)
{
	SgJournalChanges journal;

	sg_journal_changes_since(since, &journal);
	/* an object that was renamed is listed under both names */
	steps->steps = palloc_extended(sizeof(Step) * Max(2 * (Size) journal.count, 1), MCXT_ALLOC_HUGE);
	steps->count = 0;
	for (int i = 0; i < journal.count; i++)
	{
		const SgJournalChange *change = &journal.changes[i];

		steps->steps[steps->count++] = (Step) {change, change->identity, false};
		if (change->kind == SG_RENAMED && change->attribute == NULL)
			steps->steps[steps->count++] = (Step) {change, change->before, true};
	}
	qsort(steps->steps, steps->count, sizeof(Step), compare_steps);
}

/* Returns the index of the first change of the identity, or of what would follow it. */
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
is_text(const char *left, const char *right)
{
	return left != NULL && right != NULL && strcmp(left, right) == 0;
}

/* Judges a change of the object as a whole. */
static Finding
judge_object_step(const Step *step, Subject *subject)
{
	bool		whole = subject->difference->attribute == NULL;
	SgChangeKind kind = subject->difference->kind;

	if (step->away)
		return whole && kind == SG_REMOVED ? FOUND : GIVE_UP;
	if (step->change->kind == SG_RENAMED)
	{
		/* without keys a rename shows as a removal and an addition */
		if (whole && (kind == SG_RENAMED || kind == SG_ADDED))
			return FOUND;
		subject->identity = step->change->before;
		subject->before = step->change->entry.journal_id;
		return FOLLOW;
	}
	if (step->change->kind == SG_REMOVED)
		return whole && kind == SG_REMOVED ? FOUND : GIVE_UP;
	/* added, with all that it consists of */
	return whole && kind == SG_REMOVED ? GIVE_UP : FOUND;
}

/*
 * Returns true if the difference is one of the order of columns, attributes or
 * labels, and the change adds or removes one.
 */
static bool
concerns_order(const SgJournalChange *change, const char *attribute)
{
	size_t		word = strcspn(attribute, " ");

	return strcmp(attribute + word, " order") == 0 &&
		(change->kind == SG_ADDED || change->kind == SG_REMOVED) &&
		strncmp(change->attribute, attribute, word + 1) == 0;
}

/* Judges a change of one item, where the difference is one of an item. */
static Finding
judge_item_step(const SgJournalChange *change, Subject *subject)
{
	SgChangeKind kind = subject->difference->kind;

	if (change->kind != SG_RENAMED)
	{
		if (concerns_order(change, subject->attribute))
			return FOUND;
		if (!is_text(change->attribute, subject->attribute))
			return GO_ON;
		return (change->kind == SG_REMOVED) == (kind == SG_REMOVED) ? FOUND : GIVE_UP;
	}
	if (kind == SG_REMOVED && is_text(change->before, subject->attribute))
		return FOUND;
	if (!is_text(change->attribute, subject->attribute))
		return GO_ON;
	if (kind == SG_RENAMED)
		return FOUND;
	if (kind == SG_REMOVED)
		return GIVE_UP;
	subject->attribute = change->before;
	subject->before = change->entry.journal_id;
	return GO_ON;
}

static const SgAttribution *
find_entry(const Steps *steps, const SgItemChange *difference)
{
	Subject		subject = {difference, difference->identity, difference->attribute, PG_INT64_MAX};
	Finding		finding = FOLLOW;

	while (finding == FOLLOW)
	{
		finding = GO_ON;
		for (int i = first_step(steps, subject.identity);
			 finding == GO_ON && i < steps->count && is_text(steps->steps[i].identity, subject.identity);
			 i++)
		{
			const Step *step = &steps->steps[i];
			const SgJournalChange *change = step->change;

			if (change->entry.journal_id >= subject.before || strcmp(change->type, difference->type) != 0)
				continue;
			if (change->attribute == NULL)
				finding = judge_object_step(step, &subject);
			else if (difference->attribute != NULL)
				finding = judge_item_step(change, &subject);
			if (finding == FOUND)
				return &change->entry;
		}
	}
	return NULL;
}

/*
 * Returns where each of the changes came from, in the same order: a List of
 * SgAttribution *, NULL where the journal does not tell.  "since" is the
 * fingerprint of the schema that the changes begin with.  Runs as the owner; the
 * result is in the current memory context.
 */
List *
sg_attribution_find(const List *changes, const char *since)
{
	List	   *found = NIL;
	Steps		steps;
	ListCell   *lc;

	if (changes == NIL)
		return NIL;
	load_steps(since, &steps);
	foreach(lc, changes)
	{
		CHECK_FOR_INTERRUPTS();
		found = lappend(found, unconstify(SgAttribution *, find_entry(&steps, lfirst(lc))));
	}
	return found;
}
