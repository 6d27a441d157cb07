/*
 * incidents/words.c
 *		Which words are in a text: a set of hashes of fixed size.
 *
 * A query names an object as a word or in double quotes.  Whether that is an
 * identifier, a part of a string or of a comment is not looked at: the question is
 * whether the query could be about the object.
 */
#include "postgres.h"

#include "incidents/words.h"

/* how much of a text is read, and how many of its words are kept */
#define MAX_TEXT 8192
#define MAX_WORDS (SG_WORD_SLOTS / 2)

/* FNV-1a, never 0 */
#define HASH_START ((uint32) 2166136261U)
#define HASH_STEP(hash, c) (((hash) ^ (uint8) (c)) * ((uint32) 16777619U))

uint32
sg_words_hash(const char *text, size_t len)
{
	uint32		hash = HASH_START;

	for (size_t i = 0; i < len; i++)
		hash = HASH_STEP(hash, text[i]);
	return hash == 0 ? 1 : hash;
}

/* Returns true for a byte that an identifier without quotes can have. */
bool
sg_words_is_part(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_' || c == '$' || c >= 0x80;
}

static void
add_hash(SgWords *words, uint32 hash)
{
	uint32		slot = hash % SG_WORD_SLOTS;

	while (words->slots[slot] != 0 && words->slots[slot] != hash)
		slot = (slot + 1) % SG_WORD_SLOTS;
	if (words->slots[slot] == hash)
		return;
	if (words->count == MAX_WORDS)
	{
		words->incomplete = true;
		return;
	}
	words->slots[slot] = hash;
	words->count++;
}

bool
sg_words_have(const SgWords *words, uint32 hash)
{
	uint32		slot = hash % SG_WORD_SLOTS;

	while (words->slots[slot] != 0)
	{
		if (words->slots[slot] == hash)
			return true;
		slot = (slot + 1) % SG_WORD_SLOTS;
	}
	return false;
}

/* Adds the word as it is and as the server folds it. */
static void
add_word(SgWords *words, const char *word, size_t len)
{
	uint32		plain = HASH_START;
	uint32		folded = HASH_START;

	for (size_t i = 0; i < len; i++)
	{
		plain = HASH_STEP(plain, word[i]);
		folded = HASH_STEP(folded, word[i] >= 'A' && word[i] <= 'Z' ? word[i] + ('a' - 'A') : word[i]);
	}
	add_hash(words, plain == 0 ? 1 : plain);
	add_hash(words, folded == 0 ? 1 : folded);
}

/*
 * In a message a name can adjoin words of another script, where no blank is between
 * words: so the parts of the word that are ASCII count as well.
 */
static void
add_ascii_parts(SgWords *words, const char *word, size_t len)
{
	size_t		start = 0;
	bool		mixed = false;

	for (size_t i = 0; i < len && !mixed; i++)
		mixed = IS_HIGHBIT_SET(word[i]);
	for (size_t i = 0; mixed && i <= len; i++)
	{
		if (i < len && !IS_HIGHBIT_SET(word[i]))
			continue;
		if (i > start && i - start < len)
			add_word(words, word + start, i - start);
		start = i + 1;
	}
}

/* what is in double quotes, two of which stand for one */
static void
add_quoted(SgWords *words, const char *quoted, const char *end)
{
	uint32		hash = HASH_START;

	for (const char *c = quoted; c < end; c++)
	{
		if (*c == '"')
		{
			if (c + 1 == end || c[1] != '"')
			{
				add_hash(words, hash == 0 ? 1 : hash);
				return;
			}
			c++;
		}
		hash = HASH_STEP(hash, *c);
	}
}

/* Adds the words of a text; NULL has none. */
void
sg_words_add_text(SgWords *words, const char *text)
{
	size_t		len = text == NULL ? 0 : strnlen(text, MAX_TEXT);
	const char *end = text + len;
	const char *c = text;

	if (len == MAX_TEXT)
		words->incomplete = true;
	while (c < end)
	{
		const char *start = c;

		while (c < end && sg_words_is_part(*c))
			c++;
		/* most words of a long query are numbers */
		if (c > start && *start >= '0' && *start <= '9')
			continue;
		if (c > start)
		{
			add_word(words, start, c - start);
			add_ascii_parts(words, start, c - start);
		}
		else if (*c++ == '"')
			add_quoted(words, c, end);
	}
}

/* Returns true if the word, which is in lower case, stands at "c" by itself. */
static bool
is_word_at(const char *text, const char *c, const char *word, size_t len)
{
	return pg_strncasecmp(c, word, len) == 0 && !sg_words_is_part(c[len]) &&
		(c == text || !sg_words_is_part(c[-1]));
}

/*
 * Finds the word that follows another one, which is in lower case, in a text: as in
 * EXECUTE name.  Returns NULL if there is none.  Of a quoted word, returns what is
 * within the quotes.
 */
const char *
sg_words_following(const char *text, const char *word, size_t *len)
{
	size_t		word_len = strlen(word);
	const char *c = text;

	while (*c != '\0' && !is_word_at(text, c, word, word_len))
		c++;
	if (*c == '\0')
		return NULL;
	c += word_len;
	while (*c != '\0' && !sg_words_is_part(*c) && *c != '"')
		c++;
	*len = 0;
	if (*c == '"')
	{
		*len = strcspn(++c, "\"");
		return c;
	}
	while (sg_words_is_part(c[*len]))
		(*len)++;
	return *len > 0 ? c : NULL;
}
