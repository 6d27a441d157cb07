/*
 * incidents/alias.h
 *		Whether an alias stands for another table.
 *
 * For the time at which an error is about to be reported: nothing here
 * allocates, fails, or looks at a catalog.
 */
#ifndef SG_INCIDENTS_ALIAS_H
#define SG_INCIDENTS_ALIAS_H

#include "incidents/words.h"

extern bool sg_alias_is_of_other(const SgWords *words, const char *name, const char *table);

#endif							/* SG_INCIDENTS_ALIAS_H */
