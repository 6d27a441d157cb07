/*
 * queries/column.h
 *		Columns that a query reads, wherever they come from.
 */
#ifndef SG_QUERIES_COLUMN_H
#define SG_QUERIES_COLUMN_H

#include "queries/walk.h"

extern void sg_column_use_row(SgWalk *walk, Var *var, const char *use);
extern void sg_column_use(SgWalk *walk, Var *var, const char *use);
extern void sg_column_bare_names(SgWalk *walk);
extern void sg_column_join(SgWalk *walk, const JoinExpr *join);
extern void sg_column_group_names(SgWalk *walk);

#endif							/* SG_QUERIES_COLUMN_H */
