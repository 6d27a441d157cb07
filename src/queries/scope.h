/*
 * queries/scope.h
 *		What the numbers in an analysed query stand for.
 */
#ifndef SG_QUERIES_SCOPE_H
#define SG_QUERIES_SCOPE_H

#include "nodes/parsenodes.h"

/* a query with those that it stands in */
typedef struct SgLevel
{
	Query	   *query;
	const struct SgLevel *outer;
} SgLevel;

extern const SgLevel *sg_scope_level(const SgLevel *level, Index up);
extern RangeTblEntry *sg_scope_entry(const SgLevel *level, const Var *var);
extern bool sg_scope_query(const SgLevel *level, const RangeTblEntry *entry, SgLevel *inner);
extern Node *sg_scope_source(const SgLevel **level, Node *node);
extern bool sg_scope_origin(const SgLevel *level, Node *node, Oid *relid, AttrNumber *number);
extern List *sg_scope_output(const Query *query);
extern bool sg_scope_is_ordered_by(const Query *query, const TargetEntry *target);
extern Node *sg_scope_column(const Query *query, AttrNumber number);

#endif							/* SG_QUERIES_SCOPE_H */
