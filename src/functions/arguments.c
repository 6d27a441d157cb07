/*
 * functions/arguments.c
 *		Arguments of SQL functions.
 *
 * The functions are not STRICT, because a null that silently does nothing would
 * look like success.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "functions/arguments.h"
#include "support/text.h"

/* Raises ERRCODE_NULL_VALUE_NOT_ALLOWED, naming the argument, if it is null. */
void
sg_argument_require(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", name)));
}

/* Returns the value of a text argument unchanged, palloc'd.  It must not be null. */
char *
sg_argument_raw(FunctionCallInfo fcinfo, int number, const char *name)
{
	sg_argument_require(fcinfo, number, name);
	return text_to_cstring(PG_GETARG_TEXT_PP(number));
}

/*
 * Returns the value of a text argument, which must not be null.  Bytes that cannot
 * be sent to every client are escaped, as they are wherever such a text is stored:
 * it is one of the guard's own names, or meant for people.
 */
char *
sg_argument_text(FunctionCallInfo fcinfo, int number, const char *name)
{
	return unconstify(char *, sg_text_escape_unmappable(sg_argument_raw(fcinfo, number, name)));
}

/* The same for an argument that may be null, for which it returns NULL. */
char *
sg_argument_optional_text(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? NULL : sg_argument_text(fcinfo, number, "");
}

/*
 * Raises an error for an object that does not exist, worded like the server's own,
 * but such that it can be sent to every client.
 */
void
sg_argument_undefined(const char *what, int sqlstate, const char *name)
{
	ereport(ERROR,
			(errcode(sqlstate),
			 errmsg("%s \"%s\" does not exist", what, sg_text_escape_unmappable(name))));
}

/* Returns the elements of a text array unchanged, a List of char *.  None of them may be null. */
List *
sg_argument_texts(FunctionCallInfo fcinfo, int number, const char *name)
{
	List	   *texts = NIL;
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	sg_argument_require(fcinfo, number, name);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(number), TEXTOID, -1, false, TYPALIGN_INT, &elements,
					  &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("element %d of argument \"%s\" must not be null", i + 1, name)));
		texts = lappend(texts, TextDatumGetCString(elements[i]));
	}
	return texts;
}

/*
 * Sets the search_path to the value of an argument, unless that is null, until the GUC
 * nesting level ends.
 */
void
sg_argument_search_path(FunctionCallInfo fcinfo, int number)
{
	if (!PG_ARGISNULL(number))
		(void) set_config_option("search_path", sg_argument_raw(fcinfo, number, "search_path"), PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
}
