/*
 * catalogs/object_rows.h
 *		Catalog rows about objects of any class.
 */
#ifndef SG_CATALOGS_OBJECT_ROWS_H
#define SG_CATALOGS_OBJECT_ROWS_H

#include "access/attnum.h"
#include "access/htup.h"
#include "nodes/pg_list.h"
#include "utils/snapshot.h"

#include "catalogs/tid_map.h"

typedef struct SgObjectRows SgObjectRows;

extern SgObjectRows *sg_object_rows_create(Oid catalog, Oid index, bool by_class,
										   SgTupleFilter wanted, Snapshot snapshot);
extern void sg_object_rows_load(SgObjectRows *rows);
extern List *sg_object_rows_find(SgObjectRows *rows, Oid classid, Oid objid);
extern Datum sg_object_rows_attribute(const SgObjectRows *rows, HeapTuple row,
									  AttrNumber attribute, bool *isnull);

#endif							/* SG_CATALOGS_OBJECT_ROWS_H */
