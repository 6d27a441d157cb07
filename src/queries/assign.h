/*
 * queries/assign.h
 *		What the columns of a relation are assigned.
 */
#ifndef SG_QUERIES_ASSIGN_H
#define SG_QUERIES_ASSIGN_H

#include "lib/stringinfo.h"

#include "queries/walk.h"

/* what is written */
typedef struct SgTarget
{
	SgWalk	   *walk;
	Oid			relid;
	SgOutline  *relation;		/* the contract's part on it */
} SgTarget;

extern List *sg_assign_sources(const SgWalk *walk, Node *source);
extern void sg_assign(SgTarget *target, AttrNumber number, Node *source);
extern int	sg_assign_count(const SgTarget *target, Node *source);
extern void sg_assign_position(SgTarget *target, const TargetEntry *entry, StringInfo buf);

#endif							/* SG_QUERIES_ASSIGN_H */
