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
typedef bool (*SgRowFilter) (HeapTuple row);

typedef struct SgPlaces SgPlaces;

extern SgPlaces *sg_places_find(Relation catalog, AttrNumber key_attribute, const Oid *keys,
								int nkeys, SgRowFilter wanted, Snapshot snapshot);
extern bool sg_places_next(SgPlaces *places, Oid key, ItemPointer place);
extern void sg_places_free(SgPlaces *places);

#endif							/* SG_CATALOGS_TID_MAP_H */
