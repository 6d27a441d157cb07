/*
 * support/table.h
 *		schema_guard's own tables without SPI, for what every DDL commit does.
 */
#ifndef SG_SUPPORT_TABLE_H
#define SG_SUPPORT_TABLE_H

#include "access/genam.h"
#include "access/skey.h"
#include "catalog/indexing.h"
#include "storage/lockdefs.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

#define SG_TABLE_MAX_COLUMNS 24

/*
 * What the code knows about a table: its columns, as the install script creates
 * them.  Put an enum of their numbers beside the shape.
 */
typedef struct SgTableShape
{
	const char *name;
	int			ncolumns;
	Oid			types[SG_TABLE_MAX_COLUMNS];
} SgTableShape;

typedef struct SgTable
{
	const SgTableShape *shape;
	LOCKMODE	lockmode;
	Relation	rel;
	Snapshot	snapshot;
	CatalogIndexState indexes;	/* opened by the first write */
} SgTable;

/*
 * A condition of a scan on a column of the index.  Strategy and comparison function
 * must belong together in the default btree operator class of its type.
 */
typedef struct SgTableKey
{
	AttrNumber	column;
	StrategyNumber strategy;
	RegProcedure procedure;
	Datum		value;
} SgTableKey;

extern Oid	sg_table_relid(const char *name);
extern void sg_table_open(SgTable *table, const SgTableShape *shape, LOCKMODE lockmode);
extern void sg_table_close(SgTable *table);
extern void sg_table_read_self(SgTable *table);
extern SysScanDesc sg_table_scan(SgTable *table, const char *index,
								 int nkeys, const SgTableKey *keys);
extern SysScanDesc sg_table_scan_all(SgTable *table);
extern Datum sg_table_value(const SgTable *table, HeapTuple tuple, AttrNumber column, bool *isnull);
extern Datum sg_table_required(const SgTable *table, HeapTuple tuple, AttrNumber column);
extern char *sg_table_required_text(const SgTable *table, HeapTuple tuple, AttrNumber column);
extern char *sg_table_text(const SgTable *table, HeapTuple tuple, AttrNumber column);
extern void sg_table_insert(SgTable *table, Datum *values, bool *nulls);
extern bool sg_table_insert_new(SgTable *table, Datum *values, bool *nulls);
extern void sg_table_update(SgTable *table, HeapTuple old, Datum *values, bool *nulls,
							bool *replaces);
extern void sg_table_delete(SgTable *table, HeapTuple tuple);

#endif							/* SG_SUPPORT_TABLE_H */
