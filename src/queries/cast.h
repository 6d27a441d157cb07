/*
 * queries/cast.h
 *		Casts that queries need.
 */
#ifndef SG_QUERIES_CAST_H
#define SG_QUERIES_CAST_H

#include "nodes/parsenodes.h"

#include "queries/outline.h"

extern void sg_cast_needs(SgOutline *contract, Node *node);

#endif							/* SG_QUERIES_CAST_H */
