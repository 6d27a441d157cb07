/*
 * compare/compare.h
 *		Comparing whole schemas: snapshots, states of the journal, the live schema.
 */
#ifndef SG_COMPARE_COMPARE_H
#define SG_COMPARE_COMPARE_H

#include "journal/reference.h"

extern List *sg_compare_stored(SgReference *from, SgReference *to, bool warns);
extern List *sg_compare_live(SgReference *from);

#endif							/* SG_COMPARE_COMPARE_H */
