/*
 * state/digest_column.h
 *		Digests in columns of our tables.
 */
#ifndef SG_STATE_DIGEST_COLUMN_H
#define SG_STATE_DIGEST_COLUMN_H

#include "format/digest.h"
#include "format/object.h"
#include "support/table.h"

extern bool sg_digest_column(const SgTable *table, HeapTuple tuple, AttrNumber column,
							SgDigest *digest);
extern bool sg_digest_from_datum(Datum value, SgDigest *digest);
extern bool sg_digest_of_row(uint64 row, int column, SgDigest *digest);
extern int	sg_digest_set_add_datum(SgDigestSet *set, Datum list);
extern Datum sg_digest_datum(const SgDigest *digest);
extern Datum sg_digest_list_datum(const SgDigest *members, int count);

#endif							/* SG_STATE_DIGEST_COLUMN_H */
