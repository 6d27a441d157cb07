/*
 * state/digest_column.c
 *		Digests as values of our tables' columns.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "format/object.h"
#include "state/digest_column.h"
#include "support/compat.h"
#include "support/table.h"

/* Reads a digest from a column of type bytea.  Returns false if it is null or of another length. */
bool
sg_digest_column(const SgTable *table, HeapTuple tuple, AttrNumber column, SgDigest *digest)
{
	bool		isnull;
	Datum		value = sg_table_value(table, tuple, column, &isnull);

	return !isnull && sg_digest_from_datum(value, digest);
}

/* Reads a digest from a bytea.  Returns false if it is of another length. */
bool
sg_digest_from_datum(Datum value, SgDigest *digest)
{
	bytea	   *bytes = DatumGetByteaPP(value);

	if (VARSIZE_ANY_EXHDR(bytes) != SG_DIGEST_LEN)
		return false;
	memcpy(digest->bytes, VARDATA_ANY(bytes), SG_DIGEST_LEN);
	return true;
}

/* Returns digests, one after the other, as a bytea in the current memory context. */
Datum
sg_digest_list_datum(const SgDigest *members, int count)
{
	size_t		len = (size_t) count * SG_DIGEST_LEN;
	bytea	   *result = palloc(VARHDRSZ + len);

	SET_VARSIZE(result, VARHDRSZ + len);
	if (count > 0)
		memcpy(VARDATA(result), members, len);
	return PointerGetDatum(result);
}

/* The same for a single digest. */
Datum
sg_digest_datum(const SgDigest *digest)
{
	return sg_digest_list_datum(digest, 1);
}
