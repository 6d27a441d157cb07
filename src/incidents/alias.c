/*
 * incidents/alias.c
 *		Whether an alias stands for another table.
 *
 * "column i.customer_id does not exist" is not about orders where the query says
 * "FROM orders o JOIN items i".  The query is not parsed: an alias is taken for another
 * table's if it is seen to be one, and nowhere seen to be what the table may be behind.
 */
#include "postgres.h"

#include "incidents/alias.h"

/* the words that stand in front of a relation's name */
static const char *const before_relation[] = {"from", "join", "update", "into", "only", "using", "table"};

/* and those that stand in front of neither a relation nor an alias */
static const char *const before_other[] = {
	"select", "distinct", "where", "on", "and", "or", "not", "by", "set", "returning", "case", "when", "then",
	"else", "having", "in", "lateral"
};

/* what a name stands for at a place of the query */
typedef enum Standing
{
	STANDS_FOR_NOTHING,			/* it is no alias there */
	STANDS_FOR_ITSELF,			/* it is a relation's name, or one of WITH */
	STANDS_FOR_TABLE,
	STANDS_FOR_OTHER,
	STANDS_FOR_UNKNOWN			/* a subquery or a function */
} Standing;

static bool
is_word(const char *word, int len, const char *name)
{
	return len == strlen(name) && pg_strncasecmp(word, name, len) == 0;
}

static bool
is_one_of(const char *word, int len, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (is_word(word, len, names[i]))
			return true;
	}
	return false;
}

/* Moves *end in front of blanks, returns the beginning of the word, in quotes or not, that ends there. */
static const char *
word_before(const char *text, const char **end)
{
	const char *start;

	while (*end > text && isspace((unsigned char) (*end)[-1]))
		--*end;
	start = *end;
	if (start > text && start[-1] == '"')
	{
		for (start--; start > text && start[-1] != '"';)
			start--;
		--*end;
		return start;
	}
	while (start > text && sg_words_is_part(start[-1]))
		start--;
	return start;
}

/* What does a name stand for that begins here, with what is before it? */
static Standing
standing_at(const char *text, const char *name, const char *table)
{
	const char *end = name;
	const char *start = word_before(text, &end);

	if (is_word(start, (int) (end - start), "as"))
	{
		end = start;
		start = word_before(text, &end);
	}
	if (start == end)
	{
		if (end == text)
			return STANDS_FOR_NOTHING;
		return end[-1] == ',' ? STANDS_FOR_ITSELF : end[-1] == ')' ? STANDS_FOR_UNKNOWN : STANDS_FOR_NOTHING;
	}
	if (is_word(start, (int) (end - start), table))
		return STANDS_FOR_TABLE;
	if (is_one_of(start, (int) (end - start), before_relation, lengthof(before_relation)))
		return STANDS_FOR_ITSELF;
	if (is_one_of(start, (int) (end - start), before_other, lengthof(before_other)))
		return STANDS_FOR_NOTHING;
	return STANDS_FOR_OTHER;
}

/* Returns true if the name, by which a query refers to a column, is seen to be another table's. */
bool
sg_alias_is_of_other(const SgWords *words, const char *name, const char *table)
{
	bool		of_other = false;

	if (words->incomplete || strcmp(name, table) == 0)
		return false;
	for (const char *c = sg_words_find(words, words->text, name); c != NULL;
		 c = sg_words_find(words, c + 1, name))
	{
		const char *start = c > words->text && c[-1] == '"' ? c - 1 : c;
		const char *end = c + strlen(name);

		if (end[*end == '"'] == '.' || (start > words->text && start[-1] == '.'))
			continue;
		switch (standing_at(words->text, start, table))
		{
			case STANDS_FOR_NOTHING:
				break;
			case STANDS_FOR_ITSELF:
				if (sg_words_have(words, "with"))
					return false;
				of_other = true;
				break;
			case STANDS_FOR_OTHER:
				of_other = true;
				break;
			case STANDS_FOR_TABLE:
			case STANDS_FOR_UNKNOWN:
				return false;
		}
	}
	return of_other;
}
