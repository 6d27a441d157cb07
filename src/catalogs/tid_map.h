/*
 * catalogs/tid_map.h
 *		The TIDs of a catalog's rows, by a key that several rows share.
 */
#ifndef SG_CATALOGS_TID_MAP_H
#define SG_CATALOGS_TID_MAP_H

#include "access/htup.h"
#include "storage/itemptr.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

/* returns true if the row is wanted; NULL wants all */
typedef bool (*SgTupleFilter) (HeapTuple row);

typedef struct SgTidMap SgTidMap;

extern SgTidMap *sg_tid_map_create(Relation catalog, AttrNumber key_attribute, const Oid *keys,
								int nkeys, SgTupleFilter wanted, Snapshot snapshot);
extern bool sg_tid_map_next(SgTidMap *map, Oid key, ItemPointer tid);
extern void sg_tid_map_free(SgTidMap *map);

#endif							/* SG_CATALOGS_TID_MAP_H */
