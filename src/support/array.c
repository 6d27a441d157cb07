/*
 * support/array.c
 *		Growable arrays that become parameters of a statement.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "support/array.h"

/* Starts an array of that element type in the current memory context. */
void
sg_array_init(SgArray *array, Oid type)
{
	Assert(type == TEXTOID || type == BYTEAOID || type == OIDOID);
	array->type = type;
	array->count = 0;
	array->capacity = 16;
	array->values = palloc(sizeof(Datum) * array->capacity);
	array->nulls = palloc(sizeof(bool) * array->capacity);
}

static void
add(SgArray *array, Datum value, bool isnull)
{
	if (array->count >= array->capacity)
	{
		array->capacity *= 2;
		array->values = repalloc(array->values, sizeof(Datum) * array->capacity);
		array->nulls = repalloc(array->nulls, sizeof(bool) * array->capacity);
	}
	array->values[array->count] = value;
	array->nulls[array->count++] = isnull;
}

/* Adds a copy of the text; NULL is a null. */
void
sg_array_add_text(SgArray *array, const char *text)
{
	Assert(array->type == TEXTOID);
	add(array, text != NULL ? CStringGetTextDatum(text) : (Datum) 0, text == NULL);
}

/* Adds a copy of the digest as bytea; NULL is a null. */
void
sg_array_add_digest(SgArray *array, const SgDigest *digest)
{
	Datum		value = (Datum) 0;

	Assert(array->type == BYTEAOID);
	if (digest != NULL)
		value = PointerGetDatum(cstring_to_text_with_len((const char *) digest->bytes,
														 SG_DIGEST_LEN));
	add(array, value, digest == NULL);
}

void
sg_array_add_oid(SgArray *array, Oid oid)
{
	Assert(array->type == OIDOID);
	add(array, ObjectIdGetDatum(oid), false);
}

/* The array as a one-dimensional array value in the current memory context. */
Datum
sg_array_datum(const SgArray *array)
{
	int			dims[1];
	int			lower[1];
	bool		is_oid = array->type == OIDOID;

	dims[0] = array->count;
	lower[0] = 1;
	return PointerGetDatum(construct_md_array(array->values, array->nulls, 1, dims, lower,
											  array->type, is_oid ? (int) sizeof(Oid) : -1,
											  is_oid, TYPALIGN_INT));
}
