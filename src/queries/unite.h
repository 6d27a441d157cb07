/*
 * queries/unite.h
 *		Expressions that take several values to one type.
 */
#ifndef SG_QUERIES_UNITE_H
#define SG_QUERIES_UNITE_H

#include "queries/walk.h"

extern void sg_unite_walk(SgWalk *walk, const List *values, Oid type, const char *use);
extern void sg_unite_walk_hypothetical(SgWalk *walk, const Aggref *aggregate);
extern void sg_unite_walk_case(SgWalk *walk, const CaseExpr *node, const char *use);

#endif							/* SG_QUERIES_UNITE_H */
