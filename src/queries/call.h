/*
 * queries/call.h
 *		Calls of functions, as contracts write them.
 */
#ifndef SG_QUERIES_CALL_H
#define SG_QUERIES_CALL_H

#include "access/tupdesc.h"

#include "queries/walk.h"

/* a call, of whatever kind */
typedef struct SgCallNode
{
	Oid			function;
	List	   *arguments;		/* expressions; NamedArgExpr if it is named */
	bool		expanded;		/* its last argument is an array of those given */
	bool		variadic;		/* its last argument is given as VARIADIC */
	Oid			result;			/* as it follows from the arguments */
	bool		set;
	bool		unqualified;	/* its name has no schema */
} SgCallNode;

extern bool sg_call_take(const SgWalk *walk, Node *node, SgCallNode *call);
extern bool sg_call_is_plain(const SgCallNode *call);
extern SgOutline *sg_call_part(SgWalk *walk, const SgCallNode *call);
extern SgOutline *sg_call_need(SgWalk *walk, const SgCallNode *call, const char *use);
extern void sg_call_need_all(SgWalk *walk, Node *node);
extern void sg_call_need_field(SgWalk *walk, Node *node, AttrNumber number);
extern char *sg_call_columns(TupleDesc columns, int count);
extern void sg_call_need_column(SgOutline *needed, Form_pg_attribute column, const char *use);

#endif							/* SG_QUERIES_CALL_H */
