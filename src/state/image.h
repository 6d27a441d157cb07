/*
 * state/image.h
 *		An earlier state to compare the catalogs with, in memory.
 */
#ifndef SG_STATE_IMAGE_H
#define SG_STATE_IMAGE_H

#include "nodes/pg_list.h"
#include "utils/hsearch.h"

#include "format/object.h"
#include "state/live_object.h"
#include "state/live_state.h"

typedef struct SgLiveKey
{
	Oid			classid;
	Oid			objid;
} SgLiveKey;

typedef struct SgLiveEntry
{
	SgLiveKey	key;
	SgDigest	digest;
	int			nkeys;
	Oid		   *keys;
	List	   *mentions;		/* OIDs, ascending once compared */
	SgObject   *object;			/* NULL: its block is in the store */
	bool		stored;			/* there before */
	bool		seen;			/* while comparing: still there */
} SgLiveEntry;

typedef struct SgLiveImage
{
	SgLiveState state;
	HTAB	   *entries;		/* of SgLiveEntry */
	MemoryContext context;
} SgLiveImage;

extern SgLiveImage *sg_image_create(void);
extern SgLiveImage *sg_live_image_stored(void);
extern SgLiveImage *sg_live_image_taken(void);
extern SgLiveEntry *sg_image_find(SgLiveImage *image, Oid classid, Oid objid);
extern SgLiveEntry *sg_image_add(SgLiveImage *image, Oid classid, Oid objid);
extern void sg_image_add_row(const SgLiveRow *row, void *arg);
extern void sg_image_add_mention(Oid classid, Oid objid, Oid mentioned, void *arg);
extern SgObject *sg_image_copy(const SgObject *object, SgFacetSet facets);

#endif							/* SG_STATE_IMAGE_H */
