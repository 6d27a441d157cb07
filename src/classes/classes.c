/*
 * classes.c
 *		The table of handlers: one row for each class that is described.
 */
#include "postgres.h"

#include "classes.h"

const SgClass *const sg_classes[] = {
	&sg_relation_class,
	&sg_extension_class,
	&sg_function_class,
	&sg_schema_class,
	&sg_type_class,
	NULL
};
