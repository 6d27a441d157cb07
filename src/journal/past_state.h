/*
 * journal/past_state.h
 *		States that the journal passed through.
 */
#ifndef SG_JOURNAL_PAST_STATE_H
#define SG_JOURNAL_PAST_STATE_H

#include "format/digest.h"

extern bool sg_past_state_load(const char *fingerprint, SgDigestSet *set);

#endif							/* SG_JOURNAL_PAST_STATE_H */
