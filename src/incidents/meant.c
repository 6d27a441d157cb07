/*
 * incidents/meant.c
 *		Whether a failed statement means an object, or another one of that name.
 *
 * Tables in several schemas, and temporary ones, may have the same name, and a query
 * can have a name as an alias, in a string or in a comment.  No catalog can be
 * asked, but this backend's own list of its locks can: parse analysis has locked
 * each relation of the statement before it misses one of its columns.  A relation
 * that is not locked is not meant.
 *
 * The locks of a subtransaction are gone when PL/pgSQL catches an error and raises it
 * again.  There, and for what is not locked, an object can be meant if its schema is
 * named or in search_path.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/guc.h"

#include "incidents/meant.h"
#include "support/compat.h"

/* the server's English text identifies a message in every language */
#define NOT_IN_TYPE_MESSAGE "column \"%s\" not found in data type %s"

/* the statement, by the time of its start, in which a subtransaction was rolled back last */
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

static bool
is_locked(Oid relation)
{
	LOCKTAG		tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
	for (LOCKMODE mode = AccessShareLock; mode <= AccessExclusiveLock; mode++)
	{
		if (sg_compat_lock_held(&tag, mode))
			return true;
	}
	return false;
}

/* the name of the current role, as "$user" in search_path */
static const char *
role_name(void)
{
	const char *role = GetConfigOption("role", true, false);

	if (role == NULL || role[0] == '\0' || strcmp(role, "none") == 0)
		role = GetConfigOption("session_authorization", true, false);
	return role == NULL ? "" : role;
}

/*
 * Compares an element of search_path, which may be in double quotes, with a name;
 * moves *element behind it.
 */
static bool
is_element(const char **element, const char *name)
{
	bool		quoted = **element == '"';
	const char *c = *element + quoted;
	bool		same = true;

	for (; *c != '\0' && (quoted || (*c != ',' && !isspace((unsigned char) *c))); c++)
	{
		if (quoted && *c == '"' && *++c != '"')
			break;
		same = same && *name == (quoted ? *c : (char) pg_ascii_tolower((unsigned char) *c));
		if (same)
			name++;
	}
	*element = c;
	return same && *name == '\0';
}

/* Returns true if the schema is in search_path, or if that is not known (NULL). */
bool
sg_meant_in_path(const char *path, const char *schema)
{
	if (path == NULL)
		return true;
	while (*path != '\0')
	{
		const char *element = path;

		if (*path == ',' || isspace((unsigned char) *path))
			path++;
		else if (is_element(&path, schema) ||
				 (is_element(&element, "$user") && strcmp(role_name(), schema) == 0))
			return true;
	}
	return false;
}

/*
 * Returns true if a statement with these words, of its query or its error, can mean an
 * object of that schema.
 */
static bool
is_reached(const SgFailure *failure, const SgWords *words, const char *schema)
{
	return sg_meant_in_path(failure->search_path, schema) || words->incomplete ||
		sg_words_have(words, sg_words_hash(schema, strlen(schema)));
}

static bool
is_relation_meant(const SgFailure *failure, const SgWords *words, const SgClue *clue)
{
	bool		by_lock = failure->locks_are_held && OidIsValid(clue->relation);

	if (by_lock && (failure->message_id == NULL || strcmp(failure->message_id, NOT_IN_TYPE_MESSAGE) != 0))
		return is_locked(clue->relation);
	return is_reached(failure, words, clue->schema);
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

/*
 * The message has the name of the enum as format_type() writes it: with its schema if
 * that is not in search_path.
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
			sg_meant_in_path(failure->search_path, clue->schema))
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
 * A partition has its constraints from its parent, whose changes are the ones that
 * are journaled; the error is about the partition, and the query about the parent.
 */
static bool
is_parent_meant(const SgFailure *failure, const SgWords *words, const SgClue *clue)
{
	return failure->table != NULL && failure->locks_are_held &&
		OidIsValid(clue->relation) && is_locked(clue->relation) &&
		!sg_words_have(words, sg_words_hash(failure->table, strlen(failure->table)));
}

/*
 * Is it the query's words, rather than the error's own names, that say which object
 * it is about?
 */
bool
sg_meant_needs_words(const SgFailure *failure, const SgClue *clue)
{
	switch (failure->kind)
	{
		case SG_ERROR_COLUMN:
		case SG_ERROR_AMBIGUOUS:
		case SG_ERROR_PLAN:
			return true;
		case SG_ERROR_NOT_NULL:
		case SG_ERROR_CHECK:
			return !is_violated(failure, clue);
		default:
			return false;
	}
}

/*
 * Does the failed statement, which has the clue's name, mean the clue's object?  The
 * words, which have the object, are looked at if they are needed.
 */
bool
sg_meant_object(const SgFailure *failure, const SgWords *words, const SgClue *clue)
{
	switch (failure->kind)
	{
		case SG_ERROR_COLUMN:
		case SG_ERROR_AMBIGUOUS:
		case SG_ERROR_PLAN:
			return is_relation_meant(failure, words, clue);
		case SG_ERROR_NOT_NULL:
		case SG_ERROR_CHECK:
			return is_violated(failure, clue) || is_parent_meant(failure, words, clue);
		case SG_ERROR_LABEL:
			return is_type_meant(failure, clue);
		default:
			return true;
	}
}
