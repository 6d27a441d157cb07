/*
 * classes.h
 *		The handlers of object classes, grouped by source file.
 */
#ifndef SG_CLASSES_H
#define SG_CLASSES_H

#include "sg_class.h"

/* relation.c */
extern const SgClass sg_relation_class;

#endif							/* SG_CLASSES_H */
