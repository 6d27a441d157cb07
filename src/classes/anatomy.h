/*
 * classes/anatomy.h
 *		Sub-objects that have a catalog of their own, and their owners.
 */
#ifndef SG_CLASSES_ANATOMY_H
#define SG_CLASSES_ANATOMY_H

#include "access/attnum.h"

#include "format/item.h"

/* a catalog of sub-objects, and the column that has the OID of the owner */
typedef struct SgAnatomy
{
	Oid			catalog;
	Oid			index;			/* on the OID */
	AttrNumber	oid;
	AttrNumber	owner;
	Oid			owner_catalog;
} SgAnatomy;

extern const SgAnatomy sg_anatomy[];
extern const int sg_anatomy_count;

extern Oid	sg_anatomy_catalog(const SgItem *item);

#endif							/* SG_CLASSES_ANATOMY_H */
