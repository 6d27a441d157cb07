/*
 * state/digest_column.c
 *		Digests in columns of our tables.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "format/digest.h"
#include "format/object.h"
#include "state/digest_column.h"
#include "support/compat.h"
#include "support/spi.h"
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

/*
 * Reads a digest from a row of the last result of SPI.  Returns false if it is null
 * or of another length.
 */
bool
sg_digest_of_row(uint64 row, int column, SgDigest *digest)
{
	bool		isnull;
	Datum		value = sg_spi_value(row, column, &isnull);

	return !isnull && sg_digest_from_datum(value, digest);
}

/* Adds the digests that sg_digest_list_datum() wrote to the set.  Returns their number. */
int
sg_digest_set_add_datum(SgDigestSet *set, Datum list)
{
	bytea	   *bytes = DatumGetByteaPP(list);
	int			count = VARSIZE_ANY_EXHDR(bytes) / SG_DIGEST_LEN;

	for (int i = 0; i < count; i++)
	{
		SgDigest	member;

		memcpy(member.bytes, VARDATA_ANY(bytes) + (size_t) i * SG_DIGEST_LEN, SG_DIGEST_LEN);
		sg_digest_set_add(set, &member);
	}
	return count;
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
