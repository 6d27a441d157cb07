/*
 * classes/type.h
 *		Declarations shared by the files that describe types.
 */
#ifndef SG_CLASSES_TYPE_H
#define SG_CLASSES_TYPE_H

#include "catalog/pg_type.h"

#include "classes/describer.h"

/* base_type.c */
extern void sg_base_type_describe(SgDescriber *describer, SgObject *object, Form_pg_type form);
extern void sg_base_type_describe_range(SgDescriber *describer, SgObject *object, Form_pg_type form);

#endif							/* SG_CLASSES_TYPE_H */
