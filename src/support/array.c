/*
 * support/array.c
 *		Arrays that our statements take and return.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "support/array.h"
#include "support/text.h"

/* Returns a List of char * as a text[] in the current memory context. */
Datum
sg_array_of_list(const List *strings)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(list_length(strings), 1));
	int			count = 0;
	ListCell   *lc;

	foreach(lc, strings)
		elements[count++] = sg_text_datum(lfirst(lc));
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Returns an int8[] in the current memory context. */
Datum
sg_array_of_int8(const int64 *values, int count)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(count, 1));

	for (int i = 0; i < count; i++)
		elements[i] = Int64GetDatum(values[i]);
	return PointerGetDatum(construct_array(elements, count, INT8OID, sizeof(int64),
										   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* Returns the elements of a text[], except nulls, as a List of char * in the current memory context. */
List *
sg_array_to_list(Datum array)
{
	List	   *strings = NIL;
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			strings = lappend(strings, TextDatumGetCString(elements[i]));
	}
	return strings;
}
