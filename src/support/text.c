/*
 * support/text.c
 *		Text in the server encoding that can be sent to any client.
 *
 * All text that leaves the guard can be converted to UTF-8.  Not all text in a
 * database can: in SQL_ASCII bytes may be anything, some encodings have unassigned
 * codes that PostgreSQL accepts, and a schema file may come from such a database.
 * Each byte that cannot be converted is written as \xHH.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "support/text.h"

static bool
has_high_bit(const char *text, size_t len)
{
	const uint64 high_bits = UINT64CONST(0x8080808080808080);
	size_t		i = 0;

	for (; i + sizeof(uint64) <= len; i += sizeof(uint64))
	{
		uint64		bytes;

		memcpy(&bytes, text + i, sizeof(bytes));
		if ((bytes & high_bits) != 0)
			return true;
	}
	for (; i < len; i++)
	{
		if (IS_HIGHBIT_SET(text[i]))
			return true;
	}
	return false;
}

/* Returns the encoding that text is assumed to have.  SQL_ASCII may be anything, so try UTF-8. */
static int
text_encoding(void)
{
	return GetDatabaseEncoding() == PG_SQL_ASCII ? PG_UTF8 : GetDatabaseEncoding();
}

/*
 * Converts text that is valid in a server encoding other than UTF-8.  The result is
 * palloc'd, or NULL if UTF-8 has no equivalent.  Swallowing the error needs no
 * subtransaction, because nothing but the conversion runs.
 */
static char *
convert(const char *text, size_t len)
{
	MemoryContext context = CurrentMemoryContext;
	char	   *volatile utf8 = NULL;

	PG_TRY();
	{
		utf8 = pg_server_to_any(text, (int) len, PG_UTF8);
	}
	PG_CATCH();
	{
		if (geterrcode() != ERRCODE_UNTRANSLATABLE_CHARACTER &&
			geterrcode() != ERRCODE_CHARACTER_NOT_IN_REPERTOIRE)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();
	return utf8;
}

/* Returns true if all of the text can be converted to UTF-8.  ASCII always can. */
static bool
is_convertible(const char *text, size_t len)
{
	char	   *utf8;

	if (!has_high_bit(text, len))
		return true;
	if (!pg_verify_mbstr(text_encoding(), text, (int) len, true))
		return false;
	if (text_encoding() == PG_UTF8)
		return true;
	utf8 = convert(text, len);
	if (utf8 == NULL)
		return false;
	pfree(utf8);
	return true;
}

/* Returns the length of the first character; an invalid byte counts as a character. */
static int
character_len(const char *text, const char *end)
{
	int			len = pg_encoding_mblen(text_encoding(), text);

	if (len > end - text || !pg_verify_mbstr(text_encoding(), text, len, true))
		return 1;
	return len;
}

/*
 * Appends text by calling append(), and each byte that is not convertible as \xHH.
 * Nearly always append() is called once, for all of the text.
 */
void
sg_text_append_escaped(StringInfo buf, const char *text, size_t len,
					  void (*append) (StringInfo buf, const char *text, size_t len))
{
	const char *end = text + len;

	if (is_convertible(text, len))
	{
		append(buf, text, len);
		return;
	}
	for (; text < end; text += len)
	{
		len = character_len(text, end);
		if (is_convertible(text, len))
			append(buf, text, len);
		else
		{
			for (size_t i = 0; i < len; i++)
				appendStringInfo(buf, "\\x%02X", (unsigned char) text[i]);
		}
	}
}

static void
append_unchanged(StringInfo buf, const char *text, size_t len)
{
	appendBinaryStringInfo(buf, text, (int) len);
}

/*
 * Returns the text with each byte that is not convertible as \xHH.  The result is
 * for people: backslashes are not escaped.  Nearly always it is the text itself.
 */
const char *
sg_text_escape_unmappable(const char *text)
{
	StringInfoData buf;
	size_t		len = strlen(text);

	if (is_convertible(text, len))
		return text;
	initStringInfo(&buf);
	sg_text_append_escaped(&buf, text, len, append_unchanged);
	return buf.data;
}

/* Returns true if \xHH begins here, for a byte that is a backslash or not ASCII; sets *byte. */
static bool
reads_as_escape(const char *text, const char *backslash, char *byte)
{
	size_t		len = strlen(backslash);
	unsigned	value;

	if (strncmp(text, backslash, len) != 0 || text[len] != 'x' ||
		strspn(text + len + 1, "0123456789ABCDEF") < 2)
		return false;
	value = (unsigned) strtoul(pnstrdup(text + len + 1, 2), NULL, 16);
	*byte = (char) value;
	return value > 0x7F || value == '\\';
}

/*
 * Like sg_text_escape_unmappable(), but reversible by sg_text_unescape(): a
 * backslash that would be read as the start of an escape is written as \x5C.  In
 * JSON each backslash is doubled.  The result is palloc'd.  In a UTF-8 database
 * nothing needs an escape.
 */
char *
sg_text_escape(const char *text, SgTextSyntax syntax)
{
	const char *backslash = syntax == SG_TEXT_JSON ? "\\\\" : "\\";
	const char *end = text + strlen(text);
	StringInfoData buf;

	if (GetDatabaseEncoding() == PG_UTF8)
		return pstrdup(text);
	initStringInfo(&buf);
	while (text < end)
	{
		int			len = character_len(text, end);
		char		byte;

		if (reads_as_escape(text, backslash, &byte))
		{
			appendStringInfo(&buf, "%sx5C", backslash);
			text += strlen(backslash);
			continue;
		}
		if (is_convertible(text, len))
			appendBinaryStringInfo(&buf, text, len);
		else
		{
			for (int i = 0; i < len; i++)
				appendStringInfo(&buf, "%sx%02X", backslash, (unsigned char) text[i]);
		}
		text += len;
	}
	return buf.data;
}

/* Reverses sg_text_escape(); the result is palloc'd. */
char *
sg_text_unescape(const char *text, SgTextSyntax syntax)
{
	const char *backslash = syntax == SG_TEXT_JSON ? "\\\\" : "\\";
	StringInfoData buf;
	char		byte;

	if (GetDatabaseEncoding() == PG_UTF8)
		return pstrdup(text);
	initStringInfo(&buf);
	while (*text != '\0')
	{
		if (!reads_as_escape(text, backslash, &byte))
			appendStringInfoChar(&buf, *text++);
		else
		{
			if (byte == '\\')
				appendStringInfoString(&buf, backslash);
			else
				appendStringInfoChar(&buf, byte);
			text += strlen(backslash) + 3;
		}
	}
	return buf.data;
}

/* Returns the text as a value that can be sent to any client, escaped where it is not convertible. */
Datum
sg_text_datum(const char *text)
{
	return CStringGetTextDatum(sg_text_escape_unmappable(text));
}

/*
 * Converts convertible text to UTF-8.  Sets *len to the length of the result, which
 * is the text itself or palloc'd.
 */
const char *
sg_text_to_utf8(const char *text, size_t *len)
{
	char	   *utf8;

	if (text_encoding() == PG_UTF8 || !has_high_bit(text, *len))
		return text;
	utf8 = pg_server_to_any(text, (int) *len, PG_UTF8);
	*len = strlen(utf8);
	return utf8;
}

/* Returns a palloc'd copy, escaped and in UTF-8, of text that need not be NUL-terminated. */
static char *
comparable(const char *text, size_t len)
{
	char	   *copy = pnstrdup(text, len);
	const char *escaped = sg_text_escape_unmappable(copy);
	size_t		escaped_len = strlen(escaped);
	const char *utf8 = sg_text_to_utf8(escaped, &escaped_len);

	if (escaped != copy)
		pfree(copy);
	if (utf8 != escaped)
		pfree(unconstify(char *, escaped));
	return unconstify(char *, utf8);
}

/*
 * Compares texts by their UTF-8 bytes, whatever the server encoding, so that names
 * have the same order everywhere.  The strings need not be NUL-terminated.  In a
 * server encoding ASCII bytes are never part of a multibyte character, so strings
 * that first differ in ASCII bytes need no conversion.
 */
int
sg_text_compare(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t		common = Min(alen, blen);
	size_t		i = 0;
	char	   *a_utf8;
	char	   *b_utf8;
	int			result;

	while (i < common && a[i] == b[i])
		i++;
	if (i == common)
		return alen == blen ? 0 : (alen < blen ? -1 : 1);
	if ((!IS_HIGHBIT_SET(a[i]) && !IS_HIGHBIT_SET(b[i])) ||
		(text_encoding() == PG_UTF8 && is_convertible(a, alen) && is_convertible(b, blen)))
		return (unsigned char) a[i] < (unsigned char) b[i] ? -1 : 1;
	a_utf8 = comparable(a, alen);
	b_utf8 = comparable(b, blen);
	result = strcmp(a_utf8, b_utf8);
	pfree(a_utf8);
	pfree(b_utf8);
	return result;
}

/* The same for two elements of an array of char *: for qsort(). */
int
sg_text_compare_elements(const void *a, const void *b)
{
	const char *left = *(const char *const *) a;
	const char *right = *(const char *const *) b;

	return sg_text_compare(left, strlen(left), right, strlen(right));
}

/* The same for two cells of a List of char *: for list_sort(). */
int
sg_text_compare_cells(const ListCell *a, const ListCell *b)
{
	return sg_text_compare_elements(&lfirst(a), &lfirst(b));
}

/* Like pg_mbcliplen(): returns how many bytes of whole characters fit into the limit. */
int
sg_text_clip_len(const char *text, int len, int limit)
{
	return pg_encoding_mbcliplen(text_encoding(), text, len, limit);
}

/* Copies as many whole characters of a text as fit; NULL counts as the empty text. */
void
sg_text_copy(char *to, size_t size, const char *from)
{
	int			len;

	if (from == NULL)
		from = "";
	len = (int) strlen(from);
	if (len >= size)
		len = sg_text_clip_len(from, len, (int) size - 1);
	memcpy(to, from, len);
	to[len] = '\0';
}

/* Returns true if a List of char * begins with the members of another one. */
bool
sg_text_list_begins(const List *texts, const List *first)
{
	ListCell   *cell;
	ListCell   *other;

	forboth(cell, texts, other, first)
	{
		if (strcmp(lfirst(cell), lfirst(other)) != 0)
			return false;
	}
	return list_length(texts) >= list_length(first);
}

/* Returns true if two Lists of char * are equal. */
bool
sg_text_list_equal(const List *left, const List *right)
{
	return list_length(left) == list_length(right) && sg_text_list_begins(left, right);
}
