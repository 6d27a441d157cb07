/*
 * functions/arguments.c
 *		Arguments of SQL functions.
 *
 * The functions are not STRICT: a null that silently does nothing would look
 * like success.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "functions/arguments.h"

/* Raises ERRCODE_NULL_VALUE_NOT_ALLOWED, naming the argument, if it is null. */
void
sg_argument_require(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", name)));
}

/* The value of a text argument, palloc'd; it must not be null. */
char *
sg_argument_text(FunctionCallInfo fcinfo, int number, const char *name)
{
	sg_argument_require(fcinfo, number, name);
	return text_to_cstring(PG_GETARG_TEXT_PP(number));
}

/* The value of a text argument, palloc'd, or NULL. */
char *
sg_argument_optional_text(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(number));
}
