/*
 * queries/combine.h
 *		What is done with a value together with others.
 */
#ifndef SG_QUERIES_COMBINE_H
#define SG_QUERIES_COMBINE_H

#include "lib/stringinfo.h"

#include "queries/walk.h"

/* in place of a type: a literal of the value's own type, an enum */
#define SG_COMBINE_LABEL "'*"

/* of more values than that the very type counts: each of them would be told all others */
#define SG_COMBINE_MAX_VALUES 100

/* one of the values that become of one type */
typedef struct SgCombined
{
	const char *given;			/* its type, as contracts have it */
	const char *origin;			/* the column that it is, or that its type follows from, as contracts have it */
} SgCombined;

extern char *sg_combine_origin(const SgWalk *walk, Node *value);
extern void sg_combine_append(StringInfo buf, const List *origins);
extern bool sg_combine_has(const List *ones, const char *one, const List *others, const char *other);
extern char *sg_combine_very(Oid type);
extern char *sg_combine_call(const SgWalk *walk, const char *kind, const char *name,
							 const List *arguments, int which, Oid result, const char *use);
extern SgCombined *sg_combine_value(const SgWalk *walk, Node *value);
extern char *sg_combine_united(const List *values, const SgCombined *value, Oid type, const char *use);
extern char *sg_combine_assigned(const SgWalk *walk, Node *source);
extern char *sg_combine_assignable(Oid relid, AttrNumber number);
extern List *sg_combine_comparisons(const SubLink *sublink);
extern List *sg_combine_compared(const SgWalk *walk, const SubLink *sublink, int which);

#endif							/* SG_QUERIES_COMBINE_H */
