/*
 * queries/analysed.h
 *		What a statement needs that the server has just analysed.
 */
#ifndef SG_QUERIES_ANALYSED_H
#define SG_QUERIES_ANALYSED_H

#include "nodes/parsenodes.h"
#include "parser/parse_node.h"

#include "queries/outline.h"

extern bool sg_analysed_is_taken(const Query *query);
extern SgOutline *sg_analysed_needs(const ParseState *pstate, Query *query, bool by_client);

#endif							/* SG_QUERIES_ANALYSED_H */
