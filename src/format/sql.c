/*
 * format/sql.c
 *		SQL as text: quoting, and one text for one meaning.
 *
 * Some texts mean the same, but depend on the version of the server that wrote them.
 * Here they are made equal (or in deparse/canon.c, if only the tree shows what is
 * meant):
 *
 * 1. Words that became keywords after 13 (json, system_user ...) are quoted
 *	  as identifiers from then on.  Here they are not.
 *
 * 2. XMLSERIALIZE is printed with NO INDENT from 16 on.  Here it is not.
 *
 * 3. The alias of the table that UPDATE, DELETE or MERGE changes is printed with
 *	  AS or without, depending on the release.  Here it is without.
 *
 * 4. FETCH FIRST ... ROWS WITH TIES has its number in one more pair of
 *	  parentheses in 15 than in 13.  Here it has one.
 *
 * docs/normalization.md says how these were found and what was compared.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "format/sql.h"

/* keywords that 13 does not have and that later versions quote, sorted */
static const char *const later_keywords[] = {
	"json", "json_array", "json_arrayagg", "json_exists", "json_object", "json_objectagg",
	"json_query", "json_scalar", "json_serialize", "json_table", "json_value", "merge_action",
	"system_user"
};

/* the name of a session's temporary schema, up to its number */
static const char temporary_prefix[] = "pg_temp_";

/* left out everywhere */
static const char no_indent[] = " NO INDENT";

/* around a number of rows */
static const char fetch_first[] = "FETCH FIRST ";

static const char with_ties[] = " ROWS WITH TIES";

/* words before a table's name that may have an alias with AS */
static const char *const target_words[] = {"UPDATE ", "DELETE FROM ", "MERGE INTO "};

static bool
is_later_keyword(const char *word, size_t len)
{
	for (int i = 0; i < lengthof(later_keywords); i++)
	{
		if (strlen(later_keywords[i]) == len && memcmp(later_keywords[i], word, len) == 0)
			return true;
	}
	return false;
}

/*
 * Returns the position after the closing quote of the text that the quote at "start"
 * opens.  A doubled quote closes the text and opens the rest, which makes no
 * difference to callers; the deparser never puts a backslash before a quote.
 */
const char *
sg_sql_skip_quoted(const char *start)
{
	const char *end = strchr(start + 1, *start);

	return end != NULL ? end + 1 : start + strlen(start);
}

/* Returns true if the byte can be part of an unquoted identifier. */
bool
sg_sql_is_identifier_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
		IS_HIGHBIT_SET(c);
}

/* Copies a quoted string or identifier; returns what follows it. */
static const char *
copy_quoted(StringInfo buf, const char *in, bool continued)
{
	const char *end = sg_sql_skip_quoted(in);

	/* "json" but no part of "a""json" */
	if (*in == '"' && !continued && *end != '"' && is_later_keyword(in + 1, end - in - 2))
		appendBinaryStringInfo(buf, in + 1, end - in - 2);
	else
		appendBinaryStringInfo(buf, in, end - in);
	return end;
}

/* Copies a name with its qualification; returns what follows it. */
static const char *
copy_name(StringInfo buf, const char *in)
{
	const char *start = in;

	while (*in == '"' || *in == '.' || sg_sql_is_identifier_byte(*in))
	{
		if (*in == '"')
			in = copy_quoted(buf, in, in > start && in[-1] == '"');
		else
			appendStringInfoChar(buf, *in++);
	}
	return in;
}

/*
 * Copies one of target_words and the name after it, without the AS that may
 * follow, if there is one at "in".  Returns what follows it, or "in".
 */
static const char *
copy_target(StringInfo buf, const char *in)
{
	static const char only[] = "ONLY ";

	for (int i = 0; i < lengthof(target_words); i++)
	{
		size_t		len = strlen(target_words[i]);

		if (strncmp(in, target_words[i], len) != 0)
			continue;
		if (strncmp(in + len, only, strlen(only)) == 0)
			len += strlen(only);
		appendBinaryStringInfo(buf, in, len);
		in = copy_name(buf, in + len);
		if (strncmp(in, " AS ", 4) == 0)
			in += 3;
		return in;
	}
	return in;
}

/* Returns the text with every session's temporary schema replaced by pg_temp. */
static char *
without_session(const char *text)
{
	size_t		prefix_len = strlen(temporary_prefix);
	const char *in = text;
	StringInfoData buf;

	initStringInfo(&buf);
	while (*in != '\0')
	{
		const char *start = in;
		size_t		digits = strncmp(in, temporary_prefix, prefix_len) == 0 ?
			strspn(in + prefix_len, "0123456789") : 0;

		if (*in == '\'' || *in == '"')
			in = sg_sql_skip_quoted(in);
		else if (sg_sql_is_identifier_byte(*in))
			while (sg_sql_is_identifier_byte(*in))
				in++;
		else
			in++;
		if (digits > 0 && start + prefix_len + digits == in && *in == '.' &&
			(start == text || start[-1] != '.'))
			appendStringInfoString(&buf, "pg_temp");
		else
			appendBinaryStringInfo(&buf, start, in - start);
	}
	return buf.data;
}

/*
 * Returns the first occurrence of "word", from "in" on, outside quotes and
 * parentheses; if "word" is NULL, the parenthesis that closes the one at "in".
 * Returns NULL if there is none.
 */
static const char *
find_outside(const char *in, const char *word)
{
	int			depth = 0;

	while (*in != '\0')
	{
		if (depth == 0 && word != NULL && strncmp(in, word, strlen(word)) == 0)
			return in;
		if (*in == '\'' || *in == '"')
		{
			in = sg_sql_skip_quoted(in);
			continue;
		}
		if (*in == '(')
			depth++;
		if (*in == ')' && --depth == 0 && word == NULL)
			return in;
		if (depth < 0)
			return NULL;
		in++;
	}
	return NULL;
}

/*
 * If FETCH FIRST begins at "in", copies it with its number in one pair of
 * parentheses, and returns what follows.  Returns "in" otherwise.
 */
static const char *
copy_fetch_first(StringInfo buf, const char *in)
{
	const char *start = in + strlen(fetch_first);
	const char *end;
	const char *after;

	if (strncmp(in, fetch_first, strlen(fetch_first)) != 0 ||
		(end = after = find_outside(start, with_ties)) == NULL)
		return in;
	while (*start == '(' && find_outside(start, NULL) == end - 1)
	{
		start++;
		end--;
	}
	appendStringInfo(buf, "%s(%s)", fetch_first, sg_sql_canonical(pnstrdup(start, end - start)));
	return after;
}

/*
 * Returns a text of the deparser, or of quote_identifier(), in the form that does
 * not depend on the server's version, in the current memory context.  Idempotent.
 * Takes linear time.
 *
 * Outside quotes a capital letter is part of a keyword: identifiers that have one
 * are quoted.
 */
char *
sg_sql_canonical(const char *deparsed)
{
	StringInfoData buf;
	const char *in;

	if (strstr(deparsed, temporary_prefix) != NULL)
		deparsed = without_session(deparsed);
	in = deparsed;
	initStringInfo(&buf);
	while (*in != '\0')
	{
		size_t		plain = strcspn(in, "'\" UDMF");
		const char *start;

		appendBinaryStringInfo(&buf, in, plain);
		in += plain;
		start = in;
		if (*in == '\'' || *in == '"')
			in = copy_quoted(&buf, in, in > deparsed && in[-1] == '"');
		else if (strncmp(in, no_indent, strlen(no_indent)) == 0)
			in += strlen(no_indent);
		else
			in = copy_fetch_first(&buf, copy_target(&buf, in));
		if (in == start && *in != '\0')
			appendStringInfoChar(&buf, *in++);
	}
	return buf.data;
}

/* Like quote_identifier(), but gives the same result on all versions. */
const char *
sg_sql_identifier(const char *name)
{
	if (!quote_all_identifiers && is_later_keyword(name, strlen(name)))
		return name;
	return quote_identifier(name);
}
