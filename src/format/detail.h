/*
 * format/detail.h
 *		The lines of an error's DETAIL.
 */
#ifndef SG_FORMAT_DETAIL_H
#define SG_FORMAT_DETAIL_H

#include "nodes/pg_list.h"

/* Returns the line for a member of a List, palloc'd. */
typedef char *(*SgDetailLine) (const void *member);

extern char *sg_detail(const List *members, SgDetailLine line);

#endif							/* SG_FORMAT_DETAIL_H */
