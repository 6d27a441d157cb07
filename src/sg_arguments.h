/*
 * sg_arguments.h
 *		Arguments of SQL functions.
 */
#ifndef SG_ARGUMENTS_H
#define SG_ARGUMENTS_H

#include "fmgr.h"

extern void sg_require_argument(FunctionCallInfo fcinfo, int number, const char *name);
extern char *sg_text_argument(FunctionCallInfo fcinfo, int number, const char *name);
extern char *sg_optional_text_argument(FunctionCallInfo fcinfo, int number);

#endif							/* SG_ARGUMENTS_H */
