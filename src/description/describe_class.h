/*
 * description/describe_class.h
 *		Describes the objects of a class, and copes with those that cannot be described.
 */
#ifndef SG_DESCRIPTION_DESCRIBE_CLASS_H
#define SG_DESCRIPTION_DESCRIBE_CLASS_H

#include "classes/classes.h"

extern void sg_describe_class(SgDescriber *describer, const SgClass *class);
extern void sg_describe_again(SgDescriber *describer, const SgObject *object);

#endif							/* SG_DESCRIPTION_DESCRIBE_CLASS_H */
