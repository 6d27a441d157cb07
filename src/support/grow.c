/*
 * support/grow.c
 *		Arrays that grow.
 */
#include "postgres.h"

#include "support/grow.h"

/* Doubles the capacity of an array, whose members have this size, and returns the array. */
void *
sg_grow(void *members, int *capacity, Size size)
{
	if (*capacity > PG_INT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many members of an array")));
	*capacity = Max(*capacity * 2, 16);
	if (members == NULL)
		return palloc(size * *capacity);
	return repalloc_huge(members, size * *capacity);
}
