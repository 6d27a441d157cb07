/*
 * queries/hidden.h
 *		Names without a schema that an object in another schema could take.
 */
#ifndef SG_QUERIES_HIDDEN_H
#define SG_QUERIES_HIDDEN_H

#include "queries/walk.h"

extern void sg_hidden_names(SgOutline *contract, const SgAnalysis *analysis);
extern void sg_hidden_constant(SgWalk *walk, const Const *constant);
extern void sg_hidden_operator(SgWalk *walk, Node *node);

#endif							/* SG_QUERIES_HIDDEN_H */
