/*
 * catalogs/tid_map.h
 *		Where the rows of a catalog are, by a key that many of them share.
 */
#ifndef SG_CATALOGS_TID_MAP_H
#define SG_CATALOGS_TID_MAP_H

#include "access/htup.h"
#include "storage/itemptr.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

/* Is the row one to be noted?  NULL stands for a function that is always true. */
typedef bool (*SgTupleFilter) (HeapTuple row);

typedef struct SgTidMap SgTidMap;

extern SgTidMap *sg_tid_map_create(Relation catalog, AttrNumber key_attribute, const Oid *keys,
								int nkeys, SgTupleFilter wanted, Snapshot snapshot);
extern bool sg_tid_map_next(SgTidMap *places, Oid key, ItemPointer place);
extern void sg_tid_map_free(SgTidMap *places);

#endif							/* SG_CATALOGS_TID_MAP_H */
