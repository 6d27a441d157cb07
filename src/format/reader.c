/*
 * format/reader.c
 *		Reads a text line by line, resolves escape sequences, and says where
 *		the text is wrong.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "format/reader.h"
#include "support/errors.h"
#include "support/text.h"

/* how much of a line an error shows */
#define SHOWN_LINE_LEN 200

/* Raises SG005 for the current line; "format" gives the reason, for use after a colon. */
void
sg_reader_malformed(const SgReader *reader, const char *format,...)
{
	StringInfoData reason;
	StringInfoData shown;
	size_t		len = reader->len;

	initStringInfo(&reason);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&reason, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&reason, needed);
	}
	initStringInfo(&shown);
	if (len > SHOWN_LINE_LEN)
		len = sg_text_clip_len(reader->start, (int) len, SHOWN_LINE_LEN);
	for (size_t i = 0; i < len; i++)
	{
		unsigned char c = (unsigned char) reader->start[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			appendStringInfo(&shown, "\\x%02X", c);
		else
			appendStringInfoChar(&shown, (char) c);
	}
	ereport(ERROR,
			(errcode(ERRCODE_SG_INVALID_SCHEMA_FILE),
			 errmsg("%s is invalid at line %d: %s", reader->what, reader->line, sg_text_escape_unmappable(reason.data)),
			 shown.len > 0 ? errdetail("The line reads: %s%s", sg_text_escape_unmappable(shown.data),
									   len < reader->len ? " ..." : "") : 0));
}

/* Positions the reader before the first line of a text, which is not copied. */
void
sg_reader_init(SgReader *reader, const char *text, size_t len)
{
	reader->what = "schema file";
	reader->pos = text;
	reader->end = text + len;
	reader->line = 0;
	reader->start = text;
	reader->len = 0;
}

/*
 * Advances to the next line; returns false at the end of the text.  Raises SG005 if
 * the line has no newline or ends with CR LF.
 */
bool
sg_reader_next(SgReader *reader)
{
	const char *newline;

	reader->line++;
	reader->start = reader->pos;
	reader->len = 0;
	if (reader->pos >= reader->end)
		return false;
	newline = memchr(reader->pos, '\n', reader->end - reader->pos);
	reader->len = (newline ? newline : reader->end) - reader->pos;
	if (newline == NULL)
		sg_reader_malformed(reader, "the line has no end, the file was cut off");
	if (reader->len > 0 && reader->start[reader->len - 1] == '\r')
		sg_reader_malformed(reader, "the line ends with CR LF, a %s has LF", reader->what);
	reader->pos = newline + 1;
	return true;
}

/* Returns true if there is another line and it starts with the prefix. */
bool
sg_reader_next_starts(const SgReader *reader, const char *prefix)
{
	size_t		len = strlen(prefix);

	return (size_t) (reader->end - reader->pos) >= len &&
		memcmp(reader->pos, prefix, len) == 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Returns the character for the escape sequence at "in", and the sequence's length in *used. */
static char
unescape_char(const SgReader *reader, const char *in, const char *end, int *used)
{
	*used = 2;
	if (end - in >= 2)
	{
		if (in[1] == '\\')
			return '\\';
		if (in[1] == 'n')
			return '\n';
		if (in[1] == 'r')
			return '\r';
		if (in[1] == 'x' && end - in >= 4)
		{
			int			high = hex_digit(in[2]);
			int			low = hex_digit(in[3]);

			*used = 4;
			if (high >= 0 && low >= 0 && (high > 0 || low > 0))
				return (char) (high << 4 | low);
		}
	}
	sg_reader_malformed(reader, "unknown escape sequence at byte %d", (int) (in - reader->start) + 1);
	return '\0';				/* keep compiler quiet */
}

/* Appends part of the current line with its escape sequences resolved. */
void
sg_reader_append_unescaped(StringInfo buf, const SgReader *reader, const char *text, size_t len)
{
	const char *end = text + len;
	const char *start = text;
	const char *in = text;

	while (in < end)
	{
		unsigned char c = (unsigned char) *in;
		int			used;
		char		resolved;

		if (likely(c != '\\' && (c >= 0x20 || c == '\t') && c != 0x7f))
		{
			in++;
			continue;
		}
		if (c != '\\')
			sg_reader_malformed(reader, "control character at byte %d", (int) (in - reader->start) + 1);
		appendBinaryStringInfo(buf, start, (int) (in - start));
		resolved = unescape_char(reader, in, end, &used);
		appendStringInfoChar(buf, resolved);
		in += used;
		start = in;
	}
	appendBinaryStringInfo(buf, start, (int) (end - start));
}

/* The same, but returns a string of its own, palloc'd. */
char *
sg_reader_unescaped(const SgReader *reader, const char *text, size_t len)
{
	StringInfoData buf = {0};

	/* allocate no more than needed: a schema file has hundreds of thousands of such strings */
	buf.maxlen = (int) len + 1;
	buf.data = palloc(buf.maxlen);
	buf.data[0] = '\0';
	sg_reader_append_unescaped(&buf, reader, text, len);
	return buf.data;
}
