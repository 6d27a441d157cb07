/*
 * support/array.c
 *		Growable arrays of texts that become parameters of a statement.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "support/array.h"
#include "support/text.h"

/* Starts an array in the current memory context. */
void
sg_array_init(SgArray *array)
{
	array->count = 0;
	array->capacity = 16;
	array->values = palloc(sizeof(Datum) * array->capacity);
	array->nulls = palloc(sizeof(bool) * array->capacity);
}

/* Adds a copy of the text; NULL is a null. */
void
sg_array_add_text(SgArray *array, const char *text)
{
	if (array->count >= array->capacity)
	{
		array->capacity *= 2;
		array->values = repalloc(array->values, sizeof(Datum) * array->capacity);
		array->nulls = repalloc(array->nulls, sizeof(bool) * array->capacity);
	}
	array->values[array->count] = text != NULL ? sg_text_datum(text) : (Datum) 0;
	array->nulls[array->count++] = text == NULL;
}

/* The array as a text[] value in the current memory context. */
Datum
sg_array_datum(const SgArray *array)
{
	int			dims[1];
	int			lower[1];

	dims[0] = array->count;
	lower[0] = 1;
	return PointerGetDatum(construct_md_array(array->values, array->nulls, 1, dims, lower,
											  TEXTOID, -1, false, TYPALIGN_INT));
}
