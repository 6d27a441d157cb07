/*
 * catalogs/scan.h
 *		Reading the system catalogs in step with each other.
 */
#ifndef SG_CATALOGS_SCAN_H
#define SG_CATALOGS_SCAN_H

#include "access/htup.h"
#include "access/skey.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

#include "catalogs/tid_map.h"

/*
 * A cursor walks a catalog in the order of a key, an OID, so that several
 * catalogs can be merged: pg_class by its OID with pg_attribute by attrelid,
 * and so on.  Either by an index whose first column the key is: all rows, or
 * just those of one object; or by keys that are known beforehand.
 */
typedef struct SgCatalogScan SgCatalogScan;

extern SgCatalogScan *sg_scan_open(Oid catalog, Oid index, AttrNumber key_attribute,
								Snapshot snapshot, Oid only);
extern SgCatalogScan *sg_scan_open_keys(Oid catalog, AttrNumber key_attribute, Snapshot snapshot,
									 const Oid *keys, int nkeys, SgTupleFilter wanted);
extern void sg_scan_require(SgCatalogScan *cursor, AttrNumber attribute, StrategyNumber strategy,
							  RegProcedure procedure, Datum value);
extern HeapTuple sg_scan_next(SgCatalogScan *cursor, Oid key);
extern HeapTuple sg_scan_next_any(SgCatalogScan *cursor);
extern Datum sg_scan_attribute(SgCatalogScan *cursor, HeapTuple tuple, AttrNumber attribute,
								 bool *isnull);
extern void sg_scan_close(SgCatalogScan *cursor);

#endif							/* SG_CATALOGS_SCAN_H */
