/*
 * deparse/query.h
 *		Turns the queries of views, rules and SQL-standard function bodies into text.
 */
#ifndef SG_DEPARSE_QUERY_H
#define SG_DEPARSE_QUERY_H

#include "nodes/parsenodes.h"

#include "deparse/deparse.h"

extern char *sg_deparse_query(SgNames *names, Query *query);
extern char *sg_deparse_query_of_view(SgNames *names, Query *query, const SgColumnNames *columns);
extern char *sg_deparse_query_of_function(SgNames *names, Query *query, const char *function,
									   int nargs, char **argument_names);

#endif							/* SG_DEPARSE_QUERY_H */
