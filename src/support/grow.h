/*
 * support/grow.h
 *		Arrays that grow.
 */
#ifndef SG_SUPPORT_GROW_H
#define SG_SUPPORT_GROW_H

/*
 * Makes room for one more member of a palloc'd array.  The array may be NULL at
 * first, with a capacity of 0; it is then allocated in the current memory context,
 * and stays in that context.  "count" and "capacity" are ints.
 */
#define SG_GROW(members, count, capacity) \
	do { \
		if ((count) >= (capacity)) \
			(members) = sg_grow((members), &(capacity), sizeof(*(members))); \
	} while (0)

extern void *sg_grow(void *members, int *capacity, Size size);

#endif							/* SG_SUPPORT_GROW_H */
