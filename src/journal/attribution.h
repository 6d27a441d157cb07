/*
 * journal/attribution.h
 *		Which entry of the journal a difference came from.
 */
#ifndef SG_JOURNAL_ATTRIBUTION_H
#define SG_JOURNAL_ATTRIBUTION_H

#include "nodes/pg_list.h"

extern List *sg_attribution_find(const List *changes, const char *since);

#endif							/* SG_JOURNAL_ATTRIBUTION_H */
