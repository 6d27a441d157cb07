/*
 * incidents/meant.h
 *		Whether a failed statement means an object, or another one of the same name.
 *
 * For use while an error is about to be reported: nothing here allocates, fails, or
 * reads a catalog.
 */
#ifndef SG_INCIDENTS_MEANT_H
#define SG_INCIDENTS_MEANT_H

#include "access/xact.h"

#include "incidents/failure.h"

/*
 * A failed statement and what was found out of it.  To ask for a lock or for a word takes
 * time, of which there is little where an error is reported.
 */
typedef struct SgMeaning
{
	const SgFailure *failure;
	int			effort;			/* what may still be done */
	bool		gave_up;		/* it was not enough */
	SgWords		words;
	bool		have_words;		/* otherwise they are read when they are needed */
	Oid			relation;		/* the last one that was asked about */
	bool		is_locked;
	char		word[NAMEDATALEN];	/* likewise */
	bool		has_word;
} SgMeaning;

extern void sg_meant_begin(SgMeaning *meaning, const SgFailure *failure);
extern void sg_meant_begin_later(SgMeaning *meaning, const SgFailure *failure, const SgWords *words);
extern bool sg_meant_relation(SgMeaning *meaning, Oid relation);
extern bool sg_meant_object(SgMeaning *meaning, const SgNamed *name, const SgClue *clue);
extern bool sg_meant_locks_are_held(void);
extern void sg_meant_subtransaction_event(SubXactEvent event);

#endif							/* SG_INCIDENTS_MEANT_H */
