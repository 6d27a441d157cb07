/*
 * support/array.h
 *		text[] values of our tables as Lists of strings, and back.
 */
#ifndef SG_SUPPORT_ARRAY_H
#define SG_SUPPORT_ARRAY_H

#include "nodes/pg_list.h"

extern Datum sg_array_of_list(const List *strings);
extern List *sg_array_to_list(Datum array);

#endif							/* SG_SUPPORT_ARRAY_H */
