/*
 * releases/mismatch.h
 *		The error for a release that does not fit: what is wrong, since when, by
 *		whom.
 */
#ifndef SG_RELEASES_MISMATCH_H
#define SG_RELEASES_MISMATCH_H

#include "nodes/pg_list.h"

#include "support/compat.h"

extern void sg_mismatch_raise(const char *subject, const List *problems,
							  const char *next_command) pg_attribute_noreturn();

#endif							/* SG_RELEASES_MISMATCH_H */
