/*
 * queries/star.h
 *		Where all columns of a relation or query count: "*" and whole rows.
 */
#ifndef SG_QUERIES_STAR_H
#define SG_QUERIES_STAR_H

#include "queries/analysis.h"
#include "queries/scope.h"

extern bool sg_star_is(const SgPlaces *places, const Node *node);
extern List *sg_star_entries(const SgPlaces *places, const SgLevel *level);
extern List *sg_star_exposed(const SgAnalysis *analysis, Query *query);
extern List *sg_star_relations(const SgPlaces *places, const SgLevel *level);

#endif							/* SG_QUERIES_STAR_H */
