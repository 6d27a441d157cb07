/*
 * functions/arguments.h
 *		Arguments of SQL functions.
 */
#ifndef SG_FUNCTIONS_ARGUMENTS_H
#define SG_FUNCTIONS_ARGUMENTS_H

#include "fmgr.h"

extern void sg_require_argument(FunctionCallInfo fcinfo, int number, const char *name);
extern char *sg_text_argument(FunctionCallInfo fcinfo, int number, const char *name);
extern char *sg_optional_text_argument(FunctionCallInfo fcinfo, int number);

#endif							/* SG_FUNCTIONS_ARGUMENTS_H */
