/*
 * queries/operator.h
 *		Operators and built-in functions: their arguments may have any type that they take
 *		as well.
 */
#ifndef SG_QUERIES_OPERATOR_H
#define SG_QUERIES_OPERATOR_H

#include "queries/walk.h"

extern void sg_operator_walk_collated(SgWalk *walk, CollateExpr *node, const char *use);
extern void sg_operator_walk_arguments(SgWalk *walk, const char *kind, const char *name,
									   const List *arguments, Oid result, const char *use);
extern void sg_operator_walk(SgWalk *walk, Oid operator, const List *arguments, Oid result, const char *use);
extern void sg_operator_walk_array(SgWalk *walk, ScalarArrayOpExpr *node);
extern void sg_operator_walk_null_if(SgWalk *walk, NullIfExpr *node, const char *use);
extern void sg_operator_walk_rows(SgWalk *walk, RowCompareExpr *node);

#endif							/* SG_QUERIES_OPERATOR_H */
