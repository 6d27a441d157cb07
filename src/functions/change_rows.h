/*
 * functions/change_rows.h
 *		Changes as the rows of diff(), drift(), verify() and preview().
 */
#ifndef SG_FUNCTIONS_CHANGE_ROWS_H
#define SG_FUNCTIONS_CHANGE_ROWS_H

#include "fmgr.h"

#include "format/diff.h"

/* the OUT parameters of diff() */
#define SG_CHANGE_COLUMNS 7

extern void sg_change_rows_set(Datum *values, bool *nulls, int column, const SgItemChange *change);
extern void sg_change_rows_return(FunctionCallInfo fcinfo, const List *changes);

#endif							/* SG_FUNCTIONS_CHANGE_ROWS_H */
