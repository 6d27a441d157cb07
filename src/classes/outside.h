/*
 * classes/outside.h
 *		Objects that are not described, because extensions' scripts made them.
 */
#ifndef SG_CLASSES_OUTSIDE_H
#define SG_CLASSES_OUTSIDE_H

#include "classes/describer.h"

extern void sg_outside_load(SgDescriber *describer);
extern bool sg_outside_has(SgDescriber *describer, Oid classid, Oid objid);
extern void sg_outside_add_membership(const SgDescriber *describer, SgObject *object);

#endif							/* SG_CLASSES_OUTSIDE_H */
