/*
 * queries/walk.h
 *		Walks through an analysed query, and adds what it needs to the contract.
 */
#ifndef SG_QUERIES_WALK_H
#define SG_QUERIES_WALK_H

#include "queries/analysis.h"
#include "queries/outline.h"
#include "queries/scope.h"

typedef struct SgWalk
{
	/* walk.c's, for the files that it calls */
	bool		(*expression) (Node *node, struct SgWalk *walk);
	void		(*used) (struct SgWalk *walk, Node *node, const char *use);
	SgOutline  *contract;
	const SgAnalysis *analysis;
	const SgLevel *level;
	const List *exposed;		/* of Query *: those all of whose columns count */
	const char *result_use;		/* of the plain columns of a result: as for sg_need_column() */
	const List *result_uses;	/* of char *, instead: one for each column */
	bool		positional;		/* an INSERT has no list of columns */
	bool		nameless;		/* names that stars give the columns of a result count only where something uses them */
	bool		beside;			/* of a use in the making: it is of what stands beside another value */
	bool		placed;			/* what is walked is found by its place, whatever its name */
	const Node *rows_of;		/* the call in FROM of which only the rows count, and not their type */
	SgOutline  *followed;		/* what was walked because a column stands for it, with its uses */
} SgWalk;

/* walk.c */
extern bool sg_walk_expression(Node *node, SgWalk *walk);
extern void sg_walk_used(SgWalk *walk, Node *node, const char *use);
extern void sg_walk_target(SgWalk *walk, TargetEntry *target, const char *use);
extern void sg_walk_query(Query *query, SgWalk *walk);

#endif							/* SG_QUERIES_WALK_H */
