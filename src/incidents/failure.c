/*
 * incidents/failure.c
 *		Which names the error of a failed statement mentions.
 *
 * Constraint violations have fields for the names.  Other errors have them only in
 * the message, which can be in any language.  There a name is the text between two
 * quotes, whatever quotes the language uses; or, where the server does not quote,
 * the text after the dot of a qualified name or before the parenthesis of a
 * signature.  In a language without blanks between words the end of a name cannot
 * be seen, so each place where it could end counts.  Which name is meant is known
 * when one of them is a clue's.
 */
#include "postgres.h"

#include "commands/prepare.h"
#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "utils/plancache.h"

#include "incidents/failure.h"

/* maximum number of quotes in a message that are considered, and of dots or parentheses */
#define MAX_QUOTES 10
#define MAX_PLACES 8

/* maximum number of ends, or beginnings, of an unquoted name */
#define MAX_BOUNDARIES 40

/*
 * a message's English text identifies it in every language: the beginnings of those
 * that count
 */
#define CACHED_PLAN_MESSAGE "cached plan must not change result type"
#define TYPE_MESSAGE "type "
#define ENUM_MESSAGE "invalid input value for enum"
#define OPERATOR_MESSAGE "operator "
#define PROCEDURE_MESSAGE "procedure "
#define AGGREGATE_MESSAGE "aggregate "
#define FUNCTION_MESSAGE "function "

/* and in their middle */
#define OF_RELATION_MESSAGE "of relation \"%s\""

/* and of those that are about the query itself */
#define ALIAS_MESSAGE "FROM-clause entry"

/* Returns true if it is the server's text, and known to begin like that. */
static bool
begins(const char *message_id, const char *beginning)
{
	return message_id != NULL && strncmp(message_id, beginning, strlen(beginning)) == 0;
}

/*
 * Returns true if this can be that message of the server.  A message of PL/pgSQL's
 * RAISE, or of a parallel worker, can be any.
 */
static bool
is_message(const ErrorData *error, const char *beginning)
{
	return error->message_id == NULL || strcmp(error->message_id, "%s") == 0 ||
		begins(error->message_id, beginning);
}

/* Returns true if a change of the schema can lead to such an error. */
bool
sg_failure_kind(const ErrorData *error, SgErrorKind *kind)
{
	switch (error->sqlerrcode)
	{
		case ERRCODE_UNDEFINED_COLUMN:
			*kind = SG_ERROR_COLUMN;
			return true;
		case ERRCODE_AMBIGUOUS_COLUMN:
			*kind = SG_ERROR_AMBIGUOUS;
			return true;
		case ERRCODE_UNDEFINED_TABLE:
			*kind = SG_ERROR_RELATION;
			return error->message_id == NULL || strstr(error->message_id, ALIAS_MESSAGE) == NULL;
		case ERRCODE_UNDEFINED_FUNCTION:
			*kind = SG_ERROR_FUNCTION;
			return !begins(error->message_id, OPERATOR_MESSAGE);
		case ERRCODE_UNDEFINED_OBJECT:
			*kind = SG_ERROR_TYPE;
			return is_message(error, TYPE_MESSAGE);
		case ERRCODE_UNDEFINED_SCHEMA:
			*kind = SG_ERROR_SCHEMA;
			return true;
		case ERRCODE_NOT_NULL_VIOLATION:
			*kind = SG_ERROR_NOT_NULL;
			return true;
		case ERRCODE_CHECK_VIOLATION:
			*kind = SG_ERROR_CHECK;
			return true;
		case ERRCODE_INVALID_TEXT_REPRESENTATION:
			*kind = SG_ERROR_LABEL;
			return is_message(error, ENUM_MESSAGE);
		case ERRCODE_FEATURE_NOT_SUPPORTED:
			*kind = SG_ERROR_PLAN;
			return error->message_id != NULL &&
				strcmp(error->message_id, CACHED_PLAN_MESSAGE) == 0;
		default:
			return false;
	}
}

/* the hash of a name, as in an SgNamed */
uint32
sg_failure_hash(const char *name, int len)
{
	return hash_bytes((const unsigned char *) name, len);
}

static void
add_one(SgNamedList *list, const char *text, int len, const char *schema, int schema_len)
{
	SgNamed    *name;

	if (len <= 0 || len >= NAMEDATALEN || list->count == SG_MAX_NAMED)
		return;
	name = &list->names[list->count++];
	name->text = text;
	name->len = len;
	name->schema = schema;
	name->schema_len = schema_len;
	name->call = NULL;
	name->hash = sg_failure_hash(text, len);
	list->seen[(name->hash >> 6) & 3] |= sg_named_bit(name->hash);
}

/* Adds a name.  With a dot it may be qualified, with [] at its end it may be an array's. */
static void
add(SgNamedList *list, const char *text, int len)
{
	const char *dot = text;

	if (len > 2 && memcmp(text + len - 2, "[]", 2) == 0)
		add(list, text, len - 2);
	add_one(list, text, len, NULL, 0);
	while ((dot = memchr(dot, '.', text + len - dot)) != NULL)
	{
		add_one(list, dot + 1, (int) (text + len - dot - 1), text, (int) (dot - text));
		dot++;
	}
}

/* Returns the length of the quoted text at "c", or 0 if there is none. */
static int
quote_len(const unsigned char *c)
{
	if (*c == '"')
		return 1;
	if (*c < 0x80)
		return 0;
	/* « » */
	if (c[0] == 0xC2 && (c[1] == 0xAB || c[1] == 0xBB))
		return 2;
	/* U+2018 to U+201F: all kinds of quotes; U+2039, U+203A: single angle quotes */
	if (c[0] == 0xE2 && c[1] == 0x80 &&
		((c[2] >= 0x98 && c[2] <= 0x9F) || c[2] == 0xB9 || c[2] == 0xBA))
		return 3;
	/* U+300A to U+300F: corner brackets and the like */
	if (c[0] == 0xE3 && c[1] == 0x80 && c[2] >= 0x8A && c[2] <= 0x8F)
		return 3;
	return 0;
}

/* the same for single-byte encodings: ISO 8859 and those of Windows */
static int
single_byte_quote_len(const unsigned char *c)
{
	switch (*c)
	{
		case '"':
		case 0xAB:
		case 0xBB:
		case 0x84:
		case 0x93:
		case 0x94:
			return 1;
		default:
			return 0;
	}
}

/* Adds the text between any two quotes: a name may contain quotes itself. */
static void
add_quoted(SgNamedList *list, const char *message)
{
	bool		single = pg_database_encoding_max_length() == 1;
	const char *before[MAX_QUOTES];
	const char *after[MAX_QUOTES];
	int			count = 0;

	for (const char *c = message; *c != '\0' && count < MAX_QUOTES;)
	{
		int			len = single ? single_byte_quote_len((const unsigned char *) c) :
			quote_len((const unsigned char *) c);

		if (len > 0)
		{
			before[count] = c;
			after[count++] = c + len;
		}
		c += Max(len, 1);
	}
	/* the nearest first, because there may be no room for all */
	for (int distance = 1; distance < count; distance++)
	{
		for (int i = 0; i + distance < count; i++)
			add(list, after[i], (int) (before[i + distance] - after[i]));
	}
}

/*
 * Returns true if a name can begin or end before this byte: not within a character,
 * which only UTF-8 shows.
 */
static bool
is_boundary(const char *c)
{
	return IS_HIGHBIT_SET(*c) &&
		(GetDatabaseEncoding() != PG_UTF8 || ((unsigned char) *c & 0xC0) != 0x80);
}

/* Adds what follows each dot, as in alias.column, with each possible end. */
static void
add_behind_dots(SgNamedList *list, const char *message)
{
	int			places = 0;

	for (const char *dot = strchr(message, '.'); dot != NULL && places < MAX_PLACES;
		 dot = strchr(dot + 1, '.'), places++)
	{
		const char *start = dot + 1;
		const char *before = dot;
		int			boundaries = 0;

		while (before > message && sg_words_is_part(before[-1]))
			before--;

		for (const char *c = start; boundaries < MAX_BOUNDARIES; c++)
		{
			bool		ends = !sg_words_is_part(*c) || is_boundary(c);

			if (ends && c > start)
			{
				add_one(list, start, (int) (c - start), before, (int) (dot - before));
				boundaries++;
			}
			if (*c == '\0' || c - start >= NAMEDATALEN)
				break;
		}
	}
}

/* Adds a name that a parenthesis follows. */
static void
add_called(SgNamedList *list, const char *text, const char *call)
{
	int			first = list->count;

	add(list, text, (int) (call - text));
	for (int i = first; i < list->count; i++)
		list->names[i].call = call;
}

/* Adds what precedes each parenthesis, as in function(arguments), with each possible beginning. */
static void
add_before_parentheses(SgNamedList *list, const char *message)
{
	int			places = 0;

	for (const char *end = strchr(message, '('); end != NULL && places < MAX_PLACES;
		 end = strchr(end + 1, '('), places++)
	{
		int			boundaries = 0;

		for (const char *c = end; c > message && boundaries < MAX_BOUNDARIES; c--)
		{
			bool		starts = (!sg_words_is_part(c[-1]) && c[-1] != '.') || is_boundary(c) ||
				(IS_HIGHBIT_SET(c[-1]) && !IS_HIGHBIT_SET(*c));

			if (starts && c < end)
			{
				add_called(list, c, end);
				boundaries++;
			}
			if (end - c >= 2 * NAMEDATALEN)
				break;
		}
		if (end - message < 2 * NAMEDATALEN)
			add_called(list, message, end);
	}
}

/* Finds the names that the error may mean. */
void
sg_failure_names(const SgFailure *failure, SgNamedList *list)
{
	const char *field = NULL;
	const char *message = failure->message == NULL ? "" : failure->message;

	list->count = 0;
	memset(list->seen, 0, sizeof(list->seen));
	if (failure->kind == SG_ERROR_CHECK)
		field = failure->constraint;
	else if (failure->kind == SG_ERROR_NOT_NULL)
		field = failure->column != NULL ? failure->column : failure->datatype;
	if (field != NULL)
		add_one(list, field, (int) strlen(field), NULL, 0);
	if (failure->kind == SG_ERROR_CHECK || failure->kind == SG_ERROR_NOT_NULL ||
		failure->kind == SG_ERROR_PLAN)
		return;
	add_quoted(list, message);
	if (failure->kind == SG_ERROR_COLUMN || failure->kind == SG_ERROR_AMBIGUOUS)
		add_behind_dots(list, message);
	else if (failure->kind == SG_ERROR_FUNCTION)
		add_before_parentheses(list, message);
}

/* Adds the words of the prepared statement that EXECUTE runs. */
static void
add_prepared(SgWords *words, const char *query)
{
	size_t		len;
	const char *name = query == NULL ? NULL : sg_words_following(query, "execute", &len);
	char		key[NAMEDATALEN];
	PreparedStatement *statement;

	if (name == NULL || len >= NAMEDATALEN)
		return;
	memcpy(key, name, len);
	key[len] = '\0';
	if (name == query || name[-1] != '"')
	{
		for (char *c = key; *c != '\0'; c++)
			*c = pg_ascii_tolower((unsigned char) *c);
	}
	statement = FetchPreparedStatement(key, false);
	if (statement != NULL && statement->plansource != NULL)
		sg_words_add(words, statement->plansource->query_string);
}

/*
 * The texts of the query; of the error as well, where they may name the object.  Those are long
 * where somebody's function says so.
 */
void
sg_failure_words(const SgFailure *failure, SgWords *words)
{
	sg_words_init(words);
	sg_words_add(words, failure->query);
	sg_words_add(words, failure->internal_query);
	add_prepared(words, failure->query);
	if (failure->kind == SG_ERROR_COLUMN || failure->kind == SG_ERROR_AMBIGUOUS)
		sg_words_add_beginning(words, failure->message);
	sg_words_add_beginning(words, failure->context);
}

/*
 * Returns true if the name can belong to something in that schema. A column's name
 * is qualified by a table or an alias rather than a schema; errors with fields have
 * one for the schema.
 */
static bool
is_in_schema(const SgFailure *failure, const SgNamed *name, const char *schema)
{
	switch (failure->kind)
	{
		case SG_ERROR_RELATION:
		case SG_ERROR_FUNCTION:
		case SG_ERROR_TYPE:
			if (name->schema == NULL)
				return sg_search_path_has(&failure->search_path, schema);
			return name->schema_len == strlen(schema) &&
				memcmp(name->schema, schema, name->schema_len) == 0;
		default:
			return true;
	}
}

/* Returns true if the message, of a function, can be about one of that type, called like that. */
static bool
is_routine(const SgFailure *failure, const SgNamed *name, const SgClue *clue)
{
	int			count = name->call == NULL ? -1 : sg_signature_count(name->call);
	bool		is_procedure = strcmp(clue->type, "procedure") == 0;
	bool		is_aggregate = strcmp(clue->type, "aggregate") == 0;

	if ((begins(failure->message_id, PROCEDURE_MESSAGE) && !is_procedure) ||
		(begins(failure->message_id, AGGREGATE_MESSAGE) && !is_aggregate) ||
		(begins(failure->message_id, FUNCTION_MESSAGE) && is_procedure))
		return false;
	return sg_signature_takes(&clue->took, count) &&
		(count < 0 || !sg_signature_takes(&clue->takes, count));
}

static bool
has_name(const SgNamedList *list, const char *text)
{
	int			len = (int) strlen(text);

	for (int i = 0; i < list->count; i++)
	{
		if (list->names[i].len == len && memcmp(list->names[i].text, text, len) == 0)
			return true;
	}
	return false;
}

/* Returns true if the message can be about what the clue's name belongs to, by what it says itself. */
static bool
is_of_object(const SgFailure *failure, const SgNamedList *list, const SgNamed *name, const SgClue *clue)
{
	switch (failure->kind)
	{
		case SG_ERROR_FUNCTION:
			return is_routine(failure, name, clue);
		case SG_ERROR_COLUMN:
			return failure->message_id == NULL || strstr(failure->message_id, OF_RELATION_MESSAGE) == NULL ||
				has_name(list, clue->object);
		default:
			return true;
	}
}

/*
 * Returns the name that the error has of the clue's, or NULL.  Whether it means the
 * clue's object is for the caller to find out (meant.c).  A failed plan has no name: any.
 */
const SgNamed *
sg_failure_fits(const SgFailure *failure, const SgNamedList *list, const SgClue *clue)
{
	static const SgNamed no_name = {""};
	size_t		len = strlen(clue->name);

	if (failure->kind == SG_ERROR_PLAN)
		return &no_name;
	for (int i = 0; i < list->count; i++)
	{
		const SgNamed *name = &list->names[i];

		if (name->len == len && memcmp(name->text, clue->name, len) == 0 &&
			is_in_schema(failure, name, clue->schema) && is_of_object(failure, list, name, clue))
			return name;
	}
	return NULL;
}
