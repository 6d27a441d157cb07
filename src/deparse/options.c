/*
 * deparse/options.c
 *		Options that catalogs keep as text arrays of name=value.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "deparse/options.h"
#include "format/sql.h"
#include "support/text.h"

/*
 * Returns true for an option that the server keeps for itself: 15.20 counts the
 * versions of a pg_attribute row there.  pg_dump leaves it out, too.
 */
static bool
is_private(const text *option)
{
	size_t		len = strlen("pg_attver=");

	return VARSIZE_ANY_EXHDR(option) >= len && memcmp(VARDATA_ANY(option), "pg_attver=", len) == 0;
}

/* Returns name='value', ..., sorted by name, palloc'd; "" if there are no options. */
char *
sg_options_text(Datum options)
{
	Datum	   *elements;
	int			nelements;
	char	  **texts;
	int			ntexts = 0;
	StringInfoData buf;

	deconstruct_array(DatumGetArrayTypeP(options), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, NULL, &nelements);
	texts = palloc(sizeof(char *) * Max(nelements, 1));
	for (int i = 0; i < nelements; i++)
	{
		const text *option = DatumGetTextPP(elements[i]);

		if (!is_private(option))
			texts[ntexts++] = text_to_cstring(option);
	}
	if (ntexts == 0)
		return pstrdup("");
	qsort(texts, ntexts, sizeof(char *), sg_text_compare_elements);

	initStringInfo(&buf);
	for (int i = 0; i < ntexts; i++)
	{
		char	   *value = strchr(texts[i], '=');

		if (i > 0)
			appendStringInfoString(&buf, ", ");
		if (value == NULL)
			appendStringInfoString(&buf, sg_sql_identifier(texts[i]));
		else
		{
			*value++ = '\0';
			appendStringInfo(&buf, "%s=%s", sg_sql_identifier(texts[i]), quote_literal_cstr(value));
		}
	}
	return buf.data;
}
