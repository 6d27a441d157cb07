/*
 * catalogs/scan.h
 *		Reads the system catalogs in step with each other.
 */
#ifndef SG_CATALOGS_SCAN_H
#define SG_CATALOGS_SCAN_H

#include "access/htup.h"
#include "access/skey.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

#include "catalogs/tid_map.h"

/*
 * A scan reads a catalog in the order of a key, an OID, so that several catalogs can
 * be merged: pg_class by its OID with pg_attribute by attrelid, and so on.  It uses
 * an index whose first column is the key, for all rows or those of one object; or
 * keys that are known beforehand.
 */
typedef struct SgCatalogScan SgCatalogScan;

extern SgCatalogScan *sg_scan_open(Oid catalog, Oid index, AttrNumber key_attribute,
								Snapshot snapshot, Oid only);
extern SgCatalogScan *sg_scan_open_keys(Oid catalog, AttrNumber key_attribute, Snapshot snapshot,
									 const Oid *keys, int nkeys, SgTupleFilter wanted);
extern void sg_scan_require(SgCatalogScan *scan, AttrNumber attribute, StrategyNumber strategy,
							  RegProcedure procedure, Datum value);
extern HeapTuple sg_scan_next(SgCatalogScan *scan, Oid key);
extern HeapTuple sg_scan_next_any(SgCatalogScan *scan);
extern Datum sg_scan_attribute(SgCatalogScan *scan, HeapTuple tuple, AttrNumber attribute,
								 bool *isnull);
extern void sg_scan_close(SgCatalogScan *scan);

#endif							/* SG_CATALOGS_SCAN_H */
