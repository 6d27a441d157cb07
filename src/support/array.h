/*
 * support/array.h
 *		Arrays that our statements take and return.
 */
#ifndef SG_SUPPORT_ARRAY_H
#define SG_SUPPORT_ARRAY_H

#include "nodes/pg_list.h"

extern Datum sg_array_of_list(const List *strings);
extern Datum sg_array_of_int8(const int64 *values, int count);
extern List *sg_array_to_list(Datum array);

#endif							/* SG_SUPPORT_ARRAY_H */
