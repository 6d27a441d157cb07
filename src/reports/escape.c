/*
 * reports/escape.c
 *		Escaping of texts for XML, HTML, Markdown and URIs.
 *
 * Server encodings have ASCII bytes for ASCII characters only, so texts are escaped
 * byte by byte.  escape_json() is the server's own.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "reports/escape.h"
#include "support/text.h"

#define CUT "..."

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || IS_HIGHBIT_SET(c);
}

/* Returns true if the text begins with U+FFFE or U+FFFF in UTF-8, which XML does not allow. */
static bool
is_no_character(const char *text)
{
	return (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII) &&
		(unsigned char) text[0] == 0xEF && (unsigned char) text[1] == 0xBF &&
		((unsigned char) text[2] == 0xBE || (unsigned char) text[2] == 0xBF);
}

/*
 * Appends text for XML and HTML.  XML has no way to write control characters, so
 * they appear as \xHH.
 */
static void
append_xml(StringInfo buf, const char *text, bool in_attribute)
{
	for (; *text != '\0'; text++)
	{
		unsigned char c = (unsigned char) *text;

		if (c == '&')
			appendStringInfoString(buf, "&amp;");
		else if (c == '<')
			appendStringInfoString(buf, "&lt;");
		else if (c == '>')
			appendStringInfoString(buf, "&gt;");
		else if (c == '"')
			appendStringInfoString(buf, "&quot;");
		else if (c == '\'')
			appendStringInfoString(buf, "&#39;");
		else if (c == '\r' || (in_attribute && (c == '\n' || c == '\t')))
			appendStringInfo(buf, "&#%d;", c);
		else if (c < 0x20 && c != '\n' && c != '\t')
			appendStringInfo(buf, "\\x%02X", c);
		else if (is_no_character(text))
		{
			appendStringInfo(buf, "\\xEF\\xBF\\x%02X", (unsigned char) text[2]);
			text += 2;
		}
		else
			appendStringInfoChar(buf, *text);
	}
}

/* Appends text as the content of an element. */
void
sg_escape_xml(StringInfo buf, const char *text)
{
	append_xml(buf, text, false);
}

/* Appends a blank and an attribute. */
void
sg_escape_xml_attribute(StringInfo buf, const char *name, const char *value)
{
	appendStringInfo(buf, " %s=\"", name);
	append_xml(buf, value, true);
	appendStringInfoChar(buf, '"');
}

/*
 * Returns true if the character could be Markdown's markup.  "previous" is the one
 * before it, or NUL. A character reference is never part of Markdown's syntax, not
 * even in a table.
 */
static bool
is_markup(char previous, const char *at)
{
	if (strchr("\\`*[]<>&~|$@#", *at) != NULL)
		return true;
	if (*at == '_')
		return !is_alphanumeric(previous) || !is_alphanumeric(at[1]);
	if (*at == ':')
		return at[1] == '/';	/* links by themselves */
	if (*at == '.')
		return previous == 'w';
	return false;
}

/*
 * Appends at most "limit" bytes of the text, on one line, so that Markdown with
 * HTML shows them unchanged.
 */
void
sg_escape_markdown(StringInfo buf, const char *text, int limit)
{
	int			len = (int) strlen(text);
	int			shown = len <= limit ? len : sg_text_clip_len(text, len, limit);

	for (int i = 0; i < shown; i++)
	{
		unsigned char c = (unsigned char) text[i];

		if (c == '\n')
			appendStringInfoString(buf, " &#8629; ");	/* a sign for the end of a line */
		else if (c == '\t')
			appendStringInfoChar(buf, ' ');
		else if (c < 0x20 || c == 0x7f)
			appendStringInfo(buf, "&#92;x%02X", c);
		else if (is_markup(i > 0 ? text[i - 1] : '\0', &text[i]))
			appendStringInfo(buf, "&#%d;", c);
		else
			appendStringInfoChar(buf, (char) c);
	}
	if (shown < len)
		appendStringInfoString(buf, CUT);
}

/* Appends the text with all bytes but plain ones as %HH. */
static void
append_percent(StringInfo buf, const char *text, const char *plain)
{
	for (; *text != '\0'; text++)
	{
		unsigned char c = (unsigned char) *text;

		if (!IS_HIGHBIT_SET(c) && (is_alphanumeric((char) c) || strchr(plain, c) != NULL))
			appendStringInfoChar(buf, (char) c);
		else
			appendStringInfo(buf, "%%%02X", c);
	}
}

/* Appends a path as a relative reference to it. */
void
sg_escape_uri(StringInfo buf, const char *path)
{
	size_t		len = strlen(path);

	append_percent(buf, sg_text_to_utf8(path, &len), "-._~/");
}

/* Appends text so that it cannot end the HTML comment that it is in. */
void
sg_escape_comment(StringInfo buf, const char *text)
{
	append_percent(buf, text, "._/");
}
