/*
 * incidents/meant.h
 *		Whether a failed statement means an object, or another one of that name.
 *
 * For the time at which an error is about to be reported: nothing here
 * allocates, fails, or looks at a catalog.
 */
#ifndef SG_INCIDENTS_MEANT_H
#define SG_INCIDENTS_MEANT_H

#include "access/xact.h"

#include "incidents/failure.h"

extern bool sg_meant_in_path(const char *path, const char *schema);
extern bool sg_meant_needs_words(const SgFailure *failure, const SgClue *clue);
extern bool sg_meant_object(const SgFailure *failure, const SgWords *words, const SgClue *clue);
extern bool sg_meant_locks_are_held(void);
extern void sg_meant_subtransaction_event(SubXactEvent event);

#endif							/* SG_INCIDENTS_MEANT_H */
