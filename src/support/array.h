/*
 * support/array.h
 *		Growable arrays of texts that become parameters of a statement.
 */
#ifndef SG_SUPPORT_ARRAY_H
#define SG_SUPPORT_ARRAY_H

typedef struct SgArray
{
	int			count;
	int			capacity;
	Datum	   *values;
	bool	   *nulls;
} SgArray;

extern void sg_array_init(SgArray *array);
extern void sg_array_add_text(SgArray *array, const char *text);
extern Datum sg_array_datum(const SgArray *array);

#endif							/* SG_SUPPORT_ARRAY_H */
