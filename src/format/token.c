/*
 * format/token.c
 *		Reads the SQL of definitions token by token.
 *
 * The definitions are what the describer wrote, so the grammar is small:
 * keywords are in upper case, which no unquoted identifier is, and quotes
 * within quotes are doubled.
 */
#include "postgres.h"

#include <ctype.h>

#include "parser/scansup.h"

#include "format/token.h"
#include "support/grow.h"

/* Returns the end of the text that the quote at "in" opens. */
static const char *
skip_quoted(const char *in, const char *end)
{
	char		quote = *in++;

	for (; in < end; in++)
	{
		if (*in != quote)
			continue;
		if (in + 1 == end || in[1] != quote)
			return in + 1;
		in++;
	}
	return end;
}

/* Returns the end of the group that the parenthesis at "in" opens. */
static const char *
skip_group(const char *in, const char *end)
{
	int			depth = 0;

	while (in < end)
	{
		if (*in == '"' || *in == '\'')
		{
			in = skip_quoted(in, end);
			continue;
		}
		if (*in == '(')
			depth++;
		else if (*in == ')' && --depth == 0)
			return in + 1;
		in++;
	}
	return end;
}

static bool
is_word_byte(char byte)
{
	return IS_HIGHBIT_SET(byte) || isalnum((unsigned char) byte) || byte == '_' || byte == '$';
}

/* A keyword has only capital letters and underscores, and begins with a letter. */
static SgTokenKind
word_kind(const char *word, const char *end)
{
	if (*word == '_')
		return SG_TOKEN_NAME;
	for (; word < end; word++)
	{
		if (!(*word >= 'A' && *word <= 'Z') && *word != '_')
			return SG_TOKEN_NAME;
	}
	return SG_TOKEN_KEYWORD;
}

/* Reads the token at "*in", if there is one before "end", and moves past it. */
bool
sg_token_next(const char **in, const char *end, SgToken *token)
{
	const char *next = *in;

	while (next < end && scanner_isspace(*next))
		next++;
	if (next >= end)
		return false;
	token->text = next;
	if (*next == '"' || *next == '\'')
	{
		token->kind = *next == '"' ? SG_TOKEN_NAME : SG_TOKEN_STRING;
		next = skip_quoted(next, end);
	}
	else if (*next == 'E' && next + 1 < end && next[1] == '\'')
	{
		token->kind = SG_TOKEN_STRING;
		next = skip_quoted(next + 1, end);
	}
	else if (*next == '(')
	{
		token->kind = SG_TOKEN_GROUP;
		next = skip_group(next, end);
	}
	else if (is_word_byte(*next))
	{
		while (next < end && is_word_byte(*next))
			next++;
		token->kind = word_kind(token->text, next);
	}
	else
	{
		token->kind = SG_TOKEN_SIGN;
		next++;
	}
	token->len = next - token->text;
	*in = next;
	return true;
}

/* Returns all tokens of a text, palloc'd. */
SgToken *
sg_tokens(const char *text, size_t len, int *count)
{
	int			capacity = 16;
	SgToken    *tokens = palloc(sizeof(SgToken) * capacity);
	const char *end = text + len;

	*count = 0;
	while (sg_token_next(&text, end, &tokens[*count]))
	{
		++*count;
		SG_GROW(tokens, *count, capacity);
	}
	return tokens;
}

/* Returns true if the token is this keyword, sign or unquoted name. */
bool
sg_token_is(const SgToken *token, const char *text)
{
	return token->len == strlen(text) && memcmp(token->text, text, token->len) == 0;
}

/* Returns a name without its quotes, palloc'd. */
char *
sg_token_name(const SgToken *token)
{
	char	   *name = pnstrdup(token->text, token->len);
	char	   *out = name;

	if (name[0] != '"')
		return name;
	for (const char *in = name + 1; in < name + token->len - 1; in++)
	{
		*out++ = *in;
		if (*in == '"')
			in++;
	}
	*out = '\0';
	return name;
}

/* Returns what is between the parentheses, palloc'd. */
char *
sg_token_inside(const SgToken *group)
{
	return pnstrdup(group->text + 1, group->len < 2 ? 0 : group->len - 2);
}

/* Skips a quoted text, a group, or one byte. */
static const char *
skip_one(const char *in, const char *end)
{
	if (*in == '"' || *in == '\'')
		return skip_quoted(in, end);
	if (*in == '(')
		return skip_group(in, end);
	return in + 1;
}

/* Returns the first occurrence of "word" outside quotes and groups, or the end of "text". */
const char *
sg_token_find(const char *text, const char *word)
{
	const char *end = text + strlen(text);
	size_t		len = strlen(word);

	while (text < end && strncmp(text, word, len) != 0)
		text = skip_one(text, end);
	return text;
}

/* Returns the text without its groups, palloc'd. */
char *
sg_token_without_groups(const char *text)
{
	const char *end = text + strlen(text);
	char	   *result = palloc(end - text + 1);
	char	   *out = result;

	while (text < end)
	{
		const char *next = skip_one(text, end);

		if (*text != '(')
		{
			memcpy(out, text, next - text);
			out += next - text;
		}
		text = next;
	}
	*out = '\0';
	return result;
}

/* Splits a comma-separated list into a List of char *; "" is the empty list. */
List *
sg_token_split(const char *text)
{
	const char *end = text + strlen(text);
	const char *start = text;
	List	   *members = NIL;

	if (text == end)
		return NIL;
	for (; text < end; text = skip_one(text, end))
	{
		if (*text == ',')
		{
			members = lappend(members, pnstrdup(start, text - start));
			start = text + 1;
			while (start < end && scanner_isspace(*start))
				start++;
		}
	}
	return lappend(members, pstrdup(start));
}
