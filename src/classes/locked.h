/*
 * classes/locked.h
 *		Objects that cannot be described without waiting for a lock.
 */
#ifndef SG_CLASSES_LOCKED_H
#define SG_CLASSES_LOCKED_H

#include "nodes/nodes.h"

#include "classes/describer.h"

extern bool sg_locked_elsewhere(SgDescriber *describer, const SgObject *object, Node *tree);

#endif							/* SG_CLASSES_LOCKED_H */
