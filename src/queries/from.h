/*
 * queries/from.h
 *		What a query reads from, and its conditions.
 */
#ifndef SG_QUERIES_FROM_H
#define SG_QUERIES_FROM_H

#include "queries/walk.h"

extern void sg_from_need_relation(SgWalk *walk, Oid relid);
extern void sg_from_walk(SgWalk *walk);

#endif							/* SG_QUERIES_FROM_H */
