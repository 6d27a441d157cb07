/*
 * support/array.h
 *		Growable arrays that become parameters of a statement: columns of rows
 *		for unnest().
 */
#ifndef SG_SUPPORT_ARRAY_H
#define SG_SUPPORT_ARRAY_H

#include "format/digest.h"

typedef struct SgArray
{
	Oid			type;			/* TEXTOID, BYTEAOID or OIDOID */
	int			count;
	int			capacity;
	Datum	   *values;
	bool	   *nulls;
} SgArray;

extern void sg_array_init(SgArray *array, Oid type);
extern void sg_array_add_text(SgArray *array, const char *text);
extern void sg_array_add_digest(SgArray *array, const SgDigest *digest);
extern void sg_array_add_oid(SgArray *array, Oid oid);
extern Datum sg_array_datum(const SgArray *array);

#endif							/* SG_SUPPORT_ARRAY_H */
