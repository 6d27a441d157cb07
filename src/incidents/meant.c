/*
 * incidents/meant.c
 *		Whether a failed statement means an object, or another one of the same name.
 *
 * Tables in several schemas, and temporary ones, may have the same name, and a
 * query can have a name as an alias, in a string or in a comment.  No catalog can
 * be read, but the backend's list of its locks can: parse analysis has locked each
 * relation of the statement before it looks for its columns.  So a relation that is
 * not locked is not meant.
 *
 * The locks of a subtransaction are gone when PL/pgSQL catches an error and raises
 * it again.  In that case, and for objects that are not locked, an object can be
 * meant if its schema is named or in search_path.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "storage/lock.h"

#include "incidents/alias.h"
#include "incidents/meant.h"
#include "support/compat.h"

/* the server's English text identifies a message in every language */
#define NOT_IN_TYPE_MESSAGE "column \"%s\" not found in data type %s"

/*
 * what is done for an error at most, and what it takes to ask for a lock or a word, in
 * thirds of a microsecond
 */
#define MAX_EFFORT 60
#define LOCK_EFFORT 1
#define WORD_EFFORT 10

/* start time of the statement in which a subtransaction was last rolled back */
static TimestampTz aborted_in = 0;

void
sg_meant_subtransaction_event(SubXactEvent event)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		aborted_in = GetCurrentStatementStartTimestamp();
}

/* Returns true if all locks that the statement has taken are still held. */
bool
sg_meant_locks_are_held(void)
{
	return aborted_in != GetCurrentStatementStartTimestamp();
}

/* Begins to ask what a statement means, where its error is reported. */
void
sg_meant_begin(SgMeaning *meaning, const SgFailure *failure)
{
	meaning->failure = failure;
	meaning->effort = MAX_EFFORT;
	meaning->gave_up = false;
	meaning->have_words = false;
	meaning->relation = InvalidOid;
	meaning->word[0] = '\0';
	meaning->has_word = false;
}

/* The same when the transaction is over, and with it the texts: there is time then. */
void
sg_meant_begin_later(SgMeaning *meaning, const SgFailure *failure, const SgWords *words)
{
	sg_meant_begin(meaning, failure);
	meaning->effort = PG_INT32_MAX;
	meaning->words = *words;
	meaning->have_words = true;
}

/* Returns true if there is time for that. */
static bool
afford(SgMeaning *meaning, int effort)
{
	if (meaning->effort < effort)
		meaning->gave_up = true;
	else
		meaning->effort -= effort;
	return !meaning->gave_up;
}

static bool
is_locked(SgMeaning *meaning, Oid relation)
{
	LOCKTAG		tag;

	/* one change of a relation is often followed by another one */
	if (meaning->relation == relation)
		return meaning->is_locked;
	if (!afford(meaning, LOCK_EFFORT))
		return false;
	meaning->relation = relation;
	meaning->is_locked = false;
	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
	for (LOCKMODE mode = AccessShareLock; mode <= AccessExclusiveLock && !meaning->is_locked; mode++)
		meaning->is_locked = sg_compat_lock_held(&tag, mode);
	return meaning->is_locked;
}

static const SgWords *
words(SgMeaning *meaning)
{
	if (!meaning->have_words)
		sg_failure_words(meaning->failure, &meaning->words);
	meaning->have_words = true;
	return &meaning->words;
}

static bool
has_word(SgMeaning *meaning, const char *word)
{
	if (strcmp(meaning->word, word) == 0)
		return meaning->has_word;
	if (!afford(meaning, WORD_EFFORT))
		return false;
	strlcpy(meaning->word, word, NAMEDATALEN);
	meaning->has_word = sg_words_have(words(meaning), word);
	return meaning->has_word;
}

/*
 * Returns true if the statement can mention the name: one of more text than is looked
 * at can mention anything.
 */
static bool
may_mention(SgMeaning *meaning, const char *name)
{
	return words(meaning)->incomplete || has_word(meaning, name);
}

/* Returns true if locks tell whether the relation is meant. */
static bool
is_told_by_lock(const SgFailure *failure, Oid relation)
{
	switch (failure->kind)
	{
		case SG_ERROR_COLUMN:
		case SG_ERROR_AMBIGUOUS:
		case SG_ERROR_PLAN:
			return failure->locks_are_held && OidIsValid(relation) &&
				(failure->message_id == NULL || strcmp(failure->message_id, NOT_IN_TYPE_MESSAGE) != 0);
		default:
			return false;
	}
}

/*
 * Returns true if the relation of a clue can be meant.  To be asked first, because it
 * takes the least time.
 */
bool
sg_meant_relation(SgMeaning *meaning, Oid relation)
{
	return !is_told_by_lock(meaning->failure, relation) || is_locked(meaning, relation);
}

static bool
is_relation_meant(SgMeaning *meaning, const SgClue *clue)
{
	const SgFailure *failure = meaning->failure;

	if (!is_told_by_lock(failure, clue->relation))
	{
		/* with neither a name nor a lock there must be a word at least */
		if (failure->kind == SG_ERROR_PLAN && words(meaning)->incomplete)
			return false;
		if (!sg_search_path_has(&failure->search_path, clue->schema) && !may_mention(meaning, clue->schema))
			return false;
	}
	return may_mention(meaning, clue->object);
}

/* Returns true if the text before "end" ends with that name, quoted or not. */
static bool
ends_with_name(const char *text, const char *end, const char *name)
{
	size_t		len = strlen(name);

	if (end > text && end[-1] == '"')
		end--;
	return end - text >= len && memcmp(end - len, name, len) == 0;
}

/* Returns true if the message says table.column of another table, or of its alias. */
static bool
is_of_other(SgMeaning *meaning, const SgNamed *column, const SgClue *clue)
{
	char		table[NAMEDATALEN];

	if (column->schema == NULL || column->schema_len == 0 || column->schema_len >= NAMEDATALEN ||
		!afford(meaning, WORD_EFFORT))
		return false;
	memcpy(table, column->schema, column->schema_len);
	table[column->schema_len] = '\0';
	return sg_alias_is_of_other(words(meaning), table, clue->object);
}

/*
 * Returns true if the message means the clue's enum, whose name it has as
 * format_type() writes it: with its schema if that is not in search_path.
 */
static bool
is_type_meant(const SgFailure *failure, const SgClue *clue)
{
	const char *message = failure->message == NULL ? "" : failure->message;

	for (const char *found = strstr(message, clue->object); found != NULL;
		 found = strstr(found + 1, clue->object))
	{
		const char *start = found > message && found[-1] == '"' ? found - 1 : found;
		const char *end = found + strlen(clue->object);

		if ((sg_words_is_part(*end) && !IS_HIGHBIT_SET(*end)) ||
			(start > message && sg_words_is_part(start[-1]) && !IS_HIGHBIT_SET(start[-1])))
			continue;
		if (start > message && start[-1] == '.' ? ends_with_name(message, start - 1, clue->schema) :
			sg_search_path_has(&failure->search_path, clue->schema))
			return true;
	}
	return false;
}

/* Returns true if the violated constraint belongs to the clue's table or domain. */
static bool
is_violated(const SgFailure *failure, const SgClue *clue)
{
	const char *violated = failure->table != NULL ? failure->table : failure->datatype;

	return violated != NULL && strcmp(violated, clue->object) == 0 &&
		(failure->schema == NULL || strcmp(failure->schema, clue->schema) == 0);
}

/*
 * Returns true if the query means the clue's table and the error one of its
 * partitions. A partition has its constraints from its parent, and the parent's
 * changes are the ones that are journaled.
 */
static bool
is_parent_meant(SgMeaning *meaning, const SgClue *clue)
{
	const SgFailure *failure = meaning->failure;

	return failure->table != NULL && failure->locks_are_held &&
		OidIsValid(clue->relation) && is_locked(meaning, clue->relation) &&
		may_mention(meaning, clue->object) && !has_word(meaning, failure->table);
}

/* Returns true if the failed statement, which has the clue's name, means its object. */
bool
sg_meant_object(SgMeaning *meaning, const SgNamed *name, const SgClue *clue)
{
	const SgFailure *failure = meaning->failure;

	switch (failure->kind)
	{
		case SG_ERROR_COLUMN:
		case SG_ERROR_AMBIGUOUS:
		case SG_ERROR_PLAN:
			return is_relation_meant(meaning, clue) && !is_of_other(meaning, name, clue);
		case SG_ERROR_NOT_NULL:
		case SG_ERROR_CHECK:
			return is_violated(failure, clue) || is_parent_meant(meaning, clue);
		case SG_ERROR_LABEL:
			return is_type_meant(failure, clue);
		default:
			return true;
	}
}
