/*
 * queries/composite.h
 *		Values that are made for composite types.
 */
#ifndef SG_QUERIES_COMPOSITE_H
#define SG_QUERIES_COMPOSITE_H

#include "queries/walk.h"

extern void sg_composite_literal(SgOutline *contract, Oid type);
extern void sg_composite_row(SgWalk *walk, const RowExpr *row);

#endif							/* SG_QUERIES_COMPOSITE_H */
