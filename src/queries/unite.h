/*
 * queries/unite.h
 *		Expressions that take several values to one type.
 */
#ifndef SG_QUERIES_UNITE_H
#define SG_QUERIES_UNITE_H

#include "queries/walk.h"

/* one of the values */
typedef struct SgUnited
{
	Oid			type;			/* InvalidOid: it takes that of the others */
	Oid			relid;			/* of the column that it is; or InvalidOid */
	AttrNumber	number;
} SgUnited;

extern SgUnited *sg_unite_value(const SgLevel *level, Node *value, bool untyped);
extern char *sg_unite_use(const List *values, const SgUnited *value, Oid type);
extern void sg_unite_walk(SgWalk *walk, const List *values, Oid type);
extern void sg_unite_walk_case(SgWalk *walk, const CaseExpr *node);

#endif							/* SG_QUERIES_UNITE_H */
