/*
 * classes/row.h
 *		Classes whose objects are one row of a catalog each.
 *
 * row.c scans the catalog and checks the scope; the class's describe_row() looks at
 * the row, calls sg_row_begin() and adds items.  A row that it does not begin is not
 * an object.
 */
#ifndef SG_CLASSES_ROW_H
#define SG_CLASSES_ROW_H

#include "catalogs/scan.h"
#include "classes/classes.h"

struct SgRow
{
	SgDescriber *describer;
	SgNames    *names;
	SgCatalogScan *scan;
	HeapTuple	tuple;
	Oid			catalog;
	Oid			oid;
	Oid			schema;			/* or InvalidOid */
	bool		begun;
	SgObject	object;
};

extern void sg_row_describe_all(SgDescriber *describer, const SgClass *class);
extern void sg_row_begin(SgRow *row, const char *type, const char *identity);
extern void sg_row_add_function(SgRow *row, const char *attribute, Oid function);
extern Datum sg_row_attribute(SgRow *row, AttrNumber attribute, bool *isnull);
extern char *sg_row_text(SgRow *row, AttrNumber attribute);

#endif							/* SG_CLASSES_ROW_H */
