/*
 * functions/arguments.h
 *		Arguments of SQL functions.
 */
#ifndef SG_FUNCTIONS_ARGUMENTS_H
#define SG_FUNCTIONS_ARGUMENTS_H

#include "fmgr.h"
#include "nodes/pg_list.h"

extern void sg_argument_require(FunctionCallInfo fcinfo, int number, const char *name);
extern char *sg_argument_raw(FunctionCallInfo fcinfo, int number, const char *name);
extern char *sg_argument_text(FunctionCallInfo fcinfo, int number, const char *name);
extern char *sg_argument_optional_text(FunctionCallInfo fcinfo, int number);
extern List *sg_argument_texts(FunctionCallInfo fcinfo, int number, const char *name);
extern void sg_argument_undefined(const char *what, int sqlstate, const char *name);
extern void sg_argument_search_path(FunctionCallInfo fcinfo, int number);

#endif							/* SG_FUNCTIONS_ARGUMENTS_H */
