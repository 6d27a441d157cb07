/*
 * queries/rows.h
 *		The rows that functions in FROM return.
 */
#ifndef SG_QUERIES_ROWS_H
#define SG_QUERIES_ROWS_H

#include "queries/walk.h"

extern bool sg_rows_are_told(SgWalk *walk, const RangeTblEntry *entry, const RangeTblFunction *function);
extern void sg_rows_need(SgWalk *walk, const RangeTblEntry *entry);
extern void sg_rows_need_column(SgWalk *walk, const RangeTblEntry *entry, const Var *var, const char *use);
extern void sg_rows_need_star(SgWalk *walk, const RangeTblEntry *entry);
extern void sg_rows_need_whole(SgWalk *walk, const RangeTblEntry *entry, const char *use);
extern void sg_rows_need_type(SgWalk *walk, const RangeTblEntry *entry, const char *use);
extern SgOutline *sg_rows_without(SgWalk *walk, const RangeTblEntry *entry, const RangeTblFunction *function,
								  const char *name, bool has_name);

#endif							/* SG_QUERIES_ROWS_H */
