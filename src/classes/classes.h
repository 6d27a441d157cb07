/*
 * classes.h
 *		The handlers of object classes, grouped by source file.
 */
#ifndef SG_CLASSES_H
#define SG_CLASSES_H

#include "sg_class.h"

/* relation.c */
extern const SgClass sg_relation_class;

/* extension.c */
extern const SgClass sg_extension_class;

/* function.c */
extern const SgClass sg_function_class;

/* schema.c */
extern const SgClass sg_schema_class;

/* type.c */
extern const SgClass sg_type_class;

#endif							/* SG_CLASSES_H */
