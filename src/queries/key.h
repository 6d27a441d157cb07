/*
 * queries/key.h
 *		Keys of relations that queries need: those of ON CONFLICT and GROUP BY.
 */
#ifndef SG_QUERIES_KEY_H
#define SG_QUERIES_KEY_H

#include "nodes/parsenodes.h"

#include "queries/outline.h"

extern void sg_key_grouped(SgOutline *contract, const Query *query);
extern void sg_key_inferred(SgOutline *relation, Query *query);

#endif							/* SG_QUERIES_KEY_H */
