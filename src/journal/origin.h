/*
 * journal/origin.h
 *		Which entry of the journal a difference came from.
 */
#ifndef SG_JOURNAL_ORIGIN_H
#define SG_JOURNAL_ORIGIN_H

#include "nodes/pg_list.h"
#include "utils/timestamp.h"

/* an entry of the journal, in short */
typedef struct SgOrigin
{
	int64		journal_id;
	TimestampTz changed_at;		/* of an unobserved change: when it was noticed */
	const char *changed_by;		/* NULL: nobody knows */
	const char *verdict;
	int64		window_id;		/* 0: none */
} SgOrigin;

extern List *sg_origins(const List *changes, const char *since);

#endif							/* SG_JOURNAL_ORIGIN_H */
