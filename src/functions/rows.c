/*
 * functions/rows.c
 *		Returning rows from an SQL function: all at once, in a tuplestore.
 *
 * The same on every PostgreSQL: only 15 and later have InitMaterializedSRF().
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"

#include "functions/rows.h"
#include "support/text.h"

/*
 * Begins the result of a function that returns SETOF record with OUT
 * parameters.  It lives in the query's memory; the function then returns
 * (Datum) 0.
 */
void
sg_rows_begin(SgRows *rows, FunctionCallInfo fcinfo)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext saved;

	if (result == NULL || !IsA(result, ReturnSetInfo) ||
		(result->allowedModes & SFRM_Materialize) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));

	saved = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
	if (get_call_result_type(fcinfo, NULL, &rows->tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	rows->store = tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0,
										false, work_mem);
	result->returnMode = SFRM_Materialize;
	result->setResult = rows->store;
	result->setDesc = rows->tupdesc;
	MemoryContextSwitchTo(saved);
}

/* Adds a row; it is copied. */
void
sg_rows_add(SgRows *rows, const Datum *values, const bool *nulls)
{
	tuplestore_putvalues(rows->store, rows->tupdesc, unconstify(Datum *, values),
						 unconstify(bool *, nulls));
}

/* Puts a text, or NULL, into a column. */
void
sg_rows_set_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text == NULL ? (Datum) 0 : sg_text_datum(text);
}
