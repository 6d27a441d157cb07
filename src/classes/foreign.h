/*
 * classes/foreign.h
 *		Properties that only foreign tables have.
 */
#ifndef SG_CLASSES_FOREIGN_H
#define SG_CLASSES_FOREIGN_H

#include "classes/relation/relation.h"

extern void sg_foreign_add_column(SgRelation *relation, SgCatalogScan *scan, HeapTuple tuple);

#endif							/* SG_CLASSES_FOREIGN_H */
