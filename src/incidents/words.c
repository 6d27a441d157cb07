/*
 * incidents/words.c
 *		The texts of a failed statement, and whether they have a word.
 *
 * A query names an object as a word or in double quotes.  It does not matter
 * whether that is an identifier, or part of a string or comment: the question is
 * whether the query could be about the object.
 *
 * A few words are asked for and most of them are there, as they are written.  So the
 * texts are searched for each, which is a matter of a microsecond; to read all of their
 * words would take longer than all else that is done about an error.
 */
#include "postgres.h"

#include "incidents/words.h"

/* how far into a text a word is looked for that tells what the statement is */
#define FOLLOWING_LEN 1024

void
sg_words_init(SgWords *words)
{
	words->len = 0;
	words->incomplete = false;
	words->text[0] = '\0';
}

static void
append(SgWords *words, const char *text, int len)
{
	memcpy(words->text + words->len, text, len);
	words->len += len;
	if (words->len < SG_WORDS_LEN)
		words->text[words->len++] = '\n';
	words->text[words->len] = '\0';
}

/* Adds a text, or notes that there is no room for it; NULL has no words. */
void
sg_words_add(SgWords *words, const char *text)
{
	int			room = SG_WORDS_LEN - words->len;
	int			len = text == NULL ? 0 : (int) strnlen(text, room + 1);

	if (len > room)
		words->incomplete = true;
	else if (len > 0)
		append(words, text, len);
}

/* Adds as much of a text as there is room for: of one that need not have the word. */
void
sg_words_add_beginning(SgWords *words, const char *text)
{
	if (text != NULL)
		append(words, text, (int) strnlen(text, SG_WORDS_LEN - words->len));
}

/* Returns true for a byte that an identifier without quotes can have. */
bool
sg_words_is_part(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_' || c == '$' || c >= 0x80;
}

/*
 * Returns true if a word ends between the two bytes.  In a message a name can adjoin
 * words of another script, where no blank is between words.
 */
static bool
is_between_words(unsigned char c, unsigned char next)
{
	return !sg_words_is_part(c) || !sg_words_is_part(next) || IS_HIGHBIT_SET(c) != IS_HIGHBIT_SET(next);
}

/*
 * Returns the end of the name that begins here, or NULL if it does not: as it is, in other
 * letters, or with two double quotes for one.
 */
static const char *
end_of_name(const char *c, const char *name)
{
	for (; *name != '\0'; c++, name++)
	{
		if (*c != *name && (char) pg_ascii_tolower((unsigned char) *c) != *name)
			return NULL;
		if (*name == '"' && c[1] == '"')
			c++;
	}
	return c;
}

static bool
is_name_at(const SgWords *words, const char *c, const char *name)
{
	const char *end = end_of_name(c, name);

	return end != NULL && is_between_words(end[-1], *end) &&
		(c == words->text || is_between_words(c[-1], *c));
}

/* Returns where the texts have the name next, as a word or in quotes; or NULL. */
const char *
sg_words_find(const SgWords *words, const char *from, const char *name)
{
	char		first = name[0];
	char		upper = (char) pg_ascii_toupper((unsigned char) first);

	if (first == '\0')
		return NULL;
	for (const char *c = from; *c != '\0'; c++)
	{
		if ((*c == first || *c == upper) && is_name_at(words, c, name))
			return c;
	}
	return NULL;
}

/* Returns true if the texts have the name as a word, or in quotes. */
bool
sg_words_have(const SgWords *words, const char *name)
{
	if (name[0] == '\0')
		return false;
	/* the library's search is several times as fast as ours */
	for (const char *c = strstr(words->text, name); c != NULL; c = strstr(c + 1, name))
	{
		if (is_name_at(words, c, name))
			return true;
	}
	return sg_words_find(words, words->text, name) != NULL;
}

/*
 * Finds the word that follows another one, which is in lower case, near the beginning of a
 * text: as in EXECUTE name.  Returns NULL if there is none.  Of a quoted word, what is
 * within the quotes.
 */
const char *
sg_words_following(const char *text, const char *word, size_t *len)
{
	const char *end = text + strnlen(text, FOLLOWING_LEN);
	size_t		word_len = strlen(word);
	bool		found = false;

	for (const char *c = text; c < end;)
	{
		const char *start = c;

		if (found && *c == '"')
		{
			const char *closing = memchr(c + 1, '"', end - c - 1);

			start = c + 1;
			*len = closing == NULL ? 0 : closing - start;
			return *len > 0 ? start : NULL;
		}
		while (c < end && sg_words_is_part(*c))
			c++;
		*len = c - start;
		if (found && *len > 0)
			return start;
		found = found || (*len == word_len && pg_strncasecmp(start, word, word_len) == 0);
		if (*len == 0)
			c++;
	}
	return NULL;
}
