/*
 * classes/function.h
 *		Declarations shared by the files that describe functions.
 */
#ifndef SG_CLASSES_FUNCTION_H
#define SG_CLASSES_FUNCTION_H

#include "catalog/pg_proc.h"

#include "catalogs/scan.h"
#include "classes/describer.h"

/* the current function, procedure or aggregate */
typedef struct SgRoutine
{
	SgDescriber *describer;
	SgObject   *object;
	SgCatalogScan *scan;
	HeapTuple	tuple;
	Form_pg_proc form;
	int			nargs;			/* of all modes */
	Oid		   *types;
	char	  **names;			/* NULL if none has a name */
	char	   *modes;			/* NULL if all are IN */
} SgRoutine;

/* function_arguments.c */
extern void sg_function_load_arguments(SgRoutine *routine);
extern char *sg_function_identity(SgNames *names, Form_pg_proc form);
extern char *sg_function_arguments(SgRoutine *routine, int order_by_at);
extern char *sg_function_result(SgRoutine *routine);

/* function_body.c */
extern bool sg_function_add_body(SgRoutine *routine);

/* aggregate.c */
extern void sg_aggregate_describe(SgRoutine *routine);

#endif							/* SG_CLASSES_FUNCTION_H */
