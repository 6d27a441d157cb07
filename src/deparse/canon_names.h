/*
 * deparse/canon_names.h
 *		Names of result columns that mean nothing.
 */
#ifndef SG_DEPARSE_CANON_NAMES_H
#define SG_DEPARSE_CANON_NAMES_H

#include "nodes/parsenodes.h"

extern void sg_canon_names_forget(Query *query);
extern void sg_canon_names_forget_meaningless(Query *query);

#endif							/* SG_DEPARSE_CANON_NAMES_H */
