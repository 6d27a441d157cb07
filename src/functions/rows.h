/*
 * functions/rows.h
 *		Returning rows from an SQL function.
 */
#ifndef SG_FUNCTIONS_ROWS_H
#define SG_FUNCTIONS_ROWS_H

#include "fmgr.h"
#include "utils/tuplestore.h"

/* the rows of one call, in the making */
typedef struct SgRows
{
	TupleDesc	tupdesc;
	Tuplestorestate *store;
} SgRows;

extern void sg_rows_begin(SgRows *rows, FunctionCallInfo fcinfo);
extern void sg_rows_set_text(Datum *values, bool *nulls, int column, const char *text);
extern void sg_rows_add(SgRows *rows, const Datum *values, const bool *nulls);

#endif							/* SG_FUNCTIONS_ROWS_H */
