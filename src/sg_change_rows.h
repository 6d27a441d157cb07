/*
 * sg_change_rows.h
 *		Changes as the rows of diff(), drift(), verify() and preview().
 */
#ifndef SG_CHANGE_ROWS_H
#define SG_CHANGE_ROWS_H

#include "fmgr.h"
#include "nodes/pg_list.h"

extern void sg_return_changes(FunctionCallInfo fcinfo, const List *changes);

#endif							/* SG_CHANGE_ROWS_H */
