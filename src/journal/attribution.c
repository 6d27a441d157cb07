/*
 * journal/attribution.c
 *		Which entry of the journal a difference came from.
 *
 * What differs between an approved schema and the live one arose after the database
 * was last in the approved one.  For each difference, the search looks for the
 * newest change since then, of the object or item, that leads to it.  If there are
 * few entries for each difference, all changes are read once, otherwise those of
 * each object separately.  Names are followed backwards across renames. A change
 * that leads to the opposite ends the search: then the cause is not journaled
 * (yet), and an older change would be a wrong answer.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "format/diff.h"
#include "journal/attribution.h"
#include "journal/journal.h"
#include "journal/journal_changes.h"
#include "journal/journal_identity.h"

/* with more entries than that, looking each difference up costs less than reading them all */
#define ENTRIES_PER_DIFFERENCE 20

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

/* the changes since the database was last in the state */
typedef struct Journal
{
	int64		since;			/* the entry that led to it; 0: none did */
	bool		by_object;		/* changes are read for each object when it is looked up */
	Steps		all;			/* otherwise */
} Journal;

/* what a search is looking for, after following renames */
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
	FOLLOW,						/* it had another name: look for that */
	FOUND,
	GIVE_UP
} Finding;

static bool
is_text(const char *left, const char *right)
{
	return left != NULL && right != NULL && strcmp(left, right) == 0;
}

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

/* Returns true if the object as a whole had another name before. */
static bool
is_rename(const SgJournalChange *change)
{
	return change->kind == SG_RENAMED && change->attribute == NULL;
}

/* Sorts the changes of entries after "since". */
static void
sort_changes(const SgJournalChanges *journal, int64 since, Steps *steps)
{
	/* an object that was renamed is listed under both names */
	steps->steps = palloc_extended(sizeof(Step) * Max(2 * (Size) journal->count, 1), MCXT_ALLOC_HUGE);
	steps->count = 0;
	for (int i = 0; i < journal->count; i++)
	{
		const SgJournalChange *change = &journal->changes[i];

		if (change->entry.journal_id <= since || is_text(change->entry.outcome, SG_OUTCOME_SCOPE))
			continue;
		steps->steps[steps->count++] = (Step) {change, change->identity, false};
		if (is_rename(change))
			steps->steps[steps->count++] = (Step) {change, change->before, true};
	}
	qsort(steps->steps, steps->count, sizeof(Step), compare_steps);
}

/* Loads all changes since then. */
static void
load_all(Journal *journal, const char *since)
{
	SgJournalChanges changes = {0};

	sg_journal_changes_since(since, &changes);
	sort_changes(&changes, journal->since, &journal->all);
}

/*
 * Returns steps that include older ones of the identity, or NULL if there are no
 * more.  "changes" is the position of the search, zeros at first.
 */
static const Steps *
next_steps(const Journal *journal, const char *identity, SgJournalChanges *changes, Steps *own)
{
	if (!journal->by_object)
	{
		bool		first = !changes->ended;

		changes->ended = true;
		return first ? &journal->all : NULL;
	}
	if ((changes->nread > 0 && changes->oldest <= journal->since) ||
		!sg_journal_changes_next(identity, changes))
		return NULL;
	sort_changes(changes, journal->since, own);
	return own;
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

/* Judges the steps of the subject's identity until one is decisive; *entry is that one's. */
static Finding
judge_steps(const Steps *steps, Subject *subject, const SgAttribution **entry)
{
	const char *identity = subject->identity;
	Finding		finding = GO_ON;

	for (int i = first_step(steps, identity);
		 finding == GO_ON && i < steps->count && is_text(steps->steps[i].identity, identity); i++)
	{
		const Step *step = &steps->steps[i];
		const SgJournalChange *change = step->change;

		if (change->entry.journal_id >= subject->before || strcmp(change->type, subject->difference->type) != 0)
			continue;
		if (change->attribute == NULL)
			finding = judge_object_step(step, subject);
		else if (subject->difference->attribute != NULL)
			finding = judge_item_step(change, subject);
		*entry = &change->entry;
	}
	return finding;
}

static const SgAttribution *
find_entry(const Journal *journal, const SgItemChange *difference)
{
	Subject		subject = {difference, difference->identity, difference->attribute, PG_INT64_MAX};
	const SgAttribution *entry = NULL;
	Finding		finding = FOLLOW;

	while (finding == FOLLOW)
	{
		SgJournalChanges changes = {0};
		const Steps *steps;
		Steps		own;

		finding = GO_ON;
		while (finding == GO_ON &&
			   (steps = next_steps(journal, subject.identity, &changes, &own)) != NULL)
			finding = judge_steps(steps, &subject, &entry);
	}
	return finding == FOUND ? entry : NULL;
}

/* Determines where the search ends, and how to search for that many differences. */
static void
open_journal(Journal *journal, const char *since, int differences)
{
	int64		newest;

	sg_journal_changes_bounds(since, &journal->since, &newest);
	journal->by_object = sg_journal_identity_exists() &&
		newest - journal->since > (int64) ENTRIES_PER_DIFFERENCE * differences;
	if (!journal->by_object)
		load_all(journal, since);
}

/*
 * Returns the origin of each change, in the same order: a List of SgAttribution *,
 * NULL where the journal does not tell.  "since" is the fingerprint of the schema
 * that the changes begin with.  Runs as the owner; the result is in the current
 * memory context.
 */
List *
sg_attribution_find(const List *changes, const char *since)
{
	List	   *found = NIL;
	Journal		journal = {0};
	ListCell   *lc;

	if (changes == NIL)
		return NIL;
	open_journal(&journal, since, list_length(changes));
	foreach(lc, changes)
	{
		CHECK_FOR_INTERRUPTS();
		found = lappend(found, unconstify(SgAttribution *, find_entry(&journal, lfirst(lc))));
	}
	return found;
}
