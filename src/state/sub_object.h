/*
 * state/sub_object.h
 *		Finds the object to which a sub-object belongs.
 */
#ifndef SG_STATE_SUB_OBJECT_H
#define SG_STATE_SUB_OBJECT_H

#include "catalog/objectaddress.h"

extern bool sg_sub_object_resolve(ObjectAddress *address);

#endif							/* SG_STATE_SUB_OBJECT_H */
